"""Rows in line: a first-in first-out queue of row numbers that takes four bytes a row.

A `deque` of Python integers takes nine times that, and a bulk send puts a million rows in line.
"""

from array import array
from collections.abc import Iterable
from typing import Final

_COMPACT_AT: Final = 65_536


class RowQueue:
    """Row numbers, first in first out."""

    __slots__ = ("_head", "_rows")

    def __init__(self) -> None:
        self._rows: array[int] = array("I")
        self._head = 0

    def __len__(self) -> int:
        """Give how many are in line."""
        return len(self._rows) - self._head

    def first(self) -> int:
        """Give the row at the head, which must exist."""
        return self._rows[self._head]

    def pop(self) -> int:
        """Take the row at the head, which must exist."""
        head = self._head
        row = self._rows[head]
        self._head = head = head + 1
        if head >= _COMPACT_AT and head * 2 >= len(self._rows):
            del self._rows[:head]
            self._head = 0
        return row

    def append(self, row: int) -> None:
        """Put a row at the end."""
        self._rows.append(row)

    def extend(self, rows: Iterable[int]) -> None:
        """Put rows at the end, in their order."""
        self._rows.extend(rows)

    def insert_by(self, row: int, times_us: "array[int]") -> None:
        """Put a row where its time belongs, behind equal ones; the rows stand in order of `times_us`."""
        rows = self._rows
        place = len(rows)
        time_us = times_us[row]
        while place > self._head and times_us[rows[place - 1]] > time_us:
            place -= 1
        rows.insert(place, row)

    def rows(self) -> list[int]:
        """Give all who are in line."""
        return list(self._rows[self._head :])

    def at(self, offset: int) -> int:
        """Give the row that stands `offset` places behind the head."""
        return self._rows[self._head + offset]
