from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.connections import SHARED, SUSPENDED
from sim.vocabulary.kinds import DSN, WARNING
from sim.vocabulary.outcomes import BOUNCED, QUEUED
from sim.vocabulary.places import TRIED
from tests.mail.town import fault, mapping
from tests.reference.crowded_worlds import several
from tests.reference.worlds import world

MESSAGES: dict[str, Any] = {
    "duration": "2 h",
    "senders.school.postconf": {
        "default_destination_recipient_limit": 4,
        "smtp_connection_cache_on_demand": False,
        "delay_warning_time": "10m",
        "smtp_data_done_timeout": "1h",
    },
    "senders.school.host": {"commit_time": "10 ms", "import_time": "1 ms", "serial_time": "1 ms"},
    "providers.office.greylisting": "1 min",
    "providers.other": {"domain": "other.example", "accept_time": "30 min"},
    "letters": {
        "notice": {
            "from": "school",
            "to": {"office": "60 %", "other": "rest"},
            "size": "1 kB",
            "count": 6,
            "over": "3 h",
            "recipients": 12,
            "unknown_users": "30 %",
        },
        "alone": {"from": "school", "to": "office", "size": "1 kB", "rate": "10/h"},
    },
    "faults": [fault("providers.office", "down", 3000, 1500)],
}


def failures(record: RunRecord) -> list[str]:
    return [check.sentence() for check in audit(record).failures]


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_runs_of_random_worlds_pass_their_audit(first: int) -> None:
    for number in range(first, first + 10):
        assert failures(run_once(scenario_from_mapping(world(number)))) == [], f"world {number}"


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_runs_of_random_worlds_with_several_recipients_pass_their_audit(first: int) -> None:
    for number in range(first, first + 10):
        assert failures(run_once(scenario_from_mapping(several(number)))) == [], f"world {number}"


def test_a_run_in_which_everything_happens_to_messages_passes_its_audit() -> None:
    record = run_once(scenario_from_mapping(mapping(MESSAGES)), seed=3)

    assert failures(record) == []
    assert {SHARED, SUSPENDED} <= set(record.attempts["connection"])
    assert {BOUNCED, QUEUED} <= set(record.letters["outcome"])
    assert {DSN, WARNING} <= set(record.letters["kind"])
    assert TRIED in record.census["place"]
