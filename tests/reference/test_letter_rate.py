"""Letters of one client are counted as Postfix counts them, in both engines: smtpd.c asks anvil(8) at MAIL."""

from random import Random
from typing import Any

import pytest

from sim.reference.plain_run import run_plain
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.replies import ACCEPTED, DISK_FULL, RATE_LIMITED
from tests.mail.town import fault, mapping, times
from tests.reference.crowded_worlds import several
from tests.reference.first_difference import as_plain, first_difference
from tests.reference.remembering_worlds import remembering_world
from tests.reference.worlds import Mapping, world


def replies(changes: dict[str, Any]) -> list[int]:
    """Run the town in both engines, which must agree, and give the reply to each letter's first attempt."""
    scenario = scenario_from_mapping(mapping(changes))
    record = run_once(scenario)
    assert first_difference(record, run_plain(scenario)) is None
    letters = as_plain(record)[0]
    return [letter.attempts[0].reply for (_, _, kind), letter in letters.items() if not kind]


def test_so_many_letters_are_taken_within_a_minute() -> None:
    """anvil begins anew when more than 60 whole seconds are over."""
    town = {"letters.notice.times": times(0, 1, 59, 60, 61, 62), "providers.office.letter_rate": {"limit": 2}}
    assert replies(town) == [ACCEPTED, ACCEPTED, RATE_LIMITED, RATE_LIMITED, ACCEPTED, ACCEPTED]


def test_a_letter_to_several_counts_once_and_is_refused_as_a_whole() -> None:
    """smtpd_client_message_rate_limit counts MAIL; recipients have a limit of their own."""
    notice = {"from": "school", "to": "office", "size": "1 B", "count": 3, "pace": "1/s", "recipients": 3}
    town = {"letters.notice": notice, "providers.office.letter_rate": {"limit": 2}}
    assert replies(town) == [ACCEPTED] * 6 + [RATE_LIMITED] * 3


def test_what_finds_a_full_disk_is_counted_too() -> None:
    """smtpd.c asks anvil first and looks at the queue's space last. Full from 0.5 s to 1.5 s."""
    town = {
        "letters.notice.times": times(0, 1, 2),
        "providers.office.letter_rate": {"limit": 2},
        "faults": [fault("providers.office", "disk_full", 0.5, 1)],
    }
    assert replies(town) == [ACCEPTED, DISK_FULL, RATE_LIMITED]


def counting(number: int) -> Mapping:
    """Make a random world whose providers count letters."""
    raw = (world, several, remembering_world)[number % 3](number)
    chance = Random(f"counting/{number}")
    for provider in raw["providers"].values():
        if chance.random() < 0.8:
            unit_s = chance.choice((5, 30, 60, 600))
            provider["letter_rate"] = {"limit": chance.choice((1, 2, 5, 20)), "time_unit": f"{unit_s} s"}
    return raw


def agree(number: int) -> int:
    """Compare both engines on a random world, and give how many letters came too soon."""
    scenario = scenario_from_mapping(counting(number))
    record = run_once(scenario)
    difference = first_difference(record, run_plain(scenario))
    assert difference is None, f"world {number}: {difference}"
    return list(record.attempts["reply"]).count(RATE_LIMITED)


def test_both_engines_agree_where_letters_are_counted() -> None:
    assert sum(agree(number) for number in (1, 22, 30)) > 30


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 120, 20))
def test_both_engines_agree_on_many_more_worlds_where_letters_are_counted(first: int) -> None:
    for number in range(first, first + 20):
        agree(number)
