import pytest

from sim.mail.deferred_queue import DeferredQueue
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.replies import ACCEPTED
from tests.reference.worlds import world


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_runs_of_random_worlds_pass_their_audit(first: int) -> None:
    for number in range(first, first + 10):
        found = audit(run_once(scenario_from_mapping(world(number))))
        assert [check.sentence() for check in found.failures] == [], f"world {number}"


def test_a_letter_that_the_queue_manager_drops_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deferred queue forgets one letter a scan: every count still fits, but the letter is nowhere."""
    whole = DeferredQueue.due

    def all_but_one(queue: DeferredQueue, scan: int) -> list[int]:
        return whole(queue, scan)[1:]

    monkeypatch.setattr(DeferredQueue, "due", all_but_one)
    found = audit(run_once(scenario_from_mapping(world(2))))
    assert "still_somewhere_if_not_gone" in [check.name for check in found.failures]


def test_a_host_that_takes_letters_for_nobody_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.mail.smtp_server.UNKNOWN_USER", ACCEPTED)
    failed = [
        check.name
        for number in range(6)
        for check in audit(run_once(scenario_from_mapping(world(number)))).failures
    ]
    assert "unknown_users_get_nothing" in failed
