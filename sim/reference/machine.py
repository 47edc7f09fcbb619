"""A sender's machine: what stands on it, and what becomes of that when it crashes, or is in other trouble.

What was accepted is on disk and stays there. Everything else begins anew when the machine is up: another queue manager,
without memory of destinations, processes or open connections, finds what was active in the incoming queue, and looks
through the deferred one at once (Postfix's qmgr.c, qmgr_post_init). Scans keep their times besides.
"""

from collections.abc import Callable, Generator
from typing import Any

from simpy import Event

from sim.reference.clock import Clock
from sim.reference.inspection import Inspection
from sim.reference.mail_bag import MailBag
from sim.reference.records import Death
from sim.reference.sorting_room import SortingRoom
from sim.reference.van import Vans
from sim.reference.weather import UP, Weather
from sim.reference.yard import Yard

Staff = tuple[SortingRoom, Yard, Vans]
"""What is only in memory."""


class Machine:
    """The machine of one sender; `build` makes what is only in memory.

    It crashes by the timetable, or when its memory does not suffice; then it is down for `restart_us`.
    """

    inspection: Inspection | None = None
    """The content filter before the bag, if it has one."""

    def __init__(
        self,
        env: Clock,
        name: str,
        weather: Weather,
        bag: MailBag,
        build: Callable[[], Staff],
        restart_us: int,
        deaths: list[Death],
    ) -> None:
        self._restart_us = restart_us
        self._deaths = deaths
        self._env = env
        self._place = f"senders.{name}"
        self._weather = weather
        self._build = build
        self.bag = bag
        self.room, self._yard, self.vans = build()
        self._begins_anew = False

    def bear_the_weather(self) -> Generator[Event, Any, None]:
        """Crash when a crash begins, and go on whenever trouble is over."""
        crashes = self._weather.crashes(self._place)
        for moment in self._weather.changes(self._place):
            yield self._env.timeout(moment - self._env.now)
            if moment in crashes:
                self._crash()
            self._go_on()

    def run_out_of_memory(self, who: str) -> None:
        """Crash now; who took most is noted."""
        now, up_us = self._env.now, self._env.now + self._restart_us
        self._weather.let_crash(self._place, now, up_us)
        self._deaths.append((self._place, now, who))
        self._crash()
        self._env.process(self._come_back())

    def _come_back(self) -> Generator[Event, Any, None]:
        yield self._env.timeout(self._restart_us)
        self._go_on()

    def _go_on(self) -> None:
        """Go on, or begin anew, if all is well now."""
        if self._weather.condition(self._env.now, self._place) != UP:
            return
        if self._begins_anew:
            self._begins_anew = False
            self.room.begin_again(self.bag.open)
        else:
            self.room.reopen(self.bag.open)
        if self.inspection is not None:
            self.inspection.go_on()

    def taken(self) -> tuple[int, int, int]:
        """Count what stands in memory: filter processes, delivery processes, active messages."""
        filters = 0 if self.inspection is None else self.inspection.busy
        return filters, *self.room.processes_and_messages()

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
        if self.inspection is not None:
            self.inspection.crash()
        self.room, self._yard, self.vans = self._build()
        self._begins_anew = True
