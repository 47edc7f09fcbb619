"""Events that ring again and again: at their time, in the order in which they were set."""

from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.alarm import Alarm, ring_once
from sim.kernel.clock import Clock


def test_one_alarm_rings_again_and_again() -> None:
    env = Clock()
    alarm = Alarm(env)
    heard: list[int] = []

    def ring(_: object) -> None:
        heard.append(env.now)
        if len(heard) < 4:
            alarm.set(env.now + 10, [ring])

    alarm.set(5, [ring])
    env.run(until=1000)
    assert heard == [5, 15, 25, 35]


@given(st.lists(st.integers(0, 5), max_size=20))
def test_rings_come_by_time_and_within_a_moment_in_the_order_in_which_they_were_set(times: list[int]) -> None:
    env = Clock()
    heard: list[tuple[int, int]] = []
    for number, at in enumerate(times):
        ring_once(env, at, lambda _, number=number: heard.append((env.now, number)))  # type: ignore[misc]
    env.run(until=6)
    assert sorted((at, number) for number, at in enumerate(times)) == heard


def test_what_rings_at_the_end_is_not_heard() -> None:
    env = Clock()
    heard: list[int] = []
    for at in (9, 10):
        ring_once(env, at, lambda _: heard.append(env.now))
    env.run(until=10)
    assert heard == [9]


def test_time_stays_a_whole_number() -> None:
    """A microsecond more or less must not get lost, even after a century (2**53 us are 285 years)."""
    env = Clock(initial_time=0)
    heard: list[int] = []
    century_us = 36_525 * 86_400 * 1_000_000
    for at in (century_us + 1, century_us):
        ring_once(env, at, lambda _: heard.append(env.now))
    env.run(until=century_us + 2)
    assert heard == [century_us, century_us + 1]
    assert {int} == {type(at) for at in heard}
