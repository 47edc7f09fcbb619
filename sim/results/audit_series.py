"""Checks of the series: a curve over time holds as much as its queue, and connections are closed again."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.results.audit_checks import Check
from sim.results.audit_doubts import acceptances, attempts_of
from sim.results.audit_queues import TOLERANCE
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, column, whole
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import LOCAL
from sim.vocabulary.replies import CONVERSATION_TIMED_OUT
from sim.vocabulary.stages import END_OF_DATA

SECOND_US = 1_000_000
_PATIENCE_US = 300 * SECOND_US
"""For so long a host waits for the next command (RFC 5321 4.5.3.2.7)."""
CONNECTIONS = "connections"
"""The series of the connections that a host holds open is called `office.mx1.connections`."""


def series_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check each queue's series, and each host's series of connections."""
    held = _held(rows)
    for queue in rows.record.queues:
        integral_us, peak = held.get(queue.name, (0.0, 0.0))
        difference = abs(integral_us - queue.integral_us) / max(1, abs(queue.integral_us))
        ok = difference <= TOLERANCE and peak == queue.peak
        yield Check(
            f"series_hold_the_queue.{queue.name}",
            ok,
            f"{queue.integral_us / SECOND_US:.6f} letter seconds, at most {queue.peak}",
            f"{integral_us / SECOND_US:.6f} letter seconds, at most {peak:g}",
        )
    yield from _connections(rows, held)


def _held(rows: AuditedRows) -> dict[str, tuple[float, float]]:
    """Give what each series sums up to over time, and its highest peak."""
    series = rows.record.series
    names, at_us = column(series, "name"), whole(series, "at_us")
    held: dict[str, tuple[float, float]] = {}
    for place, name in enumerate(rows.record.names.series):
        own = names == place
        spans_us = np.diff(at_us[own], prepend=0)
        if len(spans_us) and spans_us.min() > 0 and spans_us.sum() == rows.end_us:
            integral_us = float((column(series, "mean")[own] * spans_us).sum())
            held[name] = integral_us, float(column(series, "peak")[own].max())
    return held


def _connections(rows: AuditedRows, held: dict[str, tuple[float, float]]) -> Iterator[Check]:
    """Check that no host holds connections for longer than attempts and caches together explain.

    At any moment an open connection is in use by an attempt, lies in the sender's cache after one, or has been
    closed and the host has yet to hear of it. So each attempt accounts for its own length and the wait for its
    process, for one stay in the cache and for one trip; one that is under way at the end for the time since its
    activation. An attempt may have had a connection to any of its provider's hosts, the one that its row tells
    being the last: so each accounts for all of them.
    """
    names = rows.record.names
    scenario = rows.record.scenario
    allowed_us = np.zeros(len(names.providers))
    for place, name in enumerate(names.senders):
        postconf, host = scenario.senders[name].postconf, scenario.senders[name].host
        # In line for the hand-over stand at most those who have a process.
        before_us = host.process_start_us + postconf.default_process_limit * host.serial_time_us
        after_us = postconf.smtp_connection_cache_time_limit * SECOND_US
        trips_us = np.array([_half_trip_us(rows, name, provider) for provider in names.providers])
        provider = rows.provider[rows.tried]
        mine = rows.of_sender(place) & (rows.connection != SUSPENDED) & (provider != LOCAL)
        if rows.rounds is not None:
            mine &= rows.leads
        provider, took = provider[mine], rows.done[mine] - rows.handed[mine]
        size = len(names.providers)
        allowed_us += np.bincount(provider, weights=took, minlength=size)
        allowed_us += np.bincount(provider, minlength=size) * (before_us + after_us + trips_us)
        at_work = rows.marked(rows.under_way(place, postconf.recipient_limit))[rows.open_letter]
        since_us = rows.end_us - rows.open_since[at_work]
        provider = rows.provider[rows.open_letter[at_work]]
        allowed_us += np.bincount(provider, weights=since_us, minlength=size)
    allowed_us += _longer_than_waited_for(rows) + _waited_for_in_vain(rows) + _refused_in_vain(rows)
    # Who says nothing holds a connection and makes no attempt.
    silent = {clients.to for clients in scenario.silent_clients.values()}
    for name in names.hosts:
        if f"{name}.{CONNECTIONS}" in held and name.partition(".")[0] not in silent:
            found_us = held[f"{name}.{CONNECTIONS}"][0]
            most_us = float(allowed_us[names.providers.index(name.partition(".")[0])])
            yield Check(
                f"connections_are_closed.{name}",
                found_us <= most_us * (1 + TOLERANCE) + 1,
                f"at most {most_us / SECOND_US:.6f} connection seconds",
                f"{found_us / SECOND_US:.6f} connection seconds",
            )


def _longer_than_waited_for(rows: AuditedRows) -> NDArray[np.float64]:
    """Give for each provider how long its hosts worked on letters whose senders had hung up."""
    copy = acceptances(rows)
    letter = np.where(rows.is_duplicate[copy], rows.parent[copy], copy)
    attempt = attempts_of(rows, copy, letter)
    told = attempt != NEVER
    copy, letter, attempt = copy[told], letter[told], attempt[told]
    size = len(rows.record.names.providers)
    held = np.zeros(size)
    np.add.at(held, rows.provider[letter], np.maximum(rows.taken[copy] - rows.done[attempt], 0))
    return held


def _refused_in_vain(rows: AuditedRows) -> NDArray[np.float64]:
    """Give for each provider how long its hosts looked into spam whose senders had hung up."""
    providers = rows.record.scenario.providers.values()
    refuses = [one.content_filter is not None and one.content_filter.puts == "refused" for one in providers]
    held = np.zeros(len(refuses))
    stage = column(rows.record.attempts, "stage")
    gave_up = np.flatnonzero((rows.reply == CONVERSATION_TIMED_OUT) & (stage == END_OF_DATA))
    gave_up = gave_up[np.array(refuses, dtype=np.bool_)[rows.provider[rows.tried[gave_up]]]]
    visits = rows.record.visits
    looks = dict[int, list[tuple[int, int]]]()
    if len(gave_up):
        for letter, from_us, to_us in zip(visits["letter"], visits["from_us"], visits["to_us"], strict=True):
            looks.setdefault(letter, []).append((from_us, to_us))
    for attempt in gave_up:
        handed_us, done_us = int(rows.handed[attempt]), int(rows.done[attempt])
        letter = int(rows.tried[attempt])
        for from_us, to_us in looks.get(letter, ()):
            if handed_us <= from_us <= done_us < to_us:
                held[rows.provider[letter]] += to_us - done_us
    return held


def _waited_for_in_vain(rows: AuditedRows) -> NDArray[np.float64]:
    """Give for each provider how long its hosts may have waited for clients whose machine had crashed.

    A connection that was in use, or lay in a cache, is held for its time before the crash and five minutes after it.
    """
    size = len(rows.record.names.providers)
    held = np.zeros(size)
    broken = rows.aborted_handed != NEVER
    letter = rows.aborted[broken]
    since_us = rows.aborted_us[broken] - rows.aborted_since[broken]
    np.add.at(held, rows.provider[letter], since_us + _PATIENCE_US)
    for place, (name, sender) in enumerate(rows.record.scenario.senders.items()):
        # No more can lie in caches than deliveries that were over just before.
        for moment in rows.crashes(name):
            lately = rows.of_sender(place) & (rows.done <= moment)
            lately &= rows.done > moment - sender.postconf.smtp_connection_cache_time_limit * SECOND_US
            provider = rows.provider[rows.tried[lately]]
            held += np.bincount(provider[provider < size], minlength=size)[:size] * float(_PATIENCE_US)
    return held


def _half_trip_us(rows: AuditedRows, sender: str, provider: str) -> int:
    """Give the time one way of the road between two places, without jitter."""
    scenario = rows.record.scenario
    for road in scenario.roads.values():
        if (road.sender, road.provider) == (sender, provider):
            return road.round_trip_us // 2
    return scenario.default_road.round_trip_us // 2
