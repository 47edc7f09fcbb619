"""First-come stations: departure computed at arrival, from when each worker will be free.

This is the recursion of Kiefer and Wolfowitz (1955) for G/G/c with first-come service: a station needs
no event of its own as long as it is asked in the order of arrival.
"""

from heapq import heappop, heappush, heapreplace

from sim.kernel.condition import NEVER_US
from sim.kernel.queue_length import QueueLength


class FirstCome:
    """A first-come station with `workers` servers.

    Args:
        workers: how many serve at once, at least 1.
    """

    __slots__ = ("_free_us", "busy_us", "workers")

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self.busy_us = 0
        self._free_us = [0] * workers

    def depart(self, arrival_us: int, service_us: int, broken_us: int = NEVER_US) -> int:
        """Give the moment of departure of who arrives now; calls must come in order of arrival.

        Args:
            arrival_us: when they arrive.
            service_us: what a worker needs for them.
            broken_us: when they go in any case, served or not: a crash that is known beforehand.
        """
        free_us = self._free_us
        start_us = free_us[0]
        if start_us < arrival_us:
            start_us = arrival_us
        depart_us = start_us + service_us
        if depart_us >= broken_us:
            # No work is done that comes to nothing after the crash, and none for who would not have been begun with.
            if start_us >= broken_us:
                return broken_us
            depart_us, service_us = broken_us, broken_us - start_us
        heapreplace(free_us, depart_us)
        self.busy_us += service_us
        return depart_us

    def break_off(self, now_us: int, until_us: int) -> None:
        """End all work now, booked or begun; the workers are there again at `until_us`."""
        self.busy_us = self.busy_within(now_us)
        self._free_us = [until_us] * self.workers

    def busy_within(self, end_us: int) -> int:
        """Give the work done up to `end_us`: what is booked, less what of it lies after the end.

        Exact where at most the last job of each worker reaches beyond the end; a longer backlog is
        work that stands in line behind the end, and every worker is then busy up to it.
        """
        beyond = sum(max(0, free - end_us) for free in self._free_us)
        return max(0, self.busy_us - beyond)


class CountedStation:
    """A first-come station that also knows how many are in it at each moment.

    Args:
        name: such as `office.mx1.checking`.
        workers: how many serve at once.
    """

    def __init__(self, name: str, workers: int) -> None:
        self.station = FirstCome(workers)
        self.length = QueueLength(name)
        self._departures: list[int] = []

    def depart(self, arrival_us: int, service_us: int, broken_us: int = NEVER_US) -> int:
        """Give the moment of departure, `broken_us` at the latest; counts out those who left before this arrival."""
        self.catch_up(arrival_us)
        depart_us = self.station.depart(arrival_us, service_us, broken_us)
        self.length.enter(arrival_us)
        heappush(self._departures, depart_us)
        return depart_us

    def catch_up(self, now_us: int) -> None:
        """Count out all who have left by now."""
        departures = self._departures
        while departures and departures[0] <= now_us:
            self.length.leave(heappop(departures))
