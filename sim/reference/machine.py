"""A sender's machine: what stands on it, and what becomes of that when it crashes, or is in other trouble.

What was accepted is on disk and stays there. Everything else begins anew when the machine is up: another queue manager,
without memory of destinations, processes or open connections, finds what was active in the incoming queue, and looks
through the deferred one at once (Postfix's qmgr.c, qmgr_post_init). Scans keep their times besides.
"""

from collections.abc import Callable, Generator
from typing import Any

from simpy import Event

from sim.reference.clock import Clock
from sim.reference.mail_bag import MailBag
from sim.reference.sorting_room import SortingRoom
from sim.reference.van import Vans
from sim.reference.weather import CRASHED, UP, Weather
from sim.reference.yard import Yard

Staff = tuple[SortingRoom, Yard, Vans]
"""What is only in memory."""


class Machine:
    """The machine of one sender; `build` makes what is only in memory."""

    def __init__(
        self, env: Clock, name: str, weather: Weather, bag: MailBag, build: Callable[[], Staff]
    ) -> None:
        self._env = env
        self._place = f"senders.{name}"
        self._weather = weather
        self._build = build
        self.bag = bag
        self.room, self._yard, self.vans = build()
        self._begins_anew = False

    def bear_the_weather(self) -> Generator[Event, Any, None]:
        """Crash when a crash begins, and go on whenever trouble is over."""
        before = UP
        for moment in self._weather.changes(self._place):
            yield self._env.timeout(moment - self._env.now)
            condition = self._weather.condition(moment, self._place)
            if condition == CRASHED != before:
                self._crash()
            elif condition == UP and self._begins_anew:
                self._begins_anew = False
                self.room.begin_again(self.bag.open)
            elif condition == UP:
                self.room.reopen(self.bag.open)
            before = condition

    def scan_now_and_then(self, phase_us: int, period_us: int) -> Generator[Event, Any, None]:
        """Look through the deferred queue, over and over."""
        yield self._env.timeout(phase_us)
        while True:
            self.room.look_through_the_deferred()
            yield self._env.timeout(period_us)

    def _crash(self) -> None:
        self.bag.crash()
        self.room.crash()
        self._yard.crash()
        self.room, self._yard, self.vans = self._build()
        self._begins_anew = True
