"""What bad weather does to a call and to a conversation, at the place and the moment where it is met."""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    DNS_TRY_AGAIN,
    LOST_CONNECTION,
    NO_ROUTE,
)
from sim.vocabulary.stages import CONNECT, DNS, END_OF_DATA, GREETING, RCPT
from tests.reference.small import MS, S, letter, run_small

HOP = 10 * MS
TWO_HOSTS = [{"host": "mx1"}, {"host": "mx2", "preference": 20}]


def _fault(where: str, what: str, at: str = "0 s", lasts: str = "10 min", **more: Any) -> dict[str, Any]:
    return {"at": at, "for": lasts, "where": where, "what": what, **more}


def _overseas(**more: Any) -> dict[str, Any]:
    """Give the small town's road a name, so that it can have faults."""
    road = {"from": "school", "to": "office", "round_trip": "20 ms", "bandwidth": "1000 Gbit/s"}
    return {"roads.overseas": {**road, **more}}


@pytest.mark.parametrize(
    ("where", "what", "reply", "known_us"),
    [
        ("providers.office", "down", CONNECTION_REFUSED, 2 * HOP),
        ("roads.overseas", "down", NO_ROUTE, 2 * HOP),
        ("providers.office.mx", "silent", CONNECT_TIMED_OUT, 30 * S),
        ("roads.overseas", "silent", CONNECT_TIMED_OUT, 30 * S),
    ],
)
def test_a_call_fails_in_its_own_way_and_time(where: str, what: str, reply: int, known_us: int) -> None:
    attempt = letter(run_small({**_overseas(), "faults": [_fault(where, what)]})).attempts[0]
    assert (reply, CONNECT, NO_CONNECTION) == (attempt.reply, attempt.stage, attempt.connection)
    assert known_us == attempt.ended_us == attempt.setup_us


def test_a_call_out_of_a_network_with_a_blocked_port_times_out_at_each_host() -> None:
    result = run_small({"senders.school.outbound_port_25": "blocked", "providers.office.mx": TWO_HOSTS})
    attempt = letter(result).attempts[0]
    assert (
        attempt.reply,
        attempt.ended_us,
        result.hosts[attempt.host],
    ) == (CONNECT_TIMED_OUT, 60 * S, "office.mx2")


@pytest.mark.parametrize(
    ("silence", "syn_after_s"), [("5 ms", 0), ("15 ms", 1), ("2 s", 3), ("6 s", 7), ("8 s", 15)]
)
def test_the_first_packet_is_sent_again_with_longer_and_longer_waits(silence: str, syn_after_s: int) -> None:
    result = run_small({"faults": [_fault("providers.office", "silent", lasts=silence)]})
    assert syn_after_s * S + 10 * HOP == letter(result).attempts[0].ended_us


def test_when_a_host_is_down_the_next_by_preference_is_called() -> None:
    result = run_small({"providers.office.mx": TWO_HOSTS, "faults": [_fault("providers.office.mx1", "down")]})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.connection, result.hosts[attempt.host]) == (ACCEPTED, NEW, "office.mx2")
    assert attempt.ended_us == (2 + 10) * HOP


def test_hosts_of_equal_preference_share_the_letters() -> None:
    equal = [{"host": "mx1"}, {"host": "mx2"}]
    result = run_small({"providers.office.mx": equal, "letters.notice.times": ["0 s"] * 100})
    first = [each.attempts[0].host for each in result.letters.values()]
    assert 30 < first.count(0) < 70


def test_a_host_that_goes_down_cuts_the_conversation() -> None:
    # MAIL and RCPT arrive at 7 hops; the host is down from 65 ms on.
    result = run_small({"faults": [_fault("providers.office", "down", at="65 ms")]})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.connection) == (LOST_CONNECTION, RCPT, NEW)
    assert attempt.ended_us == 8 * HOP
    assert attempt.setup_us == 6 * HOP


@pytest.mark.parametrize(("where", "what"), [("providers.office", "silent"), ("roads.overseas", "down")])
@pytest.mark.parametrize(
    ("silence", "heard_after_s"), [("900 ms", 1), ("2 s", 3), ("6 s", 7), ("100 s", 127), ("130 s", 191)]
)
def test_a_conversation_goes_on_with_the_first_resent_command_that_gets_through(
    where: str, what: str, silence: str, heard_after_s: int
) -> None:
    result = run_small({**_overseas(), "faults": [_fault(where, what, at="65 ms", lasts=silence)]})
    attempt = letter(result).attempts[0]
    # RCPT, due at 7 hops, is said again after 1, 2, 4 ... s, and at last every 64 s; 3 hops later all is done.
    assert attempt.ended_us == 10 * HOP + heard_after_s * S
    assert attempt.reply == ACCEPTED


def test_a_conversation_gives_up_on_a_long_silence_and_slows_the_sender_down() -> None:
    result = run_small(
        {
            "faults": [_fault("providers.office", "silent", at="85 ms")],
            "senders.school.postconf": {"smtp_data_done_timeout": 9, "initial_destination_concurrency": 1},
            "letters.notice.times": ["0 s", "1 s"],
        }
    )
    attempt = letter(result).attempts[0]
    # The final dot was sent at 8 hops.
    assert (
        attempt.reply,
        attempt.stage,
        attempt.ended_us,
    ) == (CONVERSATION_TIMED_OUT, END_OF_DATA, 8 * HOP + 9 * S)
    assert letter(result, 2).attempts[0].ended_us == attempt.ended_us


def test_a_silence_before_the_greeting_leads_to_the_next_host() -> None:
    result = run_small(
        {
            "providers.office.mx": TWO_HOSTS,
            "faults": [_fault("providers.office.mx1", "silent", at="25 ms")],
            "senders.school.postconf": {"smtp_helo_timeout": 5},
        }
    )
    attempt = letter(result).attempts[0]
    # Called at 0, connected at 2 hops; the greeting is waited for until 5 s later.
    assert attempt.ended_us == (2 + 10) * HOP + 5 * S
    assert result.hosts[attempt.host] == "office.mx2"


def test_a_greeting_that_never_comes_is_a_failure_in_the_greeting() -> None:
    result = run_small({"faults": [_fault("providers.office", "silent", at="25 ms")]})
    attempt = letter(result).attempts[0]
    assert (
        attempt.reply,
        attempt.stage,
        attempt.connection,
    ) == (CONVERSATION_TIMED_OUT, GREETING, NO_CONNECTION)
    assert attempt.ended_us == 2 * HOP + 300 * S


def test_a_slow_place_answers_late_three_times_over() -> None:
    # The greeting, the answer to RCPT and the answer to the final dot are late.
    result = run_small({"faults": [_fault("providers.office", "slow", by="1 s")]})
    assert letter(result).attempts[0].ended_us == 3 * S + 10 * HOP


@pytest.mark.parametrize(("what", "known_us", "queries"), [("silent", 10 * S, 2), ("down", 1 * MS, 1)])
def test_a_directory_in_trouble_defers_the_letter(what: str, known_us: int, queries: int) -> None:
    result = run_small(
        {
            "senders.school.resolver": "campus",
            "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "1 ms"},
            "faults": [_fault("resolvers.campus", what)],
        }
    )
    attempt = letter(result).attempts[0]
    assert (DNS_TRY_AGAIN, DNS, queries) == (attempt.reply, attempt.stage, attempt.dns_queries)
    assert known_us == attempt.ended_us == attempt.dns_us


def test_a_directory_that_comes_back_answers_the_second_question() -> None:
    result = run_small(
        {
            "senders.school.resolver": "campus",
            "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "1 ms"},
            "faults": [_fault("resolvers.campus", "silent", lasts="2 s")],
        }
    )
    attempt = letter(result).attempts[0]
    assert (attempt.dns_us, attempt.dns_queries) == (5 * S + 61 * MS, 2)
