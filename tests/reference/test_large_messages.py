"""The fast engine against the plain one where messages have many recipients, and small ones pass large ones."""

import pytest

from sim.reference.plain_run import run_plain
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.connections import CONNECTION_NAMES, SHARED
from tests.reference.first_difference import first_difference, host_names_agree
from tests.reference.message_worlds import message_world

WORLDS = [number for number in range(24) if number != 12]


def _agree_on(number: int) -> None:
    scenario = scenario_from_mapping(message_world(number))
    record, plain = run_once(scenario), run_plain(scenario)
    assert host_names_agree(record, plain)
    difference = first_difference(record, plain)
    assert difference is None, f"world {number}: {difference}"


@pytest.mark.parametrize("number", WORLDS)
def test_both_engines_agree_on_every_letter_of_large_and_small_messages(number: int) -> None:
    _agree_on(number)


@pytest.mark.long
@pytest.mark.parametrize("number", [12, *range(24, 500)])
def test_both_engines_agree_on_many_more_such_worlds(number: int) -> None:
    _agree_on(number)


def test_letters_travel_in_every_way_and_small_messages_pass_large_ones() -> None:
    ways: set[int] = set()
    passed = shared = 0
    for number in WORLDS[:12]:
        raw = message_world(number)
        letters = run_plain(scenario_from_mapping(raw)).letters
        attempts = [attempt for letter in letters.values() for attempt in letter.attempts]
        ways.update(attempt.connection for attempt in attempts)
        shared += any(attempt.connection == SHARED for attempt in attempts)
        for sender in raw["senders"].values():
            sender["postconf"]["default_delivery_slot_cost"] = 0
        passed += run_plain(scenario_from_mapping(raw)).letters != letters
    assert ways == set(CONNECTION_NAMES)
    assert shared >= 6
    # Where nobody may pass anybody, some messages go at other times.
    assert passed >= 3
