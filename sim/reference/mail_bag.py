"""The mail bag (spool): a sender's clerks commit each message to disk before it is accepted."""

from collections import deque
from collections.abc import Callable, Generator
from typing import Any

from simpy import Event, Resource

from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.letter import Letter
from sim.reference.message import Message
from sim.reference.weather import UP, Weather
from sim.scenario.sender import Sender


class MailBag:
    """One sender's spool: first come, first served, by `commit_workers` clerks.

    Letters that come while the sender is in trouble wait outside, and go in together at its end. Where a
    commit takes no time, a letter is accepted as it comes. What is being written when the machine crashes is lost, and
    handed in again when it is up, as what waits outside is; all that in the order in which it was written at first.
    """

    def __init__(
        self,
        env: Clock,
        name: str,
        sender: Sender,
        weather: Weather,
        chance: Chance,
        begin: Callable[[Message, list[Letter]], object],
    ) -> None:
        self._env = env
        self._place = f"senders.{name}"
        self._commit_time = sender.host.commit_time
        self._weather = weather
        self._chance = chance
        self._begin = begin
        self._clerks = Resource(env, capacity=sender.host.commit_workers)
        self._outside: deque[Message] = deque()
        self._writing: dict[Message, None] = {}
        """Who is in, and not on disk yet, in order."""

    def post(self, message: Message) -> None:
        """Let a message arrive, or wait outside."""
        if self._weather.condition(self._env.now, self._place) != UP:
            self._outside.append(message)
        else:
            self._arrive(message)

    def post_accepted(self, message: Message) -> None:
        """Let a message arrive that the sender has accepted before: it needs no clerk and never waits."""
        self._accept(message)
        self._arrive(message)

    def open(self) -> None:
        """Let in who waits outside, in order."""
        while self._outside:
            self._arrive(self._outside.popleft())

    def crash(self) -> None:
        """Lose what is being written: it is outside again."""
        for message in self._writing:
            assert message.first.way is not None
            message.first.way.interrupt()
        outside = [*self._writing, *self._outside]
        self._outside = deque(sorted(outside, key=lambda message: message.sequence))
        self._writing.clear()

    def commit(self, message: Message) -> Generator[Event, Any, None]:
        """Have a clerk write the message to disk; then the sender is responsible for it."""
        with self._clerks.request() as clerk:
            yield clerk
            u = self._chance.u("commit", message.key)
            yield self._env.timeout(sample_us(self._commit_time, u))
        del self._writing[message]
        self._accept(message)

    def _accept(self, message: Message) -> None:
        for letter in message.letters:
            letter.record.accepted_us = self._env.now

    def _arrive(self, message: Message) -> None:
        """Let a message in, whose letters set out now; after a crash all but the first wait already to be called."""
        if self._commit_time.is_zero:
            self._accept(message)
        elif message.first.record.accepted_us < 0:
            self._writing[message] = None
        self._begin(message, message.letters if message.first.way is None else message.letters[:1])
