import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results.statistics import Figure, figure, percentile, rank


@pytest.mark.parametrize(
    ("n", "percent", "expected"),
    [(1, 50, 1), (2, 50, 1), (3, 50, 2), (10, 90, 9), (10, 91, 10), (1000, 99, 990), (7, 100, 7), (10, 0, 1)],
)
def test_the_rank_is_the_share_of_the_values_rounded_up(n: int, percent: float, expected: int) -> None:
    assert rank(n, percent) == expected


@given(st.lists(st.integers(0, 10**12), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_value_that_at_least_so_many_do_not_exceed(values: list[int], percent: int) -> None:
    found = percentile(np.sort(np.array(values)), percent)

    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def test_nothing_has_no_percentile() -> None:
    assert percentile(np.array([]), 50) is None


def test_a_single_run_has_no_interval() -> None:
    assert figure([7]) == Figure(7, None, None, 1)


def test_the_interval_is_students() -> None:
    # Values and quantile t(0.975, 4) = 2.776445 from a printed table.
    found = figure([4.0, 5.0, 6.0, 7.0, 8.0])

    assert found.value == 6.0
    assert found.n == 5
    assert found.high == pytest.approx(6 + 2.776445 * math.sqrt(2.5) / math.sqrt(5), rel=1e-6)
    assert found.low == pytest.approx(12 - found.high)


def test_with_many_replications_the_interval_is_the_normal_one() -> None:
    found = figure([float(value % 10) for value in range(100_000)])
    spread = math.sqrt(8.25)

    assert found.high is not None
    assert found.high - 4.5 == pytest.approx(
        NormalDist().inv_cdf(0.975) * spread / math.sqrt(100_000), rel=1e-3
    )


def test_equal_values_have_an_interval_without_width() -> None:
    assert figure([3, 3, 3]) == Figure(3.0, 3.0, 3.0, 3)


def test_a_replication_without_the_figure_is_left_out_and_not_counted() -> None:
    assert figure([None, 2.0, 2.0]) == Figure(2.0, 2.0, 2.0, 2)


def test_a_time_that_one_replication_never_reached_has_no_mean() -> None:
    assert figure([None, 2.0, 4.0], every=True) == Figure(None, None, None, 2)


def test_a_figure_that_no_replication_has_is_none() -> None:
    assert figure([None, None]) == Figure(None, None, None, 0)
