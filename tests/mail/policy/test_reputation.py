"""A receiver's memory of volume, and laws of all histories: who is used to much may bring much."""

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.mail.policy.reputation import Reputation
from sim.mail.policy.sender_memory import SenderMemory, Terms
from sim.mail.warm_up import warm_up_times_us
from sim.scenario.reputation import Reputation as Settings
from sim.scenario.warm_up import WarmUp
from sim.vocabulary.replies import ACCEPTED, POOR_REPUTATION, POOR_REPUTATION_YET, RATE_LIMITED, UNUSUAL_RATE
from tests.mail.policy.sending import DAY, HOUR, ONE, evenly, taken

HALF_LIFE = 14 * DAY
FOREVER = 1 << 62
# How much is taken.


@pytest.mark.parametrize(
    ("per_day", "over_us"), [(500, DAY), (4000, DAY), (4000, 8 * HOUR), (4000, HOUR), (4000, 1)]
)
def test_a_sender_within_its_history_is_never_refused(per_day: int, over_us: int) -> None:
    """The same number each day, evenly or in the same hours, for four weeks."""
    rule = Reputation(Settings(), ONE, known={0: per_day / 86_400})
    days = [time for day in range(28) for time in evenly(per_day, over_us, day * DAY)]
    assert taken(rule, days) == days
    assert rule.standing(0, 28 * DAY) == 1


def test_a_weekly_bulletin_that_comes_at_once_is_within_its_history() -> None:
    """n letters each 7 days: before the next, letters = n q/(1 - q) with q = 2^(-7/14), which is 2.41 n. With
    k = ln 2/14 the allowance is (1 + ln 1.5/k) k/(1 - k) x 2.41 n = 1.16 n. The first week, whose history came evenly
    and not at once, has 29,800 and a little pushing."""
    rule = Reputation(Settings(), ONE, known={0: 30_000 / 7 / 86_400})
    taken(rule, [0] * 30_000)
    weeks = [week * 7 * DAY for week in range(1, 6) for _ in range(30_000)]
    assert taken(rule, weeks) == weeks


def test_a_stranger_who_sends_100_000_at_once_gets_the_first_day_s_allowance_through() -> None:
    """Nothing is usual yet, and today is not part of it: 480 of 100,000, which is 24 x 20."""
    rule = Reputation(Settings(), ONE)
    assert len(taken(rule, [0] * 100_000)) == 480


def test_the_same_100_000_by_sendgrid_s_schedule_are_never_refused() -> None:
    times = list(warm_up_times_us(WarmUp.model_validate("sendgrid"), 100_000, 0, FOREVER))
    rule = Reputation(Settings(), ONE)
    assert taken(rule, times) == times
    assert rule.standing(0, times[-1]) == 1


def test_the_faster_a_stranger_sends_the_more_is_refused() -> None:
    """20,000 within an hour, a day, ten days and forty: refusals fall from nearly all to none."""
    spans = (HOUR, DAY, 10 * DAY, 40 * DAY)
    refused = [20_000 - len(taken(Reputation(Settings(), ONE), evenly(20_000, span))) for span in spans]
    assert all(slow < fast for fast, slow in itertools.pairwise(refused))
    assert refused[0] > 0.95 * 20_000
    assert refused[-1] == 0


def test_a_steady_sender_s_usual_volume_is_what_it_sends() -> None:
    """k x (r/k - r)/(1 - k) = r; ten half-lives from nothing leave 2^-10 to be learned."""
    memory = SenderMemory(Terms.of(Settings()))
    for at_us in evenly(140 * 200, 140 * DAY):
        memory.accepted(at_us)
    assert memory.usual_per_day(140 * DAY) == pytest.approx(200 * (1 - 2**-10), rel=0.001)
    assert SenderMemory(Terms.of(Settings()), 200).usual_per_day(0) == pytest.approx(200)


@pytest.mark.parametrize(("growth", "days"), [(1.2, 50), (1.5, 24), (2.0, 14)])
def test_who_grows_as_allowed_just_has_room(growth: float, days: int) -> None:
    """Volume e^(g t), g = ln(growth): after a long time headroom x usual = r/(1 + g), which is what today holds."""
    rate = math.log(growth)
    memory = SenderMemory(Terms.of(Settings(growth_per_day=growth, stranger_per_s=1e-12)))
    number = int(growth**days / rate)
    for before in range(1, number + 1):
        memory.accepted(round(math.log(1 + before * rate) / rate * DAY))
    end_us = round(math.log(1 + number * rate) / rate * DAY)
    today = (1 + number * rate) / (1 + rate)
    assert memory.allowance(end_us) == pytest.approx(today, rel=0.01)


def test_a_known_sender_is_a_stranger_again_after_a_long_silence() -> None:
    """After n half-lives 2^-n of the usual volume is left, beside the stranger's 480."""
    rule = Reputation(Settings(), ONE, known={0: 10_000 / 86_400})
    begin = rule.allowance(0, 10 * DAY) - 480
    for halves in (1, 2, 5):
        later = rule.allowance(0, 10 * DAY + halves * HALF_LIFE) - 480
        # Ten days on, e^-10 of the last day before the silence is still left out of the usual volume.
        assert later == pytest.approx(begin * 2**-halves, rel=1e-4)


def test_refused_letters_are_no_volume() -> None:
    """Only the 480 are remembered: two days later usual is k/(1 - k) x 480 x (2^(-2/14) - e^-2)."""
    rule = Reputation(Settings(pushing_complaints=0.0), ONE)
    taken(rule, [0] * 10_000)
    per_day = math.log(2) / 14
    usual = per_day / (1 - per_day) * 480 * (2 ** (-2 / 14) - math.exp(-2))
    assert rule.allowance(0, 2 * DAY) == pytest.approx(480 + (1 + math.log(1.5) / per_day) * usual)


def test_standing_scales_what_is_taken() -> None:
    rule = Reputation(Settings(), ONE, known={0: 10_000 / 86_400})
    before = rule.allowance(0, 0)
    for _ in range(5000):
        rule.trap(0, 0)
    halved = round(HALF_LIFE)
    untouched = Reputation(Settings(), ONE, known={0: 10_000 / 86_400})
    assert rule.allowance(0, 0) == 0 < before
    assert rule.allowance(0, halved) == pytest.approx(untouched.allowance(0, halved) / 2)


# Laws of all histories.

EVENTS = ("accepted", "complaint", "unknown_user", "trap", "authentication_failed")
HISTORIES = st.lists(
    st.tuples(st.integers(0, 5 * DAY), st.sampled_from((*EVENTS, "ask")), st.integers(0, 2)), max_size=40
)
SMALL: dict[str, Any] = {"fewest_letters": 20, "stranger_per_s": 10 / 86_400}
"""So that a few events already tell."""


def play(rule: Reputation, history: list[tuple[int, str, int]]) -> int:
    """Let a history of (wait, event, client) happen, and give the moment of its end."""
    now_us = 0
    for wait_us, event, client in history:
        now_us += wait_us
        getattr(rule, event)(client, now_us)
    return now_us


@given(HISTORIES, st.sampled_from(("ip", "domain", "both")))
def test_all_values_stay_within_their_bounds(history: list[tuple[int, str, int]], kept_by: str) -> None:
    rule = Reputation(Settings.model_validate({**SMALL, "kept_by": kept_by}), [0, 0, 1])
    end_us = play(rule, history)
    for client, later_us in itertools.product(range(3), (0, DAY, 1000 * DAY)):
        at_us = end_us + later_us
        assert 0 <= rule.standing(client, at_us) <= 1
        assert 0 <= rule.spam_share(client, at_us) <= 1
        assert rule.allowance(client, at_us) >= 0
        assert rule.refuses(client, at_us) is (rule.standing(client, at_us) < 0.3)


@given(HISTORIES, st.integers(0, 40), st.sampled_from(EVENTS[1:]), st.integers(1, 5))
def test_more_complaints_never_give_a_better_standing(
    history: list[tuple[int, str, int]], place: int, event: str, times: int
) -> None:
    """Nor do more traps, unknown users or letters that fail: at no moment from there on."""
    history = [step for step in history if step[1] != "ask"]
    better, worse = Reputation(Settings(**SMALL), [0, 0, 1]), Reputation(Settings(**SMALL), [0, 0, 1])
    now_us = 0
    for number, (wait_us, happening, client) in enumerate([*history, (0, "standing", 0)]):
        now_us += wait_us
        if number == min(place, len(history)):
            for _ in range(times):
                getattr(worse, event)(0, now_us)
        getattr(better, happening)(client, now_us)
        getattr(worse, happening)(client, now_us)
        for one in range(3):
            assert worse.standing(one, now_us) <= better.standing(one, now_us) + 1e-12
            assert worse.allowance(one, now_us) <= better.allowance(one, now_us) + 1e-9


@given(HISTORIES)
def test_senders_do_not_touch_each_other(history: list[tuple[int, str, int]]) -> None:
    """Clients 0 and 1 belong to one sender, client 2 to another: each fares as if the other were not there."""
    together = Reputation(Settings(**SMALL), [0, 0, 1])
    end_us = play(together, history)
    moments = list(itertools.accumulate(wait_us for wait_us, _, _ in history))
    for clients in ((0, 1), (2,)):
        alone = Reputation(Settings(**SMALL), [0, 0, 1])
        for at_us, (_, event, client) in zip(moments, history, strict=True):
            if client in clients:
                getattr(alone, event)(client, at_us)
        for client in clients:
            assert alone.standing(client, end_us) == together.standing(client, end_us)
            assert alone.allowance(client, end_us) == together.allowance(client, end_us)


@given(HISTORIES)
def test_a_question_changes_nothing(history: list[tuple[int, str, int]]) -> None:
    asked, silent = Reputation(Settings(**SMALL), [0, 0, 1]), Reputation(Settings(**SMALL), [0, 0, 1])
    now_us = 0
    for wait_us, event, client in history:
        for at_us in (now_us, now_us + wait_us // 2):
            asked.standing(client, at_us), asked.spam_share(client, at_us), asked.allowance(client, at_us)
        now_us += wait_us
        assert getattr(asked, event)(client, now_us) == getattr(silent, event)(client, now_us)
    assert [asked.standing(one, now_us) for one in range(3)] == [
        silent.standing(one, now_us) for one in range(3)
    ]


# What has a memory, and what is said.


@pytest.mark.parametrize(
    ("kept_by", "standings"), [("ip", [0.5, 1, 1]), ("domain", [0.5, 0.5, 1]), ("both", [0.5, 0.5, 1])]
)
def test_a_memory_belongs_to_an_address_or_to_a_domain(kept_by: str, standings: list[float]) -> None:
    rule = Reputation(Settings.model_validate({"kept_by": kept_by}), [0, 0, 1])
    rule.trap(0, 0)
    assert [rule.standing(client, 0) for client in range(3)] == pytest.approx(standings)


@pytest.mark.parametrize(("kept_by", "through"), [("ip", 960), ("domain", 480), ("both", 480)])
def test_a_second_address_doubles_a_stranger_s_allowance_only_where_domains_are_forgotten(
    kept_by: str, through: int
) -> None:
    rule = Reputation(Settings.model_validate({"kept_by": kept_by}), [0, 0])
    assert sum(len(taken(rule, [0] * 1000, client)) for client in (0, 1)) == through


def test_a_new_address_of_a_known_domain_starts_anew_where_both_are_remembered() -> None:
    """Known: 10,000 a day from one of two addresses each; the addresses share the history evenly."""
    known = {0: 10_000 / 86_400}
    domain, both = (
        Reputation(Settings.model_validate({"kept_by": kept_by}), [0, 0], known=known)
        for kept_by in ("domain", "both")
    )
    headroom = 1 + 14 * math.log2(1.5)
    assert domain.allowance(0, 0) == pytest.approx(480 + headroom * 10_000)
    assert both.allowance(0, 0) == pytest.approx(480 + headroom * 5000)


def test_the_replies_are_those_that_are_set() -> None:
    rule = Reputation(Settings(), ONE, too_fast=91, refused=92)
    assert [rule.ask(0, 0) for _ in range(3)] == [ACCEPTED] * 3
    for _ in range(480):
        rule.accepted(0, 0)
    assert rule.ask(0, 0) == 91
    for _ in range(2):
        rule.trap(0, 0)
    assert rule.ask(0, 0) == 92
    settings = Settings()
    assert (settings.too_fast_index, settings.refused_index) == (UNUSUAL_RATE, POOR_REPUTATION_YET)
    settings = Settings(too_fast_reply="450 4.7.1", refused_reply="550 5.7.1")
    assert (settings.too_fast_index, settings.refused_index) == (RATE_LIMITED, POOR_REPUTATION)


@pytest.mark.parametrize(
    ("settings", "code", "at"),
    [
        ({"harmless_complaints": 0.003}, "wrong_order", "harmless_complaints"),
        ({"fatal_unknown_users": 0.01}, "wrong_order", "fatal_unknown_users"),
        ({"spam_below": 0.3}, "wrong_order", "spam_below"),
        ({"half_life": DAY - 1}, "out_of_range", "half_life"),
        ({"stage": "greeting", "too_fast_reply": "450 4.7.1"}, "does_not_go_with", "too_fast_reply"),
        ({"stage": "greeting", "refused_reply": "550 5.7.1"}, "does_not_go_with", "refused_reply"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(
    settings: dict[str, Any], code: str, at: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(settings)
    (error,) = caught.value.errors()
    assert (error["type"], error["ctx"]["at"]) == (code, (at,))
