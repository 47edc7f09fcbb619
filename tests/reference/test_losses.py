"""Lost packets: how often a step is held up, for how long, and what is left of a road's speed.

A letter of one byte over a new connection takes five groups of one round trip: SYN, greeting, EHLO, MAIL with RCPT,
and DATA with the dot; 100 ms in all where nothing is lost.
"""

from typing import Any

import pytest

from sim.reference.records import PlainAttempt, PlainResult
from sim.vocabulary.connections import NO_CONNECTION, REUSED
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.replies import ACCEPTED, CONNECT_TIMED_OUT, CONVERSATION_TIMED_OUT
from sim.vocabulary.stages import CONNECT, EHLO, GREETING, RCPT
from tests.reference.small import MS, S, letter, run_small

DELIVERY = 100 * MS
NUMBER = 800


def _many(loss: str, **more: Any) -> dict[str, Any]:
    """Write letters far apart, so that none has to do with another."""
    return {
        "duration": "12 d",
        "default_road.loss": loss,
        "letters.notice.times": [f"{20 * number} min" for number in range(NUMBER)],
        "senders.school.postconf": {
            "default_destination_concurrency_failed_cohort_limit": 0,
            "maximal_queue_lifetime": 0,
            **more,
        },
    }


def _first_attempts(result: PlainResult) -> list[PlainAttempt]:
    """Give each letter's first attempt; notices to the sender go over no road."""
    return [each.attempts[0] for (_, _, kind), each in result.letters.items() if kind == LETTER]


def _time(attempt: PlainAttempt) -> int:
    return attempt.ended_us - attempt.handed_us


def _is_about(count: int, probability: float) -> bool:
    """Tell whether a count out of NUMBER is within four standard errors."""
    error = (probability * (1 - probability) / NUMBER) ** 0.5
    return abs(count / NUMBER - probability) < 4 * error


def test_a_step_is_held_up_by_1_3_7_seconds_with_a_geometric_chance() -> None:
    """A round trip of two packets is spoilt with 1 - 0.9 x 0.9 = 19 %; TCP then waits 1 s, 2 s, 4 s ... more."""
    result = run_small(_many("10 %"))
    times = [_time(each) for each in _first_attempts(result) if each.reply == ACCEPTED]
    # A few microseconds are the byte's own, at the speed that losses leave.
    assert all((time - DELIVERY) % S < 10 for time in times)
    held_up = [(time - DELIVERY) // S for time in times]
    spoilt = 0.19
    assert _is_about(held_up.count(0), (1 - spoilt) ** 5)
    assert _is_about(held_up.count(1), 5 * spoilt * (1 - spoilt) ** 5)
    # Two steps that lost one packet each; 3 s are three of them, or one step that lost two packets.
    assert _is_about(held_up.count(2), 10 * spoilt**2 * (1 - spoilt) ** 5)
    assert _is_about(held_up.count(3), (10 * spoilt**3 + 5 * spoilt**2) * (1 - spoilt) ** 5)


def test_without_pipelining_a_refusal_risks_two_round_trips() -> None:
    """MAIL and RCPT are spoilt with 1 - 0.9**4 then; EHLO, STARTTLS, the handshake and EHLO with 1 - 0.9**8."""
    result = run_small(
        {
            **_many("10 %"),
            "providers.office.pipelining": False,
            "providers.office.tls": True,
            "senders.school.tls": "1.3",
            "letters.notice.unknown_users": "100 %",
        }
    )
    whole = 8 * 20 * MS
    times = [_time(each) for each in _first_attempts(result)]
    assert _is_about(times.count(whole), 0.9**2 * 0.9**2 * 0.9**8 * 0.9**4)


def test_a_call_that_loses_five_packets_in_a_row_times_out() -> None:
    """After 31 s the 30 s of smtp_connect_timeout are over: a chance of q**5 with q = 1 - 0.4 x 0.4."""
    result = run_small(_many("60 %"))
    first = _first_attempts(result)
    failed = [each for each in first if each.stage == CONNECT]
    assert _is_about(len(failed), 0.84**5)
    assert {(CONNECT_TIMED_OUT, NO_CONNECTION, 30 * S)} == {
        (each.reply, each.connection, _time(each)) for each in failed
    }


@pytest.mark.parametrize(
    ("parameter", "stage", "round_trips"),
    [("smtp_helo_timeout", GREETING, 1), ("smtp_rcpt_timeout", RCPT, 3)],
)
def test_a_step_that_is_held_up_too_long_ends_the_conversation(
    parameter: str, stage: int, round_trips: int
) -> None:
    result = run_small(_many("40 %", **{parameter: 3}))
    first = _first_attempts(result)
    late = [each for each in first if each.stage == stage and each.reply == CONVERSATION_TIMED_OUT]
    assert len(late) > 20
    # The steps before may have been held up, too, by whole seconds.
    times = [_time(each) - round_trips * 20 * MS for each in late]
    assert min(times) == 3 * S
    assert {0} == {time % S for time in times}


def test_ehlo_is_waited_for_as_long_as_the_greeting() -> None:
    """The banner came at 2 round trips; EHLO loses 2 packets or more (3 s) with a chance of q**2, q = 1 - 0.6**2.

    Before that the call and the greeting must have gone well: a call within 30 s, a greeting within 3 s.
    """
    result = run_small(_many("40 %", smtp_helo_timeout=3))
    first = _first_attempts(result)
    late = [each for each in first if each.stage == EHLO]
    q = 1 - 0.6**2
    assert _is_about(len(late), (1 - q**5) * (1 - q**2) * q**2)
    assert {(CONVERSATION_TIMED_OUT, NO_CONNECTION)} == {(each.reply, each.connection) for each in late}


def test_a_fault_loses_packets_only_while_it_lasts() -> None:
    road = {"from": "school", "to": "office", "round_trip": "20 ms", "bandwidth": "1000 Gbit/s"}
    half = NUMBER // 2
    result = run_small(
        {
            **_many("0 %"),
            "roads.overseas": road,
            "faults": [
                {
                    "at": f"{20 * half - 10} min",
                    "for": "12 d",
                    "where": "roads.overseas",
                    "what": "losing",
                    "share": "40 %",
                }
            ],
        }
    )
    times = [_time(each) for each in _first_attempts(result)]
    assert set(times[:half]) == {DELIVERY}
    assert times[half:].count(DELIVERY) == 0  # Even a letter without delay has its byte slowed down.
    assert len(set(times[half:])) > 5


def test_losses_bound_the_speed_of_a_body() -> None:
    """Mathis et al. (1997): 1460 bytes x 1.22 / (round trip x sqrt(loss)); here 890,600 bytes a second."""
    result = run_small({**_many("1 %"), "letters.notice.size": "1 MB"})
    first = _first_attempts(result)
    body_us = 1_000_000 / 890_600 * S
    undisturbed = min(_time(each) for each in first if each.reply == ACCEPTED)
    assert abs(undisturbed - DELIVERY - body_us) < 10


def test_slow_start_is_the_bound_where_it_is_slower() -> None:
    """With one packet in 10,000 lost the formula allows 8.9 MB/s: 11 ms for 100 kB, which start in two more flights."""
    result = run_small({**_many("0.01 %"), "letters.notice.size": "100 kB"})
    times = [_time(each) for each in _first_attempts(result)]
    assert times.count(DELIVERY + 2 * 20 * MS) > 0.98 * NUMBER


def test_a_parked_connection_risks_one_round_trip_more_at_once() -> None:
    """RSET, MAIL and RCPT are one group of two round trips, and the dot another: spoilt with 1 - 0.9**6 in all."""
    bursts = [f"{20 * number} min" for number in range(NUMBER) for _ in range(3)]
    result = run_small(
        {
            **_many("10 %", initial_destination_concurrency=1, default_destination_concurrency_limit=1),
            "letters.notice.times": bursts,
            "senders.school.postconf.smtp_connection_cache_time_limit": 1,
        }
    )
    reused = [
        _time(third)
        for third in (letter(result, number).attempts[0] for number in range(3, 3 * NUMBER + 1, 3))
        if third.connection == REUSED
    ]
    undisturbed = sum(time < 65 * MS for time in reused)
    probability = 0.9**6
    assert len(reused) > 0.9 * NUMBER
    assert (
        abs(undisturbed / len(reused) - probability)
        < 4 * (probability * (1 - probability) / len(reused)) ** 0.5
    )
