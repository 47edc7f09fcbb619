"""Series over time: nothing between two looks is missed, and there is a bounded number of rows."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernel.alarm import ring_once
from sim.kernel.draws import Draws
from sim.kernel.first_come import CountedStation
from sim.kernel.queue_length import QueueLength
from sim.kernel.recorder import Names, Table
from sim.kernel.sampler import BUCKETS, Sampler
from sim.kernel.world import World

MOVES = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=30)


def world(end_us: int) -> World:
    return World(datetime(2026, 1, 5, tzinfo=UTC), end_us, Draws(1), Names([], [], [], [], []))


def rows_of(series: Table) -> list[tuple[int, int, float, float]]:
    return list(zip(*series.columns.values(), strict=True))


@given(MOVES, st.integers(601, 12_000))
@settings(max_examples=25)
def test_the_means_of_all_buckets_add_up_to_the_integral(moves: list[tuple[int, bool]], end_us: int) -> None:
    town = world(end_us)
    queue = QueueLength("school.active")
    at_us = 0
    for gap_us, comes in moves:
        at_us += gap_us
        if at_us < end_us:

            def move(_: object, comes: bool = comes) -> None:
                if comes:
                    queue.enter(town.env.now)
                elif queue.length:
                    queue.leave(town.env.now)

            ring_once(town.env, at_us, move)
    sampler = Sampler(town, [(queue, None)], None)
    sampler.start()
    town.env.run(until=end_us)
    sampler.take(end_us)
    before_us, total = 0, 0.0
    for at_us, name, mean, peak in rows_of(town.recorder.series):
        assert name == 0
        assert mean <= peak + 1e-9
        total += mean * (at_us - before_us)
        before_us = at_us
    assert before_us == end_us
    assert total == pytest.approx(queue.integral_us(end_us))


@pytest.mark.parametrize("duration_us", [600, 6_000_000, 86_400_000_000, 3_600_000_000])
def test_a_series_has_600_rows_however_long_the_run(duration_us: int) -> None:
    assert len(rows_without_events(duration_us)) == BUCKETS


@pytest.mark.parametrize("duration_us", [601, 1199, 6_000_001, 3_600_000_599])
def test_a_series_has_at_most_600_rows_where_the_duration_cannot_be_divided(duration_us: int) -> None:
    assert len(rows_without_events(duration_us)) <= BUCKETS


def rows_without_events(duration_us: int) -> list[tuple[int, int, float, float]]:
    town = world(duration_us)
    sampler = Sampler(town, [(QueueLength("school.active"), None)], None)
    sampler.start()
    town.env.run(until=duration_us)
    sampler.take(duration_us)
    return rows_of(town.recorder.series)


def test_a_very_short_run_has_one_row_a_microsecond() -> None:
    assert [at_us for at_us, *_ in rows_without_events(3)] == [1, 2, 3]


def test_a_station_s_departures_are_counted_before_each_look() -> None:
    """One job from 0 to 250 in a run of 600 us: the bucket after its departure is empty."""
    town = world(600)
    counted = CountedStation("office.delivery", 1)
    counted.depart(0, 250)
    sampler = Sampler(town, [(counted.length, counted.catch_up)], None)
    sampler.start()
    town.env.run(until=600)
    sampler.take(600)
    means = {at_us: mean for at_us, _, mean, _ in rows_of(town.recorder.series)}
    assert (means[249], means[250], means[251]) == (1, 1, 0)


def test_whoever_shows_progress_is_told_the_time_of_each_look() -> None:
    town = world(6_000)
    told: list[int] = []
    Sampler(town, [], told.append).start()
    town.env.run(until=6_000)
    assert list(range(10, 6_000, 10)) == told


def test_what_is_no_queue_is_read_at_the_end_of_each_bucket() -> None:
    town = world(6_000)
    sampler = Sampler(
        town, [(QueueLength("school.active"), None)], None, [("clock", lambda now_us: now_us / 2)]
    )
    sampler.start()
    town.env.run(until=6_000)
    sampler.take(6_000)
    read = [row for row in rows_of(town.recorder.series) if row[1] == 1]
    assert len(read) == BUCKETS
    assert all(mean == peak == at_us / 2 for at_us, _, mean, peak in read)
