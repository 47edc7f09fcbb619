"""Checks of letters that were taken without their senders' hearing of it, and of the duplicates that came of that.

Each time that a receiver takes a letter is an acceptance: of the body that came first it is the letter's own, of each
later one a duplicate's.
Such an acceptance falls into an attempt of that letter, which had brought its body over; the receiver may be busy with
it for longer than the sender waits.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column, whole
from sim.vocabulary.stages import END_OF_DATA


def doubt_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check doubts and duplicates, where there are any."""
    duplicate = np.flatnonzero(rows.is_duplicate)
    if not len(duplicate) and not len(rows.record.doubts):
        return
    yield none_wrong("a_duplicate_belongs_to_its_letter", _strange(rows, duplicate), rows.name, duplicate)
    doubted = whole(rows.record.doubts, "letter")
    yield none_wrong("doubts_what_was_taken", rows.taken[doubted] == NEVER, rows.name, doubted)
    copy = acceptances(rows)
    letter = np.where(rows.is_duplicate[copy], rows.parent[copy], copy)
    attempt = attempts_of(rows, copy, letter)
    is_under_way = rows.marked(rows.open_letter)[letter]
    elsewhere = is_under_way | broken_off(rows)[letter]
    yield none_wrong("taken_in_an_attempt", (attempt == NEVER) & ~elsewhere, rows.name, copy)


def acceptances(rows: AuditedRows) -> Whole:
    """Give the rows of all acceptances of letters in doubt."""
    doubted = whole(rows.record.doubts, "letter")
    own = np.concatenate([doubted, np.flatnonzero(rows.is_duplicate)])
    taken: Whole = own[rows.taken[own] != NEVER]
    return taken


def attempts_of(rows: AuditedRows, copy: Whole, letter: Whole) -> Whole:
    """Give for acceptances the first finished attempt into which each may fall; NEVER where there is none.

    Where a crash broke an attempt off there is none; see `broken_off`.

    Such an attempt began before, and got as far as the final dot, or may have got so far at a host before its last.

    Args:
        rows: the record's.
        copy: the rows of the acceptances.
        letter: the letters' own rows.
    """
    found = np.full(len(copy), NEVER, dtype=np.int64)
    several = np.array([len(one.mx) > 1 for one in rows.record.scenario.providers.values()], dtype=np.bool_)
    mine = np.flatnonzero(np.isin(rows.tried, letter))
    at_dot = column(rows.record.attempts, "stage")[mine] == END_OF_DATA
    mine = mine[at_dot | several[rows.provider[rows.tried[mine]]]]
    order = mine[np.lexsort((rows.handed[mine], rows.tried[mine]))]
    tried, handed = rows.tried[order], rows.handed[order]
    for place, (row, owner) in enumerate(zip(copy, letter, strict=True)):
        begin, end = np.searchsorted(tried, [owner, owner + 1])
        if begin < end and handed[begin] <= rows.taken[row]:
            found[place] = order[begin]
    return found


def broken_off(rows: AuditedRows) -> Bools:
    """Mark the letters of which a crash broke an attempt off."""
    return rows.marked(rows.aborted[rows.aborted_handed != NEVER])


def _strange(rows: AuditedRows, duplicate: Whole) -> Bools:
    """Mark duplicates that are not like their letter, or whose letter nobody doubted."""
    parent = rows.parent[duplicate]
    alike = (
        rows.entry,
        rows.number,
        rows.sender,
        rows.provider,
        rows.mailbox,
        rows.size_bytes,
        rows.accepted,
    )
    return any_of(
        *(values[duplicate] != values[parent] for values in alike),
        ~rows.marked(whole(rows.record.doubts, "letter"))[parent] & (rows.taken[duplicate] != NEVER),
    )
