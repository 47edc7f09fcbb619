"""When Postfix tries again: the cool-off grows with age and takes effect at the next scan."""

from array import array
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernel.draws import Draws
from sim.kernel.recorder import Names
from sim.kernel.world import World
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.retry_clock import PostfixClock
from sim.scenario.postconf import Postconf
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.replies import CONNECTION_REFUSED
from tests.mail.town import DAY, MIN, ONE_AT_A_TIME, S, run, times

NOBODY_THERE = {
    "duration": "6 d",
    "default_road.round_trip": "0 s",
    "faults": [{"at": "0 s", "for": "6 d", "where": "providers.office", "what": "down"}],
}


def queue(accepted_us: list[int], phase_us: int, start_us: int = 0, minimal_s: int = 300) -> DeferredQueue:
    """Make a deferred queue with Postfix's default times for letters accepted at given times."""
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(microseconds=start_us)
    world = World(start, 10 * DAY, Draws(1), Names(["notice"], [], [], [], []))
    number = len(accepted_us)
    nothing = [0] * number
    world.letters.new(
        kind=LETTER,
        entry=0,
        sender=0,
        numbers=range(1, number + 1),
        providers=nothing,
        mailboxes=nothing,
        sizes_bytes=nothing,
        unknown_users=nothing,
        submitted_us=nothing,
    )
    world.letters.accepted_us[:] = array("q", accepted_us)
    postconf = Postconf(minimal_backoff_time=minimal_s)
    return DeferredQueue(world, "school", PostfixClock(world, postconf, phase_us))


@pytest.mark.parametrize(
    ("phase", "minutes", "number"),
    [
        ("0 s", [0, 5, 10, 20, 40, 80, 150, 220, 290], 108),
        ("60 s", [0, 6, 16, 36, 76, 146, 216], 107),
        ("150 s", [0, 7.5, 17.5, 37.5, 77.5, 147.5], 107),
    ],
)
def test_a_letter_is_retried_at_postfix_s_times_by_phase_of_the_scan(
    phase: str, minutes: list[float], number: int
) -> None:
    """The published table of times and of attempts before the five days are over (107 to 108)."""
    attempts = run({**NOBODY_THERE, "senders.school.scan_phase": phase}).letter().attempts
    assert [attempt.activated_us for attempt in attempts[: len(minutes)]] == [
        round(minute * MIN) for minute in minutes
    ]
    assert len(attempts) == number
    assert {attempt.reply for attempt in attempts} == {CONNECTION_REFUSED}


def test_after_4000_s_retries_come_every_70_minutes() -> None:
    """ceil(4000 / 300) * 300 = 4200 s."""
    attempts = run(NOBODY_THERE).letter().attempts
    waits = {later.activated_us - earlier.activated_us for earlier, later in pairwise(attempts[6:])}
    assert waits == {4200 * S}


def test_the_first_retry_comes_after_five_to_ten_minutes() -> None:
    """One letter each second of a scan interval: their waits are 300 s to 599 s, each once (0 s: 300 s).

    A letter of second s may be retried from second s + 299 on. That is the scan at 300 s for those of
    seconds 0 and 1, and the one at 600 s for the others: waits of 300, 299 and 598 down to 301 s.
    """
    changes = {
        **NOBODY_THERE,
        "duration": "11 min",
        "letters.notice.times": times(*range(300)),
        # None dies, so that each is tried by itself.
        "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 1000,
    }
    result = run(changes)
    waits = [
        (result.letter(number).attempts[1].activated_us - result.letter(number).accepted_us) // S
        for number in range(1, 301)
    ]
    assert waits == [300, 299, *range(598, 300, -1)]


@pytest.mark.parametrize(("scan_s", "second_try_s"), [(299, 299), (298, 598)])
def test_a_cool_off_ends_one_second_early(scan_s: int, second_try_s: int) -> None:
    """Arrival at 0.5 s: deferred in second 0, so due in second 300, and a scan in second 299 takes it."""
    changes = {
        **NOBODY_THERE,
        "duration": "20 min",
        "letters.notice.times": times(0.5),
        "senders.school.scan_phase": f"{scan_s} s",
    }
    assert [attempt.activated_us for attempt in run(changes).letter().attempts[:2]] == [
        0.5 * S,
        second_try_s * S,
    ]


@given(
    st.integers(0, 5 * 86_400 * S),
    st.integers(0, 6 * 86_400 * S),
    st.integers(0, 300 * S - 1),
    st.integers(0, S - 1),
    st.sampled_from([2, 300, 4000]),
)
@settings(max_examples=50)
def test_a_letter_comes_back_at_the_first_scan_that_is_not_more_than_a_second_too_early(
    accepted_us: int, age_us: int, phase_us: int, start_us: int, minimal_s: int
) -> None:
    """Looked for scan by scan: file time = second of the failure + clamp(age, minimum, 4000 s)."""
    waiting = queue([accepted_us], phase_us, start_us, minimal_s)
    failed_us = accepted_us + age_us
    waiting.put(0, failed_us)

    def second(at_us: int) -> int:
        return (start_us + at_us) // S

    age_s = second(failed_us) - second(accepted_us)
    file_time = second(failed_us) + min(max(age_s, minimal_s), 4000)
    scan = 0
    while waiting.scan_us(scan) <= failed_us or second(waiting.scan_us(scan)) < file_time - 1:
        scan += 1
    assert waiting.due(scan - 1) == []
    assert waiting.due(scan) == [0]


def test_a_scan_brings_letters_back_in_order_of_arrival_and_not_of_failure() -> None:
    waiting = queue([30 * S, 10 * S, 20 * S, 10 * S], phase_us=0)
    for row in (2, 3, 0, 1):
        waiting.put(row, 40 * S)
    assert waiting.due(2) == [1, 3, 2, 0]
    assert waiting.due(3) == []


def test_a_scan_that_was_missed_is_made_up_by_the_next() -> None:
    """The machine was down at scan 2, at which the letter was due: scan 3 takes it."""
    waiting = queue([0], phase_us=0)
    waiting.put(0, 10 * S)
    assert waiting.due(3) == [0]


def test_the_length_of_the_queue_is_known() -> None:
    waiting = queue([0, 0], phase_us=0)
    waiting.put(0, 10 * S)
    waiting.put(1, 12 * S)
    assert (waiting.length.length, waiting.length.integral_us(20 * S)) == (2, 18 * S)


def test_letters_accepted_at_one_moment_come_back_in_the_order_in_which_they_were_taken() -> None:
    """The machine is away until 10 s; two entries handed in at 1, 3, 5 s and 2, 4, 6 s wait and are taken in turn.

    All are accepted at 10 s sharp, greylisted, and tried again at 600 s, one after another: in turn again.
    """
    entry = {"from": "school", "to": "office", "size": "1 B", "count": 3, "pace": "0.5/s"}
    changes = {
        **ONE_AT_A_TIME,
        "providers.office.greylisting": "60 s",
        "letters": {"odd": {**entry, "at": "1 s"}, "even": {**entry, "at": "2 s"}},
        "faults": [{"at": "0 s", "for": "10 s", "where": "senders.school", "what": "down"}],
    }
    letters = run(changes).letters
    for attempt in (0, 1):
        in_order = sorted(letters, key=lambda name: letters[name].attempts[attempt].handed_us)
        assert [name[:2] for name in in_order] == [(e, n) for n in (1, 2, 3) for e in ("odd", "even")]
