"""Strangers come back later: postgrey's rules, and what they cost with Postfix's retry times."""

from typing import Any

import pytest

from sim.mail.policy.greylisting import Greylisting
from sim.scenario.receiving_rules import Greylisting as Settings
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, GREYLISTED
from tests.mail.town import ALL_AT_ONCE, S, run, times

POSTGREY = Settings(delay_us=300 * S)
TWO_DAYS = 2 * 86_400


def answers(visits: list[float], settings: Settings = POSTGREY) -> list[int]:
    """Give the answers to visits of one triplet at the given seconds."""
    ask = Greylisting(settings).ask
    return [ask(0, 0, 0, round(second * S)) for second in visits]


@pytest.mark.parametrize(
    ("visits", "let_in"),
    [
        ([0, 299.9], [False, False]),
        ([0, 300], [False, True]),
        # The clock runs from the first visit, not from the last refusal.
        ([0, 200, 300], [False, False, True]),
        # Once let in, always at once.
        ([0, 300, 301, 10 * TWO_DAYS], [False, True, True, True]),
        # postgrey's retry window is two days; a visit after it is a first one again.
        ([0, TWO_DAYS], [False, True]),
        ([0, TWO_DAYS + 1, TWO_DAYS + 2, TWO_DAYS + 301], [False, False, False, True]),
    ],
)
def test_a_triplet_is_let_in_between_five_minutes_and_two_days_after_its_first_visit(
    visits: list[float], let_in: list[bool]
) -> None:
    assert [answer == ACCEPTED for answer in answers(visits)] == let_in


def test_a_refusal_is_a_450_4_2_0() -> None:
    assert answers([0]) == [GREYLISTED]


@pytest.mark.parametrize("other", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 2**32 - 1)])
def test_another_client_envelope_sender_or_mailbox_is_a_stranger(other: tuple[int, int, int]) -> None:
    greylist = Greylisting(POSTGREY)
    greylist.ask(0, 0, 0, 0)
    assert greylist.ask(0, 0, 0, 300 * S) == ACCEPTED
    assert greylist.ask(*other, 300 * S) == GREYLISTED


def test_greylisting_costs_five_to_ten_minutes_with_postfix_s_retries() -> None:
    """One letter each second over a scan interval; scans at 300 and 600 s.

    The letter of second 0 comes back after 300 s; that of second k would come back after 300 - k s, too
    early for the greylist, and is let in at 600 s: after 600 - k s. The mean of them all is
    (300 + 599 + 598 + ... + 301) / 300 = 449.5 s; the extra delay lies between 300 and 599 s.
    """
    changes: dict[str, Any] = {
        **ALL_AT_ONCE,
        "duration": "20 min",
        "providers.office.greylisting": "300 s",
        "letters.notice.times": times(*range(300)),
    }
    result = run(changes)
    waits = [
        (result.letter(n).attempts[-1].activated_us - result.letter(n).accepted_us) / S for n in range(1, 301)
    ]
    assert {letter.outcome for letter in result.letters.values()} == {INBOX}
    assert (min(waits), max(waits)) == (300, 599)
    assert sum(waits) / 300 == pytest.approx(449.5)


def test_a_known_correspondent_is_not_held_up() -> None:
    """Everyday mail to one mailbox: all but what comes within the first five to ten minutes goes at once."""
    changes = {
        "providers.office.greylisting": "300 s",
        "providers.office.users": 1,
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "rate": "60/h"},
    }
    result = run(changes)
    letters = list(result.letters.values())
    assert len(letters) > 30
    first_us = letters[0].accepted_us
    assert {len(letter.attempts) for letter in letters if letter.accepted_us > first_us + 600 * S} == {1}
    assert len(letters[0].attempts) >= 2


def test_a_4xx_at_rcpt_never_slows_the_sender_down() -> None:
    """Postfix counts it as a success of the site: with 200 refusals nothing is suspended, and the window opens.

    A window of 5 that grows by one a success (up to 20) lets 200 sessions of 80 ms through in a second or
    two; at a window of 1 they would take 16 s.
    """
    changes = {
        "providers.office.greylisting": "60 s",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 200},
    }
    result = run(changes)
    first = [result.first(number) for number in range(1, 201)]
    assert {attempt.reply for attempt in first} == {GREYLISTED}
    assert SUSPENDED not in {attempt.connection for attempt in first}
    assert max(attempt.ended_us for attempt in first) < 2 * S
    side_by_side = max(
        sum(other.handed_us <= attempt.handed_us < other.ended_us for other in first) for attempt in first
    )
    assert side_by_side == 20
