"""The deferred queue of one sender: who comes back at which scan.

Part of the queue manager. The retry clock tells, when a letter is put away, which scan will bring it back,
so letters are kept by scan.
See: Postfix's qmgr_active.c, qmgr_scan.c; queue_run_delay in postconf(5).
Left out: letters that come due while a long scan is still being imported wait for the next one.
"""

from array import array
from heapq import heapify, heappop, heappush

from sim.kernel.queue_length import QueueLength
from sim.kernel.world import World
from sim.mail.retry_clock import RetryClock


class DeferredQueue:
    """Letters by the scan that brings them back.

    Args:
        world: the run.
        name: the sender's.
        clock: when letters are tried again.
        remembers: whether it knows of each letter from when on it may be tried again, besides the scan.
    """

    def __init__(self, world: World, name: str, clock: RetryClock, *, remembers: bool = False) -> None:
        self._letters = world.letters
        self.clock = clock
        self._by_scan: dict[int, array[int]] = {}
        self._scans: list[int] = []
        self._ready_us: dict[int, int] | None = {} if remembers else None
        self.length = QueueLength(f"{name}.deferred")

    def scan_us(self, scan: int) -> int:
        """Give when a scan comes."""
        return self.clock.phase_us + scan * self.clock.interval_us

    def scan_from(self, at_us: int) -> int:
        """Give the number of the first scan at a moment or after it."""
        return max(-((self.clock.phase_us - at_us) // self.clock.interval_us), 0)

    def put(self, row: int, now_us: int) -> int:
        """Put a letter away whose attempt failed now, and tell which scan will bring it back."""
        ready_us = self.clock.ready_us(row, now_us)
        scan = self.clock.scan_at(ready_us, now_us)
        if self._ready_us is not None:
            self._ready_us[row] = ready_us
        rows = self._by_scan.get(scan)
        if rows is None:
            rows = self._by_scan[scan] = array("I")
            heappush(self._scans, scan)
        rows.append(row)
        self.length.enter(now_us)
        return scan

    def first_scan(self) -> int | None:
        """Give the next scan that will bring something back."""
        return self._scans[0] if self._scans else None

    def rows(self) -> list[int]:
        """Give the letters that no scan has brought back yet."""
        return [row for rows in self._by_scan.values() for row in rows]

    def due(self, scan: int) -> list[int]:
        """Take the letters that a scan brings back, in order of arrival."""
        rows: list[int] = []
        while self._scans and self._scans[0] <= scan:
            rows.extend(self._by_scan.pop(heappop(self._scans)))
        return self.in_order_of_arrival(rows)

    def due_by(self, now_us: int) -> list[int]:
        """Take the letters whose time has come, whatever scan would bring them back; for a queue with a memory."""
        assert self._ready_us is not None
        ready_us, taken = self._ready_us, []
        for scan in self._scans:
            rows = self._by_scan[scan]
            taken += [row for row in rows if ready_us[row] <= now_us]
            self._by_scan[scan] = array("I", [row for row in rows if ready_us[row] > now_us])
        self._scans = [scan for scan in self._scans if self._by_scan[scan]]
        heapify(self._scans)
        self._by_scan = {scan: self._by_scan[scan] for scan in self._scans}
        return self.in_order_of_arrival(taken)

    def in_order_of_arrival(self, rows: list[int]) -> list[int]:
        """Give letters in the order in which they were accepted."""
        letters = self._letters
        return sorted(rows, key=lambda row: (letters.accepted_us[row], letters.order_of_arrival(row)))
