"""One check of the audit: what was expected, what was found, and a letter to look at where they differ."""

from dataclasses import dataclass

import numpy as np

from sim.results.columns import Bools, Whole, id_ending


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: what should hold, as a word that does not change between versions.
        ok: whether it held.
        expected: what would be right.
        found: what the record says.
        example: a letter, or another row, where it did not hold.
    """

    name: str
    ok: bool
    expected: int | float | str
    found: int | float | str
    example: str | None = None

    def sentence(self) -> str:
        """Say it in one line."""
        where = f", first at {self.example}" if self.example else ""
        return f"{self.name}: expected {self.expected}, found {self.found}{where}"


def none_wrong(name: str, wrong: Bools, letter_names: "LetterNames", letters: Whole | None = None) -> Check:
    """Check that no row is wrong.

    Args:
        name: what should hold.
        wrong: marks the rows that break it.
        letter_names: puts a row of the letters table into words.
        letters: the letter of each row, where `wrong` does not follow the letters table itself.
    """
    found = int(np.count_nonzero(wrong))
    if not found:
        return Check(name, True, 0, 0)
    first = int(np.argmax(wrong))
    return Check(name, False, 0, found, letter_names(first if letters is None else int(letters[first])))


def any_of(first: Bools, *others: Bools) -> Bools:
    """Mark the rows for which at least one condition holds."""
    marked = first.copy()
    for condition in others:
        marked |= condition
    return marked


def same(name: str, expected: int | str, found: int | str) -> Check:
    """Check that two numbers, or two short accounts, are the same."""
    return Check(name, expected == found, expected, found)


def most_at_once(starts: Whole, ends: Whole, limit: int) -> int:
    """Give the most stays that lie over one moment, or -1 if that is `limit` or less.

    Both are sorted, each by itself. At the start with index i, i + 1 have started; at most `limit` are there
    if and only if i + 1 - limit have ended, that is, if the end with index i - limit is not later. Who goes
    at a moment makes room for who comes at that moment.
    """
    if not (starts[limit:] < ends[: max(0, len(ends) - limit)]).any():
        return -1
    started = np.arange(1, len(starts) + 1)
    return int((started - np.searchsorted(ends, starts, side="right")).max())


def at_most(name: str, limit: int, most: int, where: str | None = None) -> Check:
    """Check that no more than a number of things happened at once."""
    allowed = f"at most {limit} at once"
    if most <= limit:
        return Check(name, True, allowed, allowed)
    return Check(name, False, allowed, f"{most} at once", where)


class LetterNames:
    """Names single letters as people write them: `closure/17`, or `closure/17!dsn`, or `closure/17!warning`."""

    def __init__(self, entries: list[str], entry: Whole, number: Whole, kind: Whole) -> None:
        self._entries, self._entry, self._number, self._kind = entries, entry, number, kind

    def __call__(self, row: int) -> str:
        """Name one row; a row that does not exist is named by its number."""
        if not 0 <= row < len(self._entry):
            return f"row {row}"
        index = int(self._entry[row])
        entry = self._entries[index] if index < len(self._entries) else f"entry {index}"
        return f"{entry}/{self._number[row]}" + id_ending(int(self._kind[row]))
