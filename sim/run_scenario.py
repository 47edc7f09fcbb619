"""Run a scenario once: build the world, let its time pass, close the books."""

from array import array
from collections.abc import Callable
from itertools import chain
from typing import Final

from sim.assembly import assemble
from sim.kernel.first_come import CountedStation
from sim.kernel.letters import Letters
from sim.kernel.recorder import QueueRecord, RunRecord, StationRecord
from sim.kernel.sampler import Sampler
from sim.mail.queue_manager import QueueManager
from sim.mail.readers import read_all
from sim.mail.town import Town
from sim.scenario.schema import Scenario
from sim.vocabulary.outcomes import QUEUED, UNDER_WAY
from sim.vocabulary.places import DEFERRED, INCOMING

Progress = Callable[[int, int], None]
"""Told the simulated time in microseconds and the number of letters submitted so far."""

_CLOSE: Final = bytes(QUEUED if outcome == UNDER_WAY else outcome for outcome in range(256))


class Run:
    """One run of a scenario, built and ready.

    Args:
        scenario: what the user wrote.
        seed: the seed; None is the scenario's own.
        replication: number of the replication, from 0.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None, replication: int = 0) -> None:
        self._scenario = scenario
        self._seed = scenario.seed if seed is None else seed
        self._replication = replication
        self._town: Town = assemble(scenario, self._seed, replication)

    def run(self, progress: Progress | None = None) -> RunRecord:
        """Let the time pass and give the record; a run can be run once."""
        town = self._town
        world = town.world
        end_us = world.end_us
        post_box = town.post_box
        told = None if progress is None else lambda now_us: progress(now_us, post_box.handed_in)
        sampler = Sampler(world, town.gauges, told, town.readings)
        sampler.start()
        world.env.run(until=end_us)
        sampler.take(end_us)
        _close(town)
        read_all(world.letters, town.readers, world.recorder.readings)
        recorder = world.recorder
        recorder.flush()
        return RunRecord(
            scenario=self._scenario,
            seed=self._seed,
            replication=self._replication,
            simulated_us=end_us,
            names=world.names,
            letters=recorder.letters,
            attempts=recorder.attempts,
            steps=recorder.steps,
            readings=recorder.readings,
            series=recorder.series,
            incidents=recorder.incidents,
            open=recorder.open,
            visits=recorder.visits,
            census=recorder.census,
            suppressions=recorder.suppressions,
            reports=recorder.reports,
            doubts=recorder.doubts,
            aborted=recorder.aborted,
            queues=tuple(_queues(town)),
            stations=tuple(_stations(town)),
        )


def build(scenario: Scenario, seed: int | None = None, replication: int = 0) -> Run:
    """Build the world of one run."""
    return Run(scenario, seed, replication)


def run_once(
    scenario: Scenario,
    seed: int | None = None,
    replication: int = 0,
    progress: Progress | None = None,
) -> RunRecord:
    """Run a scenario once.

    Args:
        scenario: what the user wrote.
        seed: the seed; None is the scenario's own.
        replication: number of the replication, from 0.
        progress: told now and then how far the run is.
    """
    return build(scenario, seed, replication).run(progress)


def _close(town: Town) -> None:
    """Settle what is still open at the end: what would happen then or later has not happened."""
    world = town.world
    letters, end_us = world.letters, world.end_us
    for office in town.offices:
        office.spool.catch_up(end_us - 1)
        if office.building.content_filter is not None:
            office.building.content_filter.close(end_us)
    if not letters.outcome:
        return
    _close_doubts(letters, end_us)
    if max(letters.ended_us) >= end_us:
        for row, at_us in enumerate(letters.ended_us):
            if at_us >= end_us:
                letters.ended_us[row] = -1
                letters.outcome[row] = QUEUED
    for column in (letters.delivered_us, letters.accepted_us):
        if max(column) >= end_us:
            for row, at_us in enumerate(column):
                if at_us >= end_us:
                    column[row] = -1
    closed = array("B", letters.outcome.tobytes().translate(_CLOSE))
    letters.outcome[:] = closed
    recorder = world.recorder
    for row, doubt in letters.doubts.items():
        recorder.doubts.add(row, doubt.outcome or QUEUED, doubt.ended_us, doubt.copy)
    for office in town.offices:
        manager = office.manager
        for row, activated_us, place in manager.open_letters():
            recorder.open.add(row, activated_us)
            recorder.census.add(row, place)
        if isinstance(manager, QueueManager):
            for row, place in manager.tried_letters():
                recorder.census.add(row, place)
        standing = chain(
            manager.importer.rows() if isinstance(manager, QueueManager) else (),
            ((row, INCOMING) for row in office.building.waiting_outside()),
            ((row, INCOMING) for row in office.spool.rows()),
            ((row, DEFERRED) for row in manager.deferred.rows()),
        )
        # These queues know a message by one of its letters; all that are not settled stand there with it.
        for row, place in standing:
            for one in letters.copies(row):
                if _stands(letters, one):
                    recorder.census.add(one, place)


def _close_doubts(letters: Letters, end_us: int) -> None:
    """Forget doubts about letters that will be taken after the end; their senders are right about them."""
    for row, doubt in list(letters.doubts.items()):
        if letters.delivered_us[row] >= end_us:
            del letters.doubts[row]
            letters.outcome[row], letters.ended_us[row] = doubt.outcome, doubt.ended_us


def _stands(letters: Letters, row: int) -> bool:
    """Tell after the end whether a letter still stands in a queue of its sender."""
    if row in letters.doubts:
        return letters.doubts[row].outcome == UNDER_WAY
    return letters.outcome[row] == QUEUED and letters.delivered_us[row] < 0


def _queues(town: Town) -> list[QueueRecord]:
    """Give what every queue knows of itself."""
    end_us = town.world.end_us
    lengths = []
    for office in town.offices:
        lengths.append((office.spool.length, "incoming", office.name))
        lengths.append((office.manager.active, "active", office.name))
        lengths.append((office.manager.deferred.length, "deferred", office.name))
    stations: list[tuple[CountedStation, str, str]] = []
    for site in town.sites:
        if site.delivery is not None:
            stations.append((site.delivery, "delivery", site.name))
        stations.extend(
            (station, "checking", server.name)
            for station, server in zip(site.checking, site.servers, strict=False)
        )
    for station, rows, owner in stations:
        station.catch_up(end_us - 1)
        lengths.append((station.length, rows, owner))
    for office in town.offices:
        if office.building.content_filter is not None:
            lengths.append((office.building.content_filter.length, "content_filter", office.name))
    return [
        QueueRecord(
            name=length.name,
            where_rows=rows,
            owner=owner,
            integral_us=length.integral_us(end_us),
            entered=length.entered,
            left=length.left,
            peak=max(length.peak, length.bucket_peak),
        )
        for length, rows, owner in lengths
    ]


def _stations(town: Town) -> list[StationRecord]:
    """Give how busy every host was."""
    end_us = town.world.end_us
    records = []
    for office in town.offices:
        manager, spool = office.manager, office.spool
        peak = max(length.peak for length in (spool.length, manager.active, manager.deferred.length))
        # The busiest of those who work one after another decides how much the machine can do.
        loads = [(spool.workers.workers, spool.workers.busy_within(end_us))]
        if isinstance(manager, QueueManager):
            loads += [(1, manager.importer.busy_us), (1, manager.agents.serial.busy_within(end_us))]
        workers, busy_us = max(loads, key=lambda load: load[1] / load[0])
        records.append(StationRecord(office.name, workers, busy_us, office.condition.down_us(end_us), peak))
    for site in town.sites:
        for place, server in enumerate(site.servers):
            counted = site.checking[place] if site.checking else None
            records.append(
                StationRecord(
                    server.name,
                    counted.station.workers if counted else 1,
                    counted.station.busy_within(end_us) if counted else None,
                    server.condition.down_us(end_us),
                    counted.length.peak if counted else 0,
                )
            )
    return records
