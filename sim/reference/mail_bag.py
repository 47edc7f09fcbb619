"""The mail bag (spool): a sender's clerks commit each message to disk before it is accepted."""

from collections import deque
from collections.abc import Callable, Generator
from typing import Any

from simpy import Event, Process, Resource

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
    handed in again, before those who wait outside, when it is up.
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
        self._writing: dict[Message, Process] = {}
        self._lost: list[Message] = []
        """Who must be handed in again after a crash."""

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
        lost, self._lost = sorted(self._lost, key=lambda message: message.sequence), []
        for message in lost:
            self._arrive(message, message.letters[:1])
        while self._outside:
            self._arrive(self._outside.popleft())

    def crash(self) -> None:
        """Lose what is being written."""
        for message, process in self._writing.items():
            self._lost.append(message)
            process.interrupt()
        self._writing.clear()

    def commit(self, message: Message) -> Generator[Event, Any, None]:
        """Have a clerk write the message to disk; then the sender is responsible for it."""
        assert self._env.active_process is not None
        self._writing[message] = self._env.active_process
        with self._clerks.request() as clerk:
            yield clerk
            u = self._chance.u("commit", message.key)
            yield self._env.timeout(sample_us(self._commit_time, u))
        del self._writing[message]
        self._accept(message)

    def _accept(self, message: Message) -> None:
        for letter in message.letters:
            letter.record.accepted_us = self._env.now

    def _arrive(self, message: Message, setting_out: list[Letter] | None = None) -> None:
        """Let a message in, whose letters set out now; all of them, unless some wait already to be called."""
        if self._commit_time.is_zero:
            self._accept(message)
        self._begin(message, message.letters if setting_out is None else setting_out)
