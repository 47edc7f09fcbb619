"""Weather: a fault strikes the place that it names, and is told among the incidents."""

from typing import Any

import pytest

from sim.kernel.condition import (
    DOWN,
    GREETS_421,
    GREETS_554,
    HANGING,
    NXDOMAIN,
    REFUSING,
    SERVFAIL,
    SILENT,
    UP,
)
from sim.kernel.draws import Draws
from sim.kernel.recorder import INCIDENT_COLUMNS, Table
from sim.mail.faults import condition_of, tell_incidents, weather_of
from sim.scenario.faults import Fault, FaultKind
from sim.scenario.troubles import Trouble
from sim.vocabulary.outcomes import INBOX
from tests.mail.town import MIN, S, rows_of, run

PLACES = ("providers.office", "senders.school", "resolvers.campus", "roads.street", "name_servers.ns1")
FAULTS = (
    Fault(at_us=10 * S, for_us=5 * S, where="providers.office", what="down"),
    Fault(at_us=20 * S, for_us=5 * S, where="providers.office.mx1", what="silent"),
    Fault(at_us=30 * S, for_us=5 * S, where="providers.office.mx2", what="slow", by_us=2 * S),
)


def told(*faults: Fault) -> list[Trouble]:
    return weather_of(faults, 1000 * S, Draws(1))


def test_a_fault_at_a_provider_strikes_all_its_hosts_and_one_at_a_host_only_it() -> None:
    mx1, mx2 = (
        condition_of(("providers.office", f"providers.office.{host}"), told(*FAULTS))
        for host in ("mx1", "mx2")
    )
    assert [mx1.state_at(at * S) for at in (9, 10, 14, 15, 22, 32)] == [UP, DOWN, DOWN, UP, SILENT, UP]
    assert [mx2.state_at(at * S) for at in (9, 10, 14, 15, 22, 32)] == [UP, DOWN, DOWN, UP, UP, UP]
    assert [place.slow_at(32 * S) for place in (mx1, mx2)] == [0, 2 * S]


def test_a_place_that_no_fault_names_has_no_weather() -> None:
    assert not condition_of(("providers.webmail", "providers.webmail.mx"), told(*FAULTS)).eventful


@pytest.mark.parametrize(
    ("where", "what", "state"),
    [
        ("providers.office.mx1", "refusing", REFUSING),
        ("providers.office.mx1", "hanging", HANGING),
        ("providers.office.mx1", "greets_421", GREETS_421),
        ("providers.office.mx1", "greets_554", GREETS_554),
        ("resolvers.campus", "servfail", SERVFAIL),
        ("name_servers.ns1", "nxdomain", NXDOMAIN),
    ],
)
def test_each_trouble_is_a_state_of_its_place(where: str, what: FaultKind, state: int) -> None:
    place = condition_of((where,), told(Fault(at_us=10 * S, for_us=5 * S, where=where, what=what)))
    assert [place.state_at(at * S) for at in (9, 10, 15)] == [UP, state, UP]


def test_of_two_shares_of_lost_packets_the_greater_is_in_force() -> None:
    faults = [
        Fault(at_us=at * S, for_us=5 * S, where="roads.street", what="losing", share_ratio=share)
        for at, share in ((10, 0.3), (12, 0.1))
    ]
    street = condition_of(("roads.street",), told(*faults))
    assert [street.loss_at(at * S) for at in (9, 11, 13, 16, 17)] == [0, 0.3, 0.3, 0.1, 0]
    assert street.state_at(13 * S) == UP


@pytest.mark.parametrize(
    ("where", "what", "state"),
    [
        ("providers.office.mx1", "refusing", REFUSING),
        ("providers.office", "hanging", HANGING),
        ("providers.office", "greets_421", GREETS_421),
        ("providers.office", "greets_554", GREETS_554),
        ("resolvers.campus", "servfail", SERVFAIL),
        ("name_servers.ns1", "servfail", SERVFAIL),
        ("name_servers.ns1", "nxdomain", NXDOMAIN),
    ],
)
def test_each_kind_of_trouble_is_a_state_of_its_own(where: str, what: Any, state: int) -> None:
    place = condition_of((where,), told(Fault(at_us=10 * S, for_us=5 * S, where=where, what=what)))
    assert [place.state_at(at * S) for at in (9, 10, 15)] == [UP, state, UP]


def test_a_road_that_loses_packets_is_up_and_the_greatest_loss_is_in_force() -> None:
    road = condition_of(
        ("roads.sea",),
        told(
            Fault(at_us=10 * S, for_us=10 * S, where="roads.sea", what="losing", share_ratio=0.1),
            Fault(at_us=15 * S, for_us=10 * S, where="roads.sea", what="losing", share_ratio=0.05),
        ),
    )
    assert [road.loss_at(at * S) for at in (9, 10, 15, 20, 25)] == [0, 0.1, 0.1, 0.05, 0]
    assert road.state_at(15 * S) == UP


def test_incidents_are_told_up_to_the_end_of_the_run() -> None:
    incidents = Table(lists=INCIDENT_COLUMNS)
    tell_incidents(told(*FAULTS), 22 * S, incidents)
    assert [(row["kind"], row["where"], row["from_us"], row["to_us"]) for row in rows_of(incidents)] == [
        ("down", "providers.office", 10 * S, 15 * S),
        ("silent", "providers.office.mx1", 20 * S, 22 * S),
    ]


@pytest.mark.parametrize(
    ("where", "what"),
    [
        *((place, what) for place in PLACES for what in ("down", "silent")),
        *(("providers.office", what) for what in ("refusing", "hanging", "greets_421", "greets_554")),
        ("resolvers.campus", "servfail"),
        ("name_servers.ns1", "servfail"),
    ],
)
def test_no_fault_loses_a_letter(where: str, what: str) -> None:
    """60 letters in 10 minutes, a fault from minute 2 to 7: all are in their boxes within the hour."""
    changes = {
        "senders.school.resolver": "campus",
        "resolvers.campus": {"lookup_time": "30 ms"},
        "name_servers.ns1": {"answer_time": "30 ms"},
        "providers.office.name_servers": ["ns1"],
        "providers.office.address_ttl": "1 s",
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
