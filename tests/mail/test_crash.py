"""A crash of the sender's machine: nothing that was accepted is lost, and what it did not hear of comes again.

In the small town a hop takes 10 ms; a letter over a new connection is delivered 90 ms after its acceptance, and its
sender knows after 100 ms. RFC 5321 6.1; Postfix's qmgr.c (qmgr_post_init).
"""

from typing import Any

import pytest

from sim.results.audit import audit
from sim.results.measures import measure
from sim.results.summary import summarise
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import INBOX, QUEUED
from sim.vocabulary.replies import ACCEPTED, GREYLISTED
from tests.mail.town import MS, Outcome, S, fault, run, times


def crash(at_s: float, for_s: float = 60) -> dict[str, Any]:
    return fault("senders.school", "crash", at_s, for_s)


def duplicates(outcome: Outcome) -> int:
    return list(outcome.record.letters["kind"]).count(DUPLICATE)


@pytest.mark.parametrize(
    ("at_ms", "copies"),
    [
        (5, 0),  # its SYN is on the way
        (35, 0),  # it is greeted
        (75, 0),  # RCPT is answered
        (85, 1),  # the final dot is on the way: nothing calls it back
        (89, 1),
        (95, 1),  # the 250 is on the way
        (101, 0),  # the 250 is there, and written down
    ],
)
def test_a_crash_at_any_step_loses_nothing_and_doubles_only_what_was_on_its_way(
    at_ms: int, copies: int
) -> None:
    outcome = run({"faults": [crash(at_ms / 1000)]})
    letter = outcome.letter()

    assert letter.outcome == INBOX
    assert duplicates(outcome) == copies
    # The first try leaves no line in the log; the second begins when the machine is up again.
    tries = [attempt.handed_us for attempt in letter.attempts]
    assert tries == ([0] if at_ms > 100 else [at_ms * MS + 60 * S])
    assert letter.attempts[-1].reply == ACCEPTED
    assert audit(outcome.record).ok


def test_what_was_being_written_is_handed_in_again_and_accepted_later() -> None:
    """A commit takes 10 ms. Right value: two are written in 25 ms; the third is begun again at 60.025 s."""
    outcome = run(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 4},
            "senders.school.host": {"commit_time": "10 ms"},
            "faults": [crash(0.025)],
        }
    )

    accepted = [outcome.letter(number).accepted_us for number in range(1, 5)]
    assert accepted == [10 * MS, 20 * MS, 60 * S + 35 * MS, 60 * S + 45 * MS]
    assert audit(outcome.record).ok


def test_the_active_queue_goes_back_to_incoming_and_the_deferred_one_stays() -> None:
    """100 letters, of which the active queue holds 10, and one that was greylisted at the start.

    Right value: all 101 are delivered; the greylisted one at the scan that the restart makes at once, since its time
    (300 s) has come while the machine was down.
    """
    outcome = run(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "times": times(0, 400)},
            "letters.more": {"from": "school", "to": "other", "size": "1 B", "times": times(*[2.0] * 100)},
            "providers.other": {"domain": "other.example", "accept_time": "10 s"},
            "providers.office.greylisting": "1 min",
            "senders.school.postconf": {"qmgr_message_active_limit": 10},
            "faults": [crash(5, 500)],
        }
    )
    record = outcome.record

    assert {letter.outcome for letter in outcome.letters.values()} == {INBOX}
    assert len(record.aborted) == 10
    first = outcome.letter(1)
    assert [attempt.reply for attempt in first.attempts] == [GREYLISTED, ACCEPTED]
    assert first.attempts[1].activated_us == 505 * S
    assert audit(record).ok


def test_a_machine_that_is_down_at_the_end_still_has_its_letters() -> None:
    outcome = run(
        {"letters.notice.times": times(*[0.0] * 50), "faults": [crash(0.05, 3600)], "duration": "10 min"}
    )

    assert {letter.outcome for letter in outcome.letters.values()} == {QUEUED}
    assert audit(outcome.record).ok


def test_everything_of_a_destination_is_forgotten_and_dead_sites_are_tried_at_once() -> None:
    """A dead site is left alone for 300 s; a queue manager that begins anew does not know that."""
    outcome = run(
        {
            "letters.notice.times": times(0, 0, 0, 100),
            "senders.school.postconf": {"minimal_backoff_time": 300, "queue_run_delay": 300},
            "faults": [fault("providers.office", "refusing", 0, 30), crash(10, 5)],
        }
    )

    assert outcome.letter(4).delivered_us == 100 * S + 90 * MS
    incident = list(outcome.record.incidents["kind"]).index("suspended")
    assert outcome.record.incidents["to_us"][incident] == 10 * S
    assert audit(outcome.record).ok


@pytest.mark.parametrize("recipients", [1, 3])
def test_the_crowd_comes_back_at_once_and_a_second_crash_loses_nothing_either(recipients: int) -> None:
    outcome = run(
        {
            "letters.notice": {
                "from": "school",
                "to": "office",
                "size": "1 B",
                "count": 300,
                "recipients": recipients,
            },
            "providers.office.accept_time": "2 s",
            "senders.school.host": {"commit_time": "5 ms", "import_time": "1 ms", "process_start": "12 ms"},
            "faults": [crash(3, 10), crash(15, 10), crash(26, 200)],
        }
    )
    summary = summarise(
        scenario="crash", seed=1, measures=[measure(outcome.record)], assumptions=[], machine={}
    )

    assert summary["letters"]["inbox"]["value"] == 300 * recipients
    assert summary["letters"]["lost"]["value"] == 0
    assert summary["duplicates"]["delivered"]["value"] == duplicates(outcome) > 0
    assert audit(outcome.record).ok


def test_a_host_waits_five_minutes_for_a_client_that_has_crashed() -> None:
    """smtpd_timeout, RFC 5321 4.5.3.2.7. Right value: 5 connections, of 90 ms or less and 300 s + a hop each."""
    outcome = run(
        {
            "letters.notice.times": times(*[0.0] * 5),
            "providers.office.accept_time": "1 s",
            "providers.office.connection_limit": {"total": 5},
            "faults": [crash(0.5, 1)],
            "duration": "200 s",
        }
    )

    # All five places are held by nobody, so who comes back is turned away.
    assert {attempt.reply for attempt in outcome.attempts()} != {ACCEPTED}
    assert duplicates(outcome) == 0


def test_a_process_that_was_being_started_does_not_serve_the_queue_manager_that_has_ended() -> None:
    """It would be there at 200 ms; the crash lasts from 100 to 150 ms, and the next one is started then.

    Right value: 150 ms, 200 ms for the start, 90 ms for the way.
    """
    outcome = run(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 1, "recipients": 3},
            "senders.school.host": {"process_start": "200 ms"},
            "faults": [crash(0.1, 0.05)],
        }
    )

    assert {letter.delivered_us for letter in outcome.letters.values()} == {440 * MS}
    assert audit(outcome.record).ok
