"""When Postfix tries again: cool-off by age, in effect at the next scan, until the lifetime is over."""

import pytest

from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, REFUSED
from sim.vocabulary.replies import CONNECTION_REFUSED
from tests.reference.small import MIN, S, letter, run_small

NOBODY_THERE = {
    "duration": "6 d",
    "default_road.round_trip": "0 s",
    "faults": [{"at": "0 s", "for": "6 d", "where": "providers.office", "what": "down"}],
}


@pytest.mark.parametrize(
    ("phase", "minutes", "number"),
    [
        ("0 s", [0, 5, 10, 20, 40, 80, 150, 220, 290], 108),
        ("60 s", [0, 6, 16, 36, 76, 146, 216, 286, 356], 107),
        ("150 s", [0, 7.5, 17.5, 37.5, 77.5, 147.5, 217.5], 107),
        ("299 s", [0, 299 / 60, 599 / 60], 108),
    ],
)
def test_a_letter_is_retried_at_postfix_times_by_phase_of_the_scan(
    phase: str, minutes: list[float], number: int
) -> None:
    result = run_small({**NOBODY_THERE, "senders.school.scan_phase": phase})
    attempts = letter(result).attempts
    assert [round(minute * MIN) for minute in minutes] == [
        attempt.activated_us for attempt in attempts[: len(minutes)]
    ]
    assert number == len(attempts)
    assert all(attempt.reply == CONNECTION_REFUSED for attempt in attempts)


def test_a_letter_expires_at_the_first_failure_after_its_lifetime_and_is_returned() -> None:
    result = run_small({**NOBODY_THERE, "senders.school.host": {"deferral_time": "0 s"}})
    assert letter(result).outcome == EXPIRED
    five_days = 5 * 24 * 60 * MIN
    # The last attempt but one is within five days; then come 4200 s, the first multiple of 300 s after 4000 s.
    last = letter(result).attempts[-1].ended_us
    assert last >= five_days > letter(result).attempts[-2].ended_us
    assert last - letter(result).attempts[-2].ended_us == 4200 * S
    assert last == letter(result).ended_us
    returned = letter(result, kind=DSN)
    assert (INBOX, last, 2001) == (returned.outcome, returned.submitted_us, returned.size_bytes)
    assert [last] == [attempt.ended_us for attempt in returned.attempts]


def test_a_cool_off_ends_one_second_early() -> None:
    # Arrival at 0.5 s: deferred in second 0, so due in second 300; the scan in second 299 takes it.
    changes = {**NOBODY_THERE, "letters.notice.times": ["500 ms"], "senders.school.scan_phase": "299 s"}
    assert [attempt.activated_us for attempt in letter(run_small(changes)).attempts[:2]] == [0.5 * S, 299 * S]
    changes["senders.school.scan_phase"] = "298 s"
    assert letter(run_small(changes)).attempts[1].activated_us == 598 * S


def test_lifetime_zero_means_a_single_attempt() -> None:
    result = run_small({**NOBODY_THERE, "senders.school.postconf": {"maximal_queue_lifetime": 0}})
    assert (letter(result).outcome, len(letter(result).attempts)) == (EXPIRED, 1)


def test_an_unknown_user_is_returned_at_once() -> None:
    result = run_small({"letters.notice.unknown_users": "100 %", "letters.notice.size": "60 kB"})
    assert (letter(result).outcome, len(letter(result).attempts)) == (BOUNCED, 1)
    # A returned letter quotes at most 50 kB.
    assert letter(result, kind=DSN).size_bytes == 52_000


def test_a_letter_that_is_too_big_is_refused_when_it_is_handed_in() -> None:
    result = run_small(
        {"letters.notice.size": "2 kB", "senders.school.postconf": {"message_size_limit": 1999}}
    )
    only = letter(result)
    assert (only.outcome, only.ended_us, only.accepted_us, only.attempts) == (REFUSED, 0, -1, [])


def test_greylisting_costs_the_wait_until_postfix_comes_back() -> None:
    # 299 s after the first attempt is too early for a greylist of 300 s; the next scan is 300 s later.
    greylisted = {"providers.office.greylisting": "300 s", "letters.notice.times": ["1 s"]}
    result = run_small({**greylisted, "senders.school.scan_phase": "60 s"})
    assert [attempt.activated_us for attempt in letter(result).attempts] == [1 * S, 360 * S]
    result = run_small({**greylisted, "senders.school.scan_phase": "0 s"})
    # Deferred in second 1, due in second 301, so the scan in second 300 takes it: 299 s after the first look.
    assert [attempt.activated_us for attempt in letter(result).attempts] == [1 * S, 300 * S, 600 * S]
