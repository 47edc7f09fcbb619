"""What is held against a sender: blame comes with proportions, and goes with time."""

import math
from typing import Any

import pytest

from sim.mail.policy.reputation import Reputation
from sim.scenario.reputation import Reputation as Settings
from sim.vocabulary.replies import POOR_REPUTATION_YET
from tests.mail.policy.sending import DAY, HOUR, ONE, evenly, taken

HALF_LIFE = 14 * DAY


def judged(letters: int, complaints: int = 0, unknown_users: int = 0, **settings: Any) -> float:
    """Give the standing of one that has sent so many letters at once, and then had its complaints."""
    rule = Reputation(Settings(**settings), ONE)
    for _ in range(letters):
        rule.accepted(0, 0)
    for _ in range(complaints):
        rule.complaint(0, 0)
    for _ in range(unknown_users):
        rule.unknown_user(0, 0)
    return rule.standing(0, 0)


@pytest.mark.parametrize(
    ("complaints", "standing", "spam"),
    [
        *((0, 1, 0), (50, 1, 0), (100, 1, 0), (120, 0.9, 0), (150, 0.75, 0.1)),
        *((200, 0.5, 0.6), (240, 0.3, 1), (300, 0, 1), (1000, 0, 1)),
    ],
)
def test_complaints_count_between_the_published_bounds(complaints: int, standing: float, spam: float) -> None:
    """Of 100,000 letters: nothing up to 0.1 %, all at 0.3 %; to the spam folder goes (0.8 - standing)/0.5."""
    rule = Reputation(Settings(), ONE)
    for _ in range(100_000):
        rule.accepted(0, 0)
    for _ in range(complaints):
        rule.complaint(0, 0)
    assert rule.standing(0, 0) == pytest.approx(standing)
    assert rule.spam_share(0, 0) == pytest.approx(spam)


@pytest.mark.parametrize(
    ("unknown_users", "standing"), [(100, 1), (200, 1), (400, 0.75), (600, 0.5), (1000, 0)]
)
def test_unknown_users_count_between_their_bounds(unknown_users: int, standing: float) -> None:
    """Of 10,000 attempts: nothing up to 2 %, all at 10 %."""
    assert judged(10_000 - unknown_users, unknown_users=unknown_users) == pytest.approx(standing)


def test_blame_for_two_things_multiplies() -> None:
    """6 % unknown users leave a half. Complaints of 0.2 %, or 94 letters of 9,400 to traps of a fifth each, leave a
    half of that: a quarter."""
    rule = Reputation(Settings(trap_complaints=0.2), ONE)
    for _ in range(9400):
        rule.accepted(0, 0)
    for _ in range(600):
        rule.unknown_user(0, 0)
    assert rule.standing(0, 0) == pytest.approx(0.5)
    for _ in range(94):
        rule.trap(0, 0)
    assert rule.standing(0, 0) == pytest.approx(0.25)


def test_one_complaint_does_not_ruin_a_small_sender() -> None:
    """One of ten letters is 10 %, but proportions are taken of 5,000 at least: 0.02 %, and six are 0.12 %."""
    assert judged(10, complaints=1) == 1
    assert judged(10, complaints=6) == pytest.approx(0.9)
    assert judged(10, complaints=1, fewest_letters=1) == 0


def test_a_trap_weighs_as_ten_complaints_and_authentication_costs_one_that_never_has_it_a_half() -> None:
    rule = Reputation(Settings(), [0, 1])
    rule.trap(0, 0)
    assert rule.standing(0, 0) == pytest.approx(0.5)
    for _ in range(5000):
        rule.accepted(1, 0)
        rule.authentication_failed(1, 0)
    assert rule.standing(1, 0) == pytest.approx(0.5)


def test_who_pushes_on_is_kept_out_by_that() -> None:
    """A refused attempt weighs a thousandth here: 5,000 are 5 in 5,000, which is harmless; 15,000 are 0.3 %."""
    rule = Reputation(Settings(pushing_complaints=0.001), ONE)
    for standing in (1, 0.5, 0):
        taken(rule, [0] * (5480 if standing == 1 else 5000))
        assert rule.standing(0, 0) == pytest.approx(standing)
    assert rule.ask(0, 0) == POOR_REPUTATION_YET
    # A hundred letters that knock every hour never come in; who is silent for 7.2 days does.
    knocking = [at_us for hour in range(1, 24 * 28) for at_us in [hour * HOUR] * 100]
    assert taken(rule, knocking) == []
    assert taken(rule, [knocking[-1] + 8 * DAY])


def test_pushing_counts_for_a_tenth_of_that_unless_it_is_set() -> None:
    """100,000 at once: 99,520 are refused and weigh 9.952 in 5,000, which is 0.199 %: half the standing is left."""
    rule = Reputation(Settings(), ONE)
    taken(rule, [0] * 100_000)
    assert rule.standing(0, 0) == pytest.approx(1 - (9.952 / 5000 - 0.001) / 0.002)


@pytest.mark.parametrize("days", [1, 3, 7, 20])
@pytest.mark.parametrize(
    ("event", "one_of", "harmless", "fatal"),
    [("complaint", 250, 0.001, 0.003), ("unknown_user", 10, 0.02, 0.1)],
)
def test_proportions_are_taken_of_about_the_last_week(
    event: str, one_of: int, harmless: float, fatal: float, days: int
) -> None:
    """10,000 attempts a day, of which from now on one of so many is bad: after t days the proportion is
    1 - e^(-t/7) of one in so many, and the standing what that leaves between harmless and fatal."""
    rule = Reputation(Settings(), ONE, known={0: 10_000 / 86_400})
    for number, at_us in enumerate(evenly(days * 10_000, days * DAY), 1):
        if event == "complaint" or number % one_of:
            rule.accepted(0, at_us)
        if number % one_of == 0:
            getattr(rule, event)(0, at_us)
    proportion = (1 - math.exp(-days / 7)) / one_of
    standing = min(1, max(0, (fatal - proportion) / (fatal - harmless)))
    assert rule.standing(0, days * DAY) == pytest.approx(standing, abs=0.015)


@pytest.mark.parametrize("complaints", [120, 150, 200, 250, 300, 900])
def test_after_n_half_lives_2_to_the_minus_n_of_the_blame_is_left(complaints: int) -> None:
    """Whether it has been silent in the meantime, or has sent letters that nobody complained about."""
    rule = Reputation(Settings(), ONE)
    for _ in range(100_000):
        rule.accepted(0, 0)
    for _ in range(complaints):
        rule.complaint(0, 0)
    blame = 1 - rule.standing(0, 0)
    assert blame > 0.05
    for halves in (0.5, 1, 2, 3, 7):
        for at_us in (round(halves * HALF_LIFE), round((halves + 0.1) * HALF_LIFE)):
            left = blame * 2 ** -(at_us / HALF_LIFE)
            assert 1 - rule.standing(0, at_us) == pytest.approx(left)
            rule.accepted(0, at_us)


def test_one_with_no_standing_left_is_let_in_after_a_week_and_in_the_inbox_after_a_month() -> None:
    """1 - 2^(-t/14) passes 0.3 at t = 14 log2(1/0.7) = 7.204 days, and 0.8 at 14 log2(5) = 32.51 days."""
    rule = Reputation(Settings(), ONE)
    for _ in range(100):
        rule.complaint(0, 0)
    for moment, refused, spam in (
        (7.20, True, 1.0),
        (7.21, False, 1.0),
        (32.50, False, 0.0),
        (32.51, False, 0.0),
    ):
        at_us = round(moment * DAY)
        assert rule.refuses(0, at_us) is refused
        assert rule.spam_share(0, at_us) == pytest.approx(spam, abs=2e-3)
    assert rule.spam_share(0, round(32.50 * DAY)) > 0 == rule.spam_share(0, round(32.51 * DAY))
    # Half way, at a standing of 0.55, it is half: 14 log2(1/0.45) = 16.13 days.
    assert rule.spam_share(0, round(14 * math.log2(1 / 0.45) * DAY)) == pytest.approx(0.5)
