"""The columns of a record as NumPy arrays, without copying them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.recorder import RunRecord, Table
from sim.vocabulary.kinds import LETTER

Bools = NDArray[np.bool_]
Whole = NDArray[np.int64]

NEVER = -1
"""What time columns hold where a thing did not happen."""


def column(table: Table, name: str) -> NDArray[Any]:
    """Give a numeric column; the array shares its memory with the record."""
    return np.asarray(table[name])


def whole(table: Table, name: str) -> Whole:
    """Give a numeric column as 64-bit integers, so that differences and sums cannot wrap around."""
    return np.asarray(table[name]).astype(np.int64, copy=False)


def submitted_letters(record: RunRecord) -> Bools:
    """Tell for each row of the letters table whether it is a letter that somebody submitted, not a DSN."""
    own: Bools = column(record.letters, "kind") == LETTER
    return own


def opened_letters(record: RunRecord) -> Bools:
    """Tell for each row of the letters table whether some reader opened it within the run."""
    opened = np.zeros(len(record.letters), dtype=np.bool_)
    opened[column(record.readings, "letter")[column(record.readings, "opened_us") != NEVER]] = True
    return opened
