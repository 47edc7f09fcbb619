"""Warm-up schedules: so many letters on each day, evenly spread, as their publishers have written them down."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.mail.warm_up import warm_up_times_us
from sim.scenario.warm_up import SCHEDULES, WarmUp

S = 1_000_000
MINUTE, HOUR, DAY = 60 * S, 3600 * S, 86_400 * S
FOREVER = 1 << 62


def times_of(schedule: str | list[int], count: int, at_us: int = 0, end_us: int = FOREVER) -> list[int]:
    written = schedule if isinstance(schedule, str) else {"letters_a_day": schedule}
    return list(warm_up_times_us(WarmUp.model_validate(written), count, at_us, end_us))


def test_sendgrid_s_first_day_has_a_letter_every_three_minutes() -> None:
    """20 an hour is one every 3 minutes, 480 on the day; the 481st begins day 1, which has 28 an hour."""
    times = times_of("sendgrid", 482)
    assert times[:480] == [number * 3 * MINUTE for number in range(480)]
    assert times[480:] == [DAY, DAY + HOUR // 28]


def test_sendgrid_s_schedule_holds_for_each_hour() -> None:
    """In hour h of day d exactly as many as the table says: 20, 28, 39, 55, 77."""
    times = times_of("sendgrid", 24 * (20 + 28 + 39 + 55 + 77))
    hours = [sum(1 for _ in letters) for _, letters in itertools.groupby(times, lambda at_us: at_us // HOUR)]
    assert hours == [20] * 24 + [28] * 24 + [39] * 24 + [55] * 24 + [77] * 24


def test_sendgrid_s_schedule_takes_nearly_two_weeks_for_100_000_letters() -> None:
    """The hours of days 0 to 12 add up to 20 + 28 + 39 + 55 + 77 + 108 + 151 + 211 + 295 + 413 + 579 + 810 + 1000
    = 3,786, so 24 x 3,786 = 90,864 letters are through before day 13. The other 9,136 go at 1,587 an hour: the last
    one, with 9,135 before it, 9,135 / 1,587 h = 5 h 45 min 22.344 s into day 13."""
    times = times_of("sendgrid", 100_000)
    assert len(times) == 100_000
    assert [sum(at_us < day * DAY for at_us in times) for day in (1, 12, 13)] == [480, 66_864, 90_864]
    last = 13 * DAY + 5 * HOUR + 45 * MINUTE + 22 * S
    assert last < times[-1] < last + S
    assert times[-1] == 13 * DAY + 9_135 * HOUR // 1_587


def test_sendgrid_s_schedule_grows_by_1_4_a_day_but_for_one_round_number() -> None:
    """The table says 1,000 on day 12, where 1.4 a day would give 1,134; day 13 is back on the curve."""
    days = SCHEDULES["sendgrid"].letters_a_day
    ratios = [later / earlier for earlier, later in itertools.pairwise(days)]
    assert [day for day, ratio in enumerate(ratios, 1) if abs(ratio - 1.4) > 0.02] == [12, 13]
    assert days[13] / days[11] == pytest.approx(1.4**2, rel=0.001)
    assert (len(days), days[35], days[-1]) == (42, 24 * 2_603_222, 24 * 19_601_056)


def test_amazon_s_schedule_is_a_straight_line_to_50_000_on_day_45() -> None:
    """The first day has 50,000/45 = 1,111, and the whole 45 days 50,000 x 46/2 = 1,150,000, less what rounding
    takes: up to one letter a day."""
    days = SCHEDULES["amazon_ses"].letters_a_day
    assert (days[0], days[1], days[8], days[-1], len(days)) == (1_111, 2_222, 10_000, 50_000, 45)
    assert 1_150_000 - 45 < sum(days) <= 1_150_000
    times = times_of("amazon_ses", 1_111 + 2_222)
    assert [sum(at_us < day * DAY for at_us in times) for day in (1, 2)] == [1_111, 3_333]


def test_mailtrap_s_schedule_has_57_000_on_day_21() -> None:
    """About 30 % more each day, rounded to two or three digits: 300 x 1.3^20 = 57,015."""
    days = SCHEDULES["mailtrap"].letters_a_day
    assert (days[0], days[-1], len(days)) == (300, 57_000, 21)
    assert all(each == pytest.approx(300 * 1.3**day, rel=0.04) for day, each in enumerate(days))


def test_after_the_last_day_its_number_holds() -> None:
    assert times_of([1, 2], 6, at_us=5 * S) == [
        5 * S + at_us for at_us in (0, DAY, DAY + DAY // 2, 2 * DAY, 2 * DAY + DAY // 2, 3 * DAY)
    ]


def test_nothing_is_handed_in_at_the_end_or_after_it() -> None:
    assert times_of([4], 100, end_us=DAY + DAY // 4) == [0, DAY // 4, DAY // 2, 3 * DAY // 4, DAY]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=5), st.integers(0, 300), st.integers(0, 3 * DAY))
def test_each_day_has_its_number_and_the_rest_the_last_one(days: list[int], count: int, at_us: int) -> None:
    times = times_of(days, count, at_us)
    assert len(times) == count
    assert times == sorted(times)
    by_day = [
        sum(1 for _ in letters) for _, letters in itertools.groupby(times, lambda time: (time - at_us) // DAY)
    ]
    quotas = [*days, *[days[-1]] * 300][: len(by_day)]
    assert by_day[:-1] == quotas[: len(by_day) - 1]
    assert not by_day or by_day[-1] <= quotas[-1]


def test_a_schedule_that_nobody_has_published_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ValidationError) as caught:
        WarmUp.model_validate("send_grid")
    (error,) = caught.value.errors()
    assert (error["type"], error["ctx"]["nearest"]) == ("unknown_preset", "sendgrid")


@pytest.mark.parametrize("days", [[], [0], [20, 1.5], [10**10]])
def test_a_day_has_at_least_one_letter(days: list[int]) -> None:
    with pytest.raises(ValidationError):
        WarmUp.model_validate({"letters_a_day": days})
