"""Checks of messages with several recipients: the copies of one message have in common what a message has.

They stand together, are of one size, are handed in and accepted at one moment. While one of them is in the active
queue they all are; each round takes along whoever is still to be delivered. They go in deliveries of no more than
the recipient limit, each of which one of its letters tells.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong
from sim.results.audit_rounds import Rounds, grouped
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, column, numbered
from sim.vocabulary.connections import SHARED, SUSPENDED
from sim.vocabulary.outcomes import EXPIRED, QUEUED


def message_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the messages."""
    yield none_wrong("message_is_where_its_first_letter_is", _strangers(rows), rows.name)
    if rows.rounds is None:
        return
    yield none_wrong("message_has_all_its_copies", _incomplete(rows), rows.name)
    first = rows.message
    differs = any_of(
        rows.size_bytes != rows.size_bytes[first],
        rows.submitted != rows.submitted[first],
        rows.sender != rows.sender[first],
        rows.entry != rows.entry[first],
        _accepted_apart(rows),
    )
    yield none_wrong("copies_of_a_message_are_alike", differs, rows.name)
    early = _begun_too_early(rows.rounds)
    yield none_wrong("rounds_of_a_message_follow_each_other", early, rows.name, rows.rounds.message)
    yield none_wrong("each_round_takes_all_along", _left_out(rows, rows.rounds), rows.name)
    alone, crowded = _badly_grouped(rows)
    yield none_wrong("goes_along_with_somebody", alone, rows.name, rows.tried)
    yield none_wrong("deliveries_within_recipient_limit", crowded, rows.name, rows.tried)
    asks = (rows.connection == SHARED) & (column(rows.record.attempts, "dns_queries") > 0)
    yield none_wrong("one_of_a_delivery_asks", asks, rows.name, rows.tried)


def _strangers(rows: AuditedRows) -> Bools:
    """Mark the rows whose message is not the run of rows that their numbers say."""
    row = np.arange(len(rows.kind))
    if rows.rounds is None:
        wrong: Bools = rows.message != row
        return wrong
    place = np.where(rows.is_letter, (rows.number.astype(np.int64) - 1) % rows.recipients[rows.entry], 0)
    strangers: Bools = rows.message != row - place
    return strangers


def _incomplete(rows: AuditedRows) -> Bools:
    """Mark the first letters of messages that have more or fewer copies than their entry says."""
    own = rows.message[rows.is_letter]
    copies = np.bincount(own, minlength=len(rows.kind))
    incomplete: Bools = rows.marked(own) & (copies != rows.recipients[rows.entry])
    return incomplete


def _accepted_apart(rows: AuditedRows) -> Bools:
    """Mark the rows that were accepted at another moment than others of their message; some may be refused."""
    taken = rows.accepted != NEVER
    latest = np.full(len(rows.kind), NEVER, dtype=np.int64)
    np.maximum.at(latest, rows.message[taken], rows.accepted[taken])
    apart: Bools = taken & (rows.accepted != latest[rows.message])
    return apart


def _begun_too_early(rounds: Rounds) -> Bools:
    """Mark the rounds that began while their message was in the active queue already."""
    early = rounds.number > 1
    early[1:] &= (rounds.ended[:-1] == NEVER) | (rounds.activated[1:] < rounds.ended[:-1])
    return early


def _left_out(rows: AuditedRows, rounds: Rounds) -> Bools:
    """Mark the letters that missed a round of their message before they were delivered or refused for good."""
    letter = np.concatenate([rows.tried, rows.aborted])
    number = rounds.number[np.concatenate([rounds.of, rounds.of_aborted])]
    order = np.lexsort((number, letter))
    missed = rows.marked(letter[order][numbered(letter[order]) != number[order]])
    stays = rows.attempts + np.bincount(rows.aborted, minlength=len(rows.kind))
    is_late = stays[rows.open_letter] + 1 != rounds.number[rounds.of_open]
    missed[rows.open_letter[is_late]] = True
    held = np.bincount(rounds.message, minlength=len(rows.kind))[rows.message]
    left = np.isin(rows.outcome, [QUEUED, EXPIRED]) & (rows.delivered == NEVER)
    missed |= left & ~rows.is_open() & (stays != held)
    return missed


def _badly_grouped(rows: AuditedRows) -> tuple[Bools, Bools]:
    """Mark rows that went along with nobody, and rows of deliveries with too many recipients.

    Rows of one delivery have message, provider, times and the wait for names in common. Two deliveries may have all
    that in common, too; then there are two rows that tell a delivery, and each may have as many with it as the limit
    allows. Of a delivery that a crash cut short those rows alone are there whose letters were known to be taken.
    """
    letter = rows.tried
    limits = rows.by_sender(lambda sender: sender.postconf.recipient_limit)[rows.sender[letter]]
    group, first = grouped(
        rows.message[letter],
        rows.activated,
        rows.handed,
        rows.done,
        rows.dns,
        rows.provider[letter],
        np.where(limits == 1, rows.mailbox[letter], 0),
    )
    shared = (rows.connection == SHARED) & ~_cut_short(rows)
    tells = ~shared & (rows.connection != SUSPENDED)
    leads = np.bincount(group[tells], minlength=len(first))[group]
    along = np.bincount(group[shared], minlength=len(first))[group]
    crowded: Bools = shared & (limits > 0) & (along > leads * (limits - 1))
    return shared & (leads == 0), crowded


def _cut_short(rows: AuditedRows) -> Bools:
    """Mark attempts that ended at the moment at which their sender's machine crashed."""
    cut = np.zeros(len(rows.tried), dtype=np.bool_)
    for place, name in enumerate(rows.record.names.senders):
        cut |= (rows.sender[rows.tried] == place) & np.isin(rows.done, rows.crashes(name))
    return cut
