"""Postfix's window of a destination: the numbers that its source gives (qmgr_queue.c, qmgr_feedback.c)."""

import math
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mail.routes import Route
from sim.mail.window import Destination, WindowRules, feedback
from sim.scenario.postconf import Postconf

S = 1_000_000
FORMS = ["0", "0.3", "1", "0.5/concurrency", "1/concurrency", "1/sqrt_concurrency"]


def destination(
    window: int, *, negative: str = "1", positive: str = "1", cohort_limit: float = 1.0, initial: int = 5
) -> Destination:
    """Make a destination whose window is fully used."""
    settings = Postconf(
        initial_destination_concurrency=initial,
        default_destination_concurrency_positive_feedback=positive,
        default_destination_concurrency_negative_feedback=negative,
        default_destination_concurrency_failed_cohort_limit=cohort_limit,
    )
    made = Destination(0, cast(Route, None), WindowRules.of(settings))
    made.window = made.busy = window
    return made


def windows_until_dead(one: Destination) -> list[int]:
    """Fail again and again; give the window at each failure."""
    windows = [one.window]
    while not one.failed():
        windows.append(one.window)
    return windows


@pytest.mark.parametrize(
    ("window", "negative", "cohort_limit", "failures"),
    [
        (1, "1", 1, 1),
        (2, "1", 1, 2),
        (5, "1", 1, 3),
        (10, "1", 1, 7),
        (20, "1", 1, 13),
        (5, "1/concurrency", 1, 5),
        (20, "1/concurrency", 1, 20),
        (5, "1", 10, 12),
        (20, "1", 10, 26),
    ],
)
def test_so_many_failures_in_a_row_make_a_destination_dead(
    window: int, negative: str, cohort_limit: float, failures: int
) -> None:
    """From the source: each failure adds 1/window to the cohorts, and dead is >= the limit, not >.

    20 with feedback 1, by hand: the first failure lowers the window by 2, the others by 1, so the cohorts
    are 1/20 + 1/18 + 1/17 + ... + 1/8 = 0.952 after 12 failures, and 1/7 more is 1.095 after 13.
    """
    one = destination(window, negative=negative, cohort_limit=cohort_limit)
    assert len(windows_until_dead(one)) == failures


def test_the_first_failure_lowers_the_window_by_two_and_the_next_by_one() -> None:
    """1/5 + 1/3 + 1/2 = 1.03: the third failure is the end of a window of 5."""
    assert windows_until_dead(destination(5)) == [5, 3, 2]


def test_the_first_failure_after_a_growth_lowers_the_window_by_two_again() -> None:
    """A growth sets the failure count back to 0, where Postfix's guard of half a step costs one more."""
    one = destination(10, cohort_limit=1000)
    seen = []
    for step in ("fail", "fail", "succeed", "fail", "fail"):
        one.busy = one.window
        if step == "fail":
            one.failed()
        else:
            one.succeeded()
        seen.append(one.window)
    assert seen == [8, 7, 8, 6, 5]


def test_fifteen_successes_open_the_window_from_5_to_20() -> None:
    one = destination(5)
    seen = []
    for _ in range(16):
        one.busy = one.window
        one.succeeded()
        seen.append(one.window)
    assert seen == [*range(6, 21), 20]


@pytest.mark.parametrize("window", [1, 2, 4, 5, 8])
def test_with_feedback_1_by_concurrency_a_window_of_n_opens_after_n_successes(window: int) -> None:
    """Each success counts 1/n; after n - 1 of them (n - 1/2)/n < 1 with the guard, after n it is 1 + 1/2n."""
    one = destination(window, positive="1/concurrency")
    seen = []
    for _ in range(window):
        one.succeeded()
        seen.append(one.window)
    assert seen == [*[window] * (window - 1), window + 1]


def test_the_guard_of_half_a_step_opens_the_window_a_little_early() -> None:
    """With 0.4 a success: 0.4 + 0.2 < 1, then 0.8 + 0.2 >= 1, which takes one from the count: -0.2 is left.

    From there 0.2, 0.6, and 1.0 with the guard's 0.2 at 0.8 or more: two more successes are not enough.
    """
    one = destination(5, positive="0.4")
    seen = []
    for _ in range(5):
        one.succeeded()
        seen.append(one.window)
    assert seen == [5, 6, 6, 6, 7]


@pytest.mark.parametrize(("busy", "window_after"), [(5, 10), (6, 11)])
def test_the_window_opens_only_where_it_is_used_but_for_the_initial_concurrency(
    busy: int, window_after: int
) -> None:
    """A window of 10 with initial 5 opens if 10 < busy + 5."""
    one = destination(10)
    one.busy = busy
    one.succeeded()
    assert one.window == window_after


def test_a_success_forgives_the_failures_before_it() -> None:
    """Two failures of three that a window of 5 can bear (1/5 + 1/3), then a success, then two more: alive."""
    one = destination(5)
    deaths = []
    for step in ("fail", "fail", "succeed", "fail", "fail"):
        if step == "succeed":
            one.succeeded()
            one.window = 5
        else:
            deaths.append(one.failed())
    assert not any(deaths)


@pytest.mark.parametrize(("busy", "window"), [(0, 5), (3, 3)])
def test_a_dead_destination_comes_back_with_what_is_busy_or_else_the_initial_window(
    busy: int, window: int
) -> None:
    one = destination(5)
    windows_until_dead(one)
    one.busy = busy
    one.succeeded()
    assert (one.dead, one.window, one.cohorts) == (False, window, 0)


def test_failures_of_a_dead_destination_change_nothing() -> None:
    one = destination(5)
    windows_until_dead(one)
    window = one.window
    assert [one.failed() for _ in range(5)] == [False] * 5
    assert (one.dead, one.window) == (True, window)


@pytest.mark.parametrize(
    ("written", "at_4"), [("1", 1.0), ("0.5", 0.5), ("1/concurrency", 0.25), ("1/sqrt_concurrency", 0.5)]
)
def test_feedback_has_three_forms(written: str, at_4: float) -> None:
    assert math.isclose(feedback(written)(4), at_4)


@given(
    st.sampled_from(FORMS),
    st.sampled_from(FORMS),
    st.integers(1, 30),
    st.sampled_from([0.5, 1, 5, 100]),
    st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=80),
)
def test_the_window_never_leaves_its_bounds(
    positive: str, negative: str, initial: int, cohort_limit: float, results: list[tuple[bool, float]]
) -> None:
    """It is at least 1 and at most 20, the default limit."""
    one = destination(
        min(initial, 20), positive=positive, negative=negative, cohort_limit=cohort_limit, initial=initial
    )
    for succeeds, used in results:
        one.busy = max(1, round(used * one.window))
        before = one.window
        if succeeds:
            one.succeeded()
        else:
            one.failed()
            assert one.window <= before
        assert 1 <= one.window <= 20


def test_smtp_s_own_limit_goes_before_the_default_one() -> None:
    one = WindowRules.of(Postconf(smtp_destination_concurrency_limit=7))
    assert (WindowRules.of(Postconf()).limit, one.limit) == (20, 7)


@pytest.mark.parametrize(("limit", "window"), [(1, 1), (4, 4), (5, 5), (20, 5), (0, 5)])
def test_a_limit_below_the_initial_concurrency_lowers_that_too(limit: int, window: int) -> None:
    """qmgr_transport.c takes the smaller one; 0 is no limit. A site that was dead begins with it again."""
    rules = WindowRules.of(Postconf(smtp_destination_concurrency_limit=limit))
    one = Destination(0, cast(Route, None), rules)
    assert one.window == window
    one.window = 0
    one.revive()
    assert one.window == window


@pytest.mark.parametrize(
    ("settings", "initial", "limit", "delay_us"),
    [
        ({}, 5, 20, 0),
        ({"default_destination_rate_delay": 3}, 1, 1, 3 * S),
        ({"default_destination_rate_delay": 3, "smtp_destination_rate_delay": 0}, 5, 20, 0),
        ({"smtp_destination_rate_delay": 1}, 1, 1, S),
        ({"smtp_destination_rate_delay": 1, "default_destination_concurrency_limit": 0}, 1, 1, S),
    ],
)
def test_a_rate_delay_means_one_delivery_at_a_time(
    settings: dict[str, int], initial: int, limit: int, delay_us: int
) -> None:
    """qmgr_transport.c: a rate-limited service has a concurrency of one, whatever the other limits say."""
    rules = WindowRules.of(Postconf.model_validate(settings))
    assert (rules.initial, rules.limit, rules.rate_delay_us) == (initial, limit, delay_us)


def test_a_pause_closes_the_window_and_forgets_nothing() -> None:
    """qmgr_queue_resume sets the window to 1, and nothing else: two failures, a pause apart, are two in a row."""
    rules = WindowRules.of(
        Postconf(default_destination_rate_delay=3, default_destination_concurrency_failed_cohort_limit=2)
    )
    one = Destination(0, cast(Route, None), rules)
    one.busy = 1
    assert not one.failed()
    one.busy = 0
    one.suspend(3_000_000)
    assert (one.window, one.forgettable) == (0, False)
    one.resume()
    assert (one.window, one.cohorts, one.forgettable) == (1, 1.0, True)
    one.busy = 1
    assert one.failed()


@pytest.mark.parametrize(
    ("selected_us", "caching"),
    [
        (10_900_000, True),
        (11_999_999, True),
        # Second 12 is not the second after second 10, though only 1.1 s have passed.
        (12_000_000, False),
        (12_500_000, False),
    ],
)
def test_back_to_back_means_the_same_or_the_next_second_of_the_wall_clock(
    selected_us: int, caching: bool
) -> None:
    """qmgr_entry.c: last_done + 1 >= event_time(), both whole seconds; the last ended at 10.9 s."""
    one = destination(5)
    one.last_done_us = 10_900_000
    one.note_selection(selected_us, epoch_us=0)
    assert (one.store, one.load) == (caching, caching)


def test_the_wall_clock_decides_and_not_the_clock_of_the_run() -> None:
    """With a start at .500 s a delivery's end at 10.4 s lies in second 10, and 11.5 s in second 12."""
    one = destination(5)
    one.last_done_us = 10_400_000
    one.note_selection(11_500_000, epoch_us=500_000)
    assert not one.store


def test_a_burst_alone_does_not_switch_caching_on() -> None:
    one = destination(5)
    one.note_selection(0, epoch_us=0)
    assert (one.store, one.load) == (False, False)


@pytest.mark.parametrize(("busy", "store"), [(1, False), (2, True)])
def test_caching_is_switched_off_where_neither_concurrent_nor_back_to_back(busy: int, store: bool) -> None:
    """What is cached already may still be taken: only the storing ends."""
    one = destination(5)
    one.store = one.load = True
    one.busy, one.last_done_us = busy, 10 * S
    one.note_selection(20 * S, epoch_us=0)
    assert (one.store, one.load) == (store, True)
