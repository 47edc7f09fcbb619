"""Checks of limits: how many at once, how fast one after another, how many within a time.

Rows tell less than the engine knew: when a letter was handed over, but not when its agent was taken for it.
So each check here is a condition that must hold for what the rows do tell; none of them is an estimate.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column
from sim.scenario.provider import RateLimit
from sim.vocabulary.places import AT_WORK

_SLACK_TOKENS = 1e-3
"""What rounding may make of a bucket's level."""


def limit_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the limits of each sender, and of each provider."""
    for place, name in enumerate(rows.record.names.senders):
        yield from _sender_checks(rows, place, name)
    for name, provider in rows.record.scenario.providers.items():
        if provider.rate_limit is not None:
            yield _rate(rows, name, provider.rate_limit)


def _sender_checks(rows: AuditedRows, place: int, name: str) -> Iterator[Check]:
    """Check processes, windows, hand-over and import of one sender."""
    settings = rows.record.scenario.senders[name]
    postconf, host = settings.postconf, settings.host
    # What is over as soon as it begins (a suspension, a DSN) takes no process.
    mine = rows.of_sender(place) & (rows.done > rows.handed)
    handed, done = np.sort(rows.handed[mine]), np.sort(rows.done[mine])
    census = rows.record.census
    at_work = column(census, "letter")[column(census, "place") == AT_WORK]
    at_work = at_work[rows.sender[at_work] == place]
    limit = postconf.default_process_limit
    most = max(most_at_once(handed, done, limit), len(at_work))
    yield _at_most(f"processes_within_limit.{name}", limit, most)
    del done
    if host.serial_time_us:
        yield _one_by_one(
            f"handed_over_one_by_one.{name}", handed, host.serial_time_us, host.process_start_us
        )
    del handed
    limit = postconf.destination_limit
    if limit:
        limit = max(limit, postconf.initial_destination_concurrency)
        yield _windows(rows, name, mine, at_work, limit)
    if host.import_time_us:
        opened = rows.open_since[rows.sender[rows.open_letter] == place]
        activated = np.concatenate((rows.activated[rows.of_sender(place)], opened))
        activated.sort()
        yield _one_by_one(f"imported_one_by_one.{name}", activated, host.import_time_us, 0)


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


def _windows(rows: AuditedRows, name: str, mine: Bools, at_work: Whole, limit: int) -> Check:
    """Check how many attempts went on at once to one destination.

    A window never grows beyond the limit, or beyond where it started; it may be the smaller of the two.
    """
    bits = rows.end_us.bit_length()
    # One sort for all destinations: the provider is the more significant part of the key.
    provider = rows.provider[rows.tried[mine]].astype(np.int64) << bits
    starts, ends = provider | rows.handed[mine], provider | rows.done[mine]
    del provider
    starts.sort()
    ends.sort()
    most, where = -1, ""
    for place, destination in enumerate(rows.record.names.providers):
        own = slice(*np.searchsorted(starts, (place << bits, (place + 1) << bits)))
        here = int(np.count_nonzero(rows.provider[at_work] == place))
        found = max(most_at_once(starts[own], ends[own], limit), here)
        if found > most:
            most, where = found, destination
    return _at_most(f"windows_within_limit.{name}", limit, most, where)


def _at_most(name: str, limit: int, most: int, where: str | None = None) -> Check:
    allowed = f"at most {limit} at once"
    if most <= limit:
        return Check(name, True, allowed, allowed)
    return Check(name, False, allowed, f"{most} at once", where)


def _one_by_one(name: str, moments: Whole, each_us: int, later_us: int) -> Check:
    """Check that what takes `each_us`, one at a time, was not done faster.

    Each moment lies at most `later_us` after the end of a piece of work. Of k + 1 moments in a row, the pieces
    ended k * each_us apart at least, so the last moment is no less than k * each_us - later_us after the first.

    Args:
        name: what should hold.
        moments: sorted.
        each_us: what one piece takes.
        later_us: how much later than its piece's end a moment may be.
    """
    moments = moments - np.arange(len(moments)) * each_us
    ahead = np.maximum.accumulate(moments)
    ahead -= moments
    found = int(np.count_nonzero(ahead > later_us))
    return Check(name, not found, 0, found)


def _rate(rows: AuditedRows, name: str, limit: RateLimit) -> Check:
    """Check that a provider took no more letters from a sender than its bucket allows.

    A bucket that holds `burst` lets through at most burst + rate * t letters within any time t. What is
    delivered was let through at RCPT, and when that was follows from the row: the connection was ready at
    handed + setup, and the 250 took half a round trip, as RCPT did (three halves without PIPELINING). Only a
    silence can delay RCPT, so attempts that met a fault are left out; with fewer letters the bound still holds.
    """
    provider = rows.record.scenario.providers[name]
    fill_per_us = round(limit.rate_per_s * 1_000_000) / 1e12
    mine = rows.said_yes & (rows.provider[rows.tried] == rows.record.names.providers.index(name))
    mine &= rows.delivered[rows.tried] != NEVER
    for fault in rows.record.scenario.faults:
        if fault.where.startswith(("providers.", "roads.")):
            mine &= (rows.handed > fault.until_us) | (rows.done < fault.at_us)
    which = np.flatnonzero(mine)
    letter = rows.tried[which]
    half_us = rows.done[which] - rows.delivered[letter]
    halves = 1 if provider.pipelining else 3
    asked = rows.handed[which] + rows.setup[which] + halves * half_us + provider.command_time_us
    most = 0.0
    for place in range(len(rows.record.names.senders)):
        of_sender = np.sort(asked[rows.sender[letter] == place])
        if len(of_sender):
            ahead = np.arange(len(of_sender)) - of_sender * fill_per_us
            most = max(most, float((ahead - np.minimum.accumulate(ahead)).max()) + 1)
    ok = most <= limit.burst + _SLACK_TOKENS
    return Check(f"rate_within_limit.{name}", ok, f"at most {limit.burst} ahead", f"{most:.3f} ahead")
