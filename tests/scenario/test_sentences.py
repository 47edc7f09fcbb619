"""Every error that can be raised has a sentence, and every sentence gets what it needs."""

import ast
import string
from pathlib import Path

import pytest

from sim import analogy
from sim.errors import ArgumentError, Problem, ScenarioError
from sim.yaml_io import read_own

SIM = Path(analogy.__file__).parents[1]
TEXTS = read_own(SIM / "analogy" / "errors.yaml")
RAISERS = {
    "refuse",
    "Found",
    "Problem",
    "Finding",
    "_fail",
    "_problem",
    "QuantityError",
    "ArgumentError",
    "OutputError",
}
SOURCES = [
    SIM / "units.py",
    SIM / "yaml_io.py",
    *(SIM / "reachability").glob("*.py"),
    *(SIM / "scenario").rglob("*.py"),
]
KNOWN_FIELDS = {
    "found", "expected", "nearest", "kind", "unit", "reason", "first_line", "said", "difference", "other", "name",
    "sender", "since", "count", "section",
}  # fmt: skip


def raised() -> set[str]:
    """Return the codes that the sources raise: first arguments of what raises, and codes looked up in tables."""
    codes: set[str] = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in RAISERS and node.args and isinstance(node.args[0], ast.Constant):
                    codes.add(str(node.args[0].value))
            if isinstance(node, ast.Assign | ast.AnnAssign) and "code" in ast.unparse(node).split("=")[0]:
                codes |= {
                    str(one.value)
                    for one in ast.walk(node)
                    if isinstance(one, ast.Constant) and _is_code(one.value)
                }
    return codes


def _is_code(value: object) -> bool:
    return isinstance(value, str) and "_" in value and value.isidentifier()


def test_every_code_that_is_raised_has_a_sentence() -> None:
    assert len(raised()) > 80
    assert sorted(raised() - set(analogy.codes())) == []


@pytest.mark.parametrize("code", TEXTS["sentences"])
def test_every_sentence_needs_known_fields_only(code: str) -> None:
    for text in TEXTS["sentences"][code].values():
        needed = {field for _, field, _, _ in string.Formatter().parse(text) if field}
        assert needed <= KNOWN_FIELDS


@pytest.mark.parametrize("code", TEXTS["sentences"])
def test_every_sentence_is_one(code: str) -> None:
    words = analogy.sentence(code, {field: "x" for field in KNOWN_FIELDS if field != "nearest"})
    assert words.endswith((".", "`{key: value, key: value}` or `[value, value]`."))


def test_words_that_depend_on_the_language_are_put_in() -> None:
    words = analogy.sentence("wrong_kind", {"found": "@list", "expected": "@whole_number"})
    assert words == "found a list where a whole number is wanted."


def test_a_near_word_is_offered_at_the_end() -> None:
    assert analogy.sentence("unknown_preset", {"found": "x", "expected": "y", "nearest": "y"}).endswith(
        "Did you mean `y`?"
    )


def test_a_language_that_has_no_text_yet_falls_back_to_english() -> None:
    assert analogy.sentence("file_is_a_folder", {}, "xx") == analogy.sentence("file_is_a_folder")


def test_a_code_without_a_sentence_still_says_something() -> None:
    assert analogy.sentence("new_trouble", {"found": "x"}) == "new trouble: found `x`"


def test_a_long_list_of_what_would_be_right_is_cut() -> None:
    many = ", ".join(f"key{number}" for number in range(50))
    words = analogy.sentence("unknown_key", {"found": "x", "expected": many})
    assert "key19, …" in words
    assert "key20" not in words


def test_any_error_of_mailsim_can_be_put_into_words() -> None:
    assert analogy.describe_error(ArgumentError("unknown_term", found="x")).startswith(
        "nothing is known by the name `x`"
    )
    assert analogy.describe_error(ScenarioError([Problem("file_is_a_folder", {}, "a")])).startswith(
        "a: this is a folder"
    )
    assert analogy.describe_error(ArgumentError("something_new", "in words")) == "in words"
