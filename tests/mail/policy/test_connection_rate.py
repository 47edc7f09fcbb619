"""How often a client connects: Postfix's anvil counts in windows that begin with a connection and do not slide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mail.policy.connection_rate import ConnectionRate
from sim.scenario.receiving_rules import ConnectionRate as Settings
from sim.vocabulary.replies import ACCEPTED, CONNECTING_TOO_OFTEN, REPLIES
from tests.mail.town import run, times

S = 1_000_000
REFUSED = 7
GAPS_US = st.one_of(st.integers(0, 2 * S), st.integers(0, 40 * S))


def taken(moments_s: list[float], limit: int, **settings: int) -> list[float]:
    """Give the moments, in seconds, at which one client was let in."""
    ask = ConnectionRate(Settings(limit=limit, **settings), REFUSED).ask
    return [at_s for at_s in moments_s if ask(0, round(at_s * S)) == ACCEPTED]


def test_the_first_of_each_window_are_let_in() -> None:
    """anvil.c starts anew when start + 60 < now: one connection a second meets windows of 61 connections."""
    assert taken(list(range(180)), limit=3) == [0, 1, 2, 61, 62, 63, 122, 123, 124]


@pytest.mark.parametrize(
    ("second", "let_in"), [(59.9, False), (60, False), (60.999, False), (61, True), (61.5, True)]
)
def test_the_clock_shows_whole_seconds(second: float, let_in: bool) -> None:
    """anvil keeps a time_t: what begins at 0.9 s begins in second 0, and second 60 still belongs to it."""
    assert taken([0.9, second], limit=1) == [0.9, *([second] if let_in else [])]


@pytest.mark.parametrize(("start", "second_let_in"), [("06:00:00.000", False), ("06:00:00.371", True)])
def test_its_seconds_are_those_of_the_wall_clock(start: str, second_let_in: bool) -> None:
    """A run that starts 0.371 s after the full second has its greetings, at 0.3 and 60.7 s, in seconds 0 and 61.

    From 06:00:00.000 on the second one is in second 60, which the window of second 0 still holds.
    """
    changes = {
        "start": f"2026-09-01T{start}+09:00",
        "providers.office.connection_rate": {"limit": 1},
        "senders.school.postconf": {"smtp_connection_cache_on_demand": False},
        "letters.notice.times": times(0.27, 60.67),
    }
    result = run(changes)
    assert result.first(1).reply == ACCEPTED
    assert (result.first(2).reply == ACCEPTED) is second_let_in


def test_a_window_begins_with_a_connection_and_not_with_the_minute() -> None:
    assert taken([50, 70, 110, 111, 112], limit=1) == [50, 111]


def test_refused_connections_count_but_do_not_make_the_window_longer() -> None:
    """A client that knocks ten times a second is let in again as soon as one that waits would be."""
    knocks = [tenth / 10 for tenth in range(630)]
    assert taken(knocks, limit=2) == [0, 0.1, 61, 61.1]


def test_twice_the_limit_may_come_at_the_border_of_two_windows() -> None:
    moments = [0, 60.1, 60.2, 60.3, 61, 61.1, 61.2, 61.3]
    assert taken(moments, limit=3) == [0, 60.1, 60.2, 61, 61.1, 61.2]


def test_another_time_unit_is_another_window() -> None:
    assert taken(list(range(12)), limit=1, time_unit_us=5 * S) == [0, 6]


def test_each_client_is_counted_by_itself() -> None:
    ask = ConnectionRate(Settings(limit=1), REFUSED).ask
    assert [ask(client, 0) for client in (0, 1, 0, 1, 2)] == [ACCEPTED, ACCEPTED, REFUSED, REFUSED, ACCEPTED]


def test_the_answer_is_smtpd_s_421_4_7_0() -> None:
    ask = ConnectionRate(Settings(limit=1)).ask
    assert [ask(0, 0), ask(0, 0)] == [ACCEPTED, CONNECTING_TOO_OFTEN]
    assert REPLIES[CONNECTING_TOO_OFTEN].key == "421 4.7.0"


@given(st.lists(GAPS_US, max_size=80), st.integers(1, 6))
def test_no_time_unit_ever_sees_more_than_two_windows_let_in(gaps_us: list[int], limit: int) -> None:
    """Windows begin more than a unit apart, so a stretch that is no longer meets two of them at most."""
    ask = ConnectionRate(Settings(limit=limit), REFUSED).ask
    at_us, let_in = 0, []
    for gap_us in gaps_us:
        at_us += gap_us
        if ask(0, at_us) == ACCEPTED:
            let_in.append(at_us)
    for first, begin_us in enumerate(let_in):
        assert sum(begin_us <= other_us <= begin_us + 60 * S for other_us in let_in[first:]) <= 2 * limit


@given(st.lists(GAPS_US, min_size=1, max_size=80), st.integers(1, 6))
def test_whoever_keeps_below_the_limit_is_never_refused(gaps_us: list[int], limit: int) -> None:
    """Not more than `limit` in any 61 s cannot be more in any window."""
    ask = ConnectionRate(Settings(limit=limit), REFUSED).ask
    at_us = 0
    kept: list[int] = []
    for gap_us in gaps_us:
        at_us += gap_us
        if len([one for one in kept if one > at_us - 61 * S]) < limit:
            kept.append(at_us)
            assert ask(0, at_us) == ACCEPTED
