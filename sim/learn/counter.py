"""One counter with one line: how long each letter waited, the mean with its interval, and how long the line was."""

from heapq import heapreplace
from typing import Final

import numpy as np

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.kernel.recorder import RunRecord
from sim.results.columns import Whole, whole
from sim.scenario.schema import Scenario
from sim.validation.intervals import Floats, Interval, batch_means, controlled_interval

WARM_UP: Final = 1_000
"""Letters left out at the beginning, where the line starts empty."""
PARTS: Final = 20
"""Into so many parts a run is cut: their means scatter as the mean of a run does."""
LEVEL: Final = 0.95
_MICRO: Final = 1_000_000


def staff(scenario: Scenario) -> tuple[int, float]:
    """Give how many work at the counter, and for how much of the time each of them is busy.

    Raises:
        ArgumentError: the scenario has no counter, or several, or no steady stream of letters.
    """
    counters = [one.checking for one in scenario.providers.values() if one.checking is not None]
    rates = [one.rate_per_s for one in scenario.letters.values() if one.rate_per_s is not None]
    if not len(counters) == len(rates) == 1 == len(scenario.letters):
        raise taught(ArgumentError, "no_counter")
    (counter,), (rate_per_s,) = counters, rates
    mean_us = counter.time.mean_us or (counter.time.low_us + counter.time.high_us) / 2
    return counter.workers, rate_per_s * mean_us / _MICRO / counter.workers


def waits_s(record: RunRecord, workers: int) -> Floats:
    """Give how long each letter stood in line, in seconds, in order of arrival.

    The counter serves whoever came first: a letter's service begins when it is there and a worker is free.
    """
    arrived, left = _passages(record)
    free = [0] * workers
    begun = np.empty(len(arrived), dtype=np.int64)
    for place, (came_us, went_us) in enumerate(zip(arrived.tolist(), left.tolist(), strict=True)):
        begun[place] = max(came_us, free[0])
        heapreplace(free, went_us)
    waits: Floats = (begun - arrived) / _MICRO
    return waits


def mean_wait(waits: Floats) -> Interval:
    """Give the mean wait and the half-width of its 95 % interval, from the means of consecutive parts of a run."""
    means = batch_means(waits[WARM_UP:], PARTS)
    return controlled_interval(means, np.empty((PARTS, 0)), LEVEL)


def line_length(record: RunRecord, from_s: float, to_s: float) -> tuple[Floats, Floats]:
    """Give the moments, in seconds, at which the number of letters at the counter changes, and the number then."""
    arrived, left = _passages(record)
    moments = np.concatenate([arrived, left]) / _MICRO
    changes = np.concatenate([np.ones(len(arrived)), -np.ones(len(left))])
    order = np.argsort(moments, kind="stable")
    moments, there = moments[order], np.cumsum(changes[order])
    inside = (moments >= from_s) & (moments <= to_s)
    return moments[inside], there[inside]


def _passages(record: RunRecord) -> tuple[Whole, Whole]:
    """Give when each letter came to the counter and when it left it, in order of arrival."""
    visits = record.visits
    came, letter, went = (whole(visits, name) for name in ("from_us", "letter", "to_us"))
    order = np.lexsort((letter, came))
    return came[order], went[order]
