"""First-come stations: departures worked out at arrival equal those of a counter that is watched."""

from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.first_come import CountedStation, FirstCome

JOBS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 30)), max_size=40)
"""Time since the arrival before, and service time."""


def arrivals_of(jobs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give arrival time and service time of each job."""
    now, listed = 0, []
    for gap, service in jobs:
        now += gap
        listed.append((now, service))
    return listed


def watched(jobs: list[tuple[int, int]], workers: int) -> list[tuple[int, int]]:
    """Give start and departure of each job of a first-come G/G/c counter, found in another way.

    A job starts as soon as fewer than c of those before it are still there: at its arrival, or when
    the c-th last of them leaves.
    """
    served: list[tuple[int, int]] = []
    for arrival, service in arrivals_of(jobs):
        leaving = sorted(departure for _, departure in served)
        start = arrival if len(leaving) < workers else max(arrival, leaving[-workers])
        served.append((start, start + service))
    return served


@given(JOBS, st.integers(1, 4))
def test_departures_are_those_of_a_watched_counter(jobs: list[tuple[int, int]], workers: int) -> None:
    station = FirstCome(workers)
    assert [departure for _, departure in watched(jobs, workers)] == [
        station.depart(arrival, service) for arrival, service in arrivals_of(jobs)
    ]


@given(JOBS, st.integers(1, 4), st.integers(0, 400))
def test_work_within_a_time_is_the_work_done_by_then(
    jobs: list[tuple[int, int]], workers: int, rest: int
) -> None:
    """Each job is worked on from its start to its departure; the station says how much of it lies before.

    The end may cut a long backlog; it is not before the last arrival, as the end of a run never is.
    """
    station = FirstCome(workers)
    end = rest
    for arrival, service in arrivals_of(jobs):
        station.depart(arrival, service)
        end = arrival + rest
    done = sum(max(0, min(departure, end) - min(start, end)) for start, departure in watched(jobs, workers))
    assert done == station.busy_within(end)


def test_two_counters_serve_three_people_side_by_side() -> None:
    """Arrivals at 0, 1, 2 with 10 s each: the third starts when the first leaves."""
    station = FirstCome(2)
    assert [station.depart(at, 10) for at in (0, 1, 2)] == [10, 11, 20]


@given(JOBS, st.integers(1, 3))
def test_a_counted_station_knows_how_many_are_in_it(jobs: list[tuple[int, int]], workers: int) -> None:
    """At each arrival those are in it who came before and leave later, and the one who comes."""
    counted = CountedStation("office.checking", workers)
    arrivals = arrivals_of(jobs)
    leaving: list[int] = []
    most = 0
    for arrival, service in arrivals:
        leaving.append(counted.depart(arrival, service))
        inside = sum(departure > arrival for departure in leaving)
        # Who comes and goes in one moment is counted in, and out by the next.
        most = max(most, inside, 1 + sum(departure > arrival for departure in leaving[:-1]))
        assert inside + (leaving[-1] == arrival) == counted.length.length
    end = max(leaving, default=0) + 1
    counted.catch_up(end)
    waits = sum(departure - arrival for departure, (arrival, _) in zip(leaving, arrivals, strict=True))
    assert counted.length.length == 0
    # Little's law over a time in which all came and all left: the integral of the length is the sum of the waits.
    assert waits == counted.length.integral_us(end)
    assert most == max(counted.length.peak, counted.length.bucket_peak)


def test_with_twice_the_work_that_one_can_do_each_waits_longer_than_the_one_before() -> None:
    """D/D/1 at load 2: the n-th job (from 0) waits n * (service - gap)."""
    station = FirstCome()
    waits = [station.depart(10 * number, 20) - 10 * number - 20 for number in range(50)]
    assert waits == [10 * number for number in range(50)]


def test_who_is_broken_off_leaves_a_free_worker_and_no_work_behind() -> None:
    """One worker, 10 a piece. At 15 two break off, one half done, one not begun; a fourth comes at 20."""
    station = FirstCome()

    assert [station.depart(0, 10, 15) for _ in range(3)] == [10, 15, 15]
    assert station.busy_us == 15
    assert station.depart(20, 10) == 30
    assert station.busy_us == 25


def test_who_stays_moves_up_when_those_before_are_broken_off() -> None:
    """The second would have been begun with at 10 but goes at 5, so the third is."""
    station = FirstCome()

    assert (station.depart(0, 10), station.depart(1, 10, 5), station.depart(2, 10)) == (10, 5, 20)
