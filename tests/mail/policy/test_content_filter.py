"""A filter that is wrong now and then: how much it finds, and what becomes of that."""

from typing import Any

import pytest

from sim.vocabulary.outcomes import BOUNCED, DISCARDED, INBOX, SPAM
from sim.vocabulary.replies import ACCEPTED, SPAM_REFUSED
from sim.vocabulary.stages import END_OF_DATA
from tests.mail.town import ALL_AT_ONCE, ROUND_TRIP, run

COUNT = 4000


def outcomes(spam: str, **settings: Any) -> list[int]:
    changes = {
        **ALL_AT_ONCE,
        "providers.office.content_filter": settings,
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": COUNT, "spam": spam},
    }
    result = run(changes)
    return [result.letter(number).outcome for number in range(1, COUNT + 1)]


@pytest.mark.parametrize(
    ("spam", "missed", "mistaken", "right"),
    [("100 %", "10 %", "0 %", 0.9), ("0 %", "10 %", "5 %", 0.05), ("50 %", "20 %", "10 %", 0.45)],
)
def test_it_finds_its_share(spam: str, missed: str, mistaken: str, right: float) -> None:
    """Of spam 1 - missed, of good letters the mistaken share; five standard deviations of 4,000 draws."""
    found = outcomes(spam, missed=missed, mistaken=mistaken).count(SPAM) / COUNT
    assert abs(found - right) < 5 * (right * (1 - right) / COUNT) ** 0.5


@pytest.mark.parametrize(
    ("puts", "outcome"), [("spam", SPAM), ("discarded", DISCARDED), ("refused", BOUNCED)]
)
def test_what_it_finds_goes_where_it_is_told(puts: str, outcome: int) -> None:
    assert set(outcomes("100 %", missed="0 %", puts=puts)) == {outcome}


def test_a_perfect_filter_tells_them_apart() -> None:
    found = outcomes("30 %", missed="0 %", mistaken="0 %")
    assert set(found) == {INBOX, SPAM}
    assert abs(found.count(SPAM) / COUNT - 0.3) < 0.04


def test_a_refusal_comes_after_the_body_and_does_not_stop_the_next_letter() -> None:
    """421 or 554 after the dot is the letter's failure: the window grows all the same (FACTS A3)."""
    changes = {
        "providers.office.content_filter": {"missed": "0 %", "puts": "refused"},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 40, "spam": "100 %"},
    }
    result = run(changes)
    first = result.first(1)
    assert (first.stage, first.reply, first.ended_us) == (END_OF_DATA, SPAM_REFUSED, 5 * ROUND_TRIP)
    assert {result.first(number).reply for number in range(1, 41)} == {SPAM_REFUSED}


def test_the_same_letter_is_judged_the_same_way_again() -> None:
    """Greylisted first, then found: what was refused for now comes back and meets the same judgement."""
    settings = {"missed": "50 %", "mistaken": "0 %"}
    plain = outcomes("100 %", **settings)
    changes = {
        **ALL_AT_ONCE,
        "providers.office.content_filter": settings,
        "providers.office.greylisting": "1 min",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": COUNT, "spam": "100 %"},
    }
    result = run(changes)
    assert [result.letter(number).outcome for number in range(1, COUNT + 1)] == plain
    assert result.letter(1).attempts[-1].reply == ACCEPTED
