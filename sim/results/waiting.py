"""Where the letters are that have not ended when the run ends, and how long letters waited where."""

import numpy as np
from numpy.typing import NDArray

from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER, column, whole
from sim.vocabulary.outcomes import QUEUED

PLACES = ("spool", "incoming", "active", "deferred", "delivery")
"""Where a letter can be at the end of a run, in the order of its way."""


def waiting_in(record: RunRecord) -> NDArray[np.int64]:
    """Give for each letter its position in `PLACES` at the end of the run; -1 for those that have ended."""
    letters = record.letters
    accepted = whole(letters, "accepted_us") != NEVER
    tried = whole(letters, "attempts") > 0
    is_open = np.zeros(len(letters), dtype=np.bool_)
    is_open[column(record.open, "letter")] = True
    # With them are those who were put off while others of their message are still active.
    message = column(letters, "message")
    is_active = np.zeros(len(letters), dtype=np.bool_)
    is_active[message[column(record.open, "letter")]] = True
    is_open |= is_active[message]
    delivered = whole(letters, "delivered_us") != NEVER
    place = np.select([~accepted, is_open & ~delivered, delivered, tried], [0, 2, 4, 3], default=1)
    return np.where(column(letters, "outcome") == QUEUED, place, NEVER)
