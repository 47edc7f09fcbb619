"""A machine whose memory is used up crashes; who took most is named, and nothing that was accepted is lost.

Right values by arithmetic. A filter process takes 100 MB and one second for a letter; the system takes 500 MB.
"""

from typing import Any

import pytest

from sim.results.audit import audit
from sim.vocabulary.outcomes import INBOX
from tests.mail.town import MS, Outcome, S, fault, rows_of, run, times

FILTER = {"time": "1 s", "processes": 20, "memory": "100 MB"}


def host(memory: str, **more: Any) -> dict[str, Any]:
    return {
        "memory": memory,
        "system_memory": "500 MB",
        "process_memory": "1 MB",
        "letter_memory": "1 kB",
        "restart_time": "1 min",
        "content_filter": FILTER,
        **more,
    }


def handed_in(count: int, **more: str) -> dict[str, Any]:
    return {"from": "school", "to": "office", "size": "1 B", "count": count, **more}


def crashes(outcome: Outcome) -> list[dict[str, Any]]:
    return [row for row in rows_of(outcome.record.incidents) if row["kind"] == "out_of_memory"]


def accepted_s(outcome: Outcome) -> list[float]:
    return [letter.accepted_us / S for letter in outcome.letters.values()]


@pytest.mark.parametrize(("letters", "memory", "dies"), [(5, "1 GB", 0), (6, "1 GB", 1), (6, "1100 MB", 0)])
def test_the_machine_dies_when_one_process_more_is_started_than_fits(
    letters: int, memory: str, dies: int
) -> None:
    """500 MB + 5 × 100 MB is 1 GB, to the byte; the sixth process is one too many."""
    outcome = run(
        {
            "letters.notice": handed_in(letters),
            "senders.school.host": host(memory),
            "duration": "30 s",
        }
    )

    assert [row["why"] for row in crashes(outcome)] == ["content_filter"] * dies
    assert {letter.outcome == INBOX for letter in outcome.letters.values()} == {not dies}
    assert audit(outcome.record).ok


def test_letters_wait_outside_for_a_process_of_the_filter() -> None:
    """Two processes, one second each. Right value: accepted after 1, 1, 2, 2 and 3 seconds, first come first served."""
    outcome = run(
        {
            "letters.notice": handed_in(5),
            "senders.school.host": {"content_filter": {**FILTER, "processes": 2}},
        }
    )

    assert accepted_s(outcome) == [1, 1, 2, 2, 3]
    assert outcome.letter(5).delivered_us == 3 * S + 90 * MS
    assert audit(outcome.record).ok


def test_a_crowd_that_is_handed_in_again_kills_the_machine_again_until_the_end() -> None:
    """Ten letters at once need 1.5 GB. Right value: it dies at 0, 60, 120, … s, and nothing is ever accepted."""
    outcome = run(
        {
            "letters.notice": handed_in(10),
            "senders.school.host": host("1 GB"),
            "duration": "290 s",
        }
    )

    assert [(row["from_us"], row["to_us"]) for row in crashes(outcome)] == [
        (0, 60 * S),
        (60 * S, 120 * S),
        (120 * S, 180 * S),
        (180 * S, 240 * S),
        (240 * S, 290 * S),
    ]
    assert audit(outcome.record).ok


def test_the_same_crowd_is_late_and_well_with_fewer_processes() -> None:
    """What every manual says: no more processes than fit. Right value: five at a time, so 1 s and 2 s."""

    def crowd(processes: int) -> Outcome:
        return run(
            {
                "letters.notice": handed_in(10),
                "senders.school.host": host("1050 MB", content_filter={**FILTER, "processes": processes}),
                "duration": "10 min",
            }
        )

    outcome = crowd(5)
    assert crashes(crowd(6)) != [] == crashes(outcome)
    assert accepted_s(outcome) == [1] * 5 + [2] * 5


def test_without_a_filter_the_same_machine_lives() -> None:
    """500 MB, 20 processes of 1 MB and 1,000 letters of 1 kB are 521 MB."""
    quiet = host("521 MB", content_filter=None)
    crowd: dict[str, Any] = {
        "letters.notice.times": times(*[0.0] * 1000),
        "providers.office.accept_time": "5 s",
    }

    assert crashes(run({**crowd, "senders.school.host": quiet})) == []


@pytest.mark.parametrize(
    ("changes", "who"),
    [({"process_memory": "30 MB"}, "delivery_processes"), ({"letter_memory": "1 MB"}, "active_queue")],
)
def test_whoever_takes_most_is_named(changes: dict[str, str], who: str) -> None:
    outcome = run(
        {
            "letters.notice.times": times(*[0.0] * 1000),
            "providers.office.accept_time": "5 s",
            "senders.school.host": host("1 GB", content_filter=None, **changes),
            "duration": "30 s",
        }
    )

    assert [row["why"] for row in crashes(outcome)] == [who]
    assert crashes(outcome)[0]["from_us"] % S == 0, "it is looked at once a second"
    assert audit(outcome.record).ok


def test_while_the_machine_is_down_nobody_looks_into_letters() -> None:
    """Handed in at 1.5 s, the machine crashes at 2 s for a minute. Right value: looked into from 62 to 63 s."""
    outcome = run(
        {
            "letters.notice": handed_in(1),
            "letters.more": handed_in(1, at="1500 ms"),
            "senders.school.host": {"content_filter": FILTER},
            "faults": [fault("senders.school", "crash", 2, 60)],
        }
    )

    assert accepted_s(outcome) == [1, 63]
    assert audit(outcome.record).ok


def test_memory_that_suffices_changes_nothing() -> None:
    crowd = {"letters.notice.times": times(*[0.1 * number for number in range(50)])}
    plenty = run({**crowd, "senders.school.host": {"memory": "64 GB"}})

    assert plenty.letters == run(crowd).letters
