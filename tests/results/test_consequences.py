"""What followed from incidents, read off records written by hand and runs whose times are known by arithmetic."""

from typing import Any

import numpy as np
import pytest

from sim.kernel.recorder import RunRecord
from sim.results.blame import blame_of
from sim.results.columns import NEVER
from sim.results.consequences import ANSWERS, consequences
from sim.results.tables import frames
from sim.run_scenario import run_once
from sim.scenario.faults import KINDS_BY_PLACE
from sim.scenario.load import scenario_from_mapping
from tests.mail.town import NEVER_DEAD, TWO_HOSTS, S, fault, run, times
from tests.reference.worlds import world
from tests.results.hand_made import record

MX1_DOWN = fault("providers.office.mx1", "down", 0, 200)


def followed(made: RunRecord) -> list[tuple[int, float, str]]:
    """Give for each incident: letters delayed, seconds, the worst letter."""
    table = frames(made)["incidents"]
    return list(zip(table["letters_delayed"], table["delay_s"], table["worst_letter"], strict=True))


def with_incident(kind: str, where: str, from_s: float, to_s: float) -> RunRecord:
    made = record()
    for column in made.incidents.columns.values():
        column.clear()
    made.incidents.add(kind, where, int(from_s * S), int(to_s * S), "timetable")
    return made


@pytest.mark.parametrize(
    ("kind", "where", "from_s", "to_s", "expected"),
    [
        # closure/5 was refused a connection from 321 to 330 s, and then waited until the end at 1000 s.
        ("down", "providers.office", 300, 400, (1, 9.0 + 670.0, "closure/5")),
        ("down", "providers.office.mx2", 325, 400, (1, 679.0, "closure/5")),
        ("down", "providers.office.mx1", 300, 400, (0, 0.0, "")),
        ("down", "providers.carrier", 300, 400, (0, 0.0, "")),
        # It was over, or had not begun, when they tried.
        ("down", "providers.office", 331, 400, (0, 0.0, "")),
        ("down", "providers.office", 100, 321, (0, 0.0, "")),
        # Greylisting is no sign of a host that is down, and a refused connection none of one that hangs.
        ("down", "providers.office", 0, 100, (0, 0.0, "")),
        ("hanging", "providers.office", 300, 400, (0, 0.0, "")),
        # closure/4 was put off untried at 500 s until 790 s; at 799 s it failed once more, and was given up at 800 s.
        ("suspended", "school > office", 500, 600, (1, 290.0, "closure/4")),
        ("suspended", "school > office", 501, 600, (0, 0.0, "")),
        ("suspended", "school > carrier", 500, 600, (0, 0.0, "")),
        ("down", "providers.office", 400, 1000, (1, 290.0 + 1.0, "closure/4")),
        # Both.
        ("down", "providers.office", 300, 600, (2, 679.0 + 290.0, "closure/5")),
        # closure/3 was refused for good: that is no delay.
        ("denying_users", "providers.carrier", 0, 100, (0, 0.0, "")),
        # Five letters stood in the school's mail bag or queues all the time from 0 to 10 s; closure/6 was refused.
        ("down", "senders.school", 0, 10, (5, 50.0, "closure/1")),
        # At 995 s everyday/1 goes to an agent; everyday/2 comes at 996 s, everyday/3 at 999 s; closure/5 rests.
        ("slow", "senders.school", 990, 1000, (3, 5.0 + 4.0 + 1.0, "everyday/1")),
    ],
)
def test_incidents_delay_whom_the_tables_show(
    kind: str, where: str, from_s: float, to_s: float, expected: tuple[int, float, str]
) -> None:
    assert followed(with_incident(kind, where, from_s, to_s)) == [pytest.approx(expected)]


def test_every_kind_of_trouble_has_its_answers() -> None:
    known = {section: set(kinds) for section, kinds in ANSWERS.items()}

    # At a sender and at a mailbox server letters lie while the trouble lasts, and nobody answers.
    answering = {section: set(kinds) for section, kinds in KINDS_BY_PLACE.items()}
    assert known == {s: kinds for s, kinds in answering.items() if s not in ("senders", "readers")}


def test_a_host_that_is_down_for_a_while_delays_each_letter_until_its_next_try() -> None:
    """Letters at 0 s and 100 s are refused connections after a round trip.

    The one is due from 299 s on: the scan at 300 s. The other is due from 399 s on: the scan at 600 s.
    """
    outcome = run(
        {
            **NEVER_DEAD,
            "letters.notice.times": times(0, 100, 250),
            "faults": [fault("providers.office", "down", 0, 200)],
        }
    )
    assert followed(outcome.record) == [(2, 300.0 + 500.0, "notice/2")]


def test_the_rest_of_a_dead_destination_is_an_incident_of_its_own() -> None:
    """One failure at 20 ms is enough to take the destination for dead for 300 s; the outage is over at 300 s.

    The letter of 10 s is not tried, but put off at once; it is due from 309 s on: the scan at 600 s. The first
    letter comes back at 300 s, for 20 ms too early, and is put off to 600 s, too.
    """
    outcome = run(
        {
            "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 1,
            "senders.school.postconf.initial_destination_concurrency": 1,
            "letters.notice.times": times(0, 10),
            "faults": [fault("providers.office", "down", 0, 300)],
        }
    )
    suspended = next(
        found
        for found, kind in zip(followed(outcome.record), outcome.record.incidents["kind"], strict=True)
        if kind == "suspended"
    )
    assert suspended == (2, 300.0 + 590.0, "notice/2")
    # The outage delayed both until then: who tried, and who was put off for the same refusal while it lasted.
    assert followed(outcome.record)[0] == (2, 300.0 + 590.0, "notice/2")


@pytest.mark.parametrize(
    ("trouble", "more", "expected_s"),
    [
        (fault("roads.sea", "down", 0, 200), {}, 300.0),
        (fault("roads.sea", "silent", 0, 200), {}, 300.0 + 300.0),
        # Two hosts, the first of which is down, do not delay anybody: the second one takes the letter.
        (MX1_DOWN, {"providers.office.mx": TWO_HOSTS}, 0.0),
        (fault("resolvers.campus", "servfail", 0, 200), {"resolvers": {"campus": {}}}, 300.0),
        (fault("providers.office", "greets_421", 0, 200), {}, 300.0),
        (fault("providers.office", "disk_full", 0, 200), {}, 300.0),
        (fault("providers.office", "refusing", 0, 200), {}, 300.0),
    ],
    ids=lambda value: value["what"] if isinstance(value, dict) and "what" in value else None,
)
def test_trouble_of_each_kind_is_found_in_a_run(
    trouble: dict[str, str], more: dict[str, Any], expected_s: float
) -> None:
    """One letter at 0 s fails at once and comes back at 300 s; after 30 s of silence, at 600 s."""
    changes: dict[str, Any] = {
        **NEVER_DEAD,
        "roads.sea": {"from": "school", "to": "office", "round_trip": "20 ms", "bandwidth": "1000 Gbit/s"},
        "faults": [trouble],
        **more,
    }
    if "resolvers" in more:
        changes["senders.school.resolver"] = "campus"
    ((letters, delay_s, worst),) = followed(run(changes).record)

    assert delay_s == expected_s
    assert (letters, worst) == ((1, "notice/1") if expected_s else (0, ""))


def test_a_delay_is_never_longer_than_the_letter_s_whole_time() -> None:
    for number in range(12):
        made = run_once(scenario_from_mapping(world(number)))
        blame = blame_of(made)
        found = consequences(made, blame)
        for letters, delay_us, worst in zip(found.letters_delayed, found.delay_us, found.worst, strict=True):
            assert (worst == NEVER) == (letters == 0) == (delay_us == 0)
            assert delay_us <= int(np.sort(blame.total)[::-1][:letters].sum())
