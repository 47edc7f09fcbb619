"""Queues whose mean wait is known in closed form, run through the same stations as any other scenario.

Senders write Poisson mail; nothing holds a letter up before the provider's checking station, where the letters
arrive as they were written, each shifted by its road. The station's waits are those of M/M/1, M/M/c or M/G/1.
In the two-path case two senders with a short and a long road share one station: first come, first served holds
there only if the station is asked in the order of arrival, and not in the order in which letters set out.

The runs start empty and leave out the first letters, by when an empty start is forgotten many times over. The
seeds are fixed here and have not been chosen. What chance did to a batch of letters is taken out by controls
whose means are known: the letters' gaps and services, and the wait that the same letters would have had in line
for one faster server (Lindley's recursion, outside the engine; its mean by Pollaczek and Khinchine).
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import numpy as np

from sim.kernel.draws import Draws, letter_key, uniform
from sim.kernel.recorder import RunRecord
from sim.kernel.variates import sample_us
from sim.results.columns import Whole, whole
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario
from sim.validation.formulas import wait_mg1, wait_mm1, wait_mmc
from sim.validation.intervals import Floats, Interval, batch_means, controlled_interval
from sim.validation.row import Row

HALF_WIDTH: Final = 0.02
"""Widest half-width of an interval that still counts, as a share of the exact value."""
FAMILY_LEVEL: Final = 0.99
"""Confidence that all intervals hold together (Bonferroni)."""
BATCHES: Final = 100
WARM_UP: Final = 2_000
"""Letters left out at the beginning, several hundred times what an empty start lasts at these loads."""
MEAN_SERVICE_S: Final = 1.0
_FASTER: Final = 0.8
"""How much of a service the control's faster server needs, beside a single worker."""
_UNLIMITED: Final = 1_000_000


@dataclass(frozen=True)
class Case:
    """One queue.

    Attributes:
        name: its name in the scorecard.
        seed: seed of the run.
        letters: about how many letters.
        arrivals_per_s: of all senders together.
        service: the checking time, as a scenario writes it; its mean is one second.
        variation: its coefficient of variation.
        workers: of the checking station.
        round_trips_s: one sender for each, with a road of that round trip.
    """

    name: str
    seed: int
    letters: int
    arrivals_per_s: float
    service: Any
    variation: float
    workers: int = 1
    round_trips_s: tuple[float, ...] = (0.0,)

    @property
    def exact_wait_s(self) -> float:
        """The mean wait in line by theory."""
        if self.workers > 1:
            return wait_mmc(self.arrivals_per_s, MEAN_SERVICE_S, self.workers)
        if self.variation == 1:
            return wait_mm1(self.arrivals_per_s, MEAN_SERVICE_S)
        return wait_mg1(self.arrivals_per_s, MEAN_SERVICE_S, self.variation)


_HEAVY: Final = {"lognormal": {"mean": "1 s", "cv": 1.5}}
CASES: Final = (
    Case("M/M/1, load 0.6", 1001, 150_000, 0.6, {"exponential": "1 s"}, 1.0),
    Case("M/M/3, load 0.7", 1002, 150_000, 2.1, {"exponential": "1 s"}, 1.0, workers=3),
    Case("M/G/1, constant service, load 0.6", 1003, 150_000, 0.6, "1 s", 0.0),
    Case("M/G/1, lognormal service with cv 1.5, load 0.5", 1004, 200_000, 0.5, _HEAVY, 1.5),
    Case(
        "two-path FIFO, constant service, load 0.6", 1005, 250_000, 0.6, "1 s", 0.0, round_trips_s=(0.02, 4.0)
    ),
)


def rows(advance: Callable[[], None] | None = None) -> list[Row]:
    """Run all cases, two at a time, and compare each mean wait with theory."""
    checks = sum(len(case.round_trips_s) for case in CASES)
    level = 1 - (1 - FAMILY_LEVEL) / checks
    found: list[Row] = []
    for case, intervals in zip(CASES, _measure_all(CASES, level, advance), strict=True):
        for road, interval in zip(case.round_trips_s, intervals, strict=True):
            path = f", round trip {road:g} s" if len(case.round_trips_s) > 1 else ""
            found.append(_row(case, path, interval, checks))
    return found


def measure(case: Case, level: float) -> list[Interval]:
    """Run one case and give the mean wait with its interval, in seconds, for each sender."""
    scenario = scenario_of(case)
    record = run_once(scenario, seed=case.seed)
    return _intervals(case, scenario, record, level)


def scenario_of(case: Case) -> Scenario:
    """Make the scenario of a case: nothing costs time but the roads and the checking station."""
    length_s = case.letters / case.arrivals_per_s
    senders = [f"sender_{index}" for index in range(len(case.round_trips_s))]
    rate = f"{case.arrivals_per_s / len(senders):f}/s"
    postconf = {
        "initial_destination_concurrency": _UNLIMITED,
        "default_destination_concurrency_limit": _UNLIMITED,
        "default_process_limit": _UNLIMITED,
        "qmgr_message_active_limit": _UNLIMITED,
        # A reused connection takes fewer round trips; with fresh ones every letter of a road takes equally long.
        "smtp_connection_cache_on_demand": False,
    }
    return scenario_from_mapping(
        {
            "format": 1,
            "duration": f"{round(length_s + 10_000)} s",
            "senders": {
                s: {"domain": "sender.example", "host": "instant", "postconf": postconf} for s in senders
            },
            "providers": {
                "office": {
                    "domain": "office.example",
                    "checking": {"workers": case.workers, "time": case.service},
                }
            },
            "roads": {
                f"road_{index}": {"from": sender, "to": "office", "round_trip": f"{round(trip_s * 1e6)} us"}
                for index, (sender, trip_s) in enumerate(zip(senders, case.round_trips_s, strict=True))
            },
            "letters": {
                f"mail_{index}": {
                    "from": sender,
                    "rate": rate,
                    "until": f"{round(length_s)} s",
                    "size": "2 kB",
                    "to": "office",
                }
                for index, sender in enumerate(senders)
            },
        },
        stem="theory",
    )


def _measure_all(
    cases: tuple[Case, ...], level: float, advance: Callable[[], None] | None
) -> list[list[Interval]]:
    """Measure in two processes where the machine lets us, else one case after another: the figures are the same."""
    found: list[list[Interval]] = []
    try:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            for intervals in pool.map(measure, cases, [level] * len(cases)):
                found.append(intervals)
                if advance is not None:
                    advance()
    except (OSError, BrokenProcessPool):
        for case in cases[len(found) :]:
            found.append(measure(case, level))
            if advance is not None:
                advance()
    return found


def _row(case: Case, path: str, interval: Interval, checks: int) -> Row:
    exact = case.exact_wait_s
    error, half_width = abs(interval.mean - exact) / exact, interval.half_width / exact
    return Row(
        "theory",
        f"{case.name}{path}: mean wait at the checking station, s",
        exact,
        interval.mean,
        error,
        half_width,
        error <= half_width <= HALF_WIDTH,
        f"error and bound as a share; the bound is the interval's half-width, at most {HALF_WIDTH:.0%}; "
        f"{FAMILY_LEVEL:.0%} over all {checks} rows; about {case.letters:,} letters, seed {case.seed}",
    )


def _intervals(case: Case, scenario: Scenario, record: RunRecord, level: float) -> list[Interval]:
    visits = record.visits
    arrived, letters = whole(visits, "from_us"), whole(visits, "letter")
    services = _services(scenario, record, letters)
    order = np.lexsort((letters, arrived))
    waits_s = (whole(visits, "to_us") - arrived - services)[order] / 1e6
    services_s = services[order] / 1e6
    gaps_s = np.diff(arrived[order], prepend=0) / 1e6
    controls = _controls(case, gaps_s, services_s)
    senders = whole(record.letters, "sender")[letters[order]][WARM_UP:]
    found = []
    for sender in range(len(case.round_trips_s)):
        its_own = (senders == sender).astype(np.float64)
        means = batch_means(waits_s[WARM_UP:] * its_own, BATCHES) / batch_means(its_own, BATCHES)
        found.append(controlled_interval(means, controls, level))
    return found


def _controls(case: Case, gaps_s: Floats, services_s: Floats) -> Floats:
    """Give the batch means of what chance drew, each less its known mean."""
    rate = case.arrivals_per_s
    share = _FASTER if case.workers == 1 else 1 / case.workers
    known = [
        (gaps_s, 1 / rate),
        (_waits_in_line(gaps_s, services_s * share), wait_mg1(rate, share * MEAN_SERVICE_S, case.variation)),
    ]
    if case.variation:
        known += [
            (services_s, MEAN_SERVICE_S),
            (services_s**2, (1 + case.variation**2) * MEAN_SERVICE_S**2),
        ]
    return np.column_stack([batch_means(values[WARM_UP:], BATCHES) - mean for values, mean in known])


def _waits_in_line(gaps_s: Floats, services_s: Floats) -> Floats:
    """Give each letter's wait for a single server that starts empty, by Lindley's recursion (1952)."""
    walk = np.concatenate([[0.0], np.cumsum(services_s[:-1] - gaps_s[1:])])
    waits: Floats = walk - np.minimum.accumulate(walk)
    return waits


def _services(scenario: Scenario, record: RunRecord, letters: Whole) -> Whole:
    """Give the service time of each visit: a keyed draw, so it can be drawn once more."""
    checking = scenario.providers["office"].checking
    assert checking is not None
    law = checking.time
    if law.shape == "constant":
        return np.full(len(letters), law.mean_us, dtype=np.int64)
    base = Draws(record.seed, record.replication).purpose("checking")
    entries, numbers = record.letters["entry"], record.letters["number"]
    first_key = [letter_key(name, 0) for name in record.names.entries]
    mask = (1 << 64) - 1
    return np.fromiter(
        (
            sample_us(law, uniform(base, (first_key[entries[row]] + numbers[row]) & mask, 1))
            for row in letters.tolist()
        ),
        dtype=np.int64,
        count=len(letters),
    )
