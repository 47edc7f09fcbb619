"""Checks of limits of machines and hosts: how many at once, how fast one after another, how many within a time.

Rows tell less than the engine knew: when a letter was handed over, but not when its agent was taken for it.
So each check here is a condition that must hold for what the rows do tell; none of them is an estimate.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, at_most, most_at_once
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Whole
from sim.scenario.receiving_rules import RateLimit

_SLACK_TOKENS = 1e-3
"""What rounding may make of a bucket's level."""


def limit_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the limits of each sender, and of each provider."""
    for place, name in enumerate(rows.record.names.senders):
        yield from _sender_checks(rows, place, name)
    for name, provider in rows.record.scenario.providers.items():
        limit = provider.rate_limit
        # Of other limits the rows do not tell when they were asked, or by what.
        if limit is not None and (limit.key, limit.stage) == ("ip", "rcpt") and not _has_pools(rows):
            yield _rate(rows, name, limit)


def _sender_checks(rows: AuditedRows, place: int, name: str) -> Iterator[Check]:
    """Check processes, hand-over and import of one sender."""
    settings = rows.record.scenario.senders[name]
    postconf, host = settings.postconf, settings.host
    # What is over as soon as it begins (a suspension, a DSN) takes no process.
    mine = rows.of_sender(place) & (rows.done > rows.handed)
    if rows.rounds is not None:
        mine &= rows.leads
    handed, done = np.sort(rows.handed[mine]), np.sort(rows.done[mine])
    limit = postconf.default_process_limit if settings.program is None else settings.program.threads
    most = max(most_at_once(handed, done, limit), len(rows.under_way(place, postconf.recipient_limit)))
    yield at_most(f"processes_within_limit.{name}", limit, most)
    del done
    if host.serial_time_us:
        yield _one_by_one(
            f"handed_over_one_by_one.{name}", handed, host.serial_time_us, host.process_start_us
        )
    del handed
    if host.import_time_us:
        opened = rows.open_since[rows.sender[rows.open_letter] == place]
        activated = np.concatenate((rows.activated[rows.of_sender(place)], opened))
        if rows.rounds is not None:
            activated = rows.rounds.activated[rows.sender[rows.rounds.message] == place]
        activated.sort()
        yield _one_by_one(f"imported_one_by_one.{name}", activated, host.import_time_us, 0)


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
    silence, or a packet that is lost, can delay RCPT: so attempts that met a fault are left out, and all where
    some road loses packets; with fewer letters the bound still holds.
    """
    provider = rows.record.scenario.providers[name]
    fill_per_us = round(limit.rate_per_s * 1_000_000) / 1e12
    mine = rows.said_yes & (rows.provider[rows.tried] == rows.record.names.providers.index(name))
    mine &= rows.delivered[rows.tried] != NEVER
    if rows.rounds is not None:
        # When one of several was named does not follow from the row.
        mine &= ~rows.is_one_of_several(rows.tried)
    if _is_lossy(rows, name):
        mine[:] = False
    incidents = rows.record.incidents
    for where, from_us, to_us in zip(*(incidents[key] for key in ("where", "from_us", "to_us")), strict=True):
        if where.startswith(("providers.", "roads.")):
            mine &= ((rows.handed > to_us) & (to_us != NEVER)) | (rows.done < from_us)
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


def _has_pools(rows: AuditedRows) -> bool:
    """Tell whether some sender connects from several addresses, each of which has a bucket of its own."""
    senders = rows.record.scenario.senders.values()
    return any(
        sender.address_changes or (sender.address_choice != "first" and len(sender.addresses) > 1)
        for sender in senders
    )


def _is_lossy(rows: AuditedRows, provider: str) -> bool:
    """Tell whether packets to a provider may be lost without any fault."""
    scenario = rows.record.scenario
    roads = [road for road in scenario.roads.values() if road.provider == provider]
    return scenario.default_road.loss_ratio > 0 or any(road.loss_ratio > 0 for road in roads)
