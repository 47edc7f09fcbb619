"""Faults that come again and again, or by chance: their times, their laws, and what does not fit together."""

from math import exp, sqrt
from statistics import mean
from typing import Any

import pytest

from sim.kernel.draws import Draws
from sim.mail.faults import weather_of
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario import catalogue
from sim.scenario.faults import Fault
from sim.scenario.troubles import Trouble
from tests.mail.town import HOUR, MIN, S, run
from tests.mail.town import scenario as town
from tests.scenario.test_troubles import wrong

OFFICE = {"at": "5 min", "where": "providers.office", "what": "down"}


def troubles(*faults: dict[str, Any], end_us: int = 10 * HOUR, seed: int = 1) -> list[Trouble]:
    return weather_of([Fault.model_validate(fault) for fault in faults], end_us, Draws(seed))


def by_chance(
    where: str = "providers.office", mtbf: str = "100 s", mttr: str = "25 s", **more: str
) -> dict[str, Any]:
    return {"at": "0 s", "where": where, "what": "down", "mtbf": mtbf, "mttr": mttr, **more}


def test_a_fault_comes_again_until_it_is_told_to_stop() -> None:
    found = troubles({**OFFICE, "for": "2 min", "every": "1 h", "until": "3 h"})
    assert [(one.at_us, one.ends_us) for one in found] == [
        (hour * HOUR + 5 * MIN, hour * HOUR + 7 * MIN) for hour in range(3)
    ]
    assert not any(one.is_by_chance for one in found)


def test_left_alone_it_comes_until_the_end_of_the_run() -> None:
    found = troubles({**OFFICE, "for": "2 min", "every": "1 h"}, end_us=10 * HOUR + 5 * MIN)
    assert [one.at_us // HOUR for one in found] == list(range(10))


def test_times_of_working_and_of_trouble_are_exponential() -> None:
    """Right values: means and standard deviations 100 and 25 s; a share 1/e outlasts the mean. n is about 8,000.

    Allowed are four standard errors.
    """
    found = troubles(by_chance(), end_us=1_000_000 * S)
    ends = [0, *(one.ends_us for one in found)]
    works_s = [(one.at_us - before) / S for one, before in zip(found, ends, strict=False)]
    fails_s = [(one.ends_us - one.at_us) / S for one in found]
    error = 4 / sqrt(len(found))

    assert mean(works_s) == pytest.approx(100, rel=error)
    assert mean(fails_s) == pytest.approx(25, rel=error)
    for times_s, expected_s in ((works_s, 100), (fails_s, 25)):
        share = mean(time_s > expected_s for time_s in times_s)
        assert share == pytest.approx(exp(-1), abs=error / 2)
    # Availability: mtbf / (mtbf + mttr).
    assert 1 - sum(fails_s) / 1_000_000 == pytest.approx(0.8, abs=error)


def test_chance_belongs_to_the_place_so_that_another_fault_moves_nothing() -> None:
    alone = troubles(by_chance())
    among = troubles(by_chance("providers.office.mx1"), by_chance(), by_chance("senders.school"))
    mine = [one for one in among if one.where == "providers.office"]
    twice = troubles(by_chance(), by_chance())

    assert mine == alone
    assert twice[: len(alone)] == alone
    assert [one.at_us for one in twice[len(alone) :]] != [one.at_us for one in alone]
    assert troubles(by_chance(), seed=2) != alone


def test_by_chance_it_does_not_begin_before_its_time_nor_after() -> None:
    found = troubles({**by_chance(mtbf="10 s"), "at": "1 h", "until": "2 h"})
    assert HOUR < found[0].at_us < HOUR + 5 * MIN
    assert 2 * HOUR - 5 * MIN < found[-1].at_us < 2 * HOUR
    assert all(one.is_by_chance for one in found)


def test_a_run_tells_of_each_time_and_why() -> None:
    outcome = run(
        {
            "faults": [
                by_chance("senders.school", mtbf="3 min", mttr="10 s"),
                {**OFFICE, "for": "10 s", "every": "10 min"},
            ]
        }
    )
    incidents = outcome.record.incidents
    told = list(zip(incidents["where"], incidents["why"], strict=True))

    assert told.count(("providers.office", "timetable")) == 6
    assert 10 < told.count(("senders.school", "chance")) < 35
    assert audit(outcome.record).ok


def test_replications_have_weather_of_their_own_and_variants_have_the_same() -> None:
    one = town({"faults": [by_chance()]})
    slower = town({"faults": [by_chance()], "providers.office.accept_time": "1 s"})
    runs = [run_once(one), run_once(one, replication=1), run_once(slower)]
    first, other, variant = ([*record.incidents["from_us"]] for record in runs)

    assert first == variant != other


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({}, "missing_key", "faults.0.for"),
        ({"mttr": "1 min"}, "missing_key", "faults.0.mtbf"),
        ({"mtbf": "1 h"}, "missing_key", "faults.0.mttr"),
        ({"mtbf": "1 h", "mttr": "1 min", "for": "1 min"}, "does_not_go_with", "faults.0.for"),
        ({"mtbf": "1 h", "mttr": "1 min", "every": "1 d"}, "does_not_go_with", "faults.0.every"),
        ({"for": "1 min", "every": "1 min"}, "out_of_range", "faults.0.every"),
        ({"for": "1 ms", "every": "999 ms"}, "out_of_range", "faults.0.every"),
        ({"mtbf": "999 ms", "mttr": "1 s"}, "out_of_range", "faults.0.mtbf"),
        ({"for": "1 min", "until": "1 h"}, "does_not_go_with", "faults.0.until"),
        ({"for": "1 min", "every": "1 h", "until": "5 min"}, "wrong_order", "faults.0.until"),
        ({"preset": "sign_in_outge", "for": "1 min"}, "unknown_preset", "faults.0.preset"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_does_not_fit_together_is_said(changes: dict[str, Any], code: str, path: str, lang: str) -> None:
    problem, words = wrong(lang, faults=[{**OFFICE, **changes}])
    assert (problem.code, problem.path) == (code, path)
    assert words


@pytest.mark.parametrize("name", catalogue.names("outage"))
def test_an_outage_of_the_catalogue_can_befall_a_provider(name: str) -> None:
    fault = town({"faults": [{"preset": name, "at": "1 min", "where": "providers.office"}]}).faults[0]
    values = catalogue.preset("outage", name).plain()

    assert fault.what == values["what"]
    assert (fault.for_us is None) == ("mtbf" in values)


def test_published_outages_last_as_long_as_their_sources_say() -> None:
    """Google in 2020: 47 min, and 6 h 41 min of wrong 550s; its relay in 2023: 1 h 48 min. Dyn: 11:10 to 13:20.

    Microsoft, 26 January 06:00 to 30 January 2026 18:25: 4 days and 12 h 25 min.
    """
    minutes = {
        "sign_in_outage": 47,
        "addresses_denied": 6 * 60 + 41,
        "relay_outage": 60 + 48,
        "name_servers_attacked": 130,
        "four_days_of_delays": 4 * 24 * 60 + 12 * 60 + 25,
    }
    for name, expected in minutes.items():
        fault = Fault.model_validate({"preset": name, "at": "0 s", "where": "providers.office"})
        assert fault.for_us == expected * MIN, name


@pytest.mark.parametrize(
    ("name", "down_h_a_month"), [("average_own_server", 3.8), ("large_cloud_service", 7 / 60)]
)
def test_outages_by_chance_add_up_to_the_published_downtime(name: str, down_h_a_month: float) -> None:
    """Of 730 h a month; Google told of 99.984 %, which is 7 minutes."""
    fault = Fault.model_validate({"preset": name, "at": "0 s", "where": "providers.office"})
    assert fault.mtbf_us is not None
    assert fault.mttr_us is not None
    share = fault.mttr_us / (fault.mtbf_us + fault.mttr_us)
    assert 730 * share == pytest.approx(down_h_a_month, rel=0.01)


def test_what_a_person_writes_beside_a_preset_replaces_its_value() -> None:
    written = {"preset": "sign_in_outage", "at": "1 min", "where": "providers.office", "what": "silent"}
    fault = town({"faults": [written]}).faults[0]
    assert (fault.what, fault.for_us) == ("silent", 47 * MIN)
