"""Checks of receiving hosts that crash: one that is off takes nothing and delivers nothing, and begins again.

What a host accepted is on its disk. It lies in its box no sooner than a whole delivery after the 250, and after the
last restart; where no delivery waits for another, no later either.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.audit_stations import bounds_of
from sim.results.columns import NEVER, Bools, Whole, whole


def crash_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check every provider of which a host crashed."""
    names = rows.record.names
    for place, host in enumerate(names.hosts):
        spells = _spells(rows, host)
        if not spells:
            continue
        begins, ends = (np.array(one, dtype=np.int64) for one in zip(*spells, strict=True))
        letter = _taken_by(rows, place)
        taken, filed = rows.taken[letter], rows.filed[letter]
        yield none_wrong(f"takes_nothing_when_off.{host}", _within(taken, begins, ends), rows.name, letter)
        provider = rows.record.scenario.providers[host.partition(".")[0]]
        if provider.relay is not None:
            continue
        shortest, longest = bounds_of(provider.delivery.time)
        was_filed: Bools = filed != NEVER
        until = np.where(was_filed, filed, rows.end_us - 1)
        restart = np.searchsorted(ends, until, "right") - 1
        worked = until - np.maximum(taken, np.where(restart >= 0, ends[np.maximum(restart, 0)], 0))
        is_off = _within(until, begins, ends)
        wrong = was_filed & (is_off | (worked < shortest))
        if longest is not None and provider.delivery.workers is None:
            wrong |= ~is_off & (worked > longest)
        yield none_wrong(f"delivers_anew_after_a_crash.{host}", wrong, rows.name, letter)


def _taken_by(rows: AuditedRows, host: int) -> Whole:
    """Give the letters that a host took, as far as that can be told."""
    provider = rows.record.names.hosts[host].partition(".")[0]
    if len(rows.record.scenario.providers[provider].mx) == 1:
        mine = rows.provider == rows.record.names.providers.index(provider)
        return np.flatnonzero(mine & (rows.taken != NEVER))
    letter = rows.tried[np.flatnonzero(rows.said_yes & (rows.host == host))]
    # Of a letter in doubt it is not told which host took it first.
    letter = letter[~rows.marked(whole(rows.record.doubts, "letter"))[letter]]
    known: Whole = letter[rows.taken[letter] != NEVER]
    return known


def _spells(rows: AuditedRows, host: str) -> list[tuple[int, int]]:
    """Give from when until when a host was off, in order and apart from each other."""
    incidents = rows.record.incidents
    places = {f"providers.{host}", f"providers.{host.partition('.')[0]}"}
    told = zip(*(incidents[name] for name in ("kind", "where", "from_us", "to_us")), strict=True)
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(
        (from_us, to_us) for kind, where, from_us, to_us in told if kind == "crash" and where in places
    ):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _within(moments: Whole, begins: Whole, ends: Whole) -> Bools:
    """Mark the moments that lie within an interval."""
    last = np.searchsorted(begins, moments, "right") - 1
    within: Bools = (last >= 0) & (moments < ends[np.maximum(last, 0)])
    return within
