"""The audit of messages with several recipients: right runs pass, and records with one thing wrong do not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.results.audit import audit
from sim.results.journeys import journey
from sim.results.tables import frames
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.connections import NEW, SHARED
from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import BOUNCED, QUEUED
from sim.vocabulary.places import TRIED
from tests.mail.town import fault, mapping

WORLD: dict[str, Any] = {
    "duration": "2 h",
    "senders.school.postconf": {
        "default_destination_recipient_limit": 4,
        "smtp_connection_cache_on_demand": False,
        "delay_warning_time": "10m",
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
            "unknown_users": "10 %",
        },
        "alone": {"from": "school", "to": "office", "size": "1 kB", "rate": "10/h"},
    },
    "faults": [fault("providers.office", "down", 3000, 1500)],
}


@pytest.fixture(scope="module")
def record() -> RunRecord:
    return run_once(scenario_from_mapping(mapping(WORLD)), seed=3)


def failed(record: RunRecord) -> set[str]:
    return {check.name.partition(".")[0] for check in audit(record).failures}


def test_a_right_record_passes(record: RunRecord) -> None:
    assert failed(record) == set()
    # Everything that the checks speak of is in it.
    assert SHARED in record.attempts["connection"]
    assert BOUNCED in record.letters["outcome"]
    assert QUEUED in record.letters["outcome"]
    assert TRIED in record.census["place"]
    assert DSN in record.letters["kind"]


def row_of(record: RunRecord, **wanted: int) -> int:
    """Find an attempt by its columns."""
    columns = record.attempts.columns
    for row in range(len(record.attempts)):
        if all(columns[name][row] == value for name, value in wanted.items()):
            return row
    raise AssertionError("there is none")


def a_copy_is_larger(record: RunRecord) -> None:
    record.letters["size_bytes"][1] += 1


def a_copy_was_accepted_later(record: RunRecord) -> None:
    record.letters["accepted_us"][1] += 1


def a_copy_belongs_to_the_next_message(record: RunRecord) -> None:
    record.letters["message"][11] = 12


def nobody_leads_a_delivery(record: RunRecord) -> None:
    record.attempts["connection"][row_of(record, connection=NEW, stage=8)] = SHARED


def five_go_together(record: RunRecord) -> None:
    """One who led becomes one of the four before him: a delivery of eight with one that tells it."""
    attempts = record.attempts
    for row in range(len(attempts)):
        alike = [
            other
            for other in range(len(attempts))
            if record.letters["message"][attempts["letter"][other]]
            == record.letters["message"][attempts["letter"][row]]
            and attempts["ended_us"][other] == attempts["ended_us"][row]
            and attempts["connection"][other] == SHARED
        ]
        if attempts["connection"][row] == NEW and len(alike) == 3:
            extra = row_of(record, connection=NEW)
            attempts["connection"][extra] = SHARED
            for name in ("letter", "handed_us", "ended_us", "activated_us"):
                attempts[name][extra] = attempts[name][row]
            return


def a_notice_is_missing(record: RunRecord) -> None:
    row = list(record.letters["kind"]).index(DSN)
    record.letters["parent"][row] = 0


def one_is_put_off_sooner(record: RunRecord) -> None:
    """A round ends with its last attempt; here that one ends a second later, and so would the stay."""
    last = max(range(len(record.attempts)), key=lambda row: record.attempts["ended_us"][row])
    record.attempts["ended_us"][last] += 1_000_000


def a_letter_waits_for_nobody(record: RunRecord) -> None:
    census = record.census
    first = list(census["place"]).index(TRIED)
    message = record.letters["message"][census["letter"][first]]
    for column in record.open.columns.values():
        kept = [
            value
            for value, letter in zip(column, list(record.open["letter"]), strict=False)
            if record.letters["message"][letter] != message
        ]
        del column[:]
        column.extend(kept)


@pytest.mark.parametrize(
    ("found", "corrupt"),
    [
        ("copies_of_a_message_are_alike", a_copy_is_larger),
        ("copies_of_a_message_are_alike", a_copy_was_accepted_later),
        ("message_is_where_its_first_letter_is", a_copy_belongs_to_the_next_message),
        ("goes_along_with_somebody", nobody_leads_a_delivery),
        ("deliveries_within_recipient_limit", five_go_together),
        ("a_dsn_for_each_return", a_notice_is_missing),
        ("little_law", one_is_put_off_sooner),
        ("stands_where_it_should", a_letter_waits_for_nobody),
    ],
)
def test_a_record_with_one_thing_wrong_does_not(
    record: RunRecord, found: str, corrupt: Callable[[RunRecord], None]
) -> None:
    broken = deepcopy(record)
    corrupt(broken)
    assert found in failed(broken)


def test_a_journey_tells_of_the_wait_for_the_others(record: RunRecord) -> None:
    """Greylisted at the office within a second, while the other provider takes half an hour for its part."""
    tables = frames(record)
    letters, attempts = tables["letters"], tables["attempts"]
    greylisted = attempts[attempts["reply_name"] == "greylisted"]["letter"]
    mixed = letters[letters["provider"] == "other"]["message"]
    one = letters[letters["letter"].isin(set(greylisted)) & letters["message"].isin(set(mixed))].iloc[0]
    told = journey(tables, one["letter"])
    (waited,) = [stop for stop in told.stops if stop.what == "with_fellows"][:1]
    assert waited.stayed_s is not None
    assert 1790 < waited.stayed_s < 1801
