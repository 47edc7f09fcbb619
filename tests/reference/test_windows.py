"""Postfix's window of a destination: published numbers of failures and successes."""

import math

import pytest

from sim.reference.window import Destination, WindowLaw, feedback
from sim.scenario.postconf import Postconf
from sim.vocabulary.connections import NEW, NO_CONNECTION, SUSPENDED
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import CONNECTION_REFUSED, GREYLISTED, SERVER_BUSY
from tests.reference.small import S, letter, run_small


def _failures_until_dead(window: int, negative: str = "1", cohort_limit: float = 1.0) -> list[int]:
    settings = Postconf(
        default_destination_concurrency_negative_feedback=negative,
        default_destination_concurrency_failed_cohort_limit=cohort_limit,
    )
    destination = Destination(("office", -1), "office", WindowLaw(settings), window, busy=window)
    windows = [window]
    while not destination.fail(rest_until_us=0):
        windows.append(destination.window)
    return windows


@pytest.mark.parametrize(
    ("window", "negative", "cohort_limit", "failures"),
    [
        (1, "1", 1.0, 1),
        (2, "1", 1.0, 2),
        (5, "1", 1.0, 3),
        (10, "1", 1.0, 7),
        (20, "1", 1.0, 13),
        (5, "1/concurrency", 1.0, 5),
        (20, "1/concurrency", 1.0, 20),
        (5, "1", 10.0, 12),
        (20, "1", 10.0, 26),
    ],
)
def test_so_many_failures_make_a_destination_dead(
    window: int, negative: str, cohort_limit: float, failures: int
) -> None:
    assert failures == len(_failures_until_dead(window, negative, cohort_limit))


def test_the_first_failure_lowers_the_window_by_two() -> None:
    assert _failures_until_dead(5) == [5, 3, 2]


def test_fifteen_successes_open_the_window_from_5_to_20() -> None:
    destination = Destination(("office", -1), "office", WindowLaw(Postconf()), 5)
    windows = []
    while destination.window < 20:
        destination.busy = destination.window
        destination.succeed()
        windows.append(destination.window)
    assert list(range(6, 21)) == windows
    destination.succeed()
    assert destination.window == 20


def test_the_window_opens_only_while_it_is_used() -> None:
    destination = Destination(("office", -1), "office", WindowLaw(Postconf()), 10, busy=5)
    destination.succeed()
    assert destination.window == 10
    destination.busy = 6
    destination.succeed()
    assert destination.window == 11


@pytest.mark.parametrize(
    ("written", "at_4"), [("1", 1.0), ("0.5", 0.5), ("1/concurrency", 0.25), ("1/sqrt_concurrency", 0.5)]
)
def test_feedback_has_three_forms(written: str, at_4: float) -> None:
    assert math.isclose(feedback(written)(4), at_4)


def test_a_dead_destination_suspends_all_who_wait_and_rests() -> None:
    result = run_small(
        {
            "letters.notice.times": ["0 s"] * 9 + ["1 s", "301 s"],
            "faults": [{"at": "0 s", "for": "250 s", "where": "providers.office", "what": "down"}],
            "senders.school.scan_phase": "290 s",
        }
    )
    first = [letter(result, number).attempts[0] for number in range(1, 12)]
    # Five go out; with the third refusal (5, 3, 2, dead) the four that wait are held back.
    assert [attempt.connection for attempt in first] == [NO_CONNECTION] * 5 + [SUSPENDED] * 5 + [NEW]
    assert [attempt.reply for attempt in first[:10]] == [CONNECTION_REFUSED] * 10
    assert [attempt.ended_us for attempt in first[:9]] == [20_000] * 9
    # A letter that comes later is held back as it comes.
    assert (first[9].activated_us, first[9].handed_us, first[9].ended_us) == (S, S, S)
    # 300 s after the third refusal the destination is tried again.
    assert letter(result, 11).delivered_us == 301 * S + 90_000
    # Those held back are due in second 300, after the scan at 290 s.
    assert [letter(result, number).attempts[1].activated_us for number in range(1, 11)] == [590 * S] * 10
    assert all(each.outcome == INBOX for each in result.letters.values())


def test_a_refusal_in_the_greeting_makes_a_destination_dead_and_one_at_rcpt_does_not() -> None:
    burst = {"letters.notice.times": ["0 s"] * 40}
    busy = run_small(
        {**burst, "providers.office.connection_limit": {"total": 1}, "providers.office.accept_time": "1 s"}
    )
    refused = [each.attempts[0] for each in busy.letters.values() if each.attempts[0].reply == SERVER_BUSY]
    # One of five is served; three refusals are enough, and the fourth is under way by then.
    assert [attempt.connection for attempt in refused] == [NO_CONNECTION] * 4 + [SUSPENDED] * 35

    greylisted = run_small({**burst, "providers.office.greylisting": "60 s"})
    assert {(GREYLISTED, False)} == {
        (each.attempts[0].reply, each.attempts[0].connection == SUSPENDED)
        for each in greylisted.letters.values()
    }
