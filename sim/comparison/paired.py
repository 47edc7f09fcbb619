"""Differences between setups, taken replication by replication, with their 95 % intervals (Student t).

Since replication k of both setups sees the same letters and the same chance, what both share cancels out of the
difference before the interval is made. `variance_ratio` says how much that was worth.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.comparison.figures import FIGURES, ComparedFigure, values
from sim.comparison.variants import Setup
from sim.results.statistics import CONFIDENCE, figure

Numbers = Sequence[float | None]


@dataclass(frozen=True)
class Difference:
    """What figure `b` has more than `a`.

    Attributes:
        figure: name of the figure.
        a: the setup that is subtracted.
        b: the setup from which it is subtracted.
        value: mean of the paired differences; None where a replication has none.
        low: lower end of the 95 % interval; None for a single replication.
        high: upper end.
        n: how many replications gave a difference.
    """

    figure: str
    a: str
    b: str
    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def is_sure(self) -> bool:
        """Tell whether the interval leaves no doubt about the sign."""
        if self.low is None or self.high is None:
            return False
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Pairing:
    """What common random numbers were worth.

    Attributes:
        figure: name of the figure.
        a: one setup.
        b: the other.
        variance_ratio: variance of the paired difference, divided by the sum of both variances, which is what
            independent runs would give. 1 is no gain, 0.5 means half as many runs for the same interval.
        n: how many pairs there were.
    """

    figure: str
    a: str
    b: str
    variance_ratio: float | None
    n: int


@dataclass(frozen=True)
class Spread:
    """How much a figure differs from run to run: its standard deviation over the replications.

    Attributes:
        figure: name of the figure.
        setup: the setup.
        value: the standard deviation; None for a single replication, or where a replication has no figure.
        low: lower end of its 95 % interval (chi square, which takes the figure for normal).
        high: upper end.
        n: how many replications there were.
    """

    figure: str
    setup: str
    value: float | None
    low: float | None
    high: float | None
    n: int


def differences(setups: Sequence[Setup]) -> tuple[Difference, ...]:
    """Give the differences of all figures between all pairs of setups, in their order."""
    found = []
    for a, b, one in _pairs(setups):
        paired = _minus(values(one, b.measures), values(one, a.measures))
        joined = figure(paired, every=one.censored)
        found.append(Difference(one.name, a.name, b.name, joined.value, joined.low, joined.high, joined.n))
    return tuple(found)


def pairings(setups: Sequence[Setup]) -> tuple[Pairing, ...]:
    """Say of each difference what pairing was worth."""
    return tuple(
        Pairing(one.name, a.name, b.name, *_ratio(values(one, a.measures), values(one, b.measures)))
        for a, b, one in _pairs(setups)
    )


def spreads(setups: Sequence[Setup]) -> tuple[Spread, ...]:
    """Say how much each figure differs from run to run in each setup."""
    return tuple(_spread(one, setup) for setup in setups for one in FIGURES)


def variance(numbers: Sequence[float]) -> float:
    """Give the unbiased sample variance of two or more numbers."""
    mean = math.fsum(numbers) / len(numbers)
    return math.fsum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)


def _pairs(setups: Sequence[Setup]) -> Iterator[tuple[Setup, Setup, ComparedFigure]]:
    for a, b in itertools.combinations(setups, 2):
        for one in FIGURES:
            yield a, b, one


def _minus(left: Numbers, right: Numbers) -> list[float | None]:
    return [None if x is None or y is None else x - y for x, y in zip(left, right, strict=True)]


def _ratio(left: Numbers, right: Numbers) -> tuple[float | None, int]:
    both = [(x, y) for x, y in zip(left, right, strict=True) if x is not None and y is not None]
    if len(both) < 2:
        return None, len(both)
    apart = variance([x for x, _ in both]) + variance([y for _, y in both])
    return (variance([x - y for x, y in both]) / apart if apart else None), len(both)


def _spread(one: ComparedFigure, setup: Setup) -> Spread:
    found = values(one, setup.measures)
    known = [value for value in found if value is not None]
    n = len(known)
    if n < 2 or n < len(found):
        return Spread(one.name, setup.name, None, None, None, n)
    from scipy.special import chdtri  # here, since a single run need not wait for SciPy to load

    squares = variance(known) * (n - 1)
    tail = (1 - CONFIDENCE) / 2
    low, high = (math.sqrt(squares / float(chdtri(n - 1, p))) for p in (tail, 1 - tail))
    return Spread(one.name, setup.name, math.sqrt(variance(known)), low, high, n)
