"""Differences are taken replication by replication, and their intervals are those of the paired differences."""

import math

import pytest
from scipy import stats

from sim.comparison.figures import BY_NAME
from sim.comparison.paired import differences, pairings, spreads
from sim.comparison.variants import Setup
from tests.comparison.made import figures, setup

A = [10.0, 20.0, 30.0, 40.0]
B = [9.0, 18.5, 28.0, 38.5]


def pair(a: list[float | None], b: list[float | None]) -> list[Setup]:
    return [setup("a", [figures(x) for x in a]), setup("b", [figures(x) for x in b])]


def test_a_difference_is_the_paired_t_interval() -> None:
    found = {one.figure: one for one in differences(pair([*A], [*B]))}["reached.s_to_90"]
    paired = [y - x for x, y in zip(A, B, strict=True)]
    low, high = stats.t.interval(0.95, 3, loc=-1.5, scale=stats.sem(paired))

    assert (found.a, found.b, found.n) == ("a", "b", 4)
    assert found.value == pytest.approx(-1.5)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.is_sure


def test_what_one_run_never_reached_gives_no_difference() -> None:
    found = {one.figure: one for one in differences(pair([10.0, None], [9.0, 8.0]))}["reached.s_to_90"]
    assert (found.value, found.low, found.high, found.n) == (None, None, None, 1)
    assert not found.is_sure


def test_three_setups_give_three_differences_of_each_figure() -> None:
    setups = [setup(name, [figures(1.0), figures(2.0)]) for name in ("a", "b", "c")]
    of_one = [(one.a, one.b) for one in differences(setups) if one.figure == "peak_queue"]
    assert of_one == [("a", "b"), ("a", "c"), ("b", "c")]


def test_pairing_is_worth_the_variance_that_it_takes_away() -> None:
    found = {one.figure: one for one in pairings(pair([*A], [*B]))}["reached.s_to_90"]
    a, b = (sum((x - sum(v) / 4) ** 2 for x in v) / 3 for v in (A, B))
    d = sum((y - x + 1.5) ** 2 for x, y in zip(A, B, strict=True)) / 3
    assert found.variance_ratio == pytest.approx(d / (a + b))
    assert found.variance_ratio < 0.001


def test_runs_that_share_nothing_gain_nothing_and_a_figure_without_spread_has_no_ratio() -> None:
    found = {one.figure: one for one in pairings(pair([1.0, 2.0, 1.0, 2.0], [1.0, 1.0, 2.0, 2.0]))}
    assert found["reached.s_to_90"].variance_ratio == pytest.approx(1)
    assert found["peak_queue"].variance_ratio is None


def test_the_spread_has_the_chi_square_interval() -> None:
    found = {(one.setup, one.figure): one for one in spreads(pair([*A], [*B]))}["a", "reached.s_to_90"]
    low, high = (math.sqrt(500 / stats.chi2.ppf(p, 3)) for p in (0.975, 0.025))
    assert found.value == pytest.approx(math.sqrt(500 / 3))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_a_single_run_has_no_spread_and_no_interval() -> None:
    setups = pair([10.0], [9.0])
    assert all(one.value is None for one in spreads(setups))
    found = {one.figure: one for one in differences(setups)}["reached.s_to_90"]
    assert (found.value, found.low, found.high, found.n) == (-1.0, None, None, 1)


def test_figures_are_read_from_a_run() -> None:
    run = figures(4.0)
    assert BY_NAME["not_delivered_share"].read(run) == pytest.approx(0.1)
    assert BY_NAME["put_off_share"].read(run) == pytest.approx(5 / 15)
    assert BY_NAME["peak_queue"].read(run) == 5  # a provider's own queue is not one that the sender sees
