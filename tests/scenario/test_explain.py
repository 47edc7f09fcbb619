"""Every key, parameter and preset can be explained."""

import pytest

from sim.errors import ArgumentError
from sim.scenario import catalogue
from sim.scenario.explain import explain


def test_a_parameter_of_postfix_is_explained_with_default_grade_and_source() -> None:
    (found,) = explain("minimal_backoff_time")
    assert (found.kind, found.default, found.grade) == ("postconf", "300s", "published")
    assert found.path == "senders.<name>.postconf.minimal_backoff_time"
    assert "Shortest wait" in found.meaning
    assert found.source is not None
    assert "Postfix" in found.source


def test_a_key_that_stands_in_several_places_is_explained_for_each() -> None:
    assert [one.path for one in explain("workers")] == [
        "providers.<name>.checking.workers",
        "providers.<name>.delivery.workers",
    ]


@pytest.mark.parametrize(
    ("term", "path"),
    [
        ("letters.closure.count", "letters.<name>.count"),
        ("providers.office.greylisting.delay", "providers.<name>.greylisting.delay"),
        ("faults.0.where", "faults.<number>.where"),
        ("greylisting.delay", "providers.<name>.greylisting.delay"),
        ("senders.school.retry.steps.0.every", "senders.<name>.retry.steps.<number>.every"),
        ("name_servers.ns1.answer_time", "name_servers.<name>.answer_time"),
        ("smtp_mx_session_limit", "senders.<name>.postconf.smtp_mx_session_limit"),
        ("records", "providers.<name>.records"),
    ],
)
def test_a_path_is_explained(term: str, path: str) -> None:
    assert [one.path for one in explain(term)] == [path]


def test_a_preset_is_explained_with_all_its_values_in_the_chosen_language() -> None:
    (found,) = explain("university")
    values = dict(found.values)
    assert (found.kind, values["greylisting.delay"].value) == ("preset", "300 s")
    assert values["greylisting.delay"].grade == "published"
    assert explain("university", "ja")[0].meaning.endswith("。")


def test_defaults_and_forms_are_shown_as_they_are_written() -> None:
    by_path = {one.path: one for one in explain()}
    assert by_path["readers.<name>.poll"].default == "10 min"
    assert by_path["readers.<name>.with"].default == {"app": "100 %"}
    assert by_path["duration"].required
    assert by_path["duration"].default is None
    assert by_path["providers.<name>.rate_limit.rate"].form == "20/s"
    assert by_path["faults.<number>.what"].form.startswith("down or crash or silent or slow or refusing or ")
    assert by_path["providers.<name>.records"].form == "mx or address or null_mx or nxdomain"
    assert "exponential" in by_path["providers.<name>.accept_time"].form


def test_everything_is_explained_in_words() -> None:
    everything = explain()
    assert all(one.meaning and one.form for one in everything)
    assert {one.term for one in everything} >= {
        name for kind in catalogue.KINDS for name in catalogue.names(kind)
    }


def test_an_unknown_word_is_answered_by_the_nearest_one() -> None:
    with pytest.raises(ArgumentError) as caught:
        explain("minimal_backof_time")
    assert caught.value.fields == {"found": "minimal_backof_time", "nearest": "minimal_backoff_time"}


def test_a_default_of_which_a_range_is_known_says_it_and_why() -> None:
    (found,) = explain("providers.office.reputation.half_life")
    assert found.plausible is not None
    assert (found.plausible.low, found.default, found.plausible.high) == ("7 d", "14 d", "42 d")
    assert "Amazon SES" in found.plausible.why
    assert explain("minimal_backoff_time")[0].plausible is None
