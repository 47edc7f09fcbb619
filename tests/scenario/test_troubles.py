"""Troubles of hosts, roads and DNS, and rules of retrying: what does not fit is said, with what would be right."""

from typing import Any

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.faults import KINDS_BY_PLACE
from sim.scenario.load import scenario_from_mapping
from tests.scenario.small import mapping, scenario

WORLD: dict[str, Any] = {
    "resolvers": {"campus": {"preset": "unbound"}},
    "name_servers": {"ns1": {"answer_time": "20 ms"}},
    "roads": {"line": {"from": "school", "to": "office", "round_trip": "20 ms"}},
}
PLACES = {
    "providers": "providers.office",
    "senders": "senders.school",
    "resolvers": "resolvers.campus",
    "name_servers": "name_servers.ns1",
    "roads": "roads.line",
}
KINDS = sorted({kind for kinds in KINDS_BY_PLACE.values() for kind in kinds})


def fault(**fields: Any) -> dict[str, Any]:
    return {"faults": [{"at": "1 min", "for": "1 min", **fields}]}


def wrong(lang: str = "en", **changes: Any) -> tuple[Problem, str]:
    """Return the only thing that is wrong with a scenario, and the words for it."""
    with pytest.raises(ScenarioError) as caught:
        scenario_from_mapping(mapping(**WORLD | changes), lang=lang)
    (problem,) = caught.value.problems
    return problem, str(caught.value)


def retry(*steps: dict[str, Any], **others: Any) -> dict[str, Any]:
    sender = {"domain": "school.example", "retry": {"steps": list(steps), **others}}
    return {"senders": {"school": sender}}


def office(**changes: Any) -> dict[str, Any]:
    return {"providers": {"office": {"domain": "office.example", **changes}}}


@pytest.mark.parametrize("section", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_trouble_is_taken_where_it_can_befall_a_place_and_refused_elsewhere(
    section: str, kind: str
) -> None:
    share = {"share": "5 %"}
    more = {"slow": {"by": "1 s"}, "losing": share, "denying_users": share}.get(kind, {})
    written = fault(where=PLACES[section], what=kind, **more)
    if kind in KINDS_BY_PLACE[section]:
        assert scenario(**WORLD, **written).faults[0].what == kind
        return
    problem, _ = wrong(**written)
    assert (problem.code, problem.path) == ("fault_elsewhere", "faults.0.what")
    assert problem.fields["expected"] == ", ".join(KINDS_BY_PLACE[section])


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        (fault(where="roads.line", what="losing"), "missing_key", "faults.0.share"),
        (fault(where="roads.line", what="down", share="5 %"), "does_not_go_with", "faults.0.share"),
        (fault(where="roads.line", what="losing", share="0 %"), "must_be_above_zero", "faults.0.share"),
        (fault(where="roads.line", what="losing", share="91 %"), "out_of_range", "faults.0.share"),
        (fault(where="roads.line", what="losing", share=0.05), "bare_number", "faults.0.share"),
        (fault(where="name_servers.ns2", what="down"), "unknown_place", "faults.0.where"),
        (fault(where="name_servers.ns1.a", what="down"), "unknown_place", "faults.0.where"),
        ({"default_road": {"loss": "95 %"}}, "out_of_range", "default_road.loss"),
        (
            office(records="address", mx=[{"host": "a"}, {"host": "b"}]),
            "address_is_one_host",
            "providers.office.records",
        ),
        (office(records="mxx"), "not_one_of", "providers.office.records"),
        (office(name_servers=["ns1", "ns1"]), "same_name_twice", "providers.office.name_servers.1"),
        (office(name_servers=["ns1", "ns3"]), "unknown_name_server", "providers.office.name_servers.1"),
        (office(temporary_failures="101 %"), "too_large", "providers.office.temporary_failures"),
        (retry(), "wrong_length", "senders.school.retry.steps"),
        (
            retry({"until": "2 h", "every": "15 min"}, {"until": "2 h", "every": "1 h"}),
            "steps_not_in_order",
            "senders.school.retry.steps.1.until",
        ),
        (retry({"until": "2 h"}), "missing_key", "senders.school.retry.steps.0.every"),
        (
            retry({"until": "2 h", "every": "15 min", "factor": 0.9}),
            "out_of_range",
            "senders.school.retry.steps.0.factor",
        ),
        (
            retry({"until": "2 h", "every": "999 ms"}),
            "out_of_range",
            "senders.school.retry.steps.0.every",
        ),
        (
            retry({"until": "2 h", "every": "15 min"}, queue_run="1 ms"),
            "out_of_range",
            "senders.school.retry.queue_run",
        ),
    ],
)
def test_what_does_not_fit_is_said_once_with_its_code_and_place(
    changes: dict[str, Any], code: str, path: str
) -> None:
    problem, _ = wrong(**changes)
    assert (problem.code, problem.path) == (code, path)


@pytest.mark.parametrize(
    ("changes", "nearest"),
    [
        (fault(where="providers.office", what="greets_42"), "greets_421"),
        (fault(where="name_servers.ns2", what="down"), "name_servers.ns1"),
        (office(name_servers=["ns3"]), "ns1"),
        (office(record="mx"), "records"),
        (office(temporary_failure="1 %"), "temporary_failures"),
        (retry({"until": "2 h", "every": "15 min", "factr": 2}), "factor"),
        ({"senders": {"school": {"domain": "a.example", "retrys": {}}}}, "retry"),
        (
            {"senders": {"school": {"domain": "a.example", "postconf": {"smtp_mx_sesion_limit": 1}}}},
            "smtp_mx_session_limit",
        ),
    ],
)
def test_the_word_that_was_meant_is_named(changes: dict[str, Any], nearest: str) -> None:
    assert wrong(**changes)[0].fields["nearest"] == nearest


def test_without_any_name_server_the_empty_section_is_named() -> None:
    problem, words = wrong(**office(name_servers=["ns1"]), name_servers={})
    assert problem.code == "nothing_to_name"
    assert "nothing stands under `name_servers:`" in words


def test_a_trouble_in_the_wrong_place_is_told_where_it_belongs() -> None:
    changes = fault(where="providers.office", what="losing", share="5 %")
    assert wrong(**changes)[1] == (
        "faults.0.what: `losing` goes with roads only. What can go wrong at `providers.office`: "
        "down, crash, silent, slow, refusing, hanging, greets_421, greets_554, disk_full, "
        "disk_full_final, denying_users."
    )
    assert wrong("ja", **changes)[1] == (
        "faults.0.what：`losing`は`providers.office`では使えません。使えるのはroadsだけです。"
        "`providers.office`で使えるのは次のものです：down, crash, silent, slow, refusing, hanging, "
        "greets_421, greets_554, disk_full, disk_full_final, denying_users。"
    )


def test_a_domain_without_mx_records_is_told_to_keep_one_host() -> None:
    changes = office(records="address", mx=[{"host": "a"}, {"host": "b"}])
    assert wrong(**changes)[1].endswith("and here stand `a, b`. Keep one of them: `mx: [{host: a}]`.")
    assert wrong("ja", **changes)[1].endswith("`mx: [{host: a}]`のように1台にしてください。")


def test_a_wrong_step_is_not_counted_as_missing() -> None:
    """Of the list in which it stands only the entries that are right are counted, here none."""
    problem, words = wrong(**retry({"until": "2 h", "every": "10 ms"}))
    assert problem.code == "out_of_range"
    assert words == "senders.school.retry.steps.0.every: found `10 ms`. Allowed is: >= 1 s."
