"""When other MTAs than Postfix try again: times computed by hand from Exim's and KumoMTA's documents."""

from itertools import pairwise
from typing import Any

import pytest

from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import EXPIRED
from tests.reference.small import MIN, MS, S, letter, run_small

HOUR = 60 * MIN
DAY = 24 * HOUR
NOBODY_THERE: dict[str, Any] = {
    "duration": "6 d",
    "default_road.round_trip": "0 s",
    "faults": [{"at": "0 s", "for": "6 d", "where": "providers.office", "what": "down"}],
}


def test_exim_tries_at_its_queue_runs() -> None:
    """F,2h,15m; G,16h,1h,1.5; F,4d,6h, with a run every 30 min: no letter is tried between two runs."""
    result = run_small({**NOBODY_THERE, "senders.school.preset": "exim_default"})
    attempts = letter(result).attempts
    # Every 15 min means at each run. From 2 h on the waits are 60, 90, 135, 202.5 and 303.75 min, each up to a run.
    minutes = [0, 30, 60, 90, 120, 180, 270, 420, 630, 960]
    assert [minute * MIN for minute in minutes] == [attempt.activated_us for attempt in attempts[:10]]
    # From 16 h on every 6 h; the first failure past 4 days is the last.
    late = [attempt.activated_us for attempt in attempts[9:]]
    assert {6 * HOUR} == {after - before for before, after in pairwise(late)}
    assert late[-2] < 4 * DAY <= late[-1] == letter(result).ended_us
    assert letter(result).outcome == EXPIRED
    assert letter(result, kind=DSN).submitted_us == letter(result).ended_us


def test_a_run_before_a_letter_is_ready_leaves_it_for_the_next() -> None:
    """The runs are at 10 min, 40 min, ...; a letter of 0 s is ready after 15 min, one of 30 min after 45 min."""
    result = run_small(
        {
            **NOBODY_THERE,
            "senders.school.preset": "exim_default",
            "senders.school.scan_phase": "10 min",
            "letters.notice.times": ["0 s", "24 min", "26 min"],
        }
    )
    second = [letter(result, number).attempts[1].activated_us for number in (1, 2, 3)]
    assert second == [40 * MIN, 40 * MIN, 70 * MIN]


def test_waits_that_double_need_no_queue_run() -> None:
    """KumoMTA: 20 min, doubled with each failure, each letter at its own moment (make_queue_config)."""
    rule = {"steps": [{"until": "85 h", "every": "20 min", "factor": 2}]}
    result = run_small({**NOBODY_THERE, "senders.school.retry": rule, "letters.notice.times": ["1234567 us"]})
    minutes = [0, 20, 60, 140, 300, 620, 1260, 2540, 5100]
    assert [1_234_567 + minute * MIN for minute in minutes] == [
        attempt.activated_us for attempt in letter(result).attempts
    ]
    assert (letter(result).outcome, letter(result).ended_us) == (EXPIRED, 1_234_567 + 85 * HOUR)


def test_each_wait_is_longer_by_a_share_that_is_drawn_evenly() -> None:
    rule = {"steps": [{"until": "1 h", "every": "10 min"}], "jitter": "20 %"}
    result = run_small(
        {
            **NOBODY_THERE,
            "senders.school.retry": rule,
            # Far apart, so that no failure finds the destination dead.
            "letters.notice.times": [f"{5 * hour} h" for hour in range(28)],
        }
    )
    waits = [
        after.activated_us - before.ended_us
        for each in result.letters.values()
        for before, after in pairwise(each.attempts)
    ]
    assert len(waits) > 120
    assert all(10 * MIN <= wait < 12 * MIN for wait in waits)
    # The mean of an even draw, with four standard errors of 34.6 s / sqrt(n).
    assert abs(sum(waits) / len(waits) - 11 * MIN) < 4 * 34.7 * S / len(waits) ** 0.5
    assert len(set(waits)) > 0.9 * len(waits)


def test_a_letter_is_given_up_at_the_first_failure_past_the_last_step() -> None:
    # Failures at 0, 10, 20 and 30 min; it is given up at 30 min, when the only step is over.
    rule = {"steps": [{"until": "30 min", "every": "10 min"}]}
    result = run_small({**NOBODY_THERE, "senders.school.retry": rule})
    assert [attempt.ended_us for attempt in letter(result).attempts] == [0, 10 * MIN, 20 * MIN, 30 * MIN]
    assert letter(result).outcome == EXPIRED


def test_a_letter_has_as_many_waits_as_its_rule_counts() -> None:
    """With runs every 30 min a rule of one hour has two waits, however soon the first run comes.

    A letter of minute 19 fails then, is ready at 29, fails at the run at 30, is ready at 40, and fails at the run
    at 60. That was its last wait, though the letter is only 41 min old.
    """
    rule = {"steps": [{"until": "1 h", "every": "10 min"}], "queue_run": "30 min"}
    result = run_small({**NOBODY_THERE, "senders.school.retry": rule, "letters.notice.times": ["19 min"]})
    assert [attempt.ended_us for attempt in letter(result).attempts] == [19 * MIN, 30 * MIN, 60 * MIN]
    assert letter(result).outcome == EXPIRED


@pytest.mark.parametrize("queue_run", [None, "30 min"])
def test_a_letter_held_back_counts_as_a_failure(queue_run: str | None) -> None:
    """Letter 2 comes while the destination is dead, and waits as long as if it had been tried."""
    rule: dict[str, Any] = {"steps": [{"until": "1 d", "every": "20 min", "factor": 2}]}
    if queue_run:
        rule["queue_run"] = queue_run
    result = run_small(
        {
            **NOBODY_THERE,
            "senders.school.retry": rule,
            "senders.school.postconf": {"initial_destination_concurrency": 1},
            "letters.notice.times": ["0 s", "1 s"],
        }
    )
    held_back = letter(result, 2).attempts
    assert held_back[0].handed_us == held_back[0].ended_us == S
    assert held_back[1].activated_us == (30 * MIN if queue_run else 20 * MIN + S)


def test_a_letter_whose_moment_comes_while_the_machine_is_down_is_tried_when_it_is_back() -> None:
    rule = {"steps": [{"until": "1 d", "every": "10 min"}]}
    result = run_small(
        {
            "duration": "2 h",
            "senders.school.retry": rule,
            "providers.office.greylisting": "1 min",
            "faults": [{"at": "9 min", "for": "5 min", "where": "senders.school", "what": "down"}],
        }
    )
    attempts = letter(result).attempts
    assert attempts[0].ended_us == 80 * MS
    assert attempts[1].activated_us == 14 * MIN
