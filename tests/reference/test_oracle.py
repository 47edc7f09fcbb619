"""The fast engine against the plain one: on random worlds each letter has the same fate at the same times."""

from collections import Counter
from collections.abc import Callable

import pytest

from sim.reference.coverage import NotCovered
from sim.reference.plain_run import run_plain
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import (
    MESSAGE_TOO_BIG,
    REPLIES,
    TOO_MANY_RECIPIENTS,
    UNAUTHENTICATED,
    UNAUTHENTICATED_YET,
)
from tests.mail.town import mapping
from tests.reference.crowded_worlds import few, several
from tests.reference.first_difference import first_difference, host_names_agree
from tests.reference.recurring_worlds import recurring
from tests.reference.remembering_worlds import remembering_world
from tests.reference.worlds import Mapping, world

WORLDS = range(40)
SEVERAL = range(14)
FEW = range(8)
RECURRING = (1, 2, 4, 5)
REMEMBERING = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 30, 36, 51, 56, 60, 89)
"""Small ones, in which every rule has its say."""


def _agree_on(number: int, make: Callable[[int], Mapping] = world) -> None:
    scenario = scenario_from_mapping(make(number))
    record, plain = run_once(scenario), run_plain(scenario)
    assert host_names_agree(record, plain)
    difference = first_difference(record, plain)
    assert difference is None, f"world {number}: {difference}"


@pytest.mark.parametrize("number", WORLDS)
def test_both_engines_agree_on_every_letter_of_a_random_world(number: int) -> None:
    _agree_on(number)


@pytest.mark.parametrize("number", SEVERAL)
def test_both_engines_agree_where_messages_have_several_recipients(number: int) -> None:
    _agree_on(number, several)


@pytest.mark.parametrize("number", FEW)
def test_both_engines_agree_where_hosts_have_few_processes(number: int) -> None:
    _agree_on(number, few)


@pytest.mark.parametrize("number", RECURRING)
def test_both_engines_agree_where_faults_come_again_and_by_chance(number: int) -> None:
    _agree_on(number, recurring)


@pytest.mark.parametrize("number", REMEMBERING)
def test_both_engines_agree_where_receivers_remember(number: int) -> None:
    _agree_on(number, remembering_world)


@pytest.mark.long
@pytest.mark.parametrize("number", [number for number in range(320) if number not in REMEMBERING])
def test_both_engines_agree_on_many_more_worlds_where_receivers_remember(number: int) -> None:
    _agree_on(number, remembering_world)


@pytest.mark.long
@pytest.mark.parametrize("number", range(14, 500))
@pytest.mark.parametrize("make", [several, few, recurring])
def test_both_engines_agree_on_many_more_crowded_worlds(make: Callable[[int], Mapping], number: int) -> None:
    _agree_on(number, make)


@pytest.mark.long
@pytest.mark.parametrize("number", range(40, 1000))
def test_both_engines_agree_on_many_more_worlds(number: int) -> None:
    _agree_on(number)


def test_another_seed_or_replication_is_another_run_in_both_engines_alike() -> None:
    scenario = scenario_from_mapping(world(1))
    runs = [run_plain(scenario), run_plain(scenario, seed=7), run_plain(scenario, replication=1)]
    assert runs[0].letters != runs[1].letters != runs[2].letters != runs[0].letters
    assert first_difference(run_once(scenario, seed=7), runs[1]) is None
    assert first_difference(run_once(scenario, replication=1), runs[2]) is None


def test_a_difference_is_told_with_its_letter_and_its_moment() -> None:
    scenario = scenario_from_mapping(world(1))
    plain = run_plain(scenario)
    name = next(name for name, letter in plain.letters.items() if letter.attempts)
    plain.letters[name].attempts[0].ended_us += 1
    told = first_difference(run_once(scenario), plain)
    assert told is not None
    assert told.startswith("1 of ")
    assert f"{name[0]}/{name[1]} kind 0" in told
    assert "attempt 1 ended_us" in told


@pytest.mark.long
def test_everything_happens_in_the_random_worlds() -> None:
    outcomes: Counter[int] = Counter()
    replies: Counter[int] = Counter()
    connections: Counter[int] = Counter()
    for raw in (*map(world, WORLDS), *map(several, SEVERAL), *map(remembering_world, REMEMBERING)):
        result = run_plain(scenario_from_mapping(raw))
        outcomes.update(letter.outcome for letter in result.letters.values())
        attempts = [attempt for letter in result.letters.values() for attempt in letter.attempts]
        replies.update(attempt.reply for attempt in attempts)
        connections.update(attempt.connection for attempt in attempts)
    assert {OUTCOME_NAMES[outcome] for outcome in outcomes} == set(OUTCOME_NAMES.values())
    assert {CONNECTION_NAMES[connection] for connection in connections} == set(CONNECTION_NAMES.values())
    # What is too big makes no attempt; nobody limits the recipients of one transaction; test_origins looks at SPF.
    never = {MESSAGE_TOO_BIG, TOO_MANY_RECIPIENTS, UNAUTHENTICATED, UNAUTHENTICATED_YET}
    assert set(replies) == set(range(len(REPLIES))) - never


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {
                "providers": {"office": {"authentication": {"requires": ["spf"]}}},
                "zones": {"school.example": {"TXT": ["v=spf1 -all"]}},
            },
            "zones",
        ),
        ({"senders": {"school": {"program": {}, "retry": None}}}, "senders.school.program"),
        (
            {"faults": [{"at": "1 s", "for": "9 s", "where": "providers.office", "what": "crash"}]},
            "faults.0: crash",
        ),
        ({"silent_clients": {"mute": {"from": "school", "to": "office", "count": 1}}}, "silent_clients.mute"),
    ],
)
def test_what_the_plain_engine_does_not_know_it_refuses(changes: Mapping, told: str) -> None:
    raw = world(0)
    for key, value in changes.items():
        if key in ("providers", "senders"):
            for name, settings in value.items():
                raw[key][name].update(settings)
        else:
            raw[key] = value
    with pytest.raises(NotCovered, match=told):
        run_plain(scenario_from_mapping(raw))


def test_both_engines_let_port_587_through_where_port_25_is_blocked() -> None:
    raw = mapping({"senders.school.outbound_port_25": "blocked", "providers.office.port": 587})
    scenario = scenario_from_mapping(raw)
    record, plain = run_once(scenario), run_plain(scenario)

    assert first_difference(record, plain) is None
    assert [letter.delivered_us for letter in plain.letters.values()] == [90_000]
