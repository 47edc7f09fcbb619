"""One message to several recipients: one delivery, one conversation with RCPT after RCPT, one notice."""

from typing import Any

import pytest

from sim.kernel.draws import Draws, letter_key, uniform
from sim.vocabulary.connections import NEW, SHARED, SUSPENDED
from sim.vocabulary.kinds import DSN, LETTER, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX
from sim.vocabulary.replies import ACCEPTED, GREYLISTED, RATE_LIMITED, SESSION_CUT, SPAM_REFUSED, UNKNOWN_USER
from sim.vocabulary.stages import END_OF_DATA, RCPT
from tests.mail.town import HOP, MS, ROUND_TRIP, TWO_HOSTS, Outcome, S, fault, run, times


def message(recipients: int = 3, **more: Any) -> dict[str, Any]:
    """One message to so many people at the office, at 0 s."""
    return {
        "letters.notice": {
            "from": "school",
            "to": "office",
            "size": "1 B",
            "times": times(0),
            "recipients": recipients,
            **more,
        }
    }


def fates(result: Outcome) -> list[tuple[int, list[int]]]:
    """Give each letter's outcome and the replies that it got, in order of numbers."""
    letters = sorted((key, letter) for key, letter in result.letters.items() if key[2] == LETTER)
    return [(letter.outcome, [attempt.reply for attempt in letter.attempts]) for _, letter in letters]


def notices(result: Outcome, kind: int = DSN) -> list[int]:
    """Give the numbers of the letters for which there is a notice."""
    return sorted(number for _, number, found in result.letters if found == kind)


@pytest.mark.parametrize(
    ("pipelining", "command_s", "right_us"),
    [
        # TCP, greeting, EHLO, envelope, body.
        (True, 0, 5 * ROUND_TRIP),
        # MAIL, three RCPT and DATA each take their turn: 5 + 4.
        (False, 0, 9 * ROUND_TRIP),
        # EHLO, MAIL, three RCPT and DATA are answered one after the other.
        (True, 1, 5 * ROUND_TRIP + 6 * S),
        (False, 1, 9 * ROUND_TRIP + 6 * S),
    ],
)
def test_each_recipient_more_costs_a_command_and_without_pipelining_a_round_trip(
    pipelining: bool, command_s: int, right_us: int
) -> None:
    office = {
        "providers.office.pipelining": pipelining,
        "providers.office.command_time": f"{command_s} s",
    }
    result = run({**message(), **office})
    for number in (1, 2, 3):
        assert result.first(number).ended_us == right_us
        assert result.letter(number).delivered_us == right_us - HOP
    assert [result.first(number).connection for number in (1, 2, 3)] == [NEW, SHARED, SHARED]


def test_a_message_is_one_file_and_one_place_in_each_queue() -> None:
    result = run({**message(recipients=40), "senders.school.host": {"commit_time": "1 s"}})
    for queue in ("incoming", "active"):
        assert result.queue(f"school.{queue}").entered == 1
    changes = {
        "senders.school.host": {"commit_time": "1 s", "commit_workers": 1},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 2, "recipients": 40},
    }
    result = run(changes)
    accepted = [result.letter(number).accepted_us for number in (1, 40, 41, 80)]
    assert accepted == [1 * S, 1 * S, 2 * S, 2 * S]


def test_the_active_limit_counts_messages() -> None:
    """A limit of 1: the second message waits for the first one's delivery; letters of one go together."""
    changes = {
        "senders.school.postconf.qmgr_message_active_limit": 1,
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 2, "recipients": 5},
    }
    result = run(changes)
    assert {result.first(number).activated_us for number in range(1, 6)} == {0}
    assert {result.first(number).activated_us for number in range(6, 11)} == {5 * ROUND_TRIP}


@pytest.mark.parametrize(("limit", "connections"), [(0, 1), (50, 1), (2, 3), (1, 5)])
def test_so_many_recipients_as_the_limit_says_go_together(limit: int, connections: int) -> None:
    """Five recipients: with a limit of 2 there are 2 + 2 + 1."""
    postconf = {"default_destination_recipient_limit": limit, "smtp_connection_cache_on_demand": False}
    result = run({**message(recipients=5), "senders.school.postconf": postconf})
    kinds = [result.first(number).connection for number in range(1, 6)]
    assert kinds.count(NEW) == connections
    assert kinds.count(SHARED) == 5 - connections
    assert {result.first(number).ended_us for number in range(1, 6)} == {5 * ROUND_TRIP}


def test_who_is_not_known_comes_back_and_the_others_get_the_letter() -> None:
    """One notice for all of a round, with the first of them as its parent (qmgr_active.c, bounce_flush)."""
    result = run(message(recipients=30, unknown_users="50 %"))
    found = fates(result)
    unknown = [number for number, (outcome, _) in enumerate(found, start=1) if outcome == BOUNCED]
    assert 5 < len(unknown) < 25
    for number, (outcome, replies) in enumerate(found, start=1):
        wanted = (BOUNCED, [UNKNOWN_USER]) if number in unknown else (INBOX, [ACCEPTED])
        assert (outcome, replies) == wanted
        assert result.first(number).stage == (RCPT if number in unknown else END_OF_DATA)
        # The delivery is one: it ends for all when the final dot has been answered.
        assert result.first(number).ended_us == 5 * ROUND_TRIP
    assert notices(result) == [min(unknown)]


def test_if_nobody_is_known_there_is_no_body() -> None:
    """TCP, greeting, EHLO, and the answers to the envelope: 4 round trips. Then 3 refusals of 1 s are written."""
    host = {"senders.school.host": {"deferral_time": "1 s"}}
    result = run({**message(unknown_users="100 %"), **host})
    assert {result.first(number).ended_us for number in (1, 2, 3)} == {4 * ROUND_TRIP + 3 * S}
    assert notices(result) == [1]


def test_only_who_was_put_off_is_tried_again() -> None:
    """A bucket of 2 lets two of three in; the third is tried at the scan at 300 s, alone."""
    limit = {"providers.office.rate_limit": {"rate": "1/min", "burst": 2}}
    result = run({**message(), **limit})
    assert fates(result) == [(INBOX, [ACCEPTED]), (INBOX, [ACCEPTED]), (INBOX, [RATE_LIMITED, ACCEPTED])]
    again = result.letter(3).attempts[1]
    assert (again.activated_us, again.connection) == (300 * S, NEW)
    assert result.queue("school.deferred").entered == 1


def test_who_is_refused_for_now_is_tried_at_the_next_host_in_the_same_delivery() -> None:
    """The bucket of 2 is the provider's, so mx2 refuses the third one, too."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "providers.office.rate_limit": {"rate": "1/min", "burst": 2},
    }
    result = run({**message(), **changes})
    hosts = [result.record.names.hosts[result.first(number).host] for number in (1, 2, 3)]
    assert hosts == ["office.mx1", "office.mx1", "office.mx2"]
    assert [result.first(number).connection for number in (1, 2, 3)] == [NEW, SHARED, SHARED]
    # Five round trips with mx1, four with mx2, where there is no body.
    assert {result.first(number).ended_us for number in (1, 2, 3)} == {9 * ROUND_TRIP}
    assert result.letter(1).delivered_us == 5 * ROUND_TRIP - HOP


def test_a_message_waits_for_the_slowest_of_its_destinations_before_it_is_deferred() -> None:
    """Cool-off is the message's: letters to the office, greylisted at once, wait for the slow provider's dot."""
    changes = {
        **message(recipients=10),
        "letters.notice.to": {"office": "50 %", "slow": "rest"},
        "providers.office.greylisting": "1 min",
        "providers.slow": {"domain": "slow.example", "accept_time": "400 s"},
        "duration": "2 h",
    }
    result = run(changes)
    slow_end = 5 * ROUND_TRIP + 400 * S
    put_off = [number for number in range(1, 11) if len(result.letter(number).attempts) == 2]
    assert 0 < len(put_off) < 10
    for number in put_off:
        first, second = result.letter(number).attempts
        assert (first.ended_us, first.reply) == (4 * ROUND_TRIP, GREYLISTED)
        # 400 s old, it waits 400 s: until 800 s; the scan that is no more than a second before is that at 900 s.
        assert second.activated_us == 900 * S > slow_end + 400 * S
    assert result.queue("school.active").entered == 2


def test_a_dead_destination_s_recipients_are_put_off_at_once_and_the_others_go() -> None:
    """A window of 1: one failure kills the office. What waits for it is suspended; the next message's, too."""
    changes = {
        **message(recipients=200),
        "letters.notice.to": {"office": "50 %", "other": "rest"},
        "providers.other": {"domain": "other.example"},
        "senders.school.postconf.initial_destination_concurrency": 1,
        "senders.school.postconf.default_destination_recipient_limit": 2,
        "faults": [fault("providers.office", "down", 0, 200)],
    }
    result = run(changes)
    kinds = [result.first(number).connection for number in range(1, 201)]
    assert kinds.count(SUSPENDED) > 50
    assert {outcome for outcome, _ in fates(result)} == {INBOX}


def test_a_message_expires_and_warns_as_a_whole() -> None:
    postconf = {
        "maximal_queue_lifetime": "30m",
        "delay_warning_time": "10m",
        "minimal_backoff_time": "300s",
        "maximal_backoff_time": "300s",
    }
    changes = {
        **message(),
        "duration": "2 h",
        "senders.school.postconf": postconf,
        "faults": [fault("providers.office", "down", 0, 7000)],
    }
    result = run(changes)
    assert [outcome for outcome, _ in fates(result)] == [EXPIRED] * 3
    assert len({result.letter(number).ended_us for number in (1, 2, 3)}) == 1
    assert notices(result) == [1]
    assert notices(result, WARNING) == [1]


def test_the_size_is_the_message_s() -> None:
    spread = {"size": {"median": "20 kB", "p90": "200 kB"}}
    changes = {"letters.notice": {"from": "school", "to": "office", "count": 3, "recipients": 4, **spread}}
    result = run(changes)
    sizes = [result.letter(number).size_bytes for number in range(1, 13)]
    assert [len(set(sizes[begin : begin + 4])) for begin in (0, 4, 8)] == [1, 1, 1]
    assert len(set(sizes)) == 3


def test_the_body_travels_once_however_many_get_it() -> None:
    """Ten recipients, 1 MB at 8 Mbit/s: the body takes a second, not ten."""
    changes = {**message(recipients=10), "default_road": {"round_trip": "20 ms", "bandwidth": "8 Mbit/s"}}
    changes["letters.notice"]["size"] = "10 kB"
    result = run(changes)
    alone = run({**changes, **{"letters.notice": {**changes["letters.notice"], "recipients": 1}}})
    assert result.first(10).ended_us == alone.first(1).ended_us == 5 * ROUND_TRIP + 10 * MS


def test_a_message_that_is_refused_for_one_of_its_recipients_is_no_letter_that_was_taken() -> None:
    """The filter refuses the second copy, so the message; the one letter a day that a stranger may bring is left."""

    def is_spam(seed: int, number: int) -> bool:
        return uniform(Draws(seed).purpose("spam"), letter_key("notice", number)) < 0.5

    changes = {
        "seed": next(seed for seed in range(100) if is_spam(seed, 2) and not is_spam(seed, 1)),
        "letters.notice.recipients": 2,
        "letters.notice.spam": "50 %",
        "letters.second": {"from": "school", "to": "office", "size": "1 B", "times": times(1)},
        "providers.office.content_filter": {"missed": "0 %", "mistaken": "0 %", "puts": "refused"},
        "providers.office.reputation": {"stranger": "1/d"},
    }
    result = run(changes)
    assert [result.first(number).reply for number in (1, 2)] == [SPAM_REFUSED, SPAM_REFUSED]
    assert result.first(1, "second").reply == ACCEPTED


TEN: dict[str, Any] = {**message(10), "providers.office.session_limits": {"recipients": 5}}


def test_with_soft_bounce_those_who_were_cut_off_are_brought_to_the_next_host() -> None:
    """554 is for now then, and another host may take them: it cuts them off as well."""
    soft = {"senders.school.postconf.soft_bounce": "yes", "providers.office.mx": TWO_HOSTS}
    result = run({**TEN, **soft})
    assert {result.first(number).host for number in range(1, 11)} == {1}
    assert {result.first(number).reply for number in range(1, 11)} == {SESSION_CUT}


def test_a_slow_host_is_slow_to_cut_off_too() -> None:
    """TCP, banner, EHLO, MAIL with RCPT: the last two answers are 3 s late."""
    at_once = run(TEN).first()
    late = run({**TEN, "faults": [fault("providers.office", "slow", 0, 60, by="3 s")]}).first()
    assert (at_once.reply, late.reply) == (SESSION_CUT, SESSION_CUT)
    assert at_once.ended_us == 4 * ROUND_TRIP
    assert late.ended_us == at_once.ended_us + 2 * 3 * S
