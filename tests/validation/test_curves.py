import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.validation.curves import curve_distance

moments = st.lists(st.floats(0, 100, allow_nan=False), min_size=0, max_size=30).map(sorted)


@given(moments)
def test_a_curve_has_no_distance_to_itself(curve: list[float]) -> None:
    letters = max(1, len(curve))
    assert curve_distance(curve, curve, letters, letters) == 0


@given(moments, moments)
def test_the_distance_is_the_same_both_ways(first: list[float], second: list[float]) -> None:
    there = curve_distance(first, second, 30, 40)
    back = curve_distance(second, first, 40, 30)
    assert there == back


@given(moments.filter(bool), st.floats(-0.49, 0.49))
def test_a_shift_within_the_slack_is_free(curve: list[float], shift_s: float) -> None:
    letters = len(curve)
    assert curve_distance(curve, [moment + shift_s for moment in curve], letters, letters) == 0


@given(moments, moments, st.floats(0, 5))
def test_more_slack_never_makes_the_distance_larger(
    first: list[float], second: list[float], slack_s: float
) -> None:
    tight = curve_distance(first, second, 30, 30, slack_s)
    wide = curve_distance(first, second, 30, 30, slack_s + 1)
    assert wide <= tight


def test_a_shift_beyond_the_slack_counts_by_what_was_delivered_in_between() -> None:
    first = [float(second) for second in range(10)]
    late = [moment + 2.0 for moment in first]
    # Half a second of shift is free; within the other one and a half seconds one or two letters of ten are missing.
    assert curve_distance(first, late, 10, 10) == pytest.approx(0.2)


def test_letters_that_never_arrive_are_distance() -> None:
    assert curve_distance([1.0, 2.0], [1.0], 2, 2) == 0.5
    assert curve_distance([], [], 5, 5) == 0.0


def test_the_distance_equals_a_slow_search_over_all_moments() -> None:
    first, second, slack = [1.0, 1.2, 3.0, 7.5], [1.8, 2.0, 2.1, 9.0], 0.5

    def share(curve: list[float], moment: float) -> float:
        return sum(m <= moment for m in curve) / 4

    worst = 0.0
    for step in range(-100, 1200):
        moment = step / 100
        low, high = share(first, moment - slack), share(first, moment + slack)
        worst = max(worst, share(second, moment) - high, low - share(second, moment))
    assert curve_distance(first, second, 4, 4, slack) == worst
