"""The delivery agents of one sender: processes that are started, work, lie idle and end.

Part of the queue manager, as master(8) is the other half of Postfix's. At most `default_process_limit`
work at once, for all destinations together. A process that is not there yet must be started: a letter is
chosen for it only when it announces itself, and at most two are waited for at a time. A letter's hand-over
takes the serial part of the host's work, one letter at a time. The process that finished last is taken
first; one that lay idle for `max_idle`, or has served `max_use` letters, has ended.
See: Postfix's master(8); qmgr_transport.c (QMGR_TRANSPORT_MAX_PEND); max_idle, max_use,
default_process_limit in postconf(5).
Left out: the memory of processes, transport_retry_time when an agent dies.
"""

from collections.abc import Callable
from typing import Any, Final

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.kernel.first_come import FirstCome
from sim.kernel.world import SECOND_US
from sim.mail.delivery import Delivery
from sim.scenario.host import Host
from sim.scenario.postconf import Postconf

_MOST_CALLED: Final = 2
"""For so many processes the queue manager waits at a time."""


class Agents:
    """The pool of delivery agents.

    Args:
        env: the simulation's environment.
        host: what hand-over and start cost.
        postconf: limits.
    """

    def __init__(self, env: Clock, host: Host, postconf: Postconf) -> None:
        self._env = env
        self._serial_us, self._start_us = host.serial_time_us, host.process_start_us
        self._letter_us = host.letter_time_us
        self._max_use, self._max_idle_us = postconf.max_use, postconf.max_idle * SECOND_US
        self._idle: list[tuple[int, int]] = []
        self._spare: list[Delivery] = []
        self._all: list[Delivery] = []
        self._limit = self.free = postconf.default_process_limit
        self.called = 0
        """Processes that are being started."""
        self.serial = FirstCome()

    @property
    def busy(self) -> int:
        """How many processes there are that work or are being started."""
        return self._limit - self.free

    def has_idle(self, now_us: int) -> bool:
        """Tell whether a process is there that can be given a letter now."""
        if not self._start_us:
            return True
        idle = self._idle
        if idle and now_us - idle[-1][1] < self._max_idle_us:
            return True
        # The one that finished last has ended, and so have those before it.
        idle.clear()
        return False

    def may_call(self, letters: int) -> bool:
        """Tell whether one more process may be started for so many letters that could go now."""
        return self.called < min(_MOST_CALLED, letters) and self.free > 0

    def call(self, now_us: int, announce: Callable[[Any], None]) -> None:
        """Start a process; it announces itself when it is there."""
        self.called += 1
        self.free -= 1
        ring_once(self._env, now_us + self._start_us, announce)

    def announced(self, now_us: int) -> None:
        """A process that was started is there, and idle."""
        self.called -= 1
        self.free += 1
        self._idle.append((0, now_us))

    def take(self, now_us: int) -> Delivery:
        """Take an idle agent for a letter that is handed over now."""
        self.free -= 1
        if self._spare:
            delivery = self._spare.pop()
        else:
            delivery = Delivery(self._env)
            self._all.append(delivery)
        idle = self._idle
        if idle and now_us - idle[-1][1] < self._max_idle_us:
            delivery.process_uses = idle.pop()[0]
        else:
            delivery.process_uses = 0
        handed_us = now_us
        if self._serial_us:
            handed_us = self.serial.depart(now_us, self._serial_us)
        delivery.handed_us = handed_us
        delivery.started_us = handed_us + self._letter_us
        return delivery

    def give_back(self, delivery: Delivery, now_us: int) -> None:
        """Take an agent back whose letter is dealt with."""
        delivery.row = -1
        delivery.batch = None
        self.free += 1
        self._spare.append(delivery)
        uses = delivery.process_uses + 1
        if uses < self._max_use:
            self._idle.append((uses, now_us))

    def crash(self, now_us: int, up_us: int) -> None:
        """End with the machine, all of them."""
        self.serial.break_off(now_us, up_us)
        self._idle.clear()
        self._spare.clear()
        self._all.clear()
        self.free = 0

    def at_work(self) -> list[Delivery]:
        """Give the deliveries under way."""
        return [delivery for delivery in self._all if delivery.row >= 0]
