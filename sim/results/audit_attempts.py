"""Checks of the attempts table, and of what it says against the letters table."""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column
from sim.vocabulary.connections import NEW, REUSED, SUSPENDED
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.outcomes import BOUNCED, EXPIRED
from sim.vocabulary.places import AT_WORK, DEFERRED, DUE, INCOMING, TRIED, WAITING


def attempt_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the attempts."""
    yield none_wrong(
        "attempts_counted", rows.attempts != np.bincount(rows.tried, minlength=len(rows.kind)), rows.name
    )
    yield none_wrong("attempt_times_in_order", _out_of_order(rows), rows.name, rows.tried)
    yield none_wrong("attempts_do_not_overlap", _overlapping(rows), rows.name, rows.tried)
    final = rows.said_yes | rows.said_never
    yield none_wrong("no_attempt_after_a_final_answer", final & ~rows.is_last, rows.name, rows.tried)
    yield none_wrong("outcome_fits_last_answer", _misfits(rows), rows.name)
    yield none_wrong("delivered_within_its_attempt", _delivered_elsewhere(rows), rows.name, rows.tried)
    yield none_wrong("returned_when_its_attempt_was_over", _returned_elsewhere(rows), rows.name)
    suspended = rows.connection == SUSPENDED
    tried = (rows.done != rows.handed) | (rows.host != NO_HOST)
    yield none_wrong("suspended_without_trying", suspended & tried, rows.name, rows.tried)
    yield none_wrong("connected_to_its_own_provider", _strange_hosts(rows), rows.name, rows.tried)
    census = column(rows.record.census, "letter")
    yield none_wrong("stands_where_it_should", _misplaced(rows, census), rows.name, census)


def _out_of_order(rows: AuditedRows) -> Bools:
    accepted = rows.accepted[rows.tried]
    return any_of(
        rows.activated < accepted,
        accepted == NEVER,
        rows.handed < rows.activated,
        rows.done < rows.handed + rows.setup,
        rows.setup < rows.dns,
        rows.done > rows.end_us,
    )


def _overlapping(rows: AuditedRows) -> Bools:
    """Mark the attempts before whose end their letter's next one began."""
    overlapping: Bools = (rows.next_activated != NEVER) & (rows.next_activated < rows.done)
    return overlapping


def _misfits(rows: AuditedRows) -> Bools:
    """Mark the letters whose fate is not what their last finished attempt, or their open one, says."""
    yes, never = rows.marked(rows.tried[rows.said_yes]), rows.marked(rows.tried[rows.said_never])
    delivered, still_open = (rows.delivered != NEVER) & ~rows.is_duplicate, rows.is_open()
    return any_of(
        delivered & ~yes & ~still_open,
        yes & ~delivered,
        still_open & (yes | never | (rows.outcome == EXPIRED)),
        never != (rows.outcome == BOUNCED),
        (rows.outcome == EXPIRED) & ~rows.was_tried(),
    )


def _delivered_elsewhere(rows: AuditedRows) -> Bools:
    delivered = rows.delivered[rows.tried]
    within: Bools = (delivered >= rows.handed) & (delivered <= rows.done)
    return rows.said_yes & ~within


def _returned_elsewhere(rows: AuditedRows) -> Bools:
    """Mark the letters that were refused for good, or given up, at another moment than their last attempt says.

    Whom somebody refuses is told so at the end of his own attempt; given up is what is left of a message.
    """
    returned: Bools = (rows.outcome == BOUNCED) | (rows.outcome == EXPIRED)
    if not returned.any():
        return returned
    last = np.flatnonzero(rows.is_last & returned[rows.tried])
    letter = rows.tried[last]
    refused = rows.outcome[letter] == BOUNCED
    over = np.where(refused, rows.done[last], rows.settled[last])
    return rows.marked(letter[rows.ended[letter] != over])


def _strange_hosts(rows: AuditedRows) -> Bools:
    """Mark the attempts that reached a host of another provider, or that were connected to none."""
    connected = (rows.connection == NEW) | (rows.connection == REUSED)
    names = rows.record.names
    owners = np.array([*(names.providers.index(host.partition(".")[0]) for host in names.hosts), -1])
    owner = owners[np.minimum(rows.host, len(names.hosts))]
    reached = owner != -1
    return any_of(connected & ~reached, reached & (owner != rows.provider[rows.tried]))


def _misplaced(rows: AuditedRows, census: Whole) -> Bools:
    """Mark those of the census that stand where, by their attempts, they cannot be.

    Only what was tried is in the deferred queue or comes from it; only what was not tried is incoming, or what a crash
    has put there; and only
    with others of its message that are active can a letter be in the active queue that was tried. Outside it a
    message stands in one place.
    """
    place = column(rows.record.census, "place")
    tried = rows.was_tried()[census]
    crashed = rows.marked(rows.message[rows.aborted])[rows.message[census]]
    misplaced = any_of(
        rows.is_open()[census] != np.isin(place, [WAITING, AT_WORK]),
        (place == INCOMING) & tried & ~crashed,
        np.isin(place, [DEFERRED, DUE, TRIED]) & ~tried,
    )
    if rows.rounds is None:
        misplaced |= place == TRIED
        return misplaced
    message = rows.message[census]
    active = rows.marked(rows.message[rows.open_letter])[message]
    misplaced |= active != np.isin(place, [WAITING, AT_WORK, TRIED])
    place_of = np.zeros(len(rows.kind), dtype=place.dtype)
    place_of[message] = place
    misplaced |= ~active & (place != place_of[message])
    return misplaced
