"""The columns of a record as NumPy arrays, without copying them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.recorder import RunRecord, Table
from sim.vocabulary.kinds import KIND_NAMES, LETTER

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
    """Tell for each row of the letters table whether somebody submitted it: no DSN, no notice of delay."""
    own: Bools = column(record.letters, "kind") == LETTER
    return own


def opened_letters(record: RunRecord) -> Bools:
    """Tell for each row of the letters table whether some reader opened it within the run."""
    opened = np.zeros(len(record.letters), dtype=np.bool_)
    opened[column(record.readings, "letter")[column(record.readings, "opened_us") != NEVER]] = True
    return opened


def id_ending(kind: int) -> str:
    """Give what the id of a letter of some kind ends with: `!dsn`, or nothing for what somebody submitted."""
    return "" if kind == LETTER else f"!{KIND_NAMES.get(kind, kind)}"


def letter_name(record: RunRecord, row: int) -> str:
    """Give the id of a letter that somebody submitted, or of a notice."""
    letters = record.letters
    name = f"{record.names.entries[letters['entry'][row]]}/{letters['number'][row]}"
    return name + id_ending(letters["kind"][row])


def numbered(letter: Whole) -> Whole:
    """Number the rows of each letter 1, 2, 3 ... in the order of the table.

    Args:
        letter: of each row.
    """
    order = np.argsort(letter, kind="stable")
    ordered = letter[order]
    first = np.ones(len(letter), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    position = np.arange(len(letter))
    numbers = np.empty(len(letter), dtype=np.int64)
    numbers[order] = position - np.maximum.accumulate(np.where(first, position, 0)) + 1
    return numbers
