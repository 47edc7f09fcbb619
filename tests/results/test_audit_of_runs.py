import pytest

from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from tests.reference.worlds import world


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_runs_of_random_worlds_pass_their_audit(first: int) -> None:
    for number in range(first, first + 10):
        found = audit(run_once(scenario_from_mapping(world(number))))
        assert [check.sentence() for check in found.failures] == [], f"world {number}"
