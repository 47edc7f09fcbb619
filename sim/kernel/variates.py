"""From a uniform draw to a duration or a size, by inversion: one uniform a variate.

Inversion keeps common random numbers in step: the same draw gives the same quantile under another mean.
"""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Final

from sim.scenario.letters import SizeLaw
from sim.scenario.service_time import ServiceTime

_inverse_normal: Final = NormalDist().inv_cdf
_Z90: Final = 1.2815515655446004
"""The standard normal's 90th percentile."""

LARGEST_BYTES: Final = 2**32 - 1
"""No letter is larger: the size's column is 32 bits wide."""


def duration_sampler(law: ServiceTime) -> Callable[[float], int]:
    """Give the function that turns a uniform draw in (0, 1) into whole microseconds."""
    mean_us, low_us = law.mean_us, law.low_us
    if law.shape == "constant":
        return lambda u: mean_us
    if law.shape == "exponential":
        return lambda u: int(-mean_us * math.log1p(-u))
    if law.shape == "uniform":
        span_us = law.high_us - low_us
        return lambda u: int(low_us + span_us * u)
    variance = math.log1p(law.cv * law.cv)
    sigma, shift = math.sqrt(variance), variance / 2
    return lambda u: int(mean_us * math.exp(_inverse_normal(u) * sigma - shift))


def lognormal_sampler(median: int, p90: int) -> Callable[[float], int]:
    """Give the sampler of a lognormal law that is known by its median and its 90th percentile."""
    sigma = math.log(p90 / median) / _Z90
    return lambda u: int(median * math.exp(_inverse_normal(u) * sigma))


def sample_us(law: ServiceTime, u: float) -> int:
    """Give one duration in whole microseconds for a uniform draw `u` in (0, 1)."""
    return duration_sampler(law)(u)


def lognormal_us(median_us: int, p90_us: int, u: float) -> int:
    """Give one duration of a lognormal law that is known by its median and its 90th percentile."""
    return lognormal_sampler(median_us, p90_us)(u)


def size_bytes(law: SizeLaw, u: float) -> int:
    """Give a letter's size: the median where nothing else is said, else a lognormal law; at least 1 byte."""
    return size_sampler(law)(u)


def size_sampler(law: SizeLaw) -> Callable[[float], int]:
    """Give the function that turns a uniform draw into a size; it stays within what a column holds."""
    median = law.median_bytes
    if law.p90_bytes is None:
        return lambda u: median
    sample = lognormal_sampler(median, law.p90_bytes)
    return lambda u: min(max(1, sample(u)), LARGEST_BYTES)
