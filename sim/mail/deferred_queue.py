"""The deferred queue of one sender: who comes back at which scan.

Part of the queue manager. The retry clock tells, when a letter is put away, which scan will bring it back,
so letters are kept by scan.
See: Postfix's qmgr_active.c, qmgr_scan.c; queue_run_delay in postconf(5).
Left out: letters that come due while a long scan is still being imported wait for the next one.
"""

from array import array
from heapq import heappop, heappush

from sim.kernel.queue_length import QueueLength
from sim.kernel.world import World
from sim.mail.retry_clock import RetryClock


class DeferredQueue:
    """Letters by the scan that brings them back.

    Args:
        world: the run.
        name: the sender's.
        clock: when letters are tried again.
    """

    def __init__(self, world: World, name: str, clock: RetryClock) -> None:
        self._letters = world.letters
        self.clock = clock
        self._by_scan: dict[int, array[int]] = {}
        self._scans: list[int] = []
        self.length = QueueLength(f"{name}.deferred")

    def scan_us(self, scan: int) -> int:
        """Give when a scan comes."""
        return self.clock.phase_us + scan * self.clock.interval_us

    def scan_from(self, at_us: int) -> int:
        """Give the number of the first scan at a moment or after it."""
        return max(-((self.clock.phase_us - at_us) // self.clock.interval_us), 0)

    def put(self, row: int, now_us: int) -> int:
        """Put a letter away whose attempt failed now, and tell which scan will bring it back."""
        scan = self.clock.scan_for(row, now_us)
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
        """Take the letters whose scan has been or is now."""
        return self.due((now_us - self.clock.phase_us) // self.clock.interval_us)

    def in_order_of_arrival(self, rows: list[int]) -> list[int]:
        """Give letters in the order in which they were accepted."""
        return sorted(rows, key=self._order_of_arrival)

    def _order_of_arrival(self, row: int) -> tuple[int, int, int, int]:
        """Rows are written ahead, entry by entry, so their numbers do not tell who came first."""
        letters = self._letters
        return letters.accepted_us[row], letters.submitted_us[row], letters.entry[row], letters.number[row]
