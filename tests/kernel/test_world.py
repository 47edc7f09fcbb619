"""The clock of a world: microseconds since the start, whole seconds of the wall clock, local time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sim.kernel.draws import Draws
from sim.kernel.recorder import Names
from sim.kernel.world import World

S = 1_000_000
JAPAN = timezone(timedelta(hours=9))


def world(start: datetime) -> World:
    return World(start, 3600 * S, Draws(1), Names([], [], [], [], []))


@pytest.mark.parametrize(
    ("fraction_us", "at_us", "seconds"),
    [
        (0, 0, 0),
        (0, 999_999, 0),
        (0, 1_000_000, 1),
        # A start at .371 s: the wall clock's second is full 629 ms later.
        (371_000, 628_999, 0),
        (371_000, 629_000, 1),
        (371_000, 1_628_999, 1),
    ],
)
def test_seconds_are_those_of_the_wall_clock_and_not_of_the_run(
    fraction_us: int, at_us: int, seconds: int
) -> None:
    """2026-01-05T00:00Z is 1,767,571,200 s after 1970 (20,458 days)."""
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(microseconds=fraction_us)
    assert 20_458 * 86_400 + seconds == world(start).second(at_us)


def test_local_time_is_that_of_the_start_s_own_zone() -> None:
    """06:00 in Japan is 21:00 of the day before in Greenwich: nine hours apart."""
    town = world(datetime(2026, 9, 1, 6, tzinfo=JAPAN))
    assert town.local_epoch_us - town.epoch_us == 9 * 3600 * S
    assert town.local_epoch_us // (3600 * S) % 24 == 6
    assert town.epoch_us // (3600 * S) % 24 == 21


def test_a_start_before_1970_counts_down_and_stays_whole() -> None:
    assert world(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)).second(0) == -1


def test_time_begins_at_zero_and_is_a_whole_number() -> None:
    now = world(datetime(2026, 1, 5, tzinfo=UTC)).env.now
    assert (0, int) == (now, type(now))
