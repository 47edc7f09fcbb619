"""Mailbox servers that let no reader in for a time, in both engines."""

import random
from collections.abc import Mapping

from sim.reference.plain_run import run_plain
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from tests.reference.first_difference import first_difference
from tests.reference.worlds import world


def shut(number: int) -> Mapping:
    """Make a random world whose readers find nobody there, once or twice at each provider."""
    raw, chance = dict(world(number)), random.Random(number)
    raw["faults"] = [
        *raw.get("faults", ()),
        *(
            {
                "at": f"{chance.randrange(1_500_000_000)} us",
                "for": f"{chance.randrange(1, 900_000_000)} us",
                "where": f"readers.{name}",
                "what": "down",
            }
            for name in raw["readers"]
            for _ in range(chance.choice((1, 2)))
        ),
    ]
    return raw


def test_both_engines_agree_on_when_letters_are_fetched_and_opened() -> None:
    readings = 0
    for number in range(12):
        scenario = scenario_from_mapping(shut(number))
        record = run_once(scenario)
        assert first_difference(record, run_plain(scenario)) is None, f"world {number}"
        readings += len(record.readings)
    assert readings > 200
