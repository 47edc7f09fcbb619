"""Filters that look into letters and refuse some of them: a refusal takes as long as a look, in both engines."""

import random
from collections.abc import Callable, Mapping

import pytest

from sim.reference.plain_run import run_plain
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.replies import CONVERSATION_TIMED_OUT, SPAM_REFUSED
from tests.mail.town import MS, S, run
from tests.reference.crashing_worlds import crashing
from tests.reference.first_difference import first_difference
from tests.reference.message_worlds import message_world
from tests.reference.worlds import world

REFUSES = {"missed": "0 %", "mistaken": "0 %", "puts": "refused"}
SPAM = {"from": "school", "to": "office", "size": "1 B", "spam": "100 %"}


def test_a_refusal_comes_when_the_letter_was_looked_through() -> None:
    """One look takes 2 s. Right value: the dot is there at 90 ms, so two letters are refused after 2 and 4 s."""
    outcome = run(
        {
            "letters.notice": {**SPAM, "times": ["0 s", "0 s"]},
            "providers.office.content_filter": REFUSES,
            "providers.office.checking": {"workers": 1, "time": "2 s"},
        }
    )
    known = [(outcome.first(number).reply, outcome.first(number).ended_us) for number in (1, 2)]

    assert known == [(SPAM_REFUSED, 2 * S + 100 * MS), (SPAM_REFUSED, 4 * S + 100 * MS)]
    assert audit(outcome.record).ok


def test_who_does_not_wait_so_long_never_hears_of_the_refusal_and_comes_again() -> None:
    """A look takes 70 s, the client waits 60 s for an answer to the final dot, sent at 80 ms.

    Right value: at the end of a lifetime of 1 h it goes back to its writer as late, and not as spam.
    """
    outcome = run(
        {
            "letters.notice": {**SPAM, "times": ["0 s"]},
            "providers.office.content_filter": REFUSES,
            "providers.office.checking": {"workers": 1, "time": "70 s"},
            "senders.school.postconf": {"smtp_data_done_timeout": 60, "maximal_queue_lifetime": "1h"},
            "duration": "3 h",
        }
    )
    letter = outcome.letter()

    assert {attempt.reply for attempt in letter.attempts} == {CONVERSATION_TIMED_OUT}
    assert letter.attempts[0].ended_us == 80 * MS + 60 * S
    assert letter.outcome != 0
    assert audit(outcome.record).ok


def refusing(make: Callable[[int], Mapping], number: int) -> Mapping:
    """Give a random world's providers filters that refuse, some of which are slow."""
    raw, chance = dict(make(number)), random.Random(number)
    for provider in raw["providers"].values():
        provider["content_filter"] = {"missed": "20 %", "mistaken": "20 %", "puts": "refused"}
        if chance.random() < 0.8:
            most_us = chance.choice((500_000, 5_000_000, 60_000_000))
            low_us = chance.randrange(1_000, most_us)
            provider["checking"] = {
                "workers": chance.choice((1, 2, 5)),
                "time": {"uniform": [f"{low_us} us", f"{most_us} us"]},
            }
    for sender in raw["senders"].values():
        if chance.random() < 0.5 and "program" not in sender:
            sender.setdefault("postconf", {})["smtp_data_done_timeout"] = chance.choice((5, 20, 60))
    for letters in raw["letters"].values():
        letters["spam"] = "40 %"
    return raw


def crashes(number: int) -> Mapping:
    return crashing("messages" if number % 2 else "single", number)


@pytest.mark.parametrize("make", [world, message_world, crashes])
@pytest.mark.parametrize("numbers", [range(6), pytest.param(range(6, 40), marks=pytest.mark.long)])
def test_both_engines_agree_where_filters_refuse(make: Callable[[int], Mapping], numbers: range) -> None:
    refused = 0
    for number in numbers:
        scenario = scenario_from_mapping(refusing(make, number))
        record = run_once(scenario)
        assert first_difference(record, run_plain(scenario)) is None, f"world {number}"
        assert audit(record).failures == (), f"world {number}"
        refused += list(record.attempts["reply"]).count(SPAM_REFUSED)
    assert refused > 20
