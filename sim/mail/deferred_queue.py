"""The deferred queue of one sender: who comes back at which scan.

Part of the queue manager. A letter that failed at second t, and arrived at second a, gets the file time
t + clamp(t - a, minimal_backoff_time, maximal_backoff_time); the first scan that is not more than one
second before that brings it back. Scans come every `queue_run_delay`. So the scan is known when the
letter is put away, and letters are kept by scan.
See: Postfix's qmgr_active.c; minimal_backoff_time, maximal_backoff_time, queue_run_delay in postconf(5).
Left out: letters that come due while a long scan is still being imported wait for the next one.
"""

from array import array

from sim.kernel.queue_length import QueueLength
from sim.kernel.world import SECOND_US, World


class DeferredQueue:
    """Letters by the scan that brings them back.

    Args:
        world: the run.
        name: the sender's.
        interval_us: time between scans.
        phase_us: time of the scan with number 0.
        bounds_s: minimal and maximal cool-off, whole seconds.
    """

    def __init__(
        self, world: World, name: str, interval_us: int, phase_us: int, bounds_s: tuple[int, int]
    ) -> None:
        self._world = world
        self._letters = world.letters
        self._interval_us = interval_us
        self._phase_us = phase_us
        self._minimal_s, self._maximal_s = bounds_s
        self._by_scan: dict[int, array[int]] = {}
        self.length = QueueLength(f"{name}.deferred")

    def scan_us(self, scan: int) -> int:
        """Give when a scan comes."""
        return self._phase_us + scan * self._interval_us

    def put(self, row: int, now_us: int) -> int:
        """Put a letter away whose attempt failed now, and tell which scan will bring it back."""
        world = self._world
        now_s = world.second(now_us)
        age_s = now_s - world.second(self._letters.accepted_us[row])
        cool_off_s = min(max(age_s, self._minimal_s), self._maximal_s)
        ready_us = (now_s + cool_off_s - 1) * SECOND_US - world.epoch_us
        scan = max(
            -((self._phase_us - ready_us) // self._interval_us),
            (now_us - self._phase_us) // self._interval_us + 1,
            0,
        )
        rows = self._by_scan.get(scan)
        if rows is None:
            rows = self._by_scan[scan] = array("I")
        rows.append(row)
        self.length.enter(now_us)
        return scan

    def first_scan(self) -> int | None:
        """Give the next scan that will bring something back."""
        return min(self._by_scan, default=None)

    def rows(self) -> list[int]:
        """Give the letters that no scan has brought back yet."""
        return [row for rows in self._by_scan.values() for row in rows]

    def due(self, scan: int) -> list[int]:
        """Take the letters that a scan brings back, in order of arrival."""
        rows: list[int] = []
        for number in sorted(number for number in self._by_scan if number <= scan):
            rows.extend(self._by_scan.pop(number))
        rows.sort(key=self._order_of_arrival)
        return rows

    def _order_of_arrival(self, row: int) -> tuple[int, int, int, int]:
        """Rows are written ahead, entry by entry, so their numbers do not tell who came first."""
        letters = self._letters
        return letters.accepted_us[row], letters.submitted_us[row], letters.entry[row], letters.number[row]
