"""From a uniform draw to a duration: quantiles and moments by the textbook's formulas."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.variates import duration_sampler, lognormal_sampler, lognormal_us, sample_us, size_bytes
from sim.scenario.letters import SizeLaw
from sim.scenario.service_time import ServiceTime

S = 1_000_000
UNIT = st.floats(1e-9, 1 - 1e-9)
EXPONENTIAL = ServiceTime(shape="exponential", mean_us=5 * S)
UNIFORM = ServiceTime(shape="uniform", mean_us=5 * S, low_us=S, high_us=9 * S)
LOGNORMAL = ServiceTime(shape="lognormal", mean_us=5 * S, cv=1.5)


def moments(sample: Callable[[float], int], cells: int = 200_000) -> tuple[float, float]:
    """Give mean and standard deviation by the midpoint rule: one draw from each of many equal cells."""
    values = [sample((cell + 0.5) / cells) for cell in range(cells)]
    mean = math.fsum(values) / cells
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / cells)


@pytest.mark.parametrize(
    ("law", "mean_us", "deviation_us"),
    [
        (ServiceTime.constant(5 * S), 5 * S, 0),
        (EXPONENTIAL, 5 * S, 5 * S),
        # A uniform law over [1, 9] s has a deviation of 8/sqrt(12) s.
        (UNIFORM, 5 * S, 8 * S / math.sqrt(12)),
        (LOGNORMAL, 5 * S, 1.5 * 5 * S),
    ],
)
def test_a_law_has_its_mean_and_its_deviation(law: ServiceTime, mean_us: int, deviation_us: float) -> None:
    """The midpoint rule cuts heavy tails a little; 1 % is allowed for the deviation, 0.1 % for the mean."""
    mean, deviation = moments(duration_sampler(law))
    assert mean == pytest.approx(mean_us, rel=1e-3)
    assert deviation == pytest.approx(deviation_us, rel=1e-2)


@pytest.mark.parametrize(
    ("law", "share", "quantile_us"),
    [
        # Exponential: -mean * ln(1 - u).
        (EXPONENTIAL, 0.5, 5 * S * math.log(2)),
        (EXPONENTIAL, 0.99, 5 * S * math.log(100)),
        (UNIFORM, 0.25, 3 * S),
        # Lognormal with mean m and cv c: median m / sqrt(1 + c^2) = 5 / sqrt(3.25) s.
        (LOGNORMAL, 0.5, 5 * S / math.sqrt(3.25)),
        # Its 97.5th percentile lies 1.959964 sigma above, sigma^2 = ln(3.25).
        (LOGNORMAL, 0.975, 5 * S / math.sqrt(3.25) * math.exp(1.959964 * math.sqrt(math.log(3.25)))),
    ],
)
def test_a_draw_gives_the_quantile_of_its_law(law: ServiceTime, share: float, quantile_us: float) -> None:
    assert sample_us(law, share) == pytest.approx(quantile_us, rel=1e-6)


@given(st.sampled_from([EXPONENTIAL, UNIFORM, LOGNORMAL]), UNIT, UNIT)
def test_a_greater_draw_never_gives_a_shorter_time(law: ServiceTime, one: float, other: float) -> None:
    """This is inversion; it keeps variants of a scenario in step under common random numbers."""
    sample = duration_sampler(law)
    low, high = sorted((one, other))
    assert 0 <= sample(low) <= sample(high)


@given(UNIT, st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_uniform_time_stays_within_its_bounds(u: float, low_us: int, span_us: int) -> None:
    law = ServiceTime(shape="uniform", mean_us=low_us + span_us // 2, low_us=low_us, high_us=low_us + span_us)
    assert low_us <= sample_us(law, u) <= low_us + span_us


@given(UNIT)
def test_a_constant_time_ignores_the_draw(u: float) -> None:
    assert sample_us(ServiceTime.constant(1234), u) == 1234


def test_a_lognormal_law_goes_through_its_median_and_its_90th_percentile() -> None:
    sample = lognormal_sampler(20_000, 200_000)
    assert sample(0.5) == pytest.approx(20_000, abs=1)
    assert sample(0.9) == pytest.approx(200_000, abs=1)
    # ln is symmetric about the median: the 10th percentile is as far below as the 90th is above.
    assert sample(0.1) == pytest.approx(2_000, abs=1)


def test_people_open_mail_as_the_source_of_the_default_says() -> None:
    """A median of 5.8 h and sigma 2.23 give 21.5 % within 1 h, 50.6 % within 6 h, 73.8 % within 24 h.

    The 90th percentile of that law is 5.8 h * exp(1.28155 * 2.23) = 101 h.
    """
    hour_us = 3600 * S
    for share, hours in ((0.215, 1), (0.506, 6), (0.738, 24)):
        assert lognormal_us(20_880 * S, 363_600 * S, share) / hour_us == pytest.approx(hours, rel=0.02)


def test_letters_have_one_size_unless_a_90th_percentile_is_given() -> None:
    assert size_bytes(SizeLaw(median_bytes=20_000), 0.99) == 20_000
    assert size_bytes(SizeLaw(median_bytes=20_000, p90_bytes=200_000), 0.9) == pytest.approx(200_000, abs=1)


def test_no_letter_is_empty() -> None:
    assert size_bytes(SizeLaw(median_bytes=1, p90_bytes=1000), 0.001) == 1
