"""Handing a letter over: what each command and reply takes, and what becomes of it when something is late."""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, CONVERSATION_TIMED_OUT, GREYLISTED, LOST_CONNECTION
from sim.vocabulary.stages import DATA, END_OF_DATA, GREETING, MAIL, RCPT
from tests.mail.town import MS, ROUND_TRIP, S, fault, run

WORDY = {"providers.office.pipelining": False}


@pytest.mark.parametrize(("slow_s", "later_s"), [(0, 0), (2, 4)])
def test_a_refusal_at_rcpt_takes_the_time_of_the_commands_before_it(slow_s: int, later_s: int) -> None:
    """EHLO, MAIL and RCPT, 1 s each; a slow host is slow in its greeting and at RCPT."""
    changes: dict[str, Any] = {
        "providers.office.command_time": "1 s",
        "letters.notice.unknown_users": "100 %",
    }
    if slow_s:
        changes["faults"] = [fault("providers.office", "slow", 0, 60, by=f"{slow_s} s")]
    attempt = run(changes).first()
    assert (attempt.stage, attempt.ended_us) == (RCPT, 4 * ROUND_TRIP + (3 + later_s) * S)


def test_a_body_takes_its_bytes_over_the_bandwidth() -> None:
    """10 kB are 80,000 bits: 10 ms at 8 Mbit/s; they are a single flight."""
    changes = {"letters.notice.size": "10 kB", "default_road.bandwidth": "8 Mbit/s"}
    assert run(changes).first().ended_us == 5 * ROUND_TRIP + 10 * MS


# What a letter says at which moment: SYN 0, ACK at the host 30 ms, banner 40, EHLO 60, RCPT sent 60 and there
# at 70, the dot sent 80 and there at 90, its 250 back at 100 ms.


@pytest.mark.parametrize(
    ("from_ms", "until_s", "later_s"),
    [
        # Lost: the client's ACK of the connection, MAIL with RCPT, the dot; TCP sends it again after 1, 3, 7, 15 s.
        (25, 10, 15),
        (65, 10, 15),
        (85, 10, 15),
        (65, 0.9, 1),
        (65, 250, 255),
        # Over before MAIL with RCPT is there: nothing is lost.
        (50, 0.065, 0),
    ],
)
def test_a_conversation_waits_out_a_silence_and_goes_on_with_the_next_copy_that_comes_through(
    from_ms: int, until_s: float, later_s: int
) -> None:
    result = run({"faults": [fault("providers.office", "silent", from_ms / 1000, until_s - from_ms / 1000)]})
    assert (result.first().ended_us, result.first().reply) == (5 * ROUND_TRIP + later_s * S, ACCEPTED)


@pytest.mark.parametrize(
    ("from_ms", "stage", "connection", "sent_ms", "patience_s"),
    [
        (25, GREETING, NO_CONNECTION, 20, 300),
        (65, RCPT, NEW, 60, 300),
        (85, END_OF_DATA, NEW, 80, 600),
    ],
)
def test_a_silence_longer_than_the_time_out_ends_the_conversation(
    from_ms: int, stage: int, connection: int, sent_ms: int, patience_s: int
) -> None:
    """RFC 5321 4.5.3.2 and Postfix's defaults: 5 min for greeting and RCPT, 10 min after the dot."""
    attempt = run({"faults": [fault("providers.office", "silent", from_ms / 1000, 3000)]}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (CONVERSATION_TIMED_OUT, stage, connection)
    assert attempt.ended_us == sent_ms * MS + patience_s * S


@pytest.mark.parametrize(
    ("from_ms", "stage", "connection", "known_ms"),
    [(25, GREETING, NO_CONNECTION, 40), (65, RCPT, NEW, 80), (85, END_OF_DATA, NEW, 100)],
)
def test_a_host_that_goes_down_breaks_the_conversation_at_once(
    from_ms: int, stage: int, connection: int, known_ms: int
) -> None:
    """What arrives at a host that is down (at 30, 70 or 90 ms) is answered by a reset, a hop later."""
    attempt = run({"faults": [fault("providers.office", "down", from_ms / 1000, 60)]}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (LOST_CONNECTION, stage, connection)
    assert attempt.ended_us == known_ms * MS


def test_what_happens_to_a_host_after_the_dot_does_not_touch_the_letter() -> None:
    changes = {
        "providers.office.accept_time": "10 s",
        "faults": [fault("providers.office", "down", 1, 60)],
    }
    result = run(changes)
    assert (result.letter().delivered_us, result.letter().outcome) == (10 * S + 90 * MS, INBOX)


@pytest.mark.parametrize(
    ("places", "later_s"), [(["providers.office"], 3), (["providers.office", "roads.street"], 6)]
)
def test_a_slow_place_answers_later_at_the_greeting_at_rcpt_and_at_the_dot(
    places: list[str], later_s: int
) -> None:
    """1 s at each of three looks; host and road add up."""
    changes = {
        "roads.street": {"from": "school", "to": "office", "round_trip": "20 ms", "bandwidth": "1000 Gbit/s"},
        "faults": [fault(place, "slow", 0, 60, by="1 s") for place in places],
    }
    assert run(changes).first().ended_us == 5 * ROUND_TRIP + later_s * S


# Without PIPELINING: MAIL sent 60 ms and there at 70, its reply at 80; RCPT there at 90, its reply at 100; DATA there
# at 110, its reply at 120; the dot there at 130, its 250 at 140.


@pytest.mark.parametrize(
    ("from_ms", "stage", "sent_ms", "patience_s"),
    [(65, MAIL, 60, 300), (85, RCPT, 80, 300), (105, DATA, 100, 120), (125, END_OF_DATA, 120, 600)],
)
def test_without_pipelining_each_command_has_a_time_out_of_its_own(
    from_ms: int, stage: int, sent_ms: int, patience_s: int
) -> None:
    """RFC 5321 4.5.3.2: 5 min for MAIL and RCPT, 2 for DATA, 10 after the dot."""
    silence = [fault("providers.office", "silent", from_ms / 1000, 3000)]
    attempt = run({**WORDY, "faults": silence}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (CONVERSATION_TIMED_OUT, stage, NEW)
    assert attempt.ended_us == sent_ms * MS + patience_s * S


@pytest.mark.parametrize(("from_ms", "stage"), [(65, MAIL), (85, RCPT), (105, DATA), (125, END_OF_DATA)])
def test_without_pipelining_each_command_finds_out_that_the_host_is_down(from_ms: int, stage: int) -> None:
    """The command is there 5 ms after the end of the host, and the reset is back a hop later."""
    attempt = run({**WORDY, "faults": [fault("providers.office", "down", from_ms / 1000, 60)]}).first()
    assert (attempt.reply, attempt.stage) == (LOST_CONNECTION, stage)
    assert attempt.ended_us == (from_ms + 15) * MS


@pytest.mark.parametrize("from_ms", [65, 85, 105, 125])
def test_a_command_that_was_held_up_holds_up_those_after_it(from_ms: int) -> None:
    """Each silence of 5 s loses the copies of 0, 1 and 3 s; that of 7 s comes through."""
    silence = [fault("providers.office", "silent", from_ms / 1000, 5)]
    assert run({**WORDY, "faults": silence}).first().ended_us == 7 * ROUND_TRIP + 7 * S


@pytest.mark.parametrize(("from_ms", "left_trips"), [(65, 2), (85, 1)])
def test_a_host_that_hung_takes_up_what_has_come_within_10_ms_of_its_awakening(
    from_ms: int, left_trips: int
) -> None:
    """It hangs until 10 s. What was left to do takes its trips: from RCPT or the dot at the host to the 250."""
    fault_ = fault("providers.office", "hanging", from_ms / 1000, 10 - from_ms / 1000)
    attempt = run({"faults": [fault_]}).first()
    late_us = attempt.ended_us - 10 * S - left_trips * ROUND_TRIP + ROUND_TRIP // 2
    assert attempt.reply == ACCEPTED
    assert 0 <= late_us < 10 * MS


@pytest.mark.parametrize(
    ("from_ms", "stage", "sent_ms", "patience_s"), [(65, RCPT, 60, 300), (85, END_OF_DATA, 80, 600)]
)
def test_a_host_that_hangs_too_long_is_given_up(
    from_ms: int, stage: int, sent_ms: int, patience_s: int
) -> None:
    attempt = run({"faults": [fault("providers.office", "hanging", from_ms / 1000, 3000)]}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (CONVERSATION_TIMED_OUT, stage, NEW)
    assert attempt.ended_us == sent_ms * MS + patience_s * S


def test_a_reply_to_rcpt_that_is_too_late_ends_the_conversation_and_the_rules_have_been_asked() -> None:
    """The host is slow by 301 s when RCPT comes; the greylist has noted the letter all the same.

    With 4 minutes of greylisting the second attempt, which comes after more than 5, is let in.
    """
    changes: dict[str, Any] = {
        "providers.office.greylisting": "4 min",
        "faults": [fault("providers.office", "slow", 0.065, 1, by="301 s")],
    }
    letter = run(changes).letter()
    assert [a.reply for a in letter.attempts] == [CONVERSATION_TIMED_OUT, ACCEPTED]
    assert (letter.attempts[0].stage, letter.attempts[0].ended_us) == (RCPT, 60 * MS + 300 * S)


def test_a_reply_to_rcpt_that_is_just_in_time_counts() -> None:
    """Sent at 60 ms, there at 70, answered 299.98 s after that and back a hop later: at the 300 s to the dot."""
    changes: dict[str, Any] = {
        "providers.office.greylisting": "4 min",
        "faults": [fault("providers.office", "slow", 0.065, 1, by="299980 ms")],
    }
    assert run(changes).first().reply == GREYLISTED
