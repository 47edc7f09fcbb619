"""Count what each client brings within a time, in whole seconds of the wall clock, as Postfix's anvil(8) does.

Part of connection_rate and letter_rate. A client's time begins with the first that it brings; what comes more than
`unit_us` later begins a new one.
See: Postfix's anvil(8) and anvil.c, which keeps a time_t.
"""

from typing import Final

_SECOND_US: Final = 1_000_000


class Anvil:
    """The counts of one rule.

    Args:
        unit_us: the time in which a client is counted.
        epoch_us: the run's time 0 by the wall clock, whose seconds count.
    """

    def __init__(self, unit_us: int, epoch_us: int) -> None:
        self._unit_us = unit_us
        self._epoch_us = epoch_us
        self._windows: dict[int, tuple[int, int]] = {}
        """The beginning of each client's window, and how many it has counted."""

    def count(self, client: int, now_us: int) -> int:
        """Count one more of a client, and give how many there are within its time."""
        now_us += self._epoch_us
        now_us -= now_us % _SECOND_US
        begin_us, count = self._windows.get(client, (now_us, 0))
        if now_us - begin_us > self._unit_us:
            begin_us, count = now_us, 0
        self._windows[client] = (begin_us, count + 1)
        return count + 1
