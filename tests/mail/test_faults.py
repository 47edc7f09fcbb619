"""Weather: a fault strikes the place that it names, and is told among the incidents."""

import pytest

from sim.kernel.condition import DOWN, SILENT, UP
from sim.kernel.recorder import INCIDENT_COLUMNS, Table
from sim.mail.faults import condition_of, tell_incidents
from sim.scenario.faults import Fault
from sim.vocabulary.outcomes import INBOX
from tests.mail.town import MIN, S, rows_of, run

FAULTS = (
    Fault(at_us=10 * S, for_us=5 * S, where="providers.office", what="down"),
    Fault(at_us=20 * S, for_us=5 * S, where="providers.office.mx1", what="silent"),
    Fault(at_us=30 * S, for_us=5 * S, where="providers.office.mx2", what="slow", by_us=2 * S),
)


def test_a_fault_at_a_provider_strikes_all_its_hosts_and_one_at_a_host_only_it() -> None:
    mx1, mx2 = (
        condition_of(("providers.office", f"providers.office.{host}"), FAULTS) for host in ("mx1", "mx2")
    )
    assert [mx1.state_at(at * S) for at in (9, 10, 14, 15, 22, 32)] == [UP, DOWN, DOWN, UP, SILENT, UP]
    assert [mx2.state_at(at * S) for at in (9, 10, 14, 15, 22, 32)] == [UP, DOWN, DOWN, UP, UP, UP]
    assert [place.slow_at(32 * S) for place in (mx1, mx2)] == [0, 2 * S]


def test_a_place_that_no_fault_names_has_no_weather() -> None:
    assert not condition_of(("providers.webmail", "providers.webmail.mx"), FAULTS).eventful


def test_incidents_are_told_up_to_the_end_of_the_run() -> None:
    incidents = Table(lists=INCIDENT_COLUMNS)
    tell_incidents(FAULTS, 22 * S, incidents)
    assert [(row["kind"], row["where"], row["from_us"], row["to_us"]) for row in rows_of(incidents)] == [
        ("down", "providers.office", 10 * S, 15 * S),
        ("silent", "providers.office.mx1", 20 * S, 22 * S),
    ]


@pytest.mark.parametrize("where", ["providers.office", "senders.school", "resolvers.campus", "roads.street"])
@pytest.mark.parametrize("what", ["down", "silent"])
def test_no_fault_loses_a_letter(where: str, what: str) -> None:
    """60 letters in 10 minutes, a fault from minute 2 to 7: all are in their boxes within the hour."""
    changes = {
        "senders.school.resolver": "campus",
        "resolvers.campus": {"lookup_time": "30 ms"},
        "roads.street": {"from": "school", "to": "office", "round_trip": "20 ms"},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 60, "over": "10 min"},
        "faults": [{"at": "2 min", "for": "5 min", "where": where, "what": what}],
    }
    letters = list(run(changes).letters.values())
    assert [letter.outcome for letter in letters] == [INBOX] * 60
    # What came before it was there at once; of what fell into it nothing was there before its end.
    delays = [letter.ended_us - letter.submitted_us for letter in letters]
    assert max(delays[:11]) < S
    assert min(letter.ended_us for letter in letters[13:40]) >= 7 * MIN
