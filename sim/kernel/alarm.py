"""An event that rings again and again: what a callback station waits with.

SimPy's own `Timeout` is made anew for each wait. A station that always has at most one wait open
(an importer, a delivery under way) reuses one event instead; this is what makes a letter cheap.
"""

from collections.abc import Callable
from heapq import heappush
from typing import Any

from simpy.events import NORMAL, Event

from sim.kernel.clock import Clock

Ring = list[Callable[[Any], None]]
"""What rings: a list with one function, made once and used for many waits."""


class Alarm(Event):
    """One reusable event with at most one ring outstanding."""

    env: Clock

    def __init__(self, env: Clock) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None

    def set(self, at_us: int, ring: Ring) -> None:
        """Ring at `at_us`; the alarm must not be waiting already, and the time must not be past."""
        env = self.env
        self.callbacks = ring
        # What Environment.schedule does, written out: it is called three times a letter.
        heappush(env._queue, (at_us, NORMAL, next(env._eid), self))


def ring_once(env: Clock, at_us: int, call: Callable[[Any], None]) -> None:
    """Call `call` with the event at `at_us`, once."""
    Alarm(env).set(at_us, [call])
