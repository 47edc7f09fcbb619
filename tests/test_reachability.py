"""What cannot arrive is said, with its reason; and what is said to be certain is so in the engine too."""

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.reachability import Finding, graph_of, unreachable
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario

HOSTS = [{"host": "mx1", "preference": 10}, {"host": "mx2", "preference": 20}]


def scenario(**changes: Any) -> Scenario:
    """Return a small scenario; keys of the sender, the provider and the letters are told by their prefix."""
    sender = {"domain": "school.example", **_of(changes, "sender_")}
    provider = {"domain": "office.example", "mx": HOSTS, **_of(changes, "provider_")}
    letters = {
        "from": "school",
        "count": 3,
        "size": "20 kB",
        "to": "office",
        "at": "1 min",
        **_of(changes, "letters_"),
    }
    return scenario_from_mapping(
        {
            "duration": "1 h",
            "senders": {"school": sender},
            "providers": {"office": provider},
            "letters": {"note": letters},
            **{
                key: value
                for key, value in changes.items()
                if not key.startswith(("sender_", "provider_", "letters_"))
            },
        }
    )


def _of(changes: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key.removeprefix(prefix): value for key, value in changes.items() if key.startswith(prefix)}


def fault(where: str, at: str = "0 s", lasts: str = "2 h", what: str = "down") -> dict[str, str]:
    return {"where": where, "at": at, "for": lasts, "what": what}


def codes(made: Scenario) -> list[tuple[str, bool]]:
    return [(finding.code, finding.certain) for finding in unreachable(made)]


def test_on_a_quiet_day_every_letter_can_arrive() -> None:
    assert unreachable(scenario()) == []


OFFICE = "providers.office"
ROAD = {"line": {"from": "school", "to": "office", "round_trip": "20 ms"}}
CAMPUS: dict[str, Any] = {"sender_resolver": "campus", "resolvers": {"campus": {"preset": "unbound"}}}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sender_outbound_port_25": "blocked"}, "reach_port_25_blocked"),
        ({"letters_at": "1 h"}, "reach_after_the_end"),
        ({"letters_size": "11 MB"}, "reach_too_big"),
        ({"letters_unknown_users": "100 %"}, "reach_all_unknown"),
        ({"provider_user_filter": "100 %"}, "reach_all_filtered"),
        ({"faults": [fault("senders.school")]}, "reach_no_way_open"),
        ({"faults": [fault("senders.school", "0 s", "30 min"), fault(OFFICE, "30 min")]}, "reach_no_way_open"),
        ({"faults": [fault("providers.office", "1 min", "59 min")]}, "reach_no_way_open"),
        ({"faults": [fault(f"{OFFICE}.mx1"), fault(f"{OFFICE}.mx2", what="silent")]}, "reach_no_way_open"),
        ({"faults": [fault("roads.line", what="silent")], "roads": ROAD}, "reach_no_way_open"),
        (
            {"faults": [fault("roads.line", "0 s", "20 min"), fault(OFFICE, "10 min")], "roads": ROAD},
            "reach_no_way_open",
        ),
        (
            {"faults": [fault(f"{OFFICE}.mx1")], "sender_postconf": {"smtp_mx_address_limit": 1}},
            "reach_no_way_open",
        ),
        ({"faults": [fault("resolvers.campus", what="silent")], **CAMPUS}, "reach_no_resolver"),
        ({"provider_greylisting": "59 min"}, "reach_greylisted_to_the_end"),
        ({"provider_greylisting": "5 min", "letters_at": "56 min"}, "reach_greylisted_to_the_end"),
        ({"provider_greylisting": "1 min", "letters_at": "56 min"}, "reach_no_second_attempt"),
        (
            {"provider_greylisting": "1 min", "sender_postconf": {"maximal_queue_lifetime": 0}},
            "reach_no_second_attempt",
        ),
        ({"provider_greylisting": {"delay": "1 min", "retry_window": "2 min"}}, "reach_retried_too_late"),
        ({"default_road": {"round_trip": "30 min"}}, "reach_no_time"),
    ],
)  # fmt: skip
def test_what_cannot_arrive_at_all_is_said_and_does_not_arrive(changes: dict[str, Any], code: str) -> None:
    made = scenario(**changes)
    assert codes(made) == [(code, True)]
    assert _delivered(made) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"letters_count": 10, "letters_over": "2 h"}, "reach_some_after_the_end"),
        ({"letters_count": 10_000, "letters_pace": "1/s"}, "reach_some_after_the_end"),
        ({"letters_size": {"median": "1 MB", "p90": "20 MB"}}, "reach_many_too_big"),
        ({"provider_user_filter": "60 %"}, "reach_many_filtered"),
        ({"letters_count": 1000, "provider_rate_limit": {"rate": "60/h", "burst": 10}}, "reach_rate_too_low"),
    ],
)
def test_what_may_not_arrive_is_a_warning(changes: dict[str, Any], code: str) -> None:
    assert codes(scenario(**changes)) == [(code, False)]


@pytest.mark.parametrize(
    "faults",
    [
        [fault("providers.office.mx1")],
        [fault("providers.office", "0 s", "30 min")],
        [fault("providers.office", "2 min")],
        [fault("providers.office", what="slow") | {"by": "1 s"}],
        [fault("senders.school", "0 s", "50 min"), fault("providers.office", "51 min")],
        [fault("providers.office", "0 s", "50 min", "silent"), fault("senders.school", "50 min")],
    ],
)
def test_a_way_that_is_open_for_a_moment_is_open(faults: list[dict[str, str]]) -> None:
    assert unreachable(scenario(faults=faults)) == []


def test_a_cache_may_help_over_a_silent_resolver() -> None:
    letters = {"from": "school", "count": 1, "size": "1 kB", "to": "office"}
    made = scenario(
        **CAMPUS,
        letters={"early": letters, "late": {**letters, "at": "20 min"}},
        faults=[fault("resolvers.campus", "10 min")],
    )
    assert [(one.letters, one.code, one.certain) for one in unreachable(made)] == [
        ("late", "reach_resolver_from_cache", False)
    ]


def test_only_the_provider_that_is_shut_is_named() -> None:
    made = scenario_from_mapping(
        {
            "duration": "1 h",
            "senders": {"school": {"domain": "school.example"}},
            "providers": {"office": {"domain": "office.example"}, "webmail": {"domain": "webmail.example"}},
            "letters": {
                "note": {
                    "from": "school",
                    "count": 3,
                    "size": "1 kB",
                    "to": {"office": "50 %", "webmail": "rest"},
                }
            },
            "faults": [fault("providers.office")],
        }
    )
    (finding,) = unreachable(made)
    assert (finding.letters, finding.provider) == ("note", "office")


def test_a_finding_is_a_sentence_with_its_place() -> None:
    (finding,) = unreachable(scenario(provider_user_filter="100 %"))
    assert isinstance(finding, Finding)
    assert (
        finding.in_words()
        == "letters.note → office: the provider answers 550 for every letter (user_filter: 100 %)."
    )


def test_the_graph_leads_from_senders_over_roads_and_hosts_to_mailboxes() -> None:
    graph = graph_of(scenario(**CAMPUS, roads=ROAD))
    assert nx.shortest_path(graph, "senders.school", "mailboxes.office")[1] == "roads.line"
    assert set(graph["roads.line"]) == {"providers.office.mx1", "providers.office.mx2"}
    assert graph.nodes["resolvers.campus"]["kind"] == "resolver"


PLACES = [
    "providers.office",
    "providers.office.mx1",
    "providers.office.mx2",
    "senders.school",
    "resolvers.campus",
    "roads.line",
]
FAULTS = st.lists(
    st.builds(
        lambda where, at, lasts, what: fault(where, f"{at} min", f"{lasts} min", what),
        st.sampled_from(PLACES),
        st.integers(0, 50),
        st.integers(1, 70),
        st.sampled_from(["down", "silent"]),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(FAULTS, st.integers(0, 65), st.sampled_from([None, "1 min", "10 min", "55 min"]), st.integers(1, 3))
def test_what_is_certain_in_the_graph_is_so_in_the_engine(
    faults: list[dict[str, str]], at: int, greylisting: str | None, limit: int
) -> None:
    made = scenario(
        **CAMPUS,
        roads=ROAD,
        faults=faults,
        letters_at=f"{at} min",
        provider_greylisting=greylisting,
        sender_postconf={"smtp_mx_address_limit": limit},
    )
    if any(finding.certain for finding in unreachable(made)):
        assert _delivered(made) == 0


def _delivered(made: Scenario) -> int:
    letters = run_once(made).letters.columns
    return sum(
        1 for kind, at in zip(letters["kind"], letters["delivered_us"], strict=True) if kind == 0 and at >= 0
    )
