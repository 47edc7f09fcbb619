"""A content filter and a memory that runs out, in both engines: reckoned by hand, and on random worlds.

A filter takes one second for a letter, and 100 MB; the system takes 500 MB.
"""

from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.reference.plain_run import run_plain
from sim.reference.records import Death, PlainResult
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.incidents import OUT_OF_MEMORY
from tests.mail.town import MS, S, fault, mapping, times
from tests.reference.crashing_worlds import KINDS, NORMAL_FILTERS, filtering
from tests.reference.first_difference import first_difference
from tests.reference.worlds import Mapping

FILTER = {"time": "1 s", "processes": 2, "memory": "100 MB"}
SCHOOL = "senders.school"


def deaths(record: RunRecord) -> list[Death]:
    """List the machines of the fast engine whose memory was used up."""
    table = record.incidents
    rows = zip(table["kind"], table["where"], table["from_us"], table["why"], strict=True)
    return [(where, at_us, why) for kind, where, at_us, why in rows if kind == OUT_OF_MEMORY]


def both(raw: Mapping) -> PlainResult:
    """Run a scenario in both engines, which must agree, and give what the plain one says."""
    scenario = scenario_from_mapping(raw)
    record, plain = run_once(scenario), run_plain(scenario)
    difference = first_difference(record, plain)
    assert difference is None, difference
    assert sorted(deaths(record)) == sorted(plain.deaths)
    assert audit(record).failures == ()
    return plain


def accepted_us(changes: dict[str, Any]) -> list[int]:
    result = both(mapping(changes))
    return [result.letters["notice", number, 0].accepted_us for number in range(1, 6)]


def crowd(**more: Any) -> dict[str, Any]:
    notice = {"from": "school", "to": "office", "size": "1 B", "count": 5, **more}
    return {"letters.notice": notice, f"{SCHOOL}.host": {"content_filter": FILTER}}


def test_letters_wait_outside_for_a_process_of_the_filter() -> None:
    assert accepted_us(crowd()) == [1 * S, 1 * S, 2 * S, 2 * S, 3 * S]


def test_what_was_handed_in_while_the_machine_was_down_is_looked_into_when_it_is_up() -> None:
    """Down from 1 s to 61 s, handed in at 10 s: nobody must come to wake the filter. Right value: from 61 s on."""
    town = {**crowd(at="10 s"), "faults": [fault(SCHOOL, "down", 1, 60)]}
    assert accepted_us(town) == [62 * S, 62 * S, 63 * S, 63 * S, 64 * S]


def test_those_that_were_being_looked_into_are_the_first_after_a_crash() -> None:
    """Crashed at 1.5 s, when the third and fourth are in. Right value: these at 62.5 s, the fifth at 63.5 s."""
    town = {**crowd(), "faults": [fault(SCHOOL, "crash", 1.5, 60)]}
    assert accepted_us(town) == [1 * S, 1 * S, 62_500 * MS, 62_500 * MS, 63_500 * MS]


def test_letters_with_a_moment_of_acceptance_pass_the_filter() -> None:
    town = {
        **crowd(),
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "times": times(*[4] * 5)},
    }
    assert accepted_us(town) == [4 * S] * 5


@pytest.mark.parametrize(("memory", "moments_s"), [("700100 kB", []), ("699 MB", [0, 60, 120, 180])])
def test_a_little_too_few_bytes_kill_the_machine_whenever_it_comes_back(
    memory: str, moments_s: list[int]
) -> None:
    """Two processes and the system need 700 MB, deliveries a little; the machine is down for a minute each time."""
    host = {"content_filter": FILTER, "memory": memory, "system_memory": "500 MB", "restart_time": "1 min"}
    cheap = {"process_memory": "1 kB", "letter_memory": "1 kB"}
    result = both(mapping({**crowd(), f"{SCHOOL}.host": {**host, **cheap}, "duration": "230 s"}))
    assert result.deaths == [(SCHOOL, at_s * S, "content_filter") for at_s in moments_s]


@pytest.mark.parametrize("kind", KINDS)
def test_both_engines_agree_on_random_worlds_with_filters_and_little_memory(kind: str) -> None:
    assert sum(len(both(filtering(kind, number)).deaths) for number in NORMAL_FILTERS[kind]) > 0


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", range(0, 40, 20))
def test_both_engines_agree_on_many_more_worlds_with_filters(kind: str, first: int) -> None:
    for number in range(first, first + 20):
        both(filtering(kind, number))
