"""Notices to the writer of a letter that is late, and letters that soft_bounce keeps (qmgr_active.c, bounce.c)."""

from typing import Any

import pytest

from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import DSN, WARNING
from sim.vocabulary.outcomes import EXPIRED, INBOX
from sim.vocabulary.replies import UNKNOWN_USER
from tests.reference.small import MIN, S, letter, run_small

NOBODY_THERE: dict[str, Any] = {
    "duration": "10 h",
    "default_road.round_trip": "0 s",
    "faults": [{"at": "0 s", "for": "10 h", "where": "providers.office", "what": "down"}],
}


def test_a_late_letter_makes_one_notice_at_its_next_failure() -> None:
    """With the scans at whole five minutes Postfix tries at 0, 5, 10, 20, 40, 80, 150, 220 and 290 min."""
    result = run_small(
        {
            **NOBODY_THERE,
            "senders.school.postconf": {"delay_warning_time": "4h"},
            "letters.notice.size": "1500 B",
        }
    )
    notices = [name for name in result.letters if name[2] == WARNING]
    assert notices == [("notice", 1, WARNING)]
    notice = letter(result, kind=WARNING)
    assert (notice.submitted_us, notice.outcome, notice.size_bytes) == (290 * MIN, INBOX, 3500)
    assert [attempt.ended_us for attempt in notice.attempts] == [290 * MIN]
    assert len(letter(result).attempts) > 9


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(299, 5), (300, 5), (301, 5), (302, 10), (601, 10), (602, 20)]
)
def test_the_time_before_a_notice_ends_a_second_early(seconds: int, minutes: int) -> None:
    """qmgr_active.c compares the clock with `warn_time - 1`."""
    result = run_small({**NOBODY_THERE, "senders.school.postconf": {"delay_warning_time": f"{seconds}s"}})
    assert letter(result, kind=WARNING).submitted_us == minutes * MIN


def test_a_notice_quotes_little_of_a_large_letter() -> None:
    result = run_small(
        {
            **NOBODY_THERE,
            "senders.school.postconf": {"delay_warning_time": "1s"},
            "letters.notice.size": "1 MB",
        }
    )
    assert letter(result, kind=WARNING).size_bytes == 4000


def test_a_letter_that_is_given_up_makes_no_notice_but_comes_back() -> None:
    settings = {"delay_warning_time": "2s", "maximal_queue_lifetime": "300s"}
    result = run_small({**NOBODY_THERE, "senders.school.postconf": settings})
    assert letter(result).outcome == EXPIRED
    assert [name[2] for name in result.letters] == [0, DSN]


def test_a_letter_that_is_held_back_is_late_like_any_other() -> None:
    """Letter 2 comes while the destination is dead, at 290 s; it is late at its second failure."""
    result = run_small(
        {
            **NOBODY_THERE,
            "senders.school.postconf": {"delay_warning_time": "2s", "initial_destination_concurrency": 1},
            "letters.notice.times": ["0 s", "290 s"],
        }
    )
    attempts = letter(result, 2).attempts
    assert [attempt.connection for attempt in attempts[:2]].count(SUSPENDED) >= 1
    assert attempts[0].connection == SUSPENDED
    assert letter(result, 2, WARNING).submitted_us == attempts[1].ended_us


def test_no_notice_is_made_where_none_is_asked_for() -> None:
    result = run_small({**NOBODY_THERE, "senders.school.postconf": {"delay_warning_time": 0}})
    assert [name[2] for name in result.letters] == [0]


def test_soft_bounce_keeps_a_refused_letter_until_it_expires() -> None:
    settings = {"soft_bounce": "yes", "maximal_queue_lifetime": "1h"}
    result = run_small(
        {
            "duration": "3 h",
            "default_road.round_trip": "0 s",
            "letters.notice.unknown_users": "100 %",
            "senders.school.postconf": settings,
        }
    )
    attempts = letter(result).attempts
    assert {UNKNOWN_USER} == {attempt.reply for attempt in attempts}
    # Tried at the times of a deferred letter, and given up after an hour.
    assert [minute * MIN for minute in (0, 5, 10, 20, 40, 80)] == [attempt.ended_us for attempt in attempts]
    assert (letter(result).outcome, letter(result).ended_us) == (EXPIRED, 80 * MIN)
    assert letter(result, kind=DSN).submitted_us == 80 * MIN


def test_refusals_at_rcpt_slow_nobody_down_with_soft_bounce_either() -> None:
    """All the same 40 letters go out within a second or so: none is held back."""
    result = run_small(
        {
            "letters.notice.times": ["0 s"] * 40,
            "letters.notice.unknown_users": "100 %",
            "senders.school.postconf": {"soft_bounce": "yes"},
        }
    )
    first = [each.attempts[0] for each in result.letters.values()]
    assert SUSPENDED not in {attempt.connection for attempt in first}
    assert max(attempt.ended_us for attempt in first) < 2 * S


@pytest.mark.parametrize(("soft_bounce", "held_back"), [("no", 0), ("yes", 3)])
def test_a_domain_that_is_not_there_makes_dead_only_with_soft_bounce(
    soft_bounce: str, held_back: int
) -> None:
    """bounce_append() then gives the status of a deferral (smtp_trouble.c, smtp_site_fail)."""
    result = run_small(
        {
            "senders.school.resolver": "campus",
            "resolvers.campus": {"lookup_time": "30 ms"},
            "providers.office.records": "nxdomain",
            "senders.school.postconf": {"initial_destination_concurrency": 1, "soft_bounce": soft_bounce},
            "letters.notice.times": ["0 s"] * 4,
        }
    )
    first = [letter(result, number).attempts[0].connection for number in (1, 2, 3, 4)]
    assert first.count(SUSPENDED) == held_back
