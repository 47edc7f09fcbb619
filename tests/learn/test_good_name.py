"""The days of a mailing, and the reputation that a receiver's memory holds."""

from itertools import pairwise
from pathlib import Path

import pytest

from sim.api import run
from sim.kernel.recorder import RunRecord
from sim.learn.good_name import ENDS, days_of, standing_of
from sim.learn.plans import plan_of
from sim.mail.policy.sender_memory import DAY_US, SenderMemory, Terms
from sim.results.columns import column, whole
from sim.scenario.load import load
from sim.vocabulary.replies import POOR_REPUTATION_YET

PLAN = plan_of("09_judged_as_spam")
FILE = PLAN.file(folder=Path(__file__).parent)
GROWING = "letters.news.warm_up={letters_a_day: [100, 150, 225, 338, 506]}"


def record_of(*changes: str) -> RunRecord:
    return run(load(FILE, changes)).record


@pytest.fixture(scope="module")
def dead() -> RunRecord:
    return record_of(GROWING, "letters.news.unknown_users=10%")


def test_at_a_steady_pace_each_day_has_its_letters_and_nothing_else() -> None:
    days = days_of(record_of("letters.news.warm_up={letters_a_day: [100]}"))

    # 1,200 letters at 100 a day.
    assert [(day.inbox, day.spam, day.returned, day.put_off) for day in days] == [(100, 0, 0, 0)] * 12


def test_each_letter_ends_on_one_day_in_one_place(dead: RunRecord) -> None:
    days, outcome = days_of(dead), column(dead.letters, "outcome")[column(dead.letters, "kind") == 0]
    ended = {place: sum(day.of(place) for day in days) for place in ENDS}

    assert sum(ended.values()) == 1200
    assert ended == {
        place: sum(int((outcome == code).sum()) for code in codes) for place, codes in ENDS.items()
    }
    # What waits when a day ends has a day of at most a letter's life, which is a day, before it: it ends on the next.
    for day, after in pairwise(days):
        assert day.put_off <= after.inbox + after.spam + after.returned + after.put_off


def test_the_memory_that_is_told_everything_once_more_refuses_when_the_provider_did(dead: RunRecord) -> None:
    standing = standing_of(dead, 7 * DAY_US)
    assert standing is not None
    refused = [
        at_us / DAY_US
        for at_us, reply in zip(whole(dead.attempts, "ended_us"), column(dead.attempts, "reply"), strict=True)
        if reply == POOR_REPUTATION_YET
    ]
    hours = pairwise(zip(standing.days, standing.heights, strict=True))
    seen = 0
    for (begin, before), (end, after) in hours:
        count = sum(begin <= at < end for at in refused)
        seen += count
        if min(before, after) > 0.3:  # `refused_below`
            assert count == 0
        elif not count:
            assert max(before, after) < 0.3
    assert seen == len(refused) > 1000


def test_a_reputation_begins_clean_and_comes_back_by_half_in_a_half_life() -> None:
    settings = next(iter(load(FILE).providers.values())).reputation
    assert settings is not None
    memory = SenderMemory(Terms.of(settings))
    heights = []
    for _ in range(3):
        memory.complained(1.0, 0)
        heights.append(memory.standing(0))

    # The notebook's sum: of 1,000 letters one report is 0.1 %, harmless; two are half way to 0.3 %; three are fatal.
    assert heights == pytest.approx([1.0, 0.5, 0.0])
    assert memory.standing(14 * DAY_US) == pytest.approx(0.5)


def test_who_remembers_nothing_has_no_reputation_to_show() -> None:
    assert (
        standing_of(record_of("providers.webmail.reputation=null", "letters.news.count=10"), DAY_US) is None
    )
