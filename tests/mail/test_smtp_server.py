"""The receiving host: connection limits, the order of its rules, and a counter that serves who came first."""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import (
    ACCEPTED,
    GREYLISTED,
    RATE_LIMITED,
    SERVER_BUSY,
    TOO_MANY_CONNECTIONS,
    UNKNOWN_USER,
)
from sim.vocabulary.stages import GREETING, RCPT
from tests.mail.town import ALL_AT_ONCE, HOP, MS, ROUND_TRIP, S, fault, run, times

LIBRARY: dict[str, Any] = {"domain": "library.example", "tls": "none", "scan_phase": "0 s"}
NEVER_DEAD: dict[str, Any] = {
    "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 1000,
}


def burst(count: int, **more: Any) -> dict[str, Any]:
    return {"from": "school", "to": "office", "size": "1 B", "count": count, **more}


@pytest.mark.parametrize(
    ("limit", "reply"), [({"total": 7}, SERVER_BUSY), ({"per_client": 7}, TOO_MANY_CONNECTIONS)]
)
def test_a_host_takes_so_many_connections_and_refuses_the_others_in_the_greeting(
    limit: dict[str, int], reply: int
) -> None:
    """Ten at once: seven are taken, three are told 421 after two round trips (TCP, banner)."""
    changes = {**ALL_AT_ONCE, **NEVER_DEAD, "providers.office.connection_limit": limit}
    result = run({**changes, "letters.notice": burst(10)})
    first = [result.first(number) for number in range(1, 11)]
    assert [attempt.reply for attempt in first] == [ACCEPTED] * 7 + [reply] * 3
    assert {(a.stage, a.connection, a.ended_us) for a in first[7:]} == {
        (GREETING, NO_CONNECTION, 2 * ROUND_TRIP)
    }


def test_the_limit_in_all_is_asked_before_the_limit_per_client() -> None:
    """Postfix: the master turns a client away before smtpd and anvil see it."""
    limits = {"providers.office.connection_limit": {"total": 3, "per_client": 3}}
    result = run({**ALL_AT_ONCE, **NEVER_DEAD, **limits, "letters.notice": burst(4)})
    assert result.first(4).reply == SERVER_BUSY


def test_two_senders_have_a_limit_each_and_share_the_limit_in_all() -> None:
    changes = {
        **ALL_AT_ONCE,
        "senders.library": LIBRARY,
        "letters.notice": burst(3),
        "letters.second": {**burst(3), "from": "library"},
    }

    def replies(limit: dict[str, int]) -> list[int]:
        result = run({**changes, "providers.office.connection_limit": limit})
        return [result.first(n, entry).reply for entry in ("notice", "second") for n in (1, 2, 3)]

    many = TOO_MANY_CONNECTIONS
    assert replies({"per_client": 2}) == [ACCEPTED, ACCEPTED, many, ACCEPTED, ACCEPTED, many]
    assert replies({"total": 4}) == [ACCEPTED] * 4 + [SERVER_BUSY] * 2


@pytest.mark.parametrize("limit", ["total", "per_client"])
@pytest.mark.parametrize(("second_at_ms", "taken"), [(79, False), (80, True)])
def test_a_connection_counts_until_the_host_has_seen_its_end(
    second_at_ms: int, taken: bool, limit: str
) -> None:
    """The first ends at 100 ms and the host sees it at 110 ms; the second is there 30 ms after its start."""
    changes = {
        "providers.office.connection_limit": {limit: 1},
        "letters.notice.times": times(0, second_at_ms / 1000),
    }
    assert (run(changes).first(2).reply == ACCEPTED) is taken


def test_each_host_has_a_limit_of_its_own() -> None:
    """A limit of one at each of two hosts: two of four letters at once are taken."""
    changes = {
        **ALL_AT_ONCE,
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx2", "preference": 20}],
        "providers.office.connection_limit": {"total": 1},
        "letters.notice": burst(4),
    }
    result = run(changes)
    assert [result.first(n).reply for n in range(1, 5)].count(ACCEPTED) == 2


def test_an_idle_connection_in_the_sender_s_cache_still_counts() -> None:
    """School's second connection is kept until 2.2 s and gone at 2.21 s: the library comes too early or not."""

    def library_at(second: float) -> int:
        changes = {
            "senders.school.postconf.initial_destination_concurrency": 1,
            "senders.school.postconf.default_destination_concurrency_limit": 1,
            "senders.library": LIBRARY,
            "providers.office.connection_limit": {"total": 1},
            "letters.notice.times": times(0, 0.02),
            "letters.second": {"from": "library", "to": "office", "size": "1 B", "times": times(second)},
        }
        return run(changes).first(entry="second").reply

    # School's second letter waits until 100 ms (the host takes it at 130 ms) and ends at 200 ms.
    assert [library_at(2.17), library_at(2.18)] == [SERVER_BUSY, ACCEPTED]


def test_a_greylisted_stranger_is_not_told_who_exists() -> None:
    """Postfix asks policy services before reject_unlisted_recipient: 450 first, 550 at the retry."""
    changes = {"providers.office.greylisting": "60 s", "letters.notice.unknown_users": "100 %"}
    letter = run(changes).letter()
    assert [attempt.reply for attempt in letter.attempts] == [GREYLISTED, UNKNOWN_USER]
    assert (letter.outcome, {attempt.stage for attempt in letter.attempts}) == (BOUNCED, {RCPT})


def test_a_host_that_denies_users_says_so_where_it_is_asked_for_them_after_the_rules() -> None:
    """Policy services come before reject_unlisted_recipient: a stranger is put off, and comes back after the fault."""
    changes = {
        "providers.office.greylisting": "60 s",
        "faults": [fault("providers.office", "denying_users", 0, 120, share="100 %")],
    }
    letter = run(changes).letter()
    assert ([attempt.reply for attempt in letter.attempts], letter.outcome) == ([GREYLISTED, ACCEPTED], INBOX)


def test_greylisting_is_asked_before_the_rate_limit_and_a_letter_it_turns_away_takes_no_token() -> None:
    """One token, none to come: the greylisted first visit leaves it for the retry at 300 s."""
    changes = {
        "providers.office.greylisting": "60 s",
        "providers.office.rate_limit": {"rate": "1/h", "burst": 1},
    }
    letter = run(changes).letter()
    assert [attempt.reply for attempt in letter.attempts] == [GREYLISTED, ACCEPTED]


def test_a_letter_to_nobody_takes_a_token_too() -> None:
    """The rate limit is asked before the list of users."""
    changes = {
        "providers.office.rate_limit": {"rate": "1/h", "burst": 1},
        "letters.notice.unknown_users": "100 %",
        "letters.second": {"from": "school", "to": "office", "size": "1 B", "times": ["1 s"]},
    }
    result = run(changes)
    assert (result.first().reply, result.first(entry="second").reply) == (UNKNOWN_USER, RATE_LIMITED)


def test_a_refusal_at_rcpt_comes_after_four_round_trips_or_five_without_pipelining() -> None:
    """TCP, banner, EHLO, MAIL with RCPT: 4; MAIL and RCPT apart: 5."""
    nobody = {"letters.notice.unknown_users": "100 %"}
    assert run(nobody).first().ended_us == 4 * ROUND_TRIP
    assert run({**nobody, "providers.office.pipelining": False}).first().ended_us == 5 * ROUND_TRIP
    assert (run(nobody).first().connection, run(nobody).first().stage) == (NEW, RCPT)


def test_a_filtered_letter_is_answered_as_if_there_were_no_such_user() -> None:
    letter = run({"providers.office.user_filter": "100 %"}).letter()
    assert (letter.outcome, letter.attempts[0].reply) == (BOUNCED, UNKNOWN_USER)


def test_the_counter_serves_in_order_of_arrival_and_not_of_departure() -> None:
    """School's letter leaves at 0 s over a road of 2 s and its dot arrives at 9 s (4.5 round trips).

    The library's leaves at 5 s over 20 ms and its dot is there at 5.09 s. One worker, 10 s each: the
    library's letter is done at 15.09 s, school's then at 25.09 s. In order of sending it would be 29 and 19 s.
    """
    changes = {
        "senders.library": LIBRARY,
        "roads.far": {"from": "school", "to": "office", "round_trip": "2 s", "bandwidth": "1000 Gbit/s"},
        "providers.office.checking": {"workers": 1, "time": "10 s"},
        "letters.second": {"from": "library", "to": "office", "size": "1 B", "times": ["5 s"]},
    }
    result = run(changes)
    assert result.letter(entry="second").delivered_us == 15 * S + 90 * MS
    assert result.letter().delivered_us == 25 * S + 90 * MS


def test_each_host_has_a_counter_of_its_own_and_a_line_before_it() -> None:
    """Five at once, two workers, 10 s: done at 10, 10, 20, 20 and 30 s after their arrival at 90 ms."""
    changes = {"providers.office.checking": {"workers": 2, "time": "10 s"}, "letters.notice": burst(5)}
    result = run(changes)
    done = [result.letter(number).delivered_us - 90 * MS for number in range(1, 6)]
    assert done == [10 * S, 10 * S, 20 * S, 20 * S, 30 * S]
    queue = result.queue("office.mx.checking")
    assert (queue.entered, queue.left, queue.peak) == (5, 5, 5)
    assert queue.integral_us == 2 * 10 * S + 2 * 20 * S + 30 * S


def test_what_the_host_takes_to_accept_comes_after_the_counter() -> None:
    changes = {
        "providers.office.checking": {"workers": 1, "time": "10 s"},
        "providers.office.accept_time": "3 s",
        "letters.notice": burst(2),
    }
    result = run(changes)
    # The counter is free again after 10 s; accepting is not part of it.
    assert [result.letter(n).delivered_us - 90 * MS for n in (1, 2)] == [13 * S, 23 * S]
    assert result.first(1).ended_us == 13 * S + 90 * MS + HOP


def test_only_letters_that_get_as_far_as_the_dot_stand_at_the_counter() -> None:
    changes = {
        "providers.office.checking": {"workers": 1, "time": "10 s"},
        "letters.notice": burst(10, unknown_users="50 %"),
    }
    result = run(changes)
    delivered = sum(letter.outcome == INBOX for (_, _, kind), letter in result.letters.items() if kind == 0)
    assert result.queue("office.mx.checking").entered == delivered == len(result.record.visits)
    assert 0 < delivered < 10


@pytest.mark.parametrize(("letters", "let_in"), [(1, True), (2, False)])
def test_a_host_that_closes_with_its_answer_counts_the_connection_no_longer(
    letters: int, let_in: bool
) -> None:
    """The 250 leaves at 90 ms, and is here at 100; a client would close then, and the host hear of it at 110.

    The second client asks at 95 ms: 30 ms after it has begun.
    """
    changes = {
        "senders.library": {**LIBRARY, "addresses": ["192.0.2.20"]},
        "letters.loan": {"from": "library", "to": "office", "size": "1 B", "times": ["65 ms"]},
        "providers.office.connection_limit": {"total": 1},
        "providers.office.session_limits": {"letters": letters},
    }
    first = run(changes).first(1, "loan")
    assert (first.reply == ACCEPTED) is let_in
