"""What the weather does to a packet: SYNs are sent again, commands wait out a silence up to their time-out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.condition import DOWN, SILENT, UP, Condition, Spell
from sim.mail.stall import arrive, syn_answer
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    LOST_CONNECTION,
    NO_ROUTE,
)

S = 1_000_000
HALF = 10_000
OPEN = Condition()


def silent(from_s: float, to_s: float) -> Condition:
    return Condition([(round(from_s * S), round(to_s * S), SILENT, 0)])


def down(from_s: float, to_s: float) -> Condition:
    return Condition([(round(from_s * S), round(to_s * S), DOWN, 0)])


@pytest.mark.parametrize(
    ("silence_s", "sent_s"), [(0.5, 1), (1.5, 3), (3.5, 7), (7.5, 15), (1.01, 1), (1.011, 3)]
)
def test_a_lost_syn_is_sent_again_after_1_3_7_and_15_seconds(silence_s: float, sent_s: int) -> None:
    """RFC 6298: 1 s, doubled each time. It is looked at when it arrives, a hop after it was sent.

    The host has the connection when the client's ACK is there: three hops after the SYN that came through.
    """
    answer = syn_answer(OPEN, silent(0, silence_s), 0, HALF, 30 * S)
    assert answer == (ACCEPTED, sent_s * S + 3 * HALF)


def test_a_host_that_is_silent_for_longer_than_the_last_syn_times_out_after_30_s() -> None:
    assert syn_answer(OPEN, silent(0, 15.1), 0, HALF, 30 * S) == (CONNECT_TIMED_OUT, 30 * S)


def test_with_a_connect_timeout_of_5_s_there_are_three_syns() -> None:
    """At 0, 1 and 3 s; that at 7 s is not sent any more."""
    assert syn_answer(OPEN, silent(0, 2.9), 0, HALF, 5 * S) == (ACCEPTED, 3 * S + 3 * HALF)
    assert syn_answer(OPEN, silent(0, 3.1), 0, HALF, 5 * S) == (CONNECT_TIMED_OUT, 5 * S)


def test_a_host_that_is_down_refuses_within_a_round_trip() -> None:
    assert syn_answer(OPEN, down(0, 60), 5 * S, HALF, 30 * S) == (CONNECTION_REFUSED, 5 * S + 2 * HALF)


def test_a_road_that_is_down_answers_no_route_within_a_round_trip_even_before_a_host_that_is_up() -> None:
    assert syn_answer(down(0, 60), OPEN, 0, HALF, 30 * S) == (NO_ROUTE, 2 * HALF)
    assert syn_answer(down(0, 60), down(0, 60), 0, HALF, 30 * S) == (NO_ROUTE, 2 * HALF)


def test_a_host_that_goes_from_silent_to_down_refuses_the_next_syn() -> None:
    host = Condition([(0, 2 * S, SILENT, 0), (2 * S, 60 * S, DOWN, 0)])
    assert syn_answer(OPEN, host, 0, HALF, 30 * S) == (CONNECTION_REFUSED, 3 * S + 2 * HALF)


def test_a_silent_road_hides_a_host_that_is_down() -> None:
    assert syn_answer(silent(0, 60), down(0, 60), 0, HALF, 30 * S) == (CONNECT_TIMED_OUT, 30 * S)


@pytest.mark.parametrize(("end_s", "reply"), [(299.9, ACCEPTED), (300, CONVERSATION_TIMED_OUT)])
def test_a_command_waits_out_a_silence_that_is_shorter_than_its_time_out(end_s: float, reply: int) -> None:
    """Sent at 0 s with 300 s of patience. It is there when the silence ends, or the client gives up."""
    at_us = round(end_s * S) if reply == ACCEPTED else 300 * S
    assert arrive(OPEN, silent(0, end_s), HALF, 0, 300 * S, HALF) == (reply, at_us)


def test_a_host_that_goes_down_resets_its_connections() -> None:
    """The reset travels back one hop."""
    assert arrive(OPEN, down(0, 60), HALF, 0, 300 * S, HALF) == (LOST_CONNECTION, 2 * HALF)


def test_a_host_that_is_down_when_the_silence_of_the_road_ends_resets_then() -> None:
    assert arrive(silent(0, 50), down(0, 60), HALF, 0, 300 * S, HALF) == (LOST_CONNECTION, 50 * S + HALF)


def test_an_open_connection_takes_a_road_that_is_down_for_a_silent_one() -> None:
    assert arrive(down(0, 20), OPEN, HALF, 0, 300 * S, HALF) == (ACCEPTED, 20 * S)


SPELLS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 30), st.sampled_from([UP, SILENT, DOWN])).map(
        lambda drawn: (drawn[0] * S, (drawn[0] + drawn[1]) * S, drawn[2], 0)
    ),
    max_size=4,
)


@given(SPELLS, SPELLS, st.integers(0, 60), st.integers(1, 40))
def test_a_command_arrives_at_the_first_moment_at_which_it_can(
    road_spells: list[Spell], host_spells: list[Spell], at_s: int, limit_s: int
) -> None:
    """Looked for second by second, since all spells begin and end with one; sent a hop before."""
    road, host = Condition(road_spells), Condition(host_spells)
    sent_us = at_s * S - HALF
    moment = at_s
    while road.state_at(moment * S) != UP or host.state_at(moment * S) == SILENT:
        moment += 1
    arrival = arrive(road, host, at_s * S, sent_us, limit_s * S, HALF)
    if moment > at_s and moment * S - sent_us >= limit_s * S:
        assert arrival == (CONVERSATION_TIMED_OUT, sent_us + limit_s * S)
    elif host.state_at(moment * S) == DOWN:
        assert arrival == (LOST_CONNECTION, moment * S + HALF)
    else:
        assert arrival == (ACCEPTED, moment * S)
