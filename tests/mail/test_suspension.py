"""A dead destination: what waits for it is deferred at once, and what comes, until it is tried again."""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION, SUSPENDED
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED, SERVER_BUSY
from sim.vocabulary.stages import CONNECT
from tests.mail.town import ROUND_TRIP, S, rows_of, run, times


def down(at: str, length: str, where: str = "providers.office") -> dict[str, Any]:
    return {"faults": [{"at": at, "for": length, "where": where, "what": "down"}]}


def test_a_dead_destination_suspends_all_who_wait_at_once() -> None:
    """Nine at once, five go out; with the third refusal (5, 3, 2) it is dead, and four are held back."""
    result = run({**down("0 s", "250 s"), "letters.notice.times": times(*[0] * 9)})
    first = [result.first(number) for number in range(1, 10)]
    assert [attempt.connection for attempt in first] == [NO_CONNECTION] * 5 + [SUSPENDED] * 4
    assert {attempt.ended_us for attempt in first} == {ROUND_TRIP}
    assert {attempt.reply for attempt in first} == {CONNECTION_REFUSED}


def test_a_suspended_letter_was_not_tried() -> None:
    """No host, no question, no time: activated when it was, handed over and ended at the moment of death."""
    result = run({**down("0 s", "250 s"), "letters.notice.times": times(*[0] * 9)})
    held = result.first(9)
    assert (held.activated_us, held.handed_us, held.ended_us) == (0, ROUND_TRIP, ROUND_TRIP)
    assert (held.host, held.dns_us, held.dns_queries, held.setup_us, held.stage) == (
        NO_HOST,
        0,
        0,
        0,
        CONNECT,
    )


def test_a_letter_for_a_dead_destination_is_held_back_as_it_comes() -> None:
    result = run({**down("0 s", "10 s"), "letters.notice.times": times(*[0] * 5, 200)})
    assert (result.first(6).connection, result.first(6).ended_us) == (SUSPENDED, 200 * S)


@pytest.mark.parametrize(("at", "how"), [(300.01, SUSPENDED), (300.03, NEW)])
def test_a_dead_destination_rests_for_minimal_backoff_time(at: float, how: int) -> None:
    """The third refusal is known at 20 ms; the host is up after 10 s, but nobody asks it until 300.02 s."""
    result = run({**down("0 s", "10 s"), "letters.notice.times": times(*[0] * 5, at)})
    assert result.first(6).connection == how


def test_another_minimal_backoff_time_is_another_rest() -> None:
    changes = {
        **down("0 s", "10 s"),
        "senders.school.postconf": {"minimal_backoff_time": "30s", "queue_run_delay": "30s"},
        "letters.notice.times": times(*[0] * 5, 29, 31),
    }
    result = run(changes)
    assert [result.first(number).connection for number in (6, 7)] == [SUSPENDED, NEW]


def test_other_destinations_are_not_touched() -> None:
    changes = {
        **down("0 s", "250 s"),
        "providers.webmail": {"domain": "webmail.example"},
        "letters.notice.times": times(*[0] * 9),
        "letters.second": {"from": "school", "to": "webmail", "size": "1 B", "times": times(*[1] * 9)},
    }
    result = run(changes)
    assert {len(result.letter(n, "second").attempts) for n in range(1, 10)} == {1}


def test_a_dead_destination_comes_back_with_its_initial_window() -> None:
    """At the scan after its rest all nine come back; five go at once (and all arrive)."""
    result = run(
        {**down("0 s", "250 s"), "letters.notice.times": times(*[0] * 9), "senders.school.scan_phase": "10 s"}
    )
    second = [result.letter(number).attempts[1] for number in range(1, 10)]
    assert {attempt.activated_us for attempt in second} == {310 * S}
    assert [attempt.handed_us for attempt in second[:5]] == [310 * S] * 5
    assert min(attempt.handed_us for attempt in second[5:]) > 310 * S
    assert {letter.outcome for letter in result.letters.values()} == {INBOX}


def test_a_success_that_was_under_way_ends_the_rest_at_once() -> None:
    """A host with one place: the first of five letters is in (for 10 s), the others are refused; three kill it.

    At 10.1 s the first is accepted, so the letter of 11 s is tried and the one of 9 s was held back.
    """
    changes = {
        "providers.office.connection_limit": {"total": 1},
        "providers.office.accept_time": "10 s",
        "letters.notice.times": times(*[0] * 5, 9, 11),
    }
    result = run(changes)
    assert [result.first(n).reply for n in range(2, 7)] == [SERVER_BUSY] * 5
    assert (result.first(6).connection, result.first(7).connection) == (SUSPENDED, NEW)


def test_a_timer_of_an_earlier_death_does_not_end_a_later_one() -> None:
    """One failure kills here (cohort limit 0.1), and a big letter is under way from 0 to 510 s all the while.

    Two places: the second small letter is refused at 40 ms, dead until 300.04 s; the first is accepted at
    10.1 s, alive; the third is refused at 100.02 s, dead until 400.02 s. The letter of 350 s is held back
    all the same, that of 401 s is not, though it must wait for the big one (the window came back with what
    was busy, which was one).
    """
    changes = {
        "default_road.bandwidth": "160 kbit/s",
        "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 0.1,
        "providers.office.connection_limit": {"total": 2},
        "providers.office.accept_time": "10 s",
        "letters": {
            "big": {"from": "school", "to": "office", "size": "10 MB", "times": ["0 s"]},
            "notice": {"from": "school", "to": "office", "size": "1 B", "times": times(0, 0, 100, 350, 401)},
        },
        "faults": [{"at": "99 s", "for": "100 s", "where": "providers.office", "what": "down"}],
    }
    result = run(changes)
    assert [result.first(n).reply for n in (2, 1, 3)] == [SERVER_BUSY, ACCEPTED, CONNECTION_REFUSED]
    assert [result.first(n).connection for n in (4, 5)] == [SUSPENDED, NEW]
    assert result.first(5).handed_us == result.first(1, "big").ended_us == 510 * S + 5 * ROUND_TRIP


def test_a_suspension_is_told_among_the_incidents() -> None:
    incidents = rows_of(
        run({**down("5 s", "250 s"), "letters.notice.times": times(*[6] * 9)}).record.incidents
    )
    told = [(row["kind"], row["where"], row["from_us"], row["to_us"], row["why"]) for row in incidents]
    dead_us = 6 * S + ROUND_TRIP
    assert told == [
        ("down", "providers.office", 5 * S, 255 * S, "timetable"),
        ("suspended", "school > office", dead_us, dead_us + 300 * S, "4.4.1"),
    ]


def test_a_destination_is_forgotten_when_nothing_of_it_is_left() -> None:
    """Two refusals do not kill a window of 5; then its queue is empty. Two more an hour later: still alive."""
    changes = {
        "duration": "3 h",
        "letters.notice.times": times(0, 0, 4000, 4000),
        "senders.school.scan_phase": "1000 s",
        "faults": [{"at": "0 s", "for": "3 h", "where": "providers.office", "what": "down"}],
    }
    result = run(changes)
    assert [result.first(n).connection for n in (1, 2, 3, 4)] == [NO_CONNECTION] * 4


def test_each_letter_held_back_counts_one_attempt_of_its_own() -> None:
    result = run({**down("0 s", "250 s"), "letters.notice.times": times(*[0] * 9)})
    rows = rows_of(result.record.letters)
    assert [row["attempts"] for row in rows] == [len(result.letter(n).attempts) for n in range(1, 10)]
