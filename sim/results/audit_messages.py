"""Checks of messages with several recipients: the copies of one message have in common what a message has.

They stand together, are of one size, are handed in and accepted at one moment, and go in deliveries of no more than
the recipient limit, each of which one of its letters tells.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole
from sim.vocabulary.connections import SHARED, SUSPENDED


def message_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the messages."""
    yield none_wrong("message_is_where_its_first_letter_is", _strangers(rows), rows.name)
    if rows.rounds is None:
        return
    first = rows.message
    differs = any_of(
        rows.size_bytes != rows.size_bytes[first],
        rows.submitted != rows.submitted[first],
        rows.sender != rows.sender[first],
        rows.entry != rows.entry[first],
        _accepted_apart(rows),
    )
    yield none_wrong("copies_of_a_message_are_alike", differs, rows.name)
    alone, crowded = _badly_grouped(rows)
    yield none_wrong("goes_along_with_somebody", alone, rows.name, rows.tried)
    yield none_wrong("deliveries_within_recipient_limit", crowded, rows.name, rows.tried)


def _strangers(rows: AuditedRows) -> Bools:
    """Mark the rows whose message is not the run of rows that their numbers say."""
    row = np.arange(len(rows.kind))
    if rows.rounds is None:
        wrong: Bools = rows.message != row
        return wrong
    place = np.where(rows.is_letter, (rows.number.astype(np.int64) - 1) % rows.recipients[rows.entry], 0)
    strangers: Bools = rows.message != row - place
    return strangers


def _accepted_apart(rows: AuditedRows) -> Bools:
    """Mark the rows that were accepted at another moment than others of their message; some may be refused."""
    taken = rows.accepted != NEVER
    latest = np.full(len(rows.kind), NEVER, dtype=np.int64)
    np.maximum.at(latest, rows.message[taken], rows.accepted[taken])
    apart: Bools = taken & (rows.accepted != latest[rows.message])
    return apart


def _badly_grouped(rows: AuditedRows) -> tuple[Bools, Bools]:
    """Mark rows that went along with nobody, and rows of deliveries with too many recipients.

    Rows of one delivery have message, provider, hand-over and end in common. Two deliveries may have all that in
    common, too; then there are two rows that tell a delivery, and each may have as many with it as the limit allows.
    """
    letter = rows.tried
    limits = rows.by_sender(lambda sender: sender.postconf.recipient_limit)[rows.sender[letter]]
    mailbox: Whole = np.where(limits == 1, rows.mailbox[letter], 0)
    keys = np.stack(
        [
            rows.message[letter].astype(np.int64),
            rows.provider[letter].astype(np.int64),
            rows.handed,
            rows.done,
            mailbox.astype(np.int64),
        ]
    )
    _, group = np.unique(keys, axis=1, return_inverse=True)
    group = group.reshape(-1)
    tried = rows.connection != SUSPENDED
    shared = rows.connection == SHARED
    leads = np.bincount(group, weights=tried & ~shared)[group]
    along = np.bincount(group, weights=shared)[group]
    crowded: Bools = shared & (limits > 0) & (along > leads * (limits - 1))
    return shared & (leads == 0), crowded
