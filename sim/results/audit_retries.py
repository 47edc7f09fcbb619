"""Checks of when deferred letters are tried again, and of when they are given up; see audit_waits for what is right."""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.audit_waits import waits
from sim.results.columns import NEVER, Bools, Whole, column
from sim.vocabulary.outcomes import EXPIRED
from sim.vocabulary.places import DEFERRED


def retry_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the retries."""
    put_off = np.flatnonzero(rows.put_off())
    letter = rows.tried[put_off]
    clock = waits(rows, put_off)
    went = rows.back_after(put_off)
    unlike = _counts_differ(rows)
    early = (went != NEVER) & (went < clock.earliest) & ~unlike[letter]
    yield none_wrong("not_tried_again_too_early", early, rows.name, letter)
    behind = _left_behind(rows, clock.latest, letter, went)
    yield none_wrong("scans_leave_nobody_behind", behind, rows.name, letter)
    yield none_wrong("put_off_only_while_young", clock.too_old & ~unlike[letter], rows.name, letter)
    last = np.flatnonzero(rows.is_last & (rows.outcome[rows.tried] == EXPIRED))
    young = ~waits(rows, last).too_old & ~unlike[rows.tried[last]]
    yield none_wrong("given_up_only_when_old", young, rows.name, rows.tried[last])


def _counts_differ(rows: AuditedRows) -> Bools:
    """Mark letters of which the message was tried more often than they, or less, since a crash ended a round of it.

    A rule that counts failures goes by the message's.
    """
    counts = np.array(
        [one.retry is not None for one in rows.record.scenario.senders.values()], dtype=np.bool_
    )
    crashed: Bools = rows.marked(rows.message[rows.aborted])[rows.message] & counts[rows.sender]
    return crashed


def _left_behind(rows: AuditedRows, latest: Whole, letter: Whole, went: Whole) -> Bools:
    """Mark those who lie in the deferred queue at the end though a scan should have taken them along."""
    census = rows.record.census
    here = rows.marked(column(census, "letter")[column(census, "place") == DEFERRED])
    always_up = np.array([rows.is_always_up(name) for name in rows.record.names.senders], dtype=np.bool_)
    behind: Bools = here[letter] & (went == NEVER) & (latest < rows.end_us)
    behind &= always_up[rows.sender[letter]]
    return behind
