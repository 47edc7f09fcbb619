"""Checks of the letters table and of the readings: one outcome each, times in order, none missing."""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong, same
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column, whole
from sim.results.expected_letters import expected_letters
from sim.vocabulary.outcomes import (
    BOUNCED,
    DISCARDED,
    EXPIRED,
    INBOX,
    OUTCOME_NAMES,
    QUEUED,
    REFUSED,
    SPAM,
)
from sim.vocabulary.places import AT_WORK


def letter_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the letters."""
    known = np.isin(rows.outcome, list(OUTCOME_NAMES))
    yield none_wrong("one_outcome", ~known, rows.name)
    counted = sum(int(np.count_nonzero(rows.outcome[rows.is_letter] == code)) for code in OUTCOME_NAMES)
    yield same("nothing_lost", int(rows.is_letter.sum()), counted)
    yield from _none_missing(rows)
    yield none_wrong("still_somewhere_if_not_gone", _nowhere(rows), rows.name)
    yield none_wrong("unknown_users_get_nothing", _to_unknown_users(rows), rows.name)
    yield none_wrong("times_in_order", _out_of_order(rows), rows.name)
    end_us = rows.end_us
    beyond = any_of(
        rows.submitted > end_us,
        rows.accepted > end_us,
        rows.delivered > end_us,
        rows.ended > end_us,
        rows.submitted < 0,
    )
    yield none_wrong("times_within_run", beyond, rows.name)
    yield none_wrong("outcome_fits_times", _misfits(rows), rows.name)
    yield from _readings(rows)


def _none_missing(rows: AuditedRows) -> Iterator[Check]:
    """Check that each entry numbers its letters 1, 2, 3 ... and that a campaign submitted all of its own."""
    for index, entry in enumerate(rows.record.names.entries):
        numbers = np.sort(rows.number[rows.is_letter & (rows.entry == index)])
        as_they_should = bool((numbers == np.arange(1, len(numbers) + 1)).all())
        yield same(f"numbered_without_gap.{entry}", "yes", "yes" if as_they_should else "no")
        expected = expected_letters(rows.record.scenario, entry)
        if expected is not None:
            yield same(f"all_submitted.{entry}", expected, len(numbers))


def _out_of_order(rows: AuditedRows) -> Bools:
    accepted, delivered, ended = rows.accepted != NEVER, rows.delivered != NEVER, rows.ended != NEVER
    before = np.maximum(rows.submitted, np.maximum(rows.accepted, rows.delivered))
    return any_of(
        accepted & (rows.accepted < rows.submitted),
        delivered & ((rows.delivered < rows.accepted) | ~accepted),
        ended & (rows.ended < before),
    )


def _misfits(rows: AuditedRows) -> Bools:
    """Mark the letters whose outcome needs a time that is not there, or has one that cannot be."""
    accepted, delivered, ended = rows.accepted != NEVER, rows.delivered != NEVER, rows.ended != NEVER
    arrived = np.isin(rows.outcome, [INBOX, SPAM, DISCARDED])
    returned = np.isin(rows.outcome, [BOUNCED, EXPIRED])
    turned_away = ~accepted & ~delivered & (rows.ended == rows.submitted)
    return any_of(
        arrived & ~(accepted & delivered & ended),
        returned & ~(accepted & ~delivered & ended),
        (rows.outcome == REFUSED) & ~turned_away,
        (rows.outcome == QUEUED) & ended,
    )


def _readings(rows: AuditedRows) -> Iterator[Check]:
    """Check that only what is in an inbox is fetched, and only what is fetched is opened."""
    readings = rows.record.readings
    letter: Whole = whole(readings, "letter")
    fetched, opened = whole(readings, "fetched_us"), whole(readings, "opened_us")
    wrong = any_of(
        rows.lies_in[letter] != INBOX,
        ~rows.is_letter[letter],
        fetched < rows.filed[letter],
        (opened != NEVER) & (opened < fetched),
        np.maximum(fetched, opened) > rows.end_us,
    )
    yield none_wrong("read_after_arrival", wrong, rows.name, letter)


def _nowhere(rows: AuditedRows) -> Bools:
    """Mark letters that are said to be under way and stand in no queue, or stand in one and have gone.

    The census comes from the queues' own structures, so a letter that a station dropped is missing in it. A
    letter with a delivery agent may have been delivered already: its 250 is on the way back.
    """
    census = rows.record.census
    here = np.bincount(column(census, "letter"), minlength=len(rows.kind))
    expected = (rows.outcome == QUEUED) & (rows.delivered == NEVER) & ~rows.is_duplicate
    on_the_way_back = np.zeros(len(rows.kind), dtype=np.bool_)
    at_work = column(census, "letter")[column(census, "place") == AT_WORK]
    on_the_way_back[at_work] = rows.delivered[at_work] != NEVER
    wrong: Bools = here != (expected | on_the_way_back)
    return wrong


def _to_unknown_users(rows: AuditedRows) -> Bools:
    """Mark letters that were delivered although there is no such user, or the user filters them."""
    unknown = column(rows.record.letters, "unknown_user")
    delivered: Bools = (unknown != 0) & (rows.delivered != NEVER)
    return delivered
