"""What cannot arrive is said, with its reason; and what is said to be certain is so in the engine too."""

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.reachability import Finding, graph_of, unreachable
from sim.run_scenario import run_once
from sim.scenario.faults import KINDS_BY_PLACE
from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import LETTER

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
NS1, NS2 = "name_servers.ns1", "name_servers.ns2"
SERVERS: dict[str, Any] = {
    "provider_name_servers": ["ns1", "ns2"],
    "name_servers": {"ns1": {"answer_time": "20 ms"}, "ns2": {"answer_time": {"exponential": "20 ms"}}},
}
SLOW_SERVER = {"answer_time": {"uniform": ["400 ms", "2 s"]}}
"""Unbound waits 376 ms for a server that it does not know."""


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
        ({"faults": [fault("resolvers.campus", what="servfail")], **CAMPUS}, "reach_no_resolver"),
        ({"faults": [fault(OFFICE, what="greets_554")]}, "reach_no_way_open"),
        (
            {
                "faults": [fault(OFFICE, what="greets_554")],
                "sender_postconf": {"smtp_skip_5xx_greeting": "no"},
            },
            "reach_no_way_open",
        ),
        ({"faults": [fault(OFFICE, what="greets_421")]}, "reach_no_way_open"),
        ({"faults": [fault(OFFICE, what="refusing")]}, "reach_no_way_open"),
        ({"faults": [fault(OFFICE, what="hanging")]}, "reach_no_way_open"),
        (
            {"faults": [fault(f"{OFFICE}.mx1", what="greets_554"), fault(f"{OFFICE}.mx2", what="refusing")]},
            "reach_no_way_open",
        ),
        (
            {"faults": [fault(OFFICE, "0 s", "20 min", "greets_421"), fault(OFFICE, "20 min")]},
            "reach_no_way_open",
        ),
        (
            {
                "faults": [fault(f"{OFFICE}.mx1")],
                "sender_postconf": {"smtp_mx_address_limit": 1, "smtp_randomize_addresses": "no"},
                "provider_mx": [{"host": "mx1"}, {"host": "mx2"}],
            },
            "reach_no_way_open",
        ),
        ({**CAMPUS, "provider_records": "null_mx"}, "reach_null_mx"),
        ({**CAMPUS, "provider_records": "nxdomain"}, "reach_no_domain"),
        (
            {**CAMPUS, "provider_records": "null_mx", "sender_postconf": {"soft_bounce": "yes"}},
            "reach_null_mx",
        ),
        (
            {**CAMPUS, **SERVERS, "faults": [fault(NS1, what="silent"), fault(NS2, what="nxdomain")]},
            "reach_no_name_server",
        ),
        (
            {**CAMPUS, **SERVERS, "faults": [fault(NS1, what="servfail"), fault(NS2)]},
            "reach_no_name_server",
        ),
        (
            {**CAMPUS, **SERVERS, "name_servers": {"ns1": SLOW_SERVER, "ns2": SLOW_SERVER}},
            "reach_name_servers_too_slow",
        ),
        ({"provider_temporary_failures": "100 %"}, "reach_all_fail"),
        ({"provider_disk": {"free": "9680 MB", "message_size_limit": "6500 MB"}}, "reach_disk_full"),
        (
            {"provider_greylisting": "1 min", "sender_retry": {"steps": [{"until": "4 d", "every": "2 h"}]}},
            "reach_no_second_attempt",
        ),
        (
            {
                "provider_greylisting": {"delay": "1 min", "retry_window": "10 min"},
                "sender_retry": {"steps": [{"until": "4 d", "every": "15 min"}]},
            },
            "reach_retried_too_late",
        ),
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
        [fault("providers.office.mx1", what="greets_554")],
        [fault("providers.office", "2 min", what="greets_554")],
        [fault("providers.office", "0 s", "30 min", "hanging")],
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


def test_a_cache_may_help_over_name_servers_that_are_shut() -> None:
    letters = {"from": "school", "count": 1, "size": "1 kB", "to": "office"}
    made = scenario(
        **CAMPUS,
        **SERVERS,
        letters={"early": letters, "late": {**letters, "at": "20 min"}},
        faults=[fault(NS1, "10 min"), fault(NS2, "5 min", what="silent")],
    )
    assert [(one.letters, one.code, one.certain) for one in unreachable(made)] == [
        ("late", "reach_name_server_from_cache", False)
    ]


def test_one_sound_name_server_is_enough() -> None:
    assert unreachable(scenario(**CAMPUS, **SERVERS, faults=[fault(NS1, what="silent")])) == []


def test_who_asks_no_resolver_does_not_hear_that_there_is_no_domain() -> None:
    made = scenario(provider_records="nxdomain")
    assert unreachable(made) == []
    assert _delivered(made) == 3


BUSY: dict[str, Any] = {
    "provider_accept_time": "1 s",
    "sender_postconf": {"initial_destination_concurrency": 1, "smtp_destination_concurrency_limit": 1},
}
"""One delivery at a time, so that letters wait for each other and go over the same connection."""


@pytest.mark.parametrize("what", ["greets_421", "greets_554", "refusing"])
def test_a_connection_from_before_may_lead_past_a_host_that_lets_nobody_in(what: str) -> None:
    letters = {"from": "school", "size": "1 kB", "to": "office"}
    made = scenario(
        **BUSY,
        letters={"early": {**letters, "count": 100}, "late": {**letters, "at": "60 s", "count": 1}},
        faults=[fault(OFFICE, "30 s", what=what)],
    )
    assert unreachable(made) == []
    assert _delivered(made, "late") == 1


def test_who_connects_while_greetings_refuse_and_is_greeted_later_is_let_in() -> None:
    """A SYN sent at 60 s is there at 60.01 s, and the greeting is due at 60.03 s: in between the host changes."""
    made = scenario(
        letters_count=1,
        faults=[
            fault(OFFICE, what="greets_554"),
            fault(OFFICE, "60020 ms", "1 min", "refusing"),
        ],
    )
    assert unreachable(made) == []
    assert _delivered(made) == 1


def test_what_is_wrong_with_a_way_that_is_shut_is_said() -> None:
    (finding,) = unreachable(scenario(faults=[fault(OFFICE, what="greets_554"), fault(f"{OFFICE}.mx2")]))
    assert finding.fields["found"] == f"{OFFICE}.mx1 (greets_554), {OFFICE}.mx2 (greets_554, down)"


def test_without_a_limit_of_addresses_every_host_is_tried() -> None:
    made = scenario(faults=[fault(f"{OFFICE}.mx1")], sender_postconf={"smtp_mx_address_limit": 0})
    assert unreachable(made) == []
    assert _delivered(made) == 3


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
    "name_servers.ns1",
    "name_servers.ns2",
    "roads.line",
]
TROUBLES = [
    (place, kind)
    for place in PLACES
    for kind in KINDS_BY_PLACE[place.partition(".")[0]]
    if kind not in ("slow", "losing", "denying_users")
]
FAULTS = st.lists(
    st.builds(
        lambda trouble, at, lasts: fault(trouble[0], f"{at} min", f"{lasts} min", trouble[1]),
        st.sampled_from(TROUBLES),
        st.sampled_from([0, 0, 1, 5, 20, 50]),
        st.sampled_from([1, 5, 30, 70]),
    ),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(
    FAULTS,
    st.sampled_from([0, 1, 1, 5, 30, 65]),
    st.sampled_from([None, "1 min", "10 min", "55 min"]),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)
def test_what_is_certain_in_the_graph_is_so_in_the_engine(
    faults: list[dict[str, str]],
    at: int,
    greylisting: str | None,
    limit: int,
    early: bool,
    skips_5xx: bool,
) -> None:
    """An early stream may have filled the cache, or left a connection that the later one goes along on."""
    note = {"from": "school", "count": 3, "size": "20 kB", "to": "office"}
    before = {**note, "count": 100, "at": "0 s"}
    limits = {"smtp_mx_address_limit": limit, "smtp_skip_5xx_greeting": skips_5xx}
    made = scenario(
        **CAMPUS,
        **SERVERS,
        roads=ROAD,
        faults=faults,
        letters={"note": {**note, "at": f"{at} min"}} | ({"before": before} if early else {}),
        provider_greylisting=greylisting,
        provider_accept_time=BUSY["provider_accept_time"],
        sender_postconf=BUSY["sender_postconf"] | limits,
    )
    hopeless = {finding.letters for finding in unreachable(made) if finding.certain}
    assert [name for name in hopeless if _delivered(made, name)] == []


def _delivered(made: Scenario, name: str = "") -> int:
    """Count the letters that arrived, of one stream or of all."""
    letters = run_once(made).letters.columns
    entries = {list(made.letters).index(name)} if name else range(len(made.letters))
    rows = zip(letters["kind"], letters["entry"], letters["delivered_us"], strict=True)
    return sum(1 for kind, entry, at in rows if kind == LETTER and entry in entries and at >= 0)
