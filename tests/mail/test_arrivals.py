"""When letters are handed in: campaigns to the microsecond, everyday mail as a Poisson stream with a rhythm."""

import math
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sim.mail.arrivals import arrival_times_us
from sim.scenario.letters import Letters
from tests.mail.town import DAY, HOUR, S, run, scenario

OFFICE_HOURS = [0] * 8 + [1, 2, 3, 2, 1, 2, 3, 2, 1] + [0] * 7


def entry(**settings: Any) -> Letters:
    """Read an entry of `letters:` as a person writes it."""
    base = {"from": "school", "to": "office", "size": "1 B"}
    return scenario({"duration": "20 d", "letters": {"notice": {**base, **settings}}}).letters["notice"]


def times_of(letters: Letters, end_us: int = 20 * DAY, local_epoch_us: int = 0, seed: int = 1) -> list[int]:
    return list(arrival_times_us(letters, random.Random(seed), local_epoch_us, end_us))


def test_a_campaign_comes_at_once() -> None:
    assert times_of(entry(count=3, at="5 s")) == [5 * S] * 3


def test_a_campaign_over_a_time_is_spread_evenly_and_ends_one_step_before_it() -> None:
    """4 letters over 10 s: every 2.5 s. 3 over 10 s: every 3.333333 s, cut to whole microseconds."""
    assert times_of(entry(count=4, at="5 s", over="10 s")) == [5 * S, 7_500_000, 10 * S, 12_500_000]
    assert times_of(entry(count=3, over="10 s")) == [0, 3_333_333, 6_666_666]


def test_a_campaign_at_a_pace_hands_in_so_many_a_second() -> None:
    assert times_of(entry(count=4, at="5 s", pace="2/s")) == [5 * S, 5_500_000, 6 * S, 6_500_000]
    assert times_of(entry(count=4, pace="90/min")) == [0, 666_666, 1_333_333, 2 * S]


def test_listed_letters_come_at_their_times() -> None:
    assert times_of(entry(times=["1 s", "1 s", "90 s"])) == [S, S, 90 * S]


@pytest.mark.parametrize(
    ("settings", "number"),
    [
        ({"count": 10, "pace": "1/s"}, 5),
        ({"count": 10, "over": "10 s"}, 5),
        ({"times": ["0 s", "4999999 us", "5 s"]}, 2),
        ({"count": 3, "at": "5 s"}, 0),
    ],
)
def test_letters_at_or_after_the_end_do_not_exist(settings: dict[str, Any], number: int) -> None:
    assert len(times_of(entry(**settings), end_us=5 * S)) == number


@pytest.mark.parametrize("seed", range(5))
def test_everyday_mail_is_a_poisson_stream(seed: int) -> None:
    """10/s for 2000 s: 20,000 letters, four standard deviations of sqrt(20,000) allowed.

    Gaps are exponential: mean and deviation 100 ms; and the counts of 2000 seconds have variance 10, within
    four standard errors (the variance of a Poisson sample's variance is about 2 * 10**2 / n + 10 / n).
    """
    at = times_of(entry(rate="10/s"), end_us=2000 * S, seed=seed)
    assert len(at) == pytest.approx(20_000, abs=4 * math.sqrt(20_000))
    gaps = [later - earlier for earlier, later in pairwise(at)]
    mean = sum(gaps) / len(gaps)
    deviation = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))
    assert deviation / mean == pytest.approx(1, abs=4 / math.sqrt(len(gaps)) * 1.5)
    counts = [0] * 2000
    for at_us in at:
        counts[at_us // S] += 1
    average = len(at) / 2000
    variance = sum((count - average) ** 2 for count in counts) / 1999
    assert variance == pytest.approx(10, abs=4 * math.sqrt((2 * 10**2 + 10) / 2000))


def test_everyday_mail_lasts_from_at_until_until() -> None:
    at = times_of(entry(rate="10/s", at="100 s", until="200 s"))
    assert 100 * S < at[0] < 102 * S
    assert 198 * S < at[-1] < 200 * S
    assert len(at) == pytest.approx(1000, abs=4 * math.sqrt(1000))


def test_everyday_mail_follows_the_hours_of_the_day() -> None:
    """10 days at 120/h times the weights (sum 17): 1200 a weight and hour, chi-square over 9 busy hours."""
    at = times_of(entry(rate="120/h", hours=OFFICE_HOURS), end_us=10 * DAY)
    counts = [0] * 24
    for at_us in at:
        counts[at_us // HOUR % 24] += 1
    assert [hour for hour in range(24) if counts[hour]] == [h for h in range(24) if OFFICE_HOURS[h]]
    expected = [10 * 120 * weight for weight in OFFICE_HOURS]
    chi_square = sum((seen - due) ** 2 / due for seen, due in zip(counts, expected, strict=True) if due)
    assert chi_square < 9 + 4 * math.sqrt(2 * 9)


def test_everyday_mail_follows_the_days_of_the_week_from_monday_on() -> None:
    """Two weeks from Monday, 2026-01-05: weekdays 2, Saturday 1, Sunday none; 24 letters a weight and day-hour."""
    monday_us = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp()) * S
    at = times_of(
        entry(rate="60/h", weekdays=[2, 2, 2, 2, 2, 1, 0]), end_us=14 * DAY, local_epoch_us=monday_us
    )
    counts = [0] * 7
    for at_us in at:
        counts[at_us // DAY % 7] += 1
    assert counts[6] == 0
    for count, weight in zip(counts[:6], [2, 2, 2, 2, 2, 1], strict=True):
        due = 2 * 24 * 60 * weight
        assert count == pytest.approx(due, abs=4 * math.sqrt(due))


def test_hours_and_weekdays_multiply() -> None:
    """Mondays between 9 and 10 only: 3 * 2 * 100/h for an hour."""
    hours = [0] * 9 + [3] + [0] * 14
    monday_us = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp()) * S
    at = times_of(
        entry(rate="100/h", hours=hours, weekdays=[2, 0, 0, 0, 0, 0, 0]),
        end_us=7 * DAY,
        local_epoch_us=monday_us,
    )
    assert 9 * HOUR < min(at) < max(at) < 10 * HOUR
    assert len(at) == pytest.approx(600, abs=4 * math.sqrt(600))


def test_days_and_hours_are_those_of_the_scenario_s_time_zone() -> None:
    """A Sunday at 20:00 in Japan: its Monday, 9 to 10 o'clock, is 13 to 14 hours away.

    In Greenwich it would be Sunday 11:00, and Monday 9 o'clock 22 hours away.
    """
    only_monday_at_nine = {"hours": [0] * 9 + [1] + [0] * 14, "weekdays": [1, 0, 0, 0, 0, 0, 0]}
    changes = {
        "start": "2026-01-04T20:00+09:00",
        "duration": "2 d",
        "letters.notice": {
            "from": "school",
            "to": "office",
            "size": "1 B",
            "rate": "100/h",
            **only_monday_at_nine,
        },
    }
    submitted = [letter.submitted_us for letter in run(changes).letters.values()]
    assert len(submitted) > 50
    assert 13 * HOUR <= min(submitted) < max(submitted) < 14 * HOUR


def test_a_rhythm_only_thins_the_stream_that_its_busiest_hour_would_have() -> None:
    """Thinning by Lewis and Shedler: each letter of the quiet day is a letter of the busy one too."""
    flat = times_of(entry(rate="300/h"), end_us=DAY)
    thinned = times_of(entry(rate="100/h", hours=[3, *[1] * 23]), end_us=DAY)
    # The draws that keep or drop letters are made in both, so that the streams stay in step.
    assert set(thinned) < set(flat)
    assert set(thinned) >= {at_us for at_us in flat if at_us < HOUR}


def test_the_start_within_an_hour_is_respected() -> None:
    """A scenario that starts at 08:30 has its ninth hour after half an hour."""
    half_past_eight = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    local_us = (half_past_eight - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    at = times_of(
        entry(rate="100/h", hours=[0] * 9 + [1] + [0] * 14), end_us=3 * HOUR, local_epoch_us=local_us
    )
    assert 0.5 * HOUR <= min(at) < max(at) < 1.5 * HOUR
