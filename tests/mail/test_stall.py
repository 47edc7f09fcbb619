"""What the weather does to a packet: what is lost is sent again, a SYN and a command alike, up to a time-out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.condition import (
    DOWN,
    GREETS_421,
    GREETS_554,
    HANGING,
    REFUSING,
    SILENT,
    UP,
    Condition,
    Spell,
)
from sim.mail import stall
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


def arrive(*asked: Any) -> tuple[int, int]:
    """Give the reply and the moment."""
    return stall.arrive(*asked)[:2]


def syn_answer(*asked: Any) -> tuple[int, int]:
    return stall.syn_answer(*asked)[:2]


def promptly() -> int:
    """A host that takes up what has come as soon as it has come to itself."""
    return 0


def weather(state: int, from_s: float, to_s: float) -> Condition:
    return Condition([(round(from_s * S), round(to_s * S), state, 0, 0.0)])


def silent(from_s: float, to_s: float) -> Condition:
    return Condition([(round(from_s * S), round(to_s * S), SILENT, 0, 0.0)])


def down(from_s: float, to_s: float) -> Condition:
    return Condition([(round(from_s * S), round(to_s * S), DOWN, 0, 0.0)])


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
    # Who gives up at 3 s does not send one then.
    assert syn_answer(OPEN, silent(0, 2.9), 0, HALF, 3 * S) == (CONNECT_TIMED_OUT, 3 * S)


def test_a_host_that_is_down_refuses_within_a_round_trip() -> None:
    assert syn_answer(OPEN, down(0, 60), 5 * S, HALF, 30 * S) == (CONNECTION_REFUSED, 5 * S + 2 * HALF)


def test_a_road_that_is_down_answers_no_route_within_a_round_trip_even_before_a_host_that_is_up() -> None:
    assert syn_answer(down(0, 60), OPEN, 0, HALF, 30 * S) == (NO_ROUTE, 2 * HALF)
    assert syn_answer(down(0, 60), down(0, 60), 0, HALF, 30 * S) == (NO_ROUTE, 2 * HALF)


def test_a_host_that_goes_from_silent_to_down_refuses_the_next_syn() -> None:
    host = Condition([(0, 2 * S, SILENT, 0, 0.0), (2 * S, 60 * S, DOWN, 0, 0.0)])
    assert syn_answer(OPEN, host, 0, HALF, 30 * S) == (CONNECTION_REFUSED, 3 * S + 2 * HALF)


def test_a_silent_road_hides_a_host_that_is_down() -> None:
    assert syn_answer(silent(0, 60), down(0, 60), 0, HALF, 30 * S) == (CONNECT_TIMED_OUT, 30 * S)


# RFC 6298: the time-out of TCP starts at 1 s, doubles, and may stop doubling at 60 s or more; here it does at 64 s.
SENT_AGAIN_S = (1, 3, 7, 15, 31, 63, 127, 191, 255, 319, 383, 447, 511, 575)


@pytest.mark.parametrize("again_s", [again_s for again_s in SENT_AGAIN_S if again_s < 300])
def test_a_lost_command_is_sent_again_as_a_lost_syn_is_and_every_64_s_at_last(again_s: int) -> None:
    """Sent at 0 s; the silence ends a little before the copy of that second arrives, a hop after its sending."""
    silence = silent(0, again_s)
    assert arrive(OPEN, silence, HALF, 0, 300 * S, HALF, promptly) == (ACCEPTED, again_s * S + HALF)


@pytest.mark.parametrize(("patience_s", "last_s"), [(300, 255), (600, 575), (100, 63), (1, 0)])
def test_a_command_that_is_lost_for_too_long_is_given_up_at_its_time_out(
    patience_s: int, last_s: int
) -> None:
    """A silence that ends just after the last copy within the time-out is a silence for ever."""
    silence = silent(0, last_s + 0.02)
    assert arrive(OPEN, silence, HALF, 0, patience_s * S, HALF, promptly) == (
        CONVERSATION_TIMED_OUT,
        patience_s * S,
    )


def test_a_host_that_goes_down_resets_its_connections() -> None:
    """The reset travels back one hop."""
    assert arrive(OPEN, down(0, 60), HALF, 0, 300 * S, HALF, promptly) == (LOST_CONNECTION, 2 * HALF)


def test_a_host_that_is_down_when_the_road_speaks_again_resets_then() -> None:
    """The copy of 63 s comes through, is there a hop later, and the reset is back after another."""
    assert arrive(silent(0, 50), down(0, 90), HALF, 0, 300 * S, HALF, promptly) == (
        LOST_CONNECTION,
        63 * S + 2 * HALF,
    )


def test_an_open_connection_takes_a_road_that_is_down_for_a_silent_one() -> None:
    assert arrive(down(0, 20), OPEN, HALF, 0, 300 * S, HALF, promptly) == (ACCEPTED, 31 * S + HALF)


SPELLS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 30), st.sampled_from([UP, SILENT, DOWN])).map(
        lambda drawn: (drawn[0] * S, (drawn[0] + drawn[1]) * S, drawn[2], 0, 0.0)
    ),
    max_size=4,
)


@given(SPELLS, SPELLS, st.integers(0, 60), st.integers(1, 700))
def test_a_command_arrives_with_the_first_copy_that_comes_through(
    road_spells: list[Spell], host_spells: list[Spell], sent_s: int, patience_s: int
) -> None:
    """Looked for copy by copy; those sent after the time-out are not sent."""
    road, host = Condition(road_spells), Condition(host_spells)
    arrival = arrive(road, host, sent_s * S + HALF, sent_s * S, patience_s * S, HALF, promptly)
    for after_s in (0, *SENT_AGAIN_S):
        there_us = (sent_s + after_s) * S + HALF
        if after_s * S + HALF >= patience_s * S:
            break
        if road.state_at(there_us) == UP and host.state_at(there_us) != SILENT:
            is_down = host.state_at(there_us) == DOWN
            assert arrival == ((LOST_CONNECTION, there_us + HALF) if is_down else (ACCEPTED, there_us))
            return
    assert arrival == (CONVERSATION_TIMED_OUT, (sent_s + patience_s) * S)


def test_a_host_that_refuses_answers_a_syn_as_one_that_is_down_does_and_keeps_what_it_has() -> None:
    refusing = weather(REFUSING, 0, 60)
    assert syn_answer(OPEN, refusing, 5 * S, HALF, 30 * S) == (CONNECTION_REFUSED, 5 * S + 2 * HALF)
    assert arrive(OPEN, refusing, HALF, 0, 300 * S, HALF, promptly) == (ACCEPTED, HALF)


@pytest.mark.parametrize("state", [HANGING, GREETS_421, GREETS_554])
def test_the_tcp_of_a_host_that_says_nothing_good_is_well(state: int) -> None:
    assert syn_answer(OPEN, weather(state, 0, 60), 0, HALF, 30 * S) == (ACCEPTED, 3 * HALF)


@pytest.mark.parametrize(("lost_s", "sent_s"), [(0, 0), (1, 1), (3, 3), (7, 7), (15, 15)])
def test_copies_of_a_syn_that_are_lost_by_chance_are_not_there(lost_s: int, sent_s: int) -> None:
    answer = syn_answer(OPEN, OPEN, 0, HALF, 30 * S, lost_s * S)
    assert answer == (ACCEPTED, sent_s * S + 3 * HALF)


def test_the_copies_after_those_lost_by_chance_meet_the_weather_as_ever() -> None:
    """Two are lost by chance, the third falls into a silence, the fourth, at 7 s, comes through."""
    assert syn_answer(OPEN, silent(2, 6), 0, HALF, 30 * S, 3 * S) == (ACCEPTED, 7 * S + 3 * HALF)
    assert syn_answer(OPEN, silent(2, 6), 0, HALF, 7 * S, 3 * S) == (CONNECT_TIMED_OUT, 7 * S)


def test_a_host_that_hangs_takes_up_what_has_come_a_little_after_its_hanging() -> None:
    hanging = weather(HANGING, 0, 20)
    assert arrive(OPEN, hanging, HALF, 0, 300 * S, HALF, lambda: 1_234) == (ACCEPTED, 20 * S + 1_234)


def test_a_host_that_hangs_for_longer_than_the_client_waits_is_given_up() -> None:
    hanging = weather(HANGING, 0, 20)
    assert arrive(OPEN, hanging, HALF, 0, 20 * S, HALF, promptly) == (CONVERSATION_TIMED_OUT, 20 * S)
    assert arrive(OPEN, hanging, HALF, 0, 20 * S + 1, HALF, promptly) == (ACCEPTED, 20 * S)


def test_a_host_that_is_down_after_its_hanging_resets_and_one_that_is_silent_is_waited_for() -> None:
    def after(state: int) -> Condition:
        return Condition([(0, 20 * S, HANGING, 0, 0.0), (20 * S, 24 * S, state, 0, 0.0)])

    assert arrive(OPEN, after(DOWN), HALF, 0, 300 * S, HALF, promptly) == (LOST_CONNECTION, 20 * S + HALF)
    # Sent again 1, 3 and 7 s after the end of the hanging.
    assert arrive(OPEN, after(SILENT), HALF, 0, 300 * S, HALF, promptly) == (ACCEPTED, 27 * S)


@pytest.mark.parametrize(("host", "reply"), [(OPEN, ACCEPTED), (down(0, 60), CONNECTION_REFUSED)])
def test_an_answer_to_a_syn_from_very_far_away_comes_in_time_or_not_at_all(
    host: Condition, reply: int
) -> None:
    """The client waits 30 s: a road of 30 s there and back is just short enough."""
    assert syn_answer(OPEN, host, 0, 15 * S, 30 * S)[0] == reply
    assert syn_answer(OPEN, host, 0, 15 * S + 1, 30 * S) == (CONNECT_TIMED_OUT, 30 * S)
    # Sent again after a second, the answer would come a second too late.
    assert syn_answer(silent(0, 15.5), host, 0, 15 * S, 30 * S) == (CONNECT_TIMED_OUT, 30 * S)


def test_a_command_that_cannot_be_there_in_time_is_given_up_in_time() -> None:
    """Sent at 7 s over a road of 5 s one way, with a patience of 5 s."""
    given_up = (CONVERSATION_TIMED_OUT, 12 * S)
    assert arrive(OPEN, OPEN, 12 * S, 7 * S, 5 * S, 5 * S, promptly) == given_up
    assert arrive(OPEN, OPEN, 12 * S, 7 * S, 5 * S + 1, 5 * S, promptly) == (ACCEPTED, 12 * S)
    # That the host has forgotten the connection is known after another 5 s, if anybody still waits.
    assert arrive(OPEN, down(0, 60), 12 * S, 7 * S, 9 * S, 5 * S, promptly) == (
        CONVERSATION_TIMED_OUT,
        16 * S,
    )
    assert arrive(OPEN, down(0, 60), 12 * S, 7 * S, 10 * S, 5 * S, promptly) == (LOST_CONNECTION, 17 * S)


def test_what_arrives_was_said_a_hop_before_it_came_to_the_host_whenever_that_takes_it_up() -> None:
    """A first copy; the copy of 3 s after a silence of 2 s; what came to a host that hangs for 20 s."""
    said_s = [
        stall.arrive(OPEN, host, HALF, 0, 300 * S, HALF, lambda: 1_234).said_us / S
        for host in (OPEN, silent(0, 2), weather(HANGING, 0, 20))
    ]
    assert said_s == [0, 3, 0]
