"""Checks of destinations: how many deliveries at once, how long between two, and held back only if it is dead.

A destination is a provider; with a recipient limit of 1 it is one mailbox there. With a rate delay there is one
delivery at a time, and so long a pause after each. Only an attempt in which no session came about, or one broke,
can make a destination dead, and its answer is the reason that the letters held back are given.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.results.audit_checks import Check, at_most, most_at_once, none_wrong
from sim.results.audit_rows import SECOND_US, AuditedRows
from sim.results.columns import Bools, Whole
from sim.scenario.postconf import Postconf
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import LOCAL
from sim.vocabulary.replies import (
    ACCEPTED,
    GREYLISTED,
    MAILBOX_UNAVAILABLE,
    MESSAGE_TOO_BIG,
    PERMANENT,
    RATE_LIMITED,
    UNKNOWN_USER,
)

_OF_A_SESSION: Final = (
    ACCEPTED,
    GREYLISTED,
    MAILBOX_UNAVAILABLE,
    MESSAGE_TOO_BIG,
    RATE_LIMITED,
    UNKNOWN_USER,
)
"""Answers of a session that came about: they speak of the letter, not of the destination."""


def destination_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the destinations of each sender."""
    for place, (name, sender) in enumerate(rows.record.scenario.senders.items()):
        postconf = sender.postconf
        mine = rows.of_sender(place) & (rows.provider[rows.tried] != LOCAL)
        deliveries = mine if rows.rounds is None else mine & rows.leads
        limit = 1 if postconf.rate_delay_s else postconf.destination_limit
        if sender.program is not None:
            yield _windows(
                rows, name, postconf, deliveries & (rows.done > rows.handed), sender.program.threads
            )
            continue
        if limit:
            yield _windows(rows, name, postconf, deliveries & (rows.done > rows.handed), limit)
        if postconf.rate_delay_s:
            tried = deliveries & (rows.connection != SUSPENDED)
            yield _pauses(rows, name, postconf, np.flatnonzero(tried))
        yield _held_back(rows, name, postconf, np.flatnonzero(mine & ~rows.said_yes))


def _destination(rows: AuditedRows, postconf: Postconf, letters: Whole) -> Whole:
    """Give for some letters a number that tells their destinations apart."""
    provider: Whole = rows.provider[letters].astype(np.int64)
    return provider << 32 | rows.mailbox[letters] if postconf.recipient_limit == 1 else provider


def _by_destination(destination: Whole, times: Whole) -> tuple[Whole, Whole]:
    """Sort times within each destination; give the destinations, in order, and the times."""
    bits = int(times.max(initial=0)).bit_length()
    if int(destination.max(initial=0)).bit_length() + bits < 63:
        # One sort of one column: the destination is the more significant part of the key.
        keys = destination << bits | times
        keys.sort()
        return keys >> bits, keys & ((1 << bits) - 1)
    order = np.lexsort((times, destination))
    return destination[order], times[order]


def _windows(rows: AuditedRows, name: str, postconf: Postconf, mine: Bools, limit: int) -> Check:
    """Check how many attempts went on at once to one destination."""
    destination = _destination(rows, postconf, rows.tried[mine])
    owner, starts = _by_destination(destination, rows.handed[mine])
    _, ends = _by_destination(destination, rows.done[mine])
    del destination
    # See most_at_once: the start with index i is one too many if the end with index i - limit is later.
    beyond = starts[limit:] < ends[: max(0, len(ends) - limit)]
    beyond &= owner[limit:] == owner[: max(0, len(owner) - limit)]
    found: dict[int, int] = {}
    for one in np.unique(owner[limit:][beyond]).tolist():
        own = slice(*np.searchsorted(owner, (one, one + 1)))
        found[one] = most_at_once(starts[own], ends[own], limit)
    at_work = rows.under_way(rows.record.names.senders.index(name), postconf.recipient_limit)
    for one, here in zip(*np.unique(_destination(rows, postconf, at_work), return_counts=True), strict=True):
        found[int(one)] = max(int(here), found.get(int(one), 0))
    worst = max(found, key=lambda one: found[one], default=None)
    where = None if worst is None else _provider(rows, postconf, worst)
    return at_most(f"windows_within_limit.{name}", limit, max(found.values(), default=0), where)


def _provider(rows: AuditedRows, postconf: Postconf, destination: int) -> str:
    place = destination >> 32 if postconf.recipient_limit == 1 else destination
    return rows.record.names.providers[place]


def _pauses(rows: AuditedRows, name: str, postconf: Postconf, which: Whole) -> Check:
    """Check that after each delivery its destination had the pause of the rate delay.

    There is one at a time, so the next one is that which was handed over next; that is no sooner than it was taken. A
    crash between the two makes an end of the pause.
    """
    crashes = rows.crashes(name)
    destination = _destination(rows, postconf, rows.tried[which])
    owner, starts = _by_destination(destination, rows.handed[which])
    _, ends = _by_destination(destination, rows.done[which])
    early = starts[1:] < ends[:-1] + postconf.rate_delay_s * SECOND_US
    early &= owner[1:] == owner[:-1]
    early &= np.searchsorted(crashes, starts[1:]) == np.searchsorted(crashes, ends[:-1])
    found = int(np.count_nonzero(early))
    where = _provider(rows, postconf, int(owner[int(np.argmax(early))])) if found else None
    return Check(f"paused_between_deliveries.{name}", not found, 0, found, where)


def _held_back(rows: AuditedRows, name: str, postconf: Postconf, which: Whole) -> Check:
    """Check that a letter was held back only if its destination had failed for the reason given, and not long ago.

    A destination is dead for minimal_backoff_time, with a rate delay only for the moment of the failure.
    """
    suspended = rows.connection[which] == SUSPENDED
    speaks_of_letter = np.isin(
        rows.reply[which], [*_OF_A_SESSION, *([] if postconf.soft_bounce else PERMANENT)]
    )
    which, suspended = which[suspended | ~speaks_of_letter], suspended[suspended | ~speaks_of_letter]
    letter, at_us = rows.tried[which], rows.done[which]
    reply = rows.reply[which].astype(np.int64)
    destination = _destination(rows, postconf, letter)
    # The failures before those who are held back at the same moment.
    order = np.lexsort((suspended, at_us, reply, destination))
    position = np.arange(len(order))
    held = suspended[order]
    # A letter held back for what speaks of a letter has no failure before it.
    failure = np.maximum.accumulate(np.where(held, -1, position))
    known = failure >= 0
    same = destination[order] == destination[order][failure]
    same &= reply[order] == reply[order][failure]
    since_us = at_us[order] - at_us[order][failure]
    dead_us = 0 if postconf.rate_delay_s else postconf.minimal_backoff_time * SECOND_US
    recent = (since_us == 0) | (since_us < dead_us)
    return none_wrong(
        f"held_back_only_after_a_failure.{name}", held & ~(known & same & recent), rows.name, letter[order]
    )
