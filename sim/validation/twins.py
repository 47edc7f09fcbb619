"""Plain recursions for queues, outside the engine: what the same letters would have met at a slightly faster place.

A twin is fed with the arrivals and services that the engine had, the services a little shorter. Its exact mean is
known by the same formula, and what chance did to the letters it did to the twin as well: the best control there is.
"""

from heapq import heapify, heappop, heappush, heapreplace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.validation.intervals import Floats


def waits_in_line(arrived_s: Floats, services_s: Floats, workers: int = 1) -> Floats:
    """Give each letter's wait for one of some servers, first come first served (Kiefer and Wolfowitz 1955).

    Args:
        arrived_s: ascending.
        services_s: of the letters, in the same order.
        workers: all idle at first.
    """
    if workers == 1:  # Lindley's recursion (1952), all at once
        gaps = np.diff(arrived_s)
        walk = np.concatenate([[0.0], np.cumsum(services_s[:-1] - gaps)])
        waits: Floats = walk - np.minimum.accumulate(walk)
        return waits
    free = [0.0] * workers
    heapify(free)
    found = np.empty(len(arrived_s))
    for place, (arrival, service) in enumerate(zip(arrived_s.tolist(), services_s.tolist(), strict=True)):
        begin = max(arrival, free[0])
        found[place] = begin - arrival
        heapreplace(free, begin + service)
    return found


def turned_away(arrived_s: Floats, services_s: Floats, workers: int, places: int) -> NDArray[Any]:
    """Tell which letters find all places taken, those in service included, and go away.

    Args:
        arrived_s: ascending.
        services_s: of the letters, in the same order.
        workers: servers.
        places: letters that there is room for.
    """
    inside: list[float] = []
    free = [0.0] * workers
    found = np.zeros(len(arrived_s))
    for place, (arrival, service) in enumerate(zip(arrived_s.tolist(), services_s.tolist(), strict=True)):
        while inside and inside[0] <= arrival:
            heappop(inside)
        if len(inside) >= places:
            found[place] = 1.0
            continue
        done = max(arrival, free[0]) + service
        heapreplace(free, done)
        heappush(inside, done)
    return found


def met_inside(arrived_s: Floats, left_s: Floats) -> Floats:
    """Give how many earlier letters each letter finds inside.

    Args:
        arrived_s: ascending.
        left_s: when each of them leaves, in the same order.
    """
    gone = np.searchsorted(np.sort(left_s), arrived_s, side="right")
    found: Floats = (np.arange(len(arrived_s)) - gone).astype(np.float64)
    return found
