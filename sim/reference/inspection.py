"""The inspection (content filter): on the sender's machine each letter is looked into before it goes into the bag."""

from collections import deque
from collections.abc import Callable, Generator
from typing import Any

from simpy import Event, Interrupt, Process

from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.mail_bag import MailBag
from sim.reference.message import Message
from sim.reference.weather import UP, Weather
from sim.scenario.submission_filter import SubmissionFilter


class Inspection:
    """The filter of one sender: a process for each message, as many as there may be at a time.

    The others wait outside, in order. After a crash those that were being looked into are the first again. What the
    sender has accepted before, and notices, go past it.
    """

    def __init__(
        self,
        env: Clock,
        name: str,
        settings: SubmissionFilter,
        weather: Weather,
        chance: Chance,
        bag: MailBag,
        begun: Callable[[], None],
    ) -> None:
        self._env = env
        self._place = f"senders.{name}"
        self._settings = settings
        self._weather = weather
        self._chance = chance
        self._bag = bag
        self._begun = begun
        """Told after each process that begins; the machine may have no memory for it."""
        self._outside: deque[Message] = deque()
        self._at_work: dict[Message, Process] = {}

    @property
    def busy(self) -> int:
        """Say how many processes there are."""
        return len(self._at_work)

    def post(self, message: Message) -> None:
        """Let a message come."""
        self._outside.append(message)
        self.go_on()

    def post_accepted(self, message: Message) -> None:
        """Let a message pass that the sender has accepted before."""
        self._bag.post_accepted(message)

    def go_on(self) -> None:
        """Look into what is outside, as far as there may be processes for it."""
        while self._outside and self.busy < self._settings.processes and self._is_up():
            message = self._outside.popleft()
            self._at_work[message] = self._env.process(self._look_into(message))
            self._begun()

    def crash(self) -> None:
        """End with the machine."""
        for process in self._at_work.values():
            process.interrupt()
        self._outside.extendleft(reversed(self._at_work))
        self._at_work.clear()

    def _look_into(self, message: Message) -> Generator[Event, Any, None]:
        u = self._chance.u("submission_filter", message.key)
        try:
            yield self._env.timeout(sample_us(self._settings.time, u))
        except Interrupt:
            return
        del self._at_work[message]
        self._bag.post(message)
        self.go_on()

    def _is_up(self) -> bool:
        return self._weather.condition(self._env.now, self._place) == UP
