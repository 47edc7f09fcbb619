"""Which hosts an attempt calls, and what a connection that is used again costs (smtp_connect.c, smtp_proto.c).

A hop takes 10 ms: a host says no at 2 hops, or greets at 4; RCPT is answered at 8, and all is done at 10.
"""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    GREETED_554,
    GREETED_554_FINAL,
    GREYLISTED,
    LOST_CONNECTION,
    MAILBOX_UNAVAILABLE,
    RATE_LIMITED,
    SERVER_BUSY,
)
from sim.vocabulary.stages import CONNECT, END_OF_DATA, GREETING, RCPT
from tests.reference.small import MS, S, letter, run_small

HOP = 10 * MS
ANSWERED, DONE = 8 * HOP, 10 * HOP
FOUR_HOSTS = [{"host": f"mx{number}", "preference": 10 * number} for number in (1, 2, 3, 4)]
TWO_HOSTS = FOUR_HOSTS[:2]


def _fault(where: str, what: str, at: str = "0 s", lasts: str = "10 min", **more: Any) -> dict[str, Any]:
    return {"at": at, "for": lasts, "where": where, "what": what, **more}


@pytest.mark.parametrize(
    ("sessions", "addresses", "called"),
    [(2, 5, 2), (0, 5, 4), (0, 0, 4), (1, 5, 1), (3, 2, 2), (0, 1, 1), (3, 0, 3), (7, 7, 4)],
)
def test_a_temporary_refusal_leads_to_the_next_host_up_to_two_limits(
    sessions: int, addresses: int, called: int
) -> None:
    result = run_small(
        {
            "providers.office.mx": FOUR_HOSTS,
            "providers.office.temporary_failures": "100 %",
            "senders.school.postconf": {
                "smtp_mx_session_limit": sessions,
                "smtp_mx_address_limit": addresses,
            },
            "senders.school.host": {"deferral_time": "3 s"},
        }
    )
    attempt = letter(result).attempts[0]
    # It is deferred once, at the end.
    assert attempt.ended_us == called * ANSWERED + 3 * S
    assert (attempt.reply, attempt.stage, attempt.connection) == (MAILBOX_UNAVAILABLE, RCPT, NEW)
    assert result.hosts[attempt.host] == f"office.mx{called}"
    # Set up is the last session, when MAIL is said at 6 hops.
    assert attempt.setup_us == (called - 1) * ANSWERED + 6 * HOP


def test_a_call_that_fails_is_no_session() -> None:
    result = run_small(
        {
            "providers.office.mx": FOUR_HOSTS,
            "providers.office.temporary_failures": "100 %",
            "faults": [_fault("providers.office.mx1", "refusing")],
        }
    )
    attempt = letter(result).attempts[0]
    assert attempt.ended_us == 2 * HOP + 2 * ANSWERED
    assert result.hosts[attempt.host] == "office.mx3"


def test_a_call_that_fails_is_an_address() -> None:
    result = run_small(
        {
            "providers.office.mx": FOUR_HOSTS,
            "senders.school.postconf": {"smtp_mx_address_limit": 2},
            "faults": [_fault(f"providers.office.mx{number}", "refusing") for number in (1, 2)],
        }
    )
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.ended_us) == (CONNECTION_REFUSED, CONNECT, 4 * HOP)


def test_a_refusal_for_good_is_asked_for_at_one_host_only() -> None:
    result = run_small({"providers.office.mx": TWO_HOSTS, "letters.notice.unknown_users": "100 %"})
    attempt = letter(result).attempts[0]
    assert (attempt.ended_us, result.hosts[attempt.host]) == (ANSWERED, "office.mx1")
    kept = run_small(
        {
            "providers.office.mx": TWO_HOSTS,
            "letters.notice.unknown_users": "100 %",
            "senders.school.postconf": {"soft_bounce": "yes"},
        }
    )
    # With soft_bounce nothing is for good, so that the next host is asked as well.
    assert letter(kept).attempts[0].ended_us == 2 * ANSWERED


def test_a_provider_that_greylists_says_the_same_at_each_host() -> None:
    result = run_small({"providers.office.mx": TWO_HOSTS, "providers.office.greylisting": "1 min"})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.ended_us) == (GREYLISTED, 2 * ANSWERED)


@pytest.mark.parametrize(("randomize", "first_hosts"), [("no", {0}), ("yes", {0, 1, 2})])
def test_hosts_of_equal_preference_are_called_in_the_order_of_the_file_where_chance_is_off(
    randomize: str, first_hosts: set[int]
) -> None:
    result = run_small(
        {
            "providers.office.mx": [{"host": name} for name in ("mx1", "mx2", "mx3")],
            "senders.school.postconf": {"smtp_randomize_addresses": randomize},
            "letters.notice.times": [f"{number} s" for number in range(40)],
        }
    )
    assert {each.attempts[0].host for each in result.letters.values()} == first_hosts


def test_a_conversation_that_breaks_off_goes_on_at_the_next_host() -> None:
    # RCPT arrives at 7 hops, when mx1 is down.
    result = run_small(
        {
            "providers.office.mx": TWO_HOSTS,
            "faults": [_fault("providers.office.mx1", "down", at="65 ms")],
        }
    )
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.ended_us) == (ACCEPTED, END_OF_DATA, 8 * HOP + DONE)
    assert result.hosts[attempt.host] == "office.mx2"
    assert attempt.setup_us == 8 * HOP + 6 * HOP


def test_with_one_session_allowed_a_broken_conversation_is_the_end() -> None:
    result = run_small(
        {
            "providers.office.mx": TWO_HOSTS,
            "faults": [_fault("providers.office.mx1", "down", at="65 ms")],
            "senders.school.postconf": {"smtp_mx_session_limit": 1},
        }
    )
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.ended_us, attempt.connection) == (LOST_CONNECTION, 8 * HOP, NEW)


def _one_at_a_time(**postconf: Any) -> dict[str, Any]:
    return {
        "senders.school.postconf": {
            "initial_destination_concurrency": 1,
            "default_destination_concurrency_limit": 1,
            **postconf,
        }
    }


@pytest.mark.parametrize(("what_mx1_does", "held_back"), [("temporary", 0), ("refusing", 1)])
def test_a_site_is_no_failure_once_a_session_ran_to_its_end(what_mx1_does: str, held_back: int) -> None:
    """mx2 refuses the call: a failure of the site, unless mx1 had answered RCPT in this attempt."""
    changes: dict[str, Any] = {
        **_one_at_a_time(),
        "providers.office.mx": TWO_HOSTS,
        "letters.notice.times": ["0 s", "0 s"],
        "faults": [_fault("providers.office.mx2", "refusing")],
    }
    if what_mx1_does == "temporary":
        changes["providers.office.temporary_failures"] = "100 %"
    else:
        changes["faults"].append(_fault("providers.office.mx1", "refusing"))
    result = run_small(changes)
    first, second = (letter(result, number).attempts[0] for number in (1, 2))
    assert (first.reply, first.stage, first.connection) == (CONNECTION_REFUSED, CONNECT, NO_CONNECTION)
    assert (second.connection == SUSPENDED) == bool(held_back)


@pytest.mark.parametrize(
    ("what", "skip", "reply"),
    [
        ("greets_421", "yes", SERVER_BUSY),
        ("greets_554", "yes", GREETED_554),
        ("greets_554", "no", GREETED_554_FINAL),
    ],
)
def test_a_greeting_that_refuses(what: str, skip: str, reply: int) -> None:
    """A 554 sends the letter back only where smtp_skip_5xx_greeting is off."""
    postconf = {"senders.school.postconf": {"smtp_skip_5xx_greeting": skip}}
    result = run_small({**postconf, "faults": [_fault("providers.office", what)]})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.connection) == (reply, GREETING, NO_CONNECTION)
    assert attempt.ended_us == 4 * HOP
    assert (letter(result).outcome == BOUNCED) == (skip == "no")

    two = {"providers.office.mx": TWO_HOSTS, "faults": [_fault("providers.office.mx1", what)]}
    attempt = letter(run_small({**postconf, **two})).attempts[0]
    assert attempt.reply == (reply if skip == "no" else ACCEPTED)
    assert attempt.ended_us == (4 * HOP if skip == "no" else 4 * HOP + DONE)


def test_soft_bounce_goes_on_after_a_greeting_of_554() -> None:
    result = run_small(
        {
            "senders.school.postconf": {"smtp_skip_5xx_greeting": "no", "soft_bounce": "yes"},
            "providers.office.mx": TWO_HOSTS,
            "faults": [_fault("providers.office.mx1", "greets_554")],
        }
    )
    assert letter(result).attempts[0].ended_us == 4 * HOP + DONE


def test_a_host_that_greets_with_a_refusal_makes_dead_and_one_that_refuses_for_good_does_not() -> None:
    for skip, connection in (("yes", SUSPENDED), ("no", NO_CONNECTION)):
        result = run_small(
            {
                **_one_at_a_time(smtp_skip_5xx_greeting=skip),
                "letters.notice.times": ["0 s", "0 s"],
                "faults": [_fault("providers.office", "greets_554")],
            }
        )
        assert letter(result, 2).attempts[0].connection == connection


def test_a_closed_port_leaves_open_conversations_alone() -> None:
    result = run_small(
        {
            "letters.notice.times": ["0 s", "30 ms"],
            "faults": [_fault("providers.office", "refusing", at="15 ms", lasts="10 s")],
        }
    )
    assert letter(result, 1).attempts[0].ended_us == DONE
    refused = letter(result, 2).attempts[0]
    assert (refused.reply, refused.stage, refused.ended_us) == (
        CONNECTION_REFUSED,
        CONNECT,
        30 * MS + 2 * HOP,
    )


THIRD: dict[str, Any] = {**_one_at_a_time(), "letters.notice.times": ["0 s"] * 3}
"""The third of three letters finds the second one's connection: it says RSET at 200 ms, and RCPT at 220 ms."""


def test_the_third_letter_uses_the_connection_again() -> None:
    attempt = letter(run_small(THIRD), 3).attempts[0]
    assert (attempt.handed_us, attempt.connection, attempt.setup_us) == (200 * MS, REUSED, 2 * HOP)
    assert attempt.ended_us == 200 * MS + 6 * HOP


def test_a_parked_connection_that_was_reset_is_replaced_in_the_same_attempt() -> None:
    # RSET arrives at 210 ms; that the host forgot the connection is known at 220 ms, when it is up again.
    result = run_small({**THIRD, "faults": [_fault("providers.office", "down", at="205 ms", lasts="10 ms")]})
    attempt = letter(result, 3).attempts[0]
    assert (attempt.connection, attempt.reply) == (NEW, ACCEPTED)
    assert attempt.ended_us == 220 * MS + DONE
    assert attempt.setup_us == 2 * HOP + 6 * HOP


def test_a_parked_connection_that_does_not_answer_is_replaced_after_its_time() -> None:
    # Said again at 1.21 s, RSET would be heard: the limit is reached 10 ms before.
    silent = _fault("providers.office", "silent", at="205 ms", lasts="1 s")
    waits = {**_one_at_a_time(smtp_rset_timeout=1), "letters.notice.times": ["0 s"] * 3}
    attempt = letter(run_small({**waits, "faults": [silent]}), 3).attempts[0]
    assert (attempt.connection, attempt.ended_us) == (NEW, 1_200 * MS + DONE)
    patient = {**_one_at_a_time(smtp_rset_timeout=2), "letters.notice.times": ["0 s"] * 3}
    attempt = letter(run_small({**patient, "faults": [silent]}), 3).attempts[0]
    assert (attempt.connection, attempt.ended_us) == (REUSED, 1_200 * MS + 6 * HOP)


def test_a_parked_connection_whose_host_is_gone_ends_as_any_call() -> None:
    result = run_small({**THIRD, "faults": [_fault("providers.office", "down", at="205 ms")]})
    attempt = letter(result, 3).attempts[0]
    assert (attempt.reply, attempt.connection, attempt.stage) == (CONNECTION_REFUSED, NO_CONNECTION, CONNECT)
    assert attempt.ended_us == 220 * MS + 2 * HOP


@pytest.mark.parametrize(
    ("sessions", "addresses", "ended_hops", "connection"),
    [(2, 5, 4 + 8, NEW), (1, 5, 4, REUSED), (2, 1, 4, REUSED)],
)
def test_a_parked_connection_is_a_session_and_an_address(
    sessions: int, addresses: int, ended_hops: int, connection: int
) -> None:
    """The third letter is told to come later over the parked connection: is there another host to ask?"""
    result = run_small(
        {
            **_one_at_a_time(smtp_mx_session_limit=sessions, smtp_mx_address_limit=addresses),
            "letters.notice.times": ["0 s"] * 3,
            "providers.office.mx": TWO_HOSTS,
            "providers.office.rate_limit": {"rate": "1/h", "burst": 2},
        }
    )
    attempt = letter(result, 3).attempts[0]
    assert (attempt.reply, attempt.connection) == (RATE_LIMITED, connection)
    assert attempt.ended_us == 200 * MS + ended_hops * HOP
    assert result.hosts[attempt.host] == ("office.mx2" if connection == NEW else "office.mx1")


def test_a_host_hangs_and_the_next_is_called() -> None:
    """TCP connects at 2 hops, and nobody greets until the client gives up."""
    result = run_small(
        {
            "providers.office.mx": TWO_HOSTS,
            "senders.school.postconf": {"smtp_helo_timeout": 5},
            "faults": [_fault("providers.office.mx1", "hanging")],
        }
    )
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.ended_us) == (ACCEPTED, 2 * HOP + 5 * S + DONE)
    alone = run_small({"faults": [_fault("providers.office", "hanging")]})
    attempt = letter(alone).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.connection) == (
        CONVERSATION_TIMED_OUT,
        GREETING,
        NO_CONNECTION,
    )
    assert attempt.ended_us == 2 * HOP + 300 * S


def test_a_host_that_hangs_does_not_count_its_callers() -> None:
    """At 5 s it is well again; the callers of before are no load, and the next one is let in."""
    result = run_small(
        {
            "providers.office.connection_limit": {"total": 1},
            "letters.notice.times": ["0 s"] * 4 + ["6 s"],
            "faults": [_fault("providers.office", "hanging", lasts="5 s")],
        }
    )
    assert letter(result, 5).attempts[0].reply == ACCEPTED
    assert letter(result, 5).outcome == INBOX
