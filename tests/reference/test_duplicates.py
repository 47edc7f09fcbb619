"""On random worlds in which answers to the final dot come late or are lost both engines agree, copy by copy."""

import random
from typing import Any

import pytest

from sim.reference.plain_run import run_plain
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.kinds import DUPLICATE
from tests.reference.crowded_worlds import several
from tests.reference.first_difference import first_difference
from tests.reference.worlds import world


def impatient(seed: int) -> dict[str, Any]:
    """Make a random world whose senders wait for a few seconds, and whose hosts may take as long."""
    made = (several if seed % 2 else world)(seed)
    chance = random.Random(seed)
    for sender in made["senders"].values():
        sender.setdefault("postconf", {})["smtp_data_done_timeout"] = chance.choice([2, 5, 10, 20])
    for provider in made["providers"].values():
        if chance.random() < 0.7:
            law = chance.choice([{"exponential": "6 s"}, {"uniform": ["1 s", "9 s"]}, {"exponential": "3 s"}])
            provider["accept_time"] = law
        if chance.random() < 0.4:
            provider["checking"] = {"workers": chance.choice([1, 2]), "time": {"exponential": "2 s"}}
    return made


def check(seed: int) -> int:
    """Compare both engines on a world, audit it, and give how many copies there were."""
    scenario = scenario_from_mapping(impatient(seed))
    record = run_once(scenario)
    assert first_difference(record, run_plain(scenario)) is None
    assert audit(record).failures == ()
    return list(record.letters["kind"]).count(DUPLICATE)


def test_worlds_of_impatient_senders_agree() -> None:
    assert sum(check(seed) for seed in range(12)) > 50


@pytest.mark.long
@pytest.mark.parametrize("first", range(12, 312, 20))
def test_more_worlds_of_impatient_senders_agree(first: int) -> None:
    assert sum(check(seed) for seed in range(first, first + 20)) > 50
