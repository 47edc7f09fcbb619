from datetime import UTC, datetime, timedelta, timezone

import pytest
from matplotlib.figure import Figure

from sim.viz.clock import clock_words, set_clock, step_s, zone_words

JAPAN = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("span_s", "step"),
    [(0.005, 0.001), (1, 0.1), (60, 10), (600, 60), (3600, 600), (21_600, 3600), (604_800, 86_400)],
)
def test_ticks_stand_at_round_times(span_s: float, step: float) -> None:
    assert step_s(span_s) == step


def test_ticks_of_hours_stand_at_full_hours_of_the_day_there() -> None:
    axes = Figure().subplots()
    set_clock(axes, datetime(2026, 9, 1, 6, 20, tzinfo=JAPAN), 0, 21_600, "en")
    ticks = list(axes.get_xticks())

    assert ticks == [2400 + 3600 * hour for hour in range(6)]
    assert axes.xaxis.get_major_formatter()(2400, None) == "07:00"
    assert axes.get_xlabel() == "time of day, 2026-09-01 (UTC+09:00)"


def test_a_new_day_is_named() -> None:
    start = datetime(2026, 9, 1, 18, tzinfo=JAPAN)

    assert clock_words(start, 21_600, 3600) == "09-02\n00:00"
    assert clock_words(start, 25_200, 3600) == "01:00"
    assert clock_words(start, 21_600, 86_400) == "09-02"


def test_short_times_show_their_fractions() -> None:
    start = datetime(2026, 9, 1, 6, tzinfo=JAPAN)

    assert clock_words(start, 0.25, 0.05) == "06:00:00.250"
    assert clock_words(start, 5, 1) == "06:00:05"


def test_zones_are_written_as_offsets() -> None:
    assert zone_words(datetime(2026, 1, 1, tzinfo=JAPAN)) == "UTC+09:00"
    assert zone_words(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))) == "UTC-03:30"
    assert zone_words(datetime(2026, 1, 1, tzinfo=UTC)) == "UTC"
