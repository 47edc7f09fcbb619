"""Errors carry a code and fields, say something by themselves, and survive the way between processes."""

import pickle

import pytest

from sim.errors import (
    ArgumentError,
    AuditError,
    OutputError,
    Problem,
    QuantityError,
    RecordingError,
    ScenarioError,
    SimError,
    printable,
)


@pytest.mark.parametrize(
    "kind", [SimError, ArgumentError, OutputError, RecordingError, AuditError, QuantityError]
)
def test_an_error_keeps_its_code_and_fields_through_a_pickle(kind: type[SimError]) -> None:
    error = pickle.loads(pickle.dumps(kind("out_is_a_file", found="x.yaml")))
    assert (type(error), error.code, error.fields) == (kind, "out_is_a_file", {"found": "x.yaml"})


def test_an_error_says_its_code_and_fields_when_nobody_put_it_into_words() -> None:
    assert str(SimError("out_is_a_file", found="x.yaml")) == "out is a file: found='x.yaml'"
    assert str(SimError("out_is_a_file")) == "out is a file"


def test_an_error_says_the_words_that_it_was_given() -> None:
    assert str(SimError("out_is_a_file", "x.yaml is a file.", found="x.yaml")) == "x.yaml is a file."


def test_a_scenario_error_keeps_all_its_problems_through_a_pickle() -> None:
    problems = [Problem("unknown_key", {"found": "sed"}, "a.yaml", 3, 1, "sed"), Problem("file_is_empty")]
    error = pickle.loads(pickle.dumps(ScenarioError(problems, "in words")))
    assert error.problems == tuple(problems)
    assert str(error) == "in words"


def test_a_scenario_error_names_the_place_of_each_problem_even_without_words() -> None:
    error = ScenarioError([Problem("unknown_key", {"found": "sed"}, "a.yaml", 3, 1, "sed")])
    assert str(error) == "a.yaml, line 3, sed: unknown key: found='sed'"


def test_only_a_broken_audit_ends_with_status_3() -> None:
    assert (AuditError("x").exit_status, ScenarioError([]).exit_status, OutputError("x").exit_status) == (
        3,
        2,
        2,
    )


def test_text_that_no_terminal_takes_is_shown_by_number() -> None:
    assert printable("a\ud800b") == "a\\ud800b"
