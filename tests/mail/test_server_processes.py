"""A host with few processes: who waits unseen in the accept queue, who is not connected, and who only thinks so."""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONVERSATION_TIMED_OUT,
    TOO_MANY_CONNECTIONS,
)
from sim.vocabulary.stages import CONNECT, GREETING
from tests.mail.town import ALL_AT_ONCE, HOP, MIN, NEVER_DEAD, ROUND_TRIP, TWO_HOSTS, S, run, times

ACCEPT = 10 * S
LETTER = 5 * ROUND_TRIP + ACCEPT
"""TCP, greeting, EHLO, envelope and body, and the time to its 250."""


def office(limit: int, accept_queue: int, **more: Any) -> dict[str, Any]:
    """A host that serves so many at once and lets so many more wait; letters come side by side, kept is nothing."""
    return {
        **ALL_AT_ONCE,
        **NEVER_DEAD,
        "duration": "2 h",
        "senders.school.postconf.smtp_connection_cache_on_demand": False,
        "providers.office.accept_time": "10 s",
        "providers.office.server_processes": {"limit": limit, "accept_queue": accept_queue, **more},
    }


def test_who_finds_no_process_waits_for_his_greeting_until_one_is_free() -> None:
    """The host sees the first one's QUIT half a round trip after its 250 was read, and greets the next at once.

    That one's greeting is there half a round trip later; EHLO, envelope and body take three more.
    """
    result = run({**office(1, 5), "letters.notice.times": times(0, 0, 0)})
    first_end = LETTER
    assert result.first(1).ended_us == first_end
    following = HOP + HOP + 3 * ROUND_TRIP + ACCEPT
    assert result.first(2).ended_us == first_end + following
    assert result.first(3).ended_us == first_end + 2 * following
    assert {result.first(number).connection for number in (1, 2, 3)} == {NEW}
    # Set up: from hand-over to MAIL.
    assert result.first(3).setup_us == first_end + following + 2 * HOP + ROUND_TRIP


def test_as_many_as_there_are_processes_are_served_side_by_side() -> None:
    result = run({**office(3, 0), "letters.notice.times": times(0, 0, 0)})
    assert {result.first(number).ended_us for number in (1, 2, 3)} == {LETTER}


def test_a_full_line_drops_requests_and_they_are_sent_again() -> None:
    """One is served, one waits. The third one's SYN is lost at 0, 1, 3 and 7 s; at 15 s the line has room.

    The second one has been served from 10.1 s on, and goes at about 20.2 s.
    """
    result = run({**office(1, 1), "letters.notice.times": times(0, 0, 0)})
    first_end = LETTER
    second_end = first_end + 2 * HOP + 3 * ROUND_TRIP + ACCEPT
    third = result.first(3)
    assert result.first(2).ended_us == second_end
    assert third.ended_us == second_end + 2 * HOP + 3 * ROUND_TRIP + ACCEPT
    assert third.reply == ACCEPTED


def test_who_never_gets_into_the_line_gives_up_after_the_connect_time_out() -> None:
    """With 100 s a letter the third one's SYNs at 0, 1, 3, 7 and 15 s are all in vain; 30 s is its patience."""
    changes = {**office(1, 1), "providers.office.accept_time": "100 s"}
    result = run({**changes, "letters.notice.times": times(0, 0, 0)})
    third = result.first(3)
    assert (third.ended_us, third.stage, third.reply) == (30 * S, CONNECT, CONNECT_TIMED_OUT)
    assert third.connection == NO_CONNECTION


def test_a_half_open_connection_waits_for_its_greeting_in_vain() -> None:
    """The client was answered after one round trip, and waits 300 s from then."""
    result = run({**office(1, 1, when_full="half_open"), "letters.notice.times": times(0, 0, 0)})
    third = result.first(3)
    assert (third.ended_us, third.stage) == (ROUND_TRIP + 300 * S, GREETING)
    assert third.reply == CONVERSATION_TIMED_OUT


def test_who_gives_up_in_line_keeps_his_place_until_his_turn() -> None:
    """A letter takes 400 s. The second gives up after 300 s, in the only place there is to wait.

    At 320 s another one finds the line full: its SYNs at 0 to 15 s are lost, and it gives up 30 s later.
    """
    changes = {**office(1, 1), "providers.office.accept_time": "400 s"}
    result = run({**changes, "letters.notice.times": times(0, 0, 320)})
    assert result.first(2).ended_us == ROUND_TRIP + 300 * S
    assert result.first(3).ended_us == 350 * S
    assert result.first(3).reply == CONNECT_TIMED_OUT


def test_after_him_who_gave_up_comes_the_next_in_line() -> None:
    """The second one has given up at 300 s, the third came at 150 s and waits until 450 s: served at 400 s."""
    changes = {**office(1, 5), "providers.office.accept_time": "400 s"}
    result = run({**changes, "letters.notice.times": times(0, 0, 150)})
    assert result.first(2).reply == CONVERSATION_TIMED_OUT
    served = 5 * ROUND_TRIP + 400 * S + HOP
    assert result.first(3).ended_us == served + HOP + 3 * ROUND_TRIP + 400 * S


def test_who_is_turned_away_at_the_greeting_frees_his_process_at_once() -> None:
    """Two processes, and one connection a client: the second is told 421 and the third is looked at, too."""
    changes = {**office(2, 5), "providers.office.connection_limit": {"per_client": 1}}
    result = run({**changes, "letters.notice.times": times(0, 0, 0)})
    assert [result.first(number).reply for number in (1, 2, 3)] == [ACCEPTED] + [TOO_MANY_CONNECTIONS] * 2
    assert {result.first(number).ended_us for number in (2, 3)} == {2 * ROUND_TRIP}


def test_the_next_host_is_tried_when_the_first_one_s_line_is_full() -> None:
    changes = {
        **office(1, 0),
        "providers.office.mx": [TWO_HOSTS[0], {**TWO_HOSTS[1], "server_processes": 5}],
        "letters.notice.times": times(0, 0),
    }
    changes["providers.office.accept_time"] = "100 s"
    result = run(changes)
    assert result.hosts() == ["office.mx1", "office.mx2"]
    assert result.first(2).ended_us == 30 * S + 5 * ROUND_TRIP + 100 * S


@pytest.mark.parametrize("kept", [True, False])
def test_a_kept_connection_keeps_its_process(kept: bool) -> None:
    """Four letters one after the other, then another sender's: it waits for two seconds if a connection was kept."""
    changes = {
        **office(1, 5),
        "senders.school.postconf": {
            "initial_destination_concurrency": 1,
            "default_destination_concurrency_limit": 1,
            "smtp_connection_cache_on_demand": kept,
        },
        "senders.club": {"domain": "club.example", "tls": "none", "scan_phase": "0 s"},
        "providers.office.accept_time": "0 s",
        "letters.notice.times": times(0, 0, 0, 0),
        "letters.other": {"from": "club", "to": "office", "size": "1 B", "times": times(0.5)},
    }
    result = run(changes)
    last = result.first(4).ended_us
    assert last < 500_000
    # What was kept is closed two seconds after its last use, and the host sees that half a round trip later.
    served = last + 2 * S + HOP if kept else 500_000 + 3 * HOP
    assert result.first(1, "other").ended_us == served + HOP + 3 * ROUND_TRIP


def test_without_a_limit_nobody_waits() -> None:
    result = run(
        {**office(1, 0), "providers.office.server_processes": None, "letters.notice.times": times(*[0] * 50)}
    )
    assert {result.first(number).ended_us for number in range(1, 51)} == {LETTER}
    assert result.first(1).ended_us < 1 * MIN


def test_processes_are_started_one_after_another_when_somebody_comes() -> None:
    """master looks at the port again when the process that it has started has a connection (master_avail.c).

    Three come at once, 30 ms after the start; each process takes 1 s to start, and there may be two. The third one
    comes up when the first process is free again: it is greeted at once.
    """
    result = run({**office(2, 5, start_time="1 s"), "letters.notice.times": times(0, 0, 0)})
    ends = sorted(result.first(number).ended_us for number in (1, 2, 3))
    assert ends[:2] == [LETTER + S, LETTER + 2 * S]
    following = HOP + HOP + 3 * ROUND_TRIP + ACCEPT
    assert ends[2] == LETTER + S + following


def test_a_process_that_is_idle_is_not_started_again() -> None:
    result = run({**office(2, 5, start_time="1 s"), "letters.notice.times": times(0, 60)})
    assert [result.first(number).ended_us for number in (1, 2)] == [LETTER + S, LETTER + 60 * S]
