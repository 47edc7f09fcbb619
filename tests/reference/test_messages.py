"""Messages with several recipients in the small town, computed by hand (RFC 5321, RFC 2920, Postfix)."""

from typing import Any

import pytest

from sim.reference.records import PlainResult
from sim.vocabulary.connections import NEW, NO_CONNECTION, SHARED, SUSPENDED
from sim.vocabulary.kinds import DSN, LETTER, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, REFUSED
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED, GREYLISTED, UNKNOWN_USER
from sim.vocabulary.stages import CONNECT, END_OF_DATA, RCPT
from tests.reference.small import MIN, MS, S, letter, run_small

THREE: dict[str, Any] = {"letters.notice.recipients": 3}
DOWN: dict[str, Any] = {"at": "0 s", "for": "10 h", "where": "providers.office", "what": "down"}


def _notices(result: PlainResult, kind: int) -> list[int]:
    return [number for _, number, its_kind in result.letters if its_kind == kind]


def _first_attempts(result: PlainResult, key: str) -> list[int]:
    return [getattr(each.attempts[0], key) for name, each in result.letters.items() if name[2] == LETTER]


# -- submission, spool and queues ------------------------------------------------------------------------


def test_the_letters_of_a_message_are_alike_in_what_belongs_to_the_message() -> None:
    result = run_small(
        {
            **THREE,
            "letters.notice.times": ["0 s", "0 s"],
            "letters.notice.size": {"median": "20 kB", "p90": "200 kB"},
        }
    )
    sizes = [letter(result, number).size_bytes for number in range(1, 7)]
    assert sizes == [sizes[0]] * 3 + [sizes[3]] * 3
    assert sizes[0] != sizes[3]
    assert [letter(result, number).mailbox for number in range(1, 7)] == [0, 1, 2, 3, 4, 5]
    alone = run_small(
        {"letters.notice.times": ["0 s"] * 6, "letters.notice.size": {"median": "20 kB", "p90": "200 kB"}}
    )
    assert [letter(alone, number).size_bytes for number in (1, 4)] == [sizes[0], sizes[3]]


def test_a_message_is_committed_once() -> None:
    result = run_small(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 2, "recipients": 3},
            "senders.school.host": {"commit_time": "10 s"},
        }
    )
    assert [each.accepted_us for each in result.letters.values()] == [10 * S] * 3 + [20 * S] * 3


def test_a_message_that_is_too_large_is_refused_for_all() -> None:
    result = run_small(
        {**THREE, "letters.notice.size": "2 kB", "senders.school.postconf": {"message_size_limit": 1000}}
    )
    assert [each.outcome for each in result.letters.values()] == [REFUSED] * 3


def test_the_active_queue_counts_messages_until_their_last_letter_is_done() -> None:
    """The first message goes in two deliveries, one after the other; 100 ms and, over the kept connection, 60 ms."""
    settings = {
        "qmgr_message_active_limit": 1,
        "default_process_limit": 1,
        "smtp_destination_recipient_limit": 2,
        "smtp_connection_cache_on_demand": "no",
    }
    result = run_small({**THREE, "letters.notice.times": ["0 s", "0 s"], "senders.school.postconf": settings})
    assert _first_attempts(result, "activated_us") == [0] * 3 + [200 * MS] * 3
    assert _first_attempts(result, "handed_us") == [0, 0, 100 * MS, 200 * MS, 200 * MS, 300 * MS]


# -- deliveries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("recipients", "milliseconds"), [(1, 104), (3, 106), (30, 133)])
def test_each_recipient_costs_a_command_where_commands_are_pipelined(
    recipients: int, milliseconds: int
) -> None:
    """Ten hops; and EHLO, MAIL, RCPT for each recipient, and DATA take the host a millisecond each."""
    result = run_small({"letters.notice.recipients": recipients, "providers.office.command_time": "1 ms"})
    assert _first_attempts(result, "ended_us") == [milliseconds * MS] * recipients


@pytest.mark.parametrize(("recipients", "milliseconds"), [(1, 140), (2, 160), (4, 200)])
def test_each_recipient_costs_a_round_trip_without_pipelining(recipients: int, milliseconds: int) -> None:
    """SYN, greeting, EHLO, MAIL, RCPT for each, DATA and the dot: 20 ms each."""
    result = run_small({"letters.notice.recipients": recipients, "providers.office.pipelining": False})
    assert _first_attempts(result, "ended_us") == [milliseconds * MS] * recipients


def test_a_delivery_takes_as_many_recipients_as_the_limit_allows() -> None:
    result = run_small(
        {
            "letters.notice.recipients": 5,
            "senders.school.postconf": {
                "smtp_destination_recipient_limit": 2,
                "default_process_limit": 1,
                "smtp_connection_cache_on_demand": "no",
            },
        }
    )
    assert _first_attempts(result, "connection") == [NEW, SHARED, NEW, SHARED, NEW]
    assert _first_attempts(result, "handed_us") == [0, 0, 100 * MS, 100 * MS, 200 * MS]
    assert {each.outcome for each in result.letters.values()} == {INBOX}


def test_a_message_is_looked_through_once_and_accepted_for_all_at_one_moment() -> None:
    result = run_small(
        {
            **THREE,
            "providers.office.checking": {"workers": 1, "time": "2 s"},
            "providers.office.accept_time": "5 s",
            "providers.office.delivery": {"time": "1 s", "workers": 1},
        }
    )
    # Nine hops until the dot is there; then one carrier takes the letters to their boxes one after the other.
    assert [each.delivered_us for each in result.letters.values()] == [90 * MS + 7 * S] * 3
    assert [each.ended_us for each in result.letters.values()] == [
        90 * MS + second * S for second in (8, 9, 10)
    ]


def test_the_directory_is_asked_once_for_all() -> None:
    result = run_small(
        {
            **THREE,
            "senders.school.resolver": "campus",
            "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "0 s"},
        }
    )
    assert _first_attempts(result, "dns_queries") == [2, 0, 0]
    assert _first_attempts(result, "dns_us") == [60 * MS] * 3


# -- refusals --------------------------------------------------------------------------------------------


def test_some_are_accepted_and_some_are_refused_in_one_delivery() -> None:
    """Each refusal is written down by the client, one after the other, when the conversation is over."""
    result = run_small(
        {
            "letters.notice.recipients": 12,
            "letters.notice.unknown_users": "50 %",
            "letters.notice.size": "1 B",
            "senders.school.host": {"deferral_time": "1 s"},
        }
    )
    refused = [number for number in range(1, 13) if letter(result, number).outcome == BOUNCED]
    accepted = [number for number in range(1, 13) if number not in refused]
    assert 0 < len(refused) < 12
    ended = 100 * MS + len(refused) * S
    assert _first_attempts(result, "ended_us") == [ended] * 12
    assert [letter(result, number).ended_us for number in refused] == [ended] * len(refused)
    assert {letter(result, number).delivered_us for number in accepted} == {90 * MS}
    for numbers, stage, reply in ((refused, RCPT, UNKNOWN_USER), (accepted, END_OF_DATA, ACCEPTED)):
        attempts = [letter(result, number).attempts[0] for number in numbers]
        assert {(each.stage, each.reply) for each in attempts} == {(stage, reply)}
    # One notice for all, about the first of them, at the end of the message's round.
    assert _notices(result, DSN) == refused[:1]
    assert letter(result, refused[0], DSN).submitted_us == ended
    assert letter(result, refused[0], DSN).size_bytes == 2001


def test_where_nobody_is_accepted_no_data_is_sent() -> None:
    result = run_small({**THREE, "letters.notice.unknown_users": "100 %"})
    assert _first_attempts(result, "ended_us") == [80 * MS] * 3
    assert _first_attempts(result, "connection") == [NEW, SHARED, SHARED]
    assert _notices(result, DSN) == [1]


def test_those_who_are_greylisted_come_again_together() -> None:
    """Each is unknown to the greylist; at the next scan all are tried again, in one delivery."""
    result = run_small({**THREE, "providers.office.greylisting": "1 s"})
    for number in (1, 2, 3):
        first, second = letter(result, number).attempts
        assert (first.reply, first.stage, first.ended_us) == (GREYLISTED, RCPT, 80 * MS)
        assert (second.reply, second.activated_us, second.ended_us) == (ACCEPTED, 5 * MIN, 5 * MIN + 100 * MS)
    assert [letter(result, number).attempts[1].connection for number in (1, 2, 3)] == [NEW, SHARED, SHARED]


def test_only_who_was_put_off_comes_again() -> None:
    """A bucket of two: the third and the fourth recipient are told to come later, at every attempt anew."""
    result = run_small(
        {
            "letters.notice.recipients": 4,
            "providers.office.rate_limit": {"rate": "2/h", "burst": 2},
        }
    )
    counts = [len(letter(result, number).attempts) for number in (1, 2, 3, 4)]
    assert counts[:2] == [1, 1]
    assert counts[2] > 1
    assert [each.attempts[0].connection for each in result.letters.values()] == [NEW, SHARED, SHARED, SHARED]
    # By then the third is the first of those that are left.
    assert letter(result, 3).attempts[1].connection == NEW
    assert letter(result, 4).attempts[1].connection == SHARED
    assert letter(result, 3).attempts[1].activated_us == letter(result, 4).attempts[1].activated_us == 5 * MIN


def test_who_was_put_off_by_one_host_asks_the_next_one_in_the_same_delivery() -> None:
    """A bucket of two is the provider's; so the third is refused twice, at the first host and at the second."""
    result = run_small(
        {
            **THREE,
            "providers.office.mx": [{"host": "a", "preference": 10}, {"host": "b", "preference": 20}],
            "providers.office.rate_limit": {"rate": "1/h", "burst": 2},
        }
    )
    attempts = [letter(result, number).attempts[0] for number in (1, 2, 3)]
    assert [(each.host, each.reply == ACCEPTED) for each in attempts] == [(0, True), (0, True), (1, False)]
    # 100 ms at the first host; then four round trips until RCPT is answered.
    assert {each.ended_us for each in attempts} == {180 * MS}
    assert [each.setup_us for each in attempts] == [60 * MS, 60 * MS, 160 * MS]
    assert [each.connection for each in attempts] == [NEW, SHARED, SHARED]
    assert {letter(result, number).delivered_us for number in (1, 2)} == {90 * MS}


def test_a_lost_conversation_is_lost_for_all_who_are_not_settled() -> None:
    """The host goes down after it has refused some, and before the dot is there."""
    result = run_small(
        {
            "letters.notice.recipients": 12,
            "letters.notice.unknown_users": "50 %",
            "faults": [{**DOWN, "at": "75 ms", "for": "1 min"}],
        }
    )
    bounced = [each for each in result.letters.values() if each.outcome == BOUNCED]
    others = [each for name, each in result.letters.items() if name[2] == LETTER and each not in bounced]
    assert bounced
    assert {(each.attempts[0].stage, each.attempts[0].reply) for each in bounced} == {(RCPT, UNKNOWN_USER)}
    # The dot arrives at 90 ms, and the word that the connection is gone is back at 100 ms.
    assert {(each.attempts[0].stage, each.attempts[0].ended_us) for each in others} == {
        (END_OF_DATA, 100 * MS)
    }
    assert {len(each.attempts) for each in others} == {2}


# -- rounds ----------------------------------------------------------------------------------------------


def test_a_dead_destination_holds_back_all_letters_of_a_message() -> None:
    """Four calls, refused after 20 ms; a window of two is dead after two of them, and the rest is held back."""
    result = run_small(
        {
            "letters.notice.recipients": 6,
            "faults": [DOWN],
            "senders.school.postconf": {
                "smtp_destination_recipient_limit": 2,
                "default_process_limit": 2,
                "initial_destination_concurrency": 2,
                "default_destination_concurrency_failed_cohort_limit": 0.4,
            },
        }
    )
    kinds = [NO_CONNECTION, SHARED, NO_CONNECTION, SHARED, SUSPENDED, SUSPENDED]
    assert _first_attempts(result, "connection") == kinds
    assert _first_attempts(result, "ended_us") == [20 * MS] * 6
    assert _first_attempts(result, "reply") == [CONNECTION_REFUSED] * 6
    assert _first_attempts(result, "stage") == [CONNECT] * 6
    # All come back together, at the next scan: 300 s after it failed at 0 s.
    assert [letter(result, number).attempts[1].activated_us for number in range(1, 7)] == [5 * MIN] * 6


def test_a_late_message_makes_one_notice_ever_about_its_first_letter() -> None:
    result = run_small({**THREE, "faults": [DOWN], "senders.school.postconf": {"delay_warning_time": "600s"}})
    assert _notices(result, WARNING) == [1]
    assert letter(result, 1, WARNING).submitted_us == 10 * MIN + 20 * MS


def test_a_message_that_expires_comes_back_once() -> None:
    result = run_small(
        {**THREE, "faults": [DOWN], "senders.school.postconf": {"maximal_queue_lifetime": "600s"}}
    )
    assert [letter(result, number).outcome for number in (1, 2, 3)] == [EXPIRED] * 3
    assert [letter(result, number).ended_us for number in (1, 2, 3)] == [10 * MIN + 20 * MS] * 3
    assert _notices(result, DSN) == [1]


def test_a_message_can_come_back_twice_about_different_letters() -> None:
    """Who is not known there is refused at once; the others are greylisted until they expire."""
    result = run_small(
        {
            "letters.notice.recipients": 12,
            "letters.notice.unknown_users": "50 %",
            "providers.office.rate_limit": {"rate": "1/h", "burst": 8},
            "senders.school.postconf": {"maximal_queue_lifetime": "300s"},
        }
    )
    outcomes = {number: letter(result, number).outcome for number in range(1, 13)}
    bounced = [number for number, outcome in outcomes.items() if outcome == BOUNCED]
    expired = [number for number, outcome in outcomes.items() if outcome == EXPIRED]
    assert bounced
    assert expired == [9, 10, 11, 12]
    assert _notices(result, DSN) == [bounced[0], 9]


def test_a_small_message_passes_a_large_one_in_the_town() -> None:
    """SCHEDULER_README with the defaults: one of a hundred goes, then the small one, then the other 99."""
    town = {
        "letters.notice.recipients": 100,
        "letters.small": {"from": "school", "to": "office", "size": "1 B", "times": ["0 s"]},
        "duration": "1 h",
    }
    settings = {
        "smtp_destination_recipient_limit": 1,
        "default_process_limit": 1,
        "smtp_connection_cache_on_demand": "no",
    }
    for cost, handed in ((5, 100 * MS), (0, 100 * 100 * MS)):
        result = run_small(
            {**town, "senders.school.postconf": {**settings, "default_delivery_slot_cost": cost}}
        )
        assert result.letters["small", 1, LETTER].attempts[0].handed_us == handed
