"""Where a letter can be on the sending machine when a run ends: the places of the census."""

from typing import Final

INCOMING: Final = 1
"""In line in the spool: accepted, about to be, or waiting outside a machine that is down."""
DUE: Final = 2
"""Brought back by a deferred scan, not imported yet."""
IN_HAND: Final = 3
"""Being imported."""
DEFERRED: Final = 4
"""In the deferred queue."""
WAITING: Final = 5
"""In the active queue, waiting for its destination."""
AT_WORK: Final = 6
"""In the active queue, with a delivery agent."""
TRIED: Final = 7
"""Put off, while other recipients of its message are still in the active queue."""

PLACE_NAMES: Final[dict[int, str]] = {
    INCOMING: "incoming",
    DUE: "due",
    IN_HAND: "in_hand",
    DEFERRED: "deferred",
    WAITING: "waiting",
    AT_WORK: "at_work",
    TRIED: "tried",
}
"""Place to the word that tables use."""
