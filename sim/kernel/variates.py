"""From a uniform draw to a duration or a size, by inversion: one uniform a variate.

Inversion keeps common random numbers in step: the same draw gives the same quantile under another mean.
"""

import math
from statistics import NormalDist
from typing import Final

from sim.scenario.letters import SizeLaw
from sim.scenario.service_time import ServiceTime

_inverse_normal: Final = NormalDist().inv_cdf
_Z90: Final = 1.2815515655446004
"""The standard normal's 90th percentile."""


def sample_us(law: ServiceTime, u: float) -> int:
    """Give a duration in whole microseconds for a uniform draw `u` in (0, 1)."""
    shape = law.shape
    if shape == "constant":
        return law.mean_us
    if shape == "exponential":
        return int(-law.mean_us * math.log1p(-u))
    if shape == "uniform":
        return int(law.low_us + (law.high_us - law.low_us) * u)
    variance = math.log1p(law.cv * law.cv)
    return int(law.mean_us * math.exp(_inverse_normal(u) * math.sqrt(variance) - variance / 2))


def lognormal_us(median_us: int, p90_us: int, u: float) -> int:
    """Give a duration of a lognormal law that is known by its median and its 90th percentile."""
    return int(median_us * math.exp(_inverse_normal(u) * math.log(p90_us / median_us) / _Z90))


def size_bytes(law: SizeLaw, u: float) -> int:
    """Give a letter's size: the median where nothing else is said, else a lognormal law; at least 1 byte."""
    if law.p90_bytes is None:
        return law.median_bytes
    return max(1, int(law.median_bytes * math.exp(_inverse_normal(u) * math.log(law.p90_bytes / law.median_bytes) / _Z90)))
