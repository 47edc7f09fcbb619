"""Addresses of senders that change, and names of senders that a receiver is said to know: what does not fit is told."""

from typing import Any

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.load import scenario_from_mapping
from sim.scenario.sender import Sender
from tests.scenario.small import mapping, scenario

SPARE = "198.51.100.20"


def wrong(lang: str = "en", **changes: Any) -> tuple[Problem, str]:
    """Return the only thing that is wrong with a scenario, and the words for it."""
    with pytest.raises(ScenarioError) as caught:
        scenario_from_mapping(mapping(**changes), lang=lang)
    (problem,) = caught.value.problems
    return problem, str(caught.value)


def changing(*changes: tuple[str, list[str]]) -> dict[str, Any]:
    return {
        "senders": {
            "school": {
                "domain": "school.example",
                "addresses": ["192.0.2.10"],
                "address_changes": [{"at": at, "addresses": addresses} for at, addresses in changes],
            }
        }
    }


def knowing(name: str) -> dict[str, Any]:
    known = {"kept_by": "ip", "known": {name: "100/d"}}
    return {"providers": {"office": {"domain": "office.example", "reputation": known}}}


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ([("2 h", [SPARE]), ("1 h", ["192.0.2.10"])], "changes_not_in_order", "1.at"),
        ([("2 h", [SPARE]), ("2 h", ["192.0.2.10"])], "changes_not_in_order", "1.at"),
        ([("2 h", ["192.0.2.10"])], "changes_nothing", "0.addresses"),
        ([("1 h", [SPARE]), ("2 h", [SPARE])], "changes_nothing", "1.addresses"),
        ([("0 s", [SPARE])], "must_be_above_zero", "0.at"),
        ([("1 h", ["198.51.100"])], "not_an_address", "0.addresses.0"),
        ([("1 h", [])], "wrong_length", "0.addresses"),
    ],
)
def test_a_change_that_cannot_be_is_refused_where_it_stands(
    changes: list[tuple[str, list[str]]], code: str, path: str
) -> None:
    problem, _ = wrong(**changing(*changes))
    assert (problem.code, problem.path) == (code, f"senders.school.address_changes.{path}")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Write the changes in order of `at`"), ("ja", "変更は`at`の早い順に")],
)
def test_the_order_of_changes_is_explained(lang: str, words: str) -> None:
    _, text = wrong(lang, **changing(("2 h", [SPARE]), ("1 h", ["192.0.2.10"])))
    assert words in text
    assert "2 h" in text


def test_all_addresses_are_listed_once_in_the_order_of_their_first_use() -> None:
    sender = scenario(
        **changing(("1 h", [SPARE]), ("2 h", ["192.0.2.10"]), ("3 h", ["203.0.113.1", SPARE]))
    ).senders["school"]
    assert sender.all_addresses == ("192.0.2.10", SPARE, "203.0.113.1")
    assert Sender(domain="a.example").all_addresses == ("192.0.2.10",)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Did you mean `school`?"), ("ja", "`school`ではありませんか。")],
)
def test_a_misspelt_sender_of_a_reputation_is_told_with_the_one_that_was_meant(lang: str, words: str) -> None:
    problem, text = wrong(lang, **knowing("scool"))
    assert (problem.code, problem.path) == ("unknown_sender", "providers.office.reputation.known.scool")
    assert problem.fields["nearest"] == "school"
    assert words in text


def test_a_sender_that_is_there_is_known() -> None:
    reputation = scenario(**knowing("school")).providers["office"].reputation
    assert reputation is not None
    assert reputation.known_per_s == {"school": pytest.approx(100 / 86_400)}
