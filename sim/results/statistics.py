"""Percentiles of letters, and figures with the interval that replications give them.

A percentile here is the nearest rank: the p-th percentile of n values is the k-th smallest with
k = ceil(p/100 * n). It is always the value of a letter that exists, it needs no interpolation, and
"half were delivered after x seconds" is the same statement read the other way round.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

CONFIDENCE = 0.95
"""Level of all intervals: two-sided Student t over independent replications."""


@dataclass(frozen=True)
class Figure:
    """A number with its uncertainty.

    Attributes:
        value: the mean over replications, each of which gives one number; None where there is none.
        low: lower end of the 95 % interval; None for a single run, which has no interval.
        high: upper end.
        n: how many replications gave a number.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def rank(n: int, percent: float) -> int:
    """Give the rank, counted from 1, of a percentile among `n` values (see the module's definition)."""
    # A product such as 0.9 * 10 can come out a hair above the whole number that it stands for.
    return max(1, math.ceil(round(percent * n / 100, 9)))


def percentile(ascending: NDArray[Any], percent: float) -> float | None:
    """Give a percentile of values that are sorted; None where there are none."""
    n = len(ascending)
    return float(ascending[rank(n, percent) - 1]) if n else None


def figure(values: Sequence[float | None], *, every: bool = False) -> Figure:
    """Join one number of each replication into a figure with its interval.

    Args:
        values: a number from each replication, None where that replication has none.
        every: a mean makes sense only if every replication has a number. So it is with "seconds until
            99 % were there": the mean over those replications that got so far would flatter.
    """
    known = [value for value in values if value is not None]
    n = len(known)
    if n == 0 or (every and n < len(values)):
        return Figure(None, None, None, n)
    if n == 1:
        return Figure(known[0], None, None, 1)
    from scipy.special import stdtrit  # here, since a single run need not wait for SciPy to load

    mean = math.fsum(known) / n
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in known) / (n - 1))
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * spread / math.sqrt(n)
    return Figure(mean, mean - half, mean + half, n)
