"""Replies that come late or never, at each stage of a conversation (smtp_mail_timeout, smtp_rcpt_timeout, ...).

A hop takes 10 ms. Without pipelining MAIL arrives at 7 hops, RCPT at 9, DATA at 11 and the final dot at 13;
with pipelining MAIL and RCPT arrive at 7, and the dot at 9.
"""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION
from sim.vocabulary.replies import ACCEPTED, CONVERSATION_TIMED_OUT, LOST_CONNECTION
from sim.vocabulary.stages import DATA, END_OF_DATA, GREETING, MAIL, RCPT
from tests.reference.small import MIN, MS, S, letter, run_small

HOP = 10 * MS
STAGES = [
    (False, MAIL, "smtp_mail_timeout", 7),
    (False, RCPT, "smtp_rcpt_timeout", 9),
    (False, DATA, "smtp_data_init_timeout", 11),
    (False, END_OF_DATA, "smtp_data_done_timeout", 13),
    (True, RCPT, "smtp_rcpt_timeout", 7),
    (True, END_OF_DATA, "smtp_data_done_timeout", 9),
]
"""Pipelining, stage, whose patience it is, and after how many hops the command arrives."""


def _from_hop(hops: int, what: str, lasts: str = "1 h", **more: Any) -> dict[str, Any]:
    """Let trouble begin half a hop before a command arrives."""
    at = f"{hops * HOP - HOP // 2} us"
    return {"faults": [{"at": at, "for": lasts, "where": "providers.office", "what": what, **more}]}


@pytest.mark.parametrize(("pipelining", "stage", "parameter", "hops"), STAGES)
@pytest.mark.parametrize("what", ["silent", "hanging"])
def test_each_command_has_its_own_patience(
    pipelining: bool, stage: int, parameter: str, hops: int, what: str
) -> None:
    result = run_small(
        {
            **_from_hop(hops, what),
            "providers.office.pipelining": pipelining,
            "senders.school.postconf": {parameter: 4},
        }
    )
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.connection) == (CONVERSATION_TIMED_OUT, stage, NEW)
    # It was sent a hop before it arrived.
    assert attempt.ended_us == (hops - 1) * HOP + 4 * S
    assert letter(result).delivered_us == -1


@pytest.mark.parametrize(("pipelining", "stage", "parameter", "hops"), STAGES)
def test_a_host_that_goes_down_resets_at_the_next_command(
    pipelining: bool, stage: int, parameter: str, hops: int
) -> None:
    result = run_small({**_from_hop(hops, "down"), "providers.office.pipelining": pipelining})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage) == (LOST_CONNECTION, stage)
    assert attempt.ended_us == (hops + 1) * HOP


@pytest.mark.parametrize(("pipelining", "stage", "parameter", "hops"), STAGES)
def test_a_host_that_hangs_understands_when_it_comes_to_itself(
    pipelining: bool, stage: int, parameter: str, hops: int
) -> None:
    """Each conversation wakes up at a moment of its own within 10 ms, and then goes on as ever."""
    begins = hops * HOP - HOP // 2
    result = run_small({**_from_hop(hops, "hanging", "10 s"), "providers.office.pipelining": pipelining})
    all_hops = 10 if pipelining else 14
    attempt = letter(result).attempts[0]
    woken_us = attempt.ended_us - (all_hops - hops) * HOP
    assert begins + 10 * S <= woken_us < begins + 10 * S + 10 * MS
    assert attempt.reply == ACCEPTED


def test_conversations_wake_up_one_by_one() -> None:
    """Ten letters hang together at RCPT; their answers come at ten moments within 10 ms."""
    result = run_small(
        {
            **_from_hop(7, "hanging", "10 s"),
            "letters.notice.times": ["0 s"] * 10,
            "senders.school.postconf": {"initial_destination_concurrency": 10},
        }
    )
    assert len({each.attempts[0].ended_us for each in result.letters.values()}) == 10


def test_nobody_waits_for_a_reset_beyond_his_patience() -> None:
    """RCPT arrives at 35 s over a road of 5 s one way; that the host forgot the connection comes back at 40 s."""
    far = {
        "default_road.round_trip": "10 s",
        "faults": [{"at": "34 s", "for": "1 min", "where": "providers.office", "what": "down"}],
    }
    for patience, reply, ended in ((9, CONVERSATION_TIMED_OUT, 39 * S), (10, LOST_CONNECTION, 40 * S)):
        result = run_small({**far, "senders.school.postconf": {"smtp_rcpt_timeout": patience}})
        attempt = letter(result).attempts[0]
        assert (attempt.reply, attempt.stage, attempt.ended_us) == (reply, RCPT, ended)


def test_a_hang_that_outlasts_patience_by_its_waking_is_not_waited_for() -> None:
    """The host is well again a moment before the client would give up, but has not come to itself by then."""
    waits = {"senders.school.postconf": {"smtp_rcpt_timeout": 4}}
    # RCPT was sent at 60 ms: the client gives up at 4.06 s, and the host is well at 4.0599 s.
    result = run_small({**waits, **_from_hop(7, "hanging", "3994900 us")})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.ended_us) == (CONVERSATION_TIMED_OUT, 6 * HOP + 4 * S)


def test_with_pipelining_nobody_waits_for_the_answers_to_mail_and_data() -> None:
    """MAIL goes out at 6 hops and DATA at 8: only RCPT and the dot are waited for by name."""
    result = run_small(
        {
            **_from_hop(7, "silent"),
            "senders.school.postconf": {"smtp_mail_timeout": 1, "smtp_rcpt_timeout": 9},
        }
    )
    assert letter(result).attempts[0].ended_us == 6 * HOP + 9 * S


@pytest.mark.parametrize(("banner", "reply"), [("4980 ms", ACCEPTED), ("4981 ms", CONVERSATION_TIMED_OUT)])
def test_a_greeting_is_waited_for_from_the_connection_on(banner: str, reply: int) -> None:
    """Connected at 2 hops; the banner comes 2 hops and its delay later, and may take 5 s in all."""
    result = run_small(
        {"providers.office.banner_delay": banner, "senders.school.postconf": {"smtp_helo_timeout": 5}}
    )
    attempt = letter(result).attempts[0]
    assert attempt.reply == reply
    if reply != ACCEPTED:
        assert (attempt.stage, attempt.connection) == (GREETING, NO_CONNECTION)
        assert attempt.ended_us == 2 * HOP + 5 * S


def test_a_host_counts_a_caller_that_gave_up_until_it_has_seen_it_close() -> None:
    """The first caller leaves at 5.02 s. Only mx1 greets late, only mx1 is full, and mx2 takes who is turned away."""
    changes = {
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx2", "preference": 20}],
        "providers.office.connection_limit": {"total": 1},
        "senders.school.postconf": {"smtp_helo_timeout": 5},
        "faults": [
            {"at": "0 s", "for": "1 s", "where": "providers.office.mx1", "what": "slow", "by": "1 min"},
        ],
    }
    for called, host in (("4999 ms", "office.mx2"), ("5001 ms", "office.mx1")):
        # Asked at 3 hops: at 5.029 s the first caller still counts, at 5.031 s it does not.
        result = run_small({**changes, "letters.notice.times": ["0 s", called]})
        assert result.hosts[letter(result, 2).attempts[0].host] == host


@pytest.mark.parametrize(("by", "reply"), [("4980 ms", ACCEPTED), ("4981 ms", CONVERSATION_TIMED_OUT)])
def test_an_answer_to_rcpt_that_is_too_late_ends_the_conversation(by: str, reply: int) -> None:
    """RCPT is sent at 6 hops; its answer takes 2 hops and the slowness, and may take 5 s in all."""
    result = run_small(
        {**_from_hop(7, "slow", "15 ms", by=by), "senders.school.postconf": {"smtp_rcpt_timeout": 5}}
    )
    attempt = letter(result).attempts[0]
    assert attempt.reply == reply
    if reply != ACCEPTED:
        assert (attempt.stage, attempt.connection, attempt.ended_us) == (RCPT, NEW, 6 * HOP + 5 * S)


def test_rules_have_been_asked_even_if_their_answer_comes_too_late() -> None:
    """The greylist saw the first try at 70 ms; it lets the second one pass."""
    result = run_small(
        {
            **_from_hop(7, "slow", "15 ms", by="1 min"),
            "providers.office.greylisting": "5 min",
            "senders.school.postconf": {"smtp_rcpt_timeout": 5},
        }
    )
    assert [attempt.reply for attempt in letter(result).attempts] == [CONVERSATION_TIMED_OUT, ACCEPTED]
    assert 5 * MIN < letter(result).attempts[1].handed_us <= 10 * MIN


@pytest.mark.parametrize(
    ("parameter", "stage", "hops"),
    [
        ("smtp_helo_timeout", GREETING, 2),
        ("smtp_rcpt_timeout", RCPT, 6),
        ("smtp_data_done_timeout", END_OF_DATA, 8),
    ],
)
def test_a_road_that_is_longer_than_somebodys_patience(parameter: str, stage: int, hops: int) -> None:
    """A hop takes 5 s here, and the client gives up after 4 s: no host hears of it in time."""
    far = {"default_road.round_trip": "10 s", "senders.school.postconf": {parameter: 4}}
    attempt = letter(run_small(far)).attempts[0]
    assert (attempt.reply, attempt.stage) == (CONVERSATION_TIMED_OUT, stage)
    assert attempt.ended_us == hops * 5 * S + 4 * S


def test_a_call_over_a_road_that_is_too_long_times_out() -> None:
    for round_trip, ended in (("30 s", 5 * 30 * S), ("30001 ms", 30 * S)):
        attempt = letter(run_small({"default_road.round_trip": round_trip})).attempts[0]
        assert attempt.ended_us == ended
