"""Laws of crashes on random worlds: the audit holds, nothing is lost, the same seed gives the same bytes."""

import random
from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from tests.reference.crowded_worlds import several
from tests.reference.worlds import world


def crashing(seed: int) -> dict[str, Any]:
    """Make a random world with one to three crashes of each sender's machine."""
    made = (several if seed % 2 else world)(seed)
    chance = random.Random(seed)
    for name in made["senders"]:
        for _ in range(chance.choice([1, 1, 2, 3])):
            at_us, for_us = chance.randrange(1, 1_500_000_000), chance.randrange(1_000_000, 400_000_000)
            made.setdefault("faults", []).append(
                {"at": f"{at_us} us", "for": f"{for_us} us", "where": f"senders.{name}", "what": "crash"}
            )
    return made


def check(seed: int) -> RunRecord:
    record = run_once(scenario_from_mapping(crashing(seed)))
    assert audit(record).failures == (), f"world {seed}"
    return record


def test_random_worlds_with_crashes_pass_their_audit() -> None:
    assert sum(len(check(seed).aborted) for seed in range(20)) > 50


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = check(7), check(7)
    for table in ("letters", "attempts", "aborted", "doubts"):
        ours, theirs = getattr(one, table).columns, getattr(other, table).columns
        assert {name: column.tobytes() for name, column in ours.items()} == {
            name: column.tobytes() for name, column in theirs.items()
        }


@pytest.mark.long
@pytest.mark.parametrize("first", range(20, 520, 25))
def test_more_random_worlds_with_crashes_pass_their_audit(first: int) -> None:
    for seed in range(first, first + 25):
        check(seed)
