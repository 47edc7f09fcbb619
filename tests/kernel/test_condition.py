"""The condition of a place over time, against a look at the whole timetable at each moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.condition import (
    CRASHED,
    DOWN,
    GREETS_421,
    GREETS_554,
    HANGING,
    NEVER_US,
    NXDOMAIN,
    REFUSING,
    SERVFAIL,
    SILENT,
    UP,
    Condition,
    Spell,
)

BY_SEVERITY = [UP, GREETS_421, GREETS_554, HANGING, REFUSING, NXDOMAIN, SERVFAIL, SILENT, DOWN]
SPELL = st.tuples(
    st.integers(0, 30),
    st.integers(1, 15),
    st.sampled_from(BY_SEVERITY),
    st.integers(0, 5),
    st.sampled_from([0.0, 0.1, 0.5]),
).map(lambda drawn: (drawn[0], drawn[0] + drawn[1], *drawn[2:]))
SPELLS = st.lists(SPELL, max_size=6)
MOMENTS = range(50)


def seen(spells: list[Spell], at: int) -> tuple[int, int, float]:
    """Give state, slowness and loss at a moment: the most severe of each, but slownesses add up."""
    here = [spell for spell in spells if spell[0] <= at < spell[1]]
    states = {spell[2] for spell in here} | {UP}
    state = next(one for one in reversed(BY_SEVERITY) if one in states)
    return state, sum(spell[3] for spell in here), max((spell[4] for spell in here), default=0.0)


@given(SPELLS)
def test_what_is_in_force_is_that_of_the_spells_that_hold(spells: list[Spell]) -> None:
    place = Condition(spells)
    told = [(place.state_at(at), place.slow_at(at), place.loss_at(at)) for at in MOMENTS]
    assert [seen(spells, at) for at in MOMENTS] == told


@given(SPELLS)
def test_between_a_moment_and_the_next_change_nothing_changes(spells: list[Spell]) -> None:
    place = Condition(spells)
    for at in MOMENTS:
        change = place.next_change_us(at)
        until = MOMENTS.stop if change is None else change
        assert until > at
        assert {seen(spells, at)} == {seen(spells, moment) for moment in range(at, until)}


@given(SPELLS)
def test_pauses_are_the_longest_stretches_in_which_the_place_is_not_up(spells: list[Spell]) -> None:
    place = Condition(spells)
    stretches: list[tuple[int, int]] = []
    for at in MOMENTS:
        if seen(spells, at)[0] == UP:
            continue
        if stretches and stretches[-1][1] == at:
            stretches[-1] = (stretches[-1][0], at + 1)
        else:
            stretches.append((at, at + 1))
    assert stretches == list(place.pauses())


@given(SPELLS, st.integers(1, 49))
def test_time_out_of_service_is_counted_up_to_the_end(spells: list[Spell], end: int) -> None:
    """A host that greets, if only to say no, is at work."""
    out = sum(seen(spells, at)[0] not in (UP, GREETS_421, GREETS_554) for at in range(end))
    assert out == Condition(spells).down_us(end)


def test_a_spell_holds_from_its_first_moment_and_not_at_its_last() -> None:
    place = Condition([(10, 20, DOWN, 0, 0.0)])
    assert [place.state_at(at) for at in (9, 10, 19, 20)] == [UP, DOWN, DOWN, UP]


def test_a_spell_that_follows_at_once_makes_one_pause() -> None:
    place = Condition(
        [(10, 20, DOWN, 0, 0.0), (20, 30, SILENT, 0, 0.0), (40, 50, DOWN, 0, 0.0), (60, 70, UP, 7, 0.0)]
    )
    assert list(place.pauses()) == [(10, 30), (40, 50)]


def test_a_road_that_loses_packets_is_up() -> None:
    place = Condition([(10, 20, UP, 0, 0.05), (15, 30, UP, 0, 0.2)])
    assert [place.loss_at(at) for at in (9, 10, 15, 29, 30)] == [0, 0.05, 0.2, 0.2, 0]
    assert place.state_at(15) == UP
    assert place.down_us(40) == 0


@pytest.mark.parametrize(("spells", "eventful"), [([], False), ([(1, 2, UP, 5, 0.0)], True)])
def test_a_place_without_spells_is_uneventful(spells: list[Spell], eventful: bool) -> None:
    assert Condition(spells).eventful is eventful


def test_work_is_begun_again_after_each_crash_that_breaks_it_off() -> None:
    """Of 10 that are needed, 5 come to nothing before the crash at 5, 8 before that at 28; from 40 on they are done."""
    condition = Condition([(5, 20, CRASHED, 0, 0), (28, 35, CRASHED, 0, 0), (33, 40, CRASHED, 0, 0)])

    assert condition.work_ends_us(0, 10) == 50
    assert condition.work_ends_us(0, 4) == 4
    assert condition.work_ends_us(0, 5) == 25  # A crash at the very moment comes first.
    assert condition.work_ends_us(45, 10) == 55


def test_crashes_that_overlap_are_one() -> None:
    condition = Condition([(5, 20, CRASHED, 0, 0), (10, 30, CRASHED, 0, 0), (30, 40, SILENT, 0, 0)])

    assert [condition.crash_after(at) for at in (0, 4, 5, 25)] == [5, 5, NEVER_US, NEVER_US]
    assert condition.restart_us(5) == 30
