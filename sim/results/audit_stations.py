"""Checks of first-come stations: whoever comes first is served first, by so many workers and no more.

Number those who come from 0 in order of arrival, and let `D` be all departures, sorted. With c workers the one
with number i begins to be served at

    S[i] = max(arrival[i], D[i - c])    (at its arrival, for i < c).

For it begins when it is there and a worker is free, that is, when i - c + 1 of the i before it have gone; and
those behind it begin no earlier than it does, so they do not go before that moment and cannot be counted among
them by mistake. So the rows tell each service, and it must be one that the scenario's law can give.

With a crash go those who are served or wait, whoever is before them. Then the workers are followed one by one, in order
of arrival: who goes with a crash before a worker is free was never begun with, and a service that a crash ended was
shorter than the law says, and never longer.
"""

from collections.abc import Iterator
from heapq import heapreplace

import numpy as np

from sim.kernel.recorder import QueueRecord
from sim.results.audit_checks import Check, none_wrong, same
from sim.results.audit_queues import station_queues
from sim.results.audit_rounds import firsts
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column
from sim.scenario.service_time import ServiceTime
from sim.vocabulary.kinds import LETTER, RELAYED
from sim.vocabulary.outcomes import REFUSED


def station_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check every station."""
    for place, queue in enumerate(station_queues(rows.record)):
        found = _workers(rows, queue)
        if found is not None:
            yield from _visits(rows, place, queue, *found)
    for place, name in enumerate(rows.record.names.senders):
        # A content filter lets go of letters when it likes.
        if rows.is_always_up(name) and rows.record.scenario.senders[name].host.content_filter is None:
            yield _commits(rows, place, name)


def starts_of_service(arrivals: Whole, departures: Whole, workers: int) -> Whole:
    """Give when each one was begun with; both are sorted, each by itself."""
    starts = arrivals.copy()
    if len(starts) > workers:
        np.maximum(starts[workers:], departures[:-workers], out=starts[workers:])
    return starts


def _workers(rows: AuditedRows, queue: QueueRecord) -> tuple[int, ServiceTime] | None:
    """Give a station's number of workers and what one letter takes them, as the scenario says.

    A sender's content filter begins anew after each crash, so that its services cannot be read off.
    """
    if queue.where_rows == "content_filter":
        return None
    provider = rows.record.scenario.providers[queue.owner.partition(".")[0]]
    if queue.where_rows == "checking":
        checking = provider.checking
        return None if checking is None else (checking.workers, checking.time)
    workers = provider.delivery.workers
    return None if workers is None else (workers, provider.delivery.time)


def bounds_of(law: ServiceTime) -> tuple[int, int | None]:
    """Give the shortest and the longest service of a law; None is no longest one."""
    if law.shape == "constant":
        return law.mean_us, law.mean_us
    return (law.low_us, law.high_us) if law.shape == "uniform" else (0, None)


def _visits(
    rows: AuditedRows, place: int, queue: QueueRecord, workers: int, law: ServiceTime
) -> Iterator[Check]:
    """Check one station of a provider, and the work that it kept account of.

    The work done within the run is what the stays sum up to, less the time in line, which is from each arrival
    to the start of its service or to the end of the run. For each law of services that is an identity.
    """
    visits = rows.record.visits
    own = column(visits, "queue") == place
    came: Whole = column(visits, "from_us")[own]
    went: Whole = column(visits, "to_us")[own]
    broken_off = np.isin(went, rows.crashes_of_provider(queue.owner.partition(".")[0]))
    if broken_off.any():
        starts = _starts_one_by_one(came, went, broken_off, workers)
    else:
        starts = starts_of_service(came, np.sort(went), workers)
    wrong = _impossible(went - starts, law, broken_off)
    wrong[1:] |= came[1:] < came[:-1]
    yield none_wrong(f"first_come.{queue.name}", wrong, rows.name, column(visits, "letter")[own])
    station = next((one for one in rows.record.stations if one.name == queue.owner), None)
    if queue.where_rows == "checking" and station is not None and station.busy_us is not None:
        end_us = rows.end_us
        worked_us = int((np.minimum(went, end_us) - np.minimum(starts, end_us)).sum())
        yield same(f"work_done.{queue.name}", station.busy_us, worked_us)


def _starts_one_by_one(came: Whole, went: Whole, broken_off: Bools, workers: int) -> Whole:
    """Give when each one was begun with, in order of arrival; who was not begun with, when it went."""
    free_us, starts = [0] * workers, np.zeros_like(came)
    for place, (arrival_us, left_us, broken) in enumerate(
        zip(came.tolist(), went.tolist(), broken_off, strict=True)
    ):
        begun_us = max(arrival_us, free_us[0])
        if broken and begun_us >= left_us:
            starts[place] = left_us
        else:
            starts[place] = begun_us
            heapreplace(free_us, left_us)
    return starts


def _impossible(services: Whole, law: ServiceTime, broken_off: Bools) -> Bools:
    shortest, longest = bounds_of(law)
    impossible: Bools = services < np.where(broken_off, 0, shortest)
    if longest is not None:
        impossible |= services > longest
    return impossible


def _commits(rows: AuditedRows, place: int, name: str) -> Check:
    """Check that a sender's letters were accepted as fast as its commits go, neither faster nor slower.

    Who came first of those that came at one moment cannot be read off, so departures are compared in their own
    order: at most i letters go before S[i] + the shortest commit, and i + 1 of them by S[i] + the longest. What
    was not accepted within the run would have been at its end or later. Letters of a list have no commit.
    """
    host = rows.record.scenario.senders[name].host
    listed = [rows.record.scenario.letters[entry].times_us is not None for entry in rows.record.names.entries]
    mine = (rows.sender == place) & (rows.outcome != REFUSED) & ~rows.is_duplicate
    # What a gateway carries on was written before its 250.
    mine &= rows.kind != RELAYED
    if any(listed):
        mine &= ~(np.array(listed)[rows.entry] & (rows.kind == LETTER))
    if rows.rounds is not None:
        # A message is written once.
        written = np.flatnonzero(mine)
        mine = rows.marked(written[firsts(rows.message[written])])
    accepted = rows.accepted[mine]
    accepted[accepted == NEVER] = rows.end_us
    accepted.sort()
    starts = starts_of_service(np.sort(rows.submitted[mine]), accepted, host.commit_workers)
    shortest, longest = bounds_of(host.commit_time)
    np.subtract(accepted, starts, out=starts)
    wrong = (starts < shortest) & (accepted < rows.end_us)
    if longest is not None:
        wrong |= starts > longest
    found = int(np.count_nonzero(wrong))
    return Check(f"commits_first_come.{name}", not found, 0, found)
