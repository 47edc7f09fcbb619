"""YAML is read as plain values with a mark for each, and what YAML lets pass in silence is refused."""

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.yaml_io import Mark, dotted, parse, to_yaml
from tests.scenario.small import SMALL, problems_of


def test_words_that_older_yaml_takes_for_something_else_stay_words() -> None:
    assert parse("a: no\nb: 10:30\nc: 2026-09-01\nd: on\ne: NO").data == {
        "a": "no", "b": "10:30", "c": "2026-09-01", "d": "on", "e": "NO",
    }  # fmt: skip


def test_numbers_are_numbers() -> None:
    data = parse("a: 1_000\nb: 0o17\nc: 1.5e3\nd: .inf\ne: -.inf\nf: .nan\ng: true\nh:\ni: 0x10\nj: -7").data
    assert math.isnan(data.pop("f"))
    assert data == {
        "a": 1000,
        "b": 15,
        "c": 1500.0,
        "d": math.inf,
        "e": -math.inf,
        "g": True,
        "h": None,
        "i": 16,
        "j": -7,
    }


def test_each_key_and_value_has_its_mark() -> None:
    document = parse("a: 1\nb:\n  - {c: x}\n")
    assert document.key_marks[("b", 0, "c")] == Mark(3, 6)
    assert document.value_marks[("b", 0, "c")] == Mark(3, 9)


def test_aliases_and_merge_keys_are_read() -> None:
    data = parse("a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd: {<<: [*a, {z: 4}]}").data
    assert data == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 2},
        "c": {"y": 3, "x": 1},
        "d": {"x": 1, "y": 2, "z": 4},
    }


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("count:\t1", {"count": 1}),
        ("a:\n  count: \t 1\t\n", {"a": {"count": 1}}),
        ("a:\t{b:\t1,\tc: 2}", {"a": {"b": 1, "c": 2}}),
        ("a: [1,\n\t2]", {"a": [1, 2]}),
        ("a: 1\t# words", {"a": 1}),
        ("a: x\ty", {"a": "x\ty"}),
        ("a: 5\tmin\t# words\nb: 1", {"a": "5\tmin", "b": 1}),
        ("a: x \t \n  y\t\nb: 1", {"a": "x y", "b": 1}),
        ("a:\t\n  b: 1\n\t\n  \t# words\n  c: 2\n\t", {"a": {"b": 1, "c": 2}}),
        ("a\t: 1", {"a": 1}),
        ("- 'x'\t\n- 2", ["x", 2]),
    ],
)
def test_tabs_may_stand_where_they_are_no_indentation(text: str, data: object) -> None:
    assert parse(text).data == data


def test_columns_after_a_tab_are_counted_in_characters() -> None:
    assert parse("a:\t1").value_marks[("a",)] == Mark(1, 4)


def test_a_number_keeps_its_first_digits_and_its_sign_however_long_it_is() -> None:
    data = parse(f"a: {'9' * 5000}\nb: -{'9' * 5000}\nc: {'0' * 5000}7\nd: 0x{'f' * 9000}\ne: -0x10").data
    assert data["a"] == -data["b"] == 10**3000 - 1
    assert (data["c"], data["e"]) == (7, -16)
    assert data["d"] > 10**3000
    assert str(data["d"])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("\ta: 1", "yaml_tab", 1),
        ("a:\n  b: 1\n\tc: 2", "yaml_tab", 3),
        ("a:\n  -\tb: 1", "yaml_tab", 2),
        ("a:\tb: 1", "yaml_colon", 1),
        ("a: \t@x", "yaml_character", 1),
        ("a: b: c", "yaml_colon", 1),
        ("a: 1\n b: 2", "yaml_colon", 2),
        ("a:\n\tb: 1", "yaml_tab", 2),
        ("a: 'x\nb: 1\n", "yaml_quote", 1),
        ("x: 1\na: [1, 2\nb: 1", "yaml_bracket", 2),
        ("a: %x", "yaml_character", 1),
        ("a: @x", "yaml_character", 1),
        ("a: *x", "yaml_alias", 1),
        ("a: 1\n- b", "yaml_indent", 2),
        ("a: 1\n---\nb: 2", "yaml_two_documents", 2),
        ("a: &a [*a]", "yaml_loop", 1),
        ("a: &a {<<: *a}", "yaml_loop", 1),
        ("[" * 3000, "yaml_too_deep", None),
        ("{a: " * 3000, "yaml_too_deep", None),
        ('a: "\\q"', "yaml_syntax", 1),
    ],
)
def test_what_is_no_yaml_is_named(text: str, code: str, line: int | None) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "a.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == (code, line)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2", "key_stands_twice"),
        ("a: !!python/object:os.system {}", "yaml_tag"),
        ("a: !secret x", "yaml_tag"),
        ("? [a]\n: 1", "key_is_no_word"),
        ("<<: 3", "yaml_merge"),
    ],
)
def test_what_yaml_lets_pass_is_refused(text: str, code: str) -> None:
    assert [problem.code for problem in parse(text).problems] == [code]


def test_a_key_that_stands_twice_names_the_first_line() -> None:
    (problem,) = parse("a: 1\nb: 2\na: 3\n").problems
    assert (problem.line, problem.fields["first_line"]) == (3, 1)


def test_a_small_file_cannot_grow_without_measure() -> None:
    names = "abcdefghi"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join(['*' + old] * 10)}]" for old, new in itertools.pairwise(names)]
    with pytest.raises(ScenarioError) as caught:
        parse("\n".join(lines))
    assert caught.value.problems[0].code == "yaml_grows_by_aliases"


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ("duration: 6 h", "duration：6 h", 3, 9),
        ("    count: 1000", "    count： 1000", 18, 10),
        ("  carrier: {with", "\u3000carrier: {with", 22, 1),
    ],
)
def test_a_full_width_character_that_breaks_the_yaml_is_named(
    tmp_path: Path, old: str, new: str, line: int, column: int
) -> None:
    problems = problems_of(tmp_path / "a.yaml", SMALL.replace(old, new, 1))
    places = [(one.line, one.column) for one in problems if one.code.startswith("full_width")]
    assert places == [(line, column)]


def test_full_width_characters_in_comments_and_words_are_welcome(tmp_path: Path) -> None:
    text = SMALL.replace("format: 1", "# 注意：全角　ＯＫ\nformat: 1\ntitle: 休校：　１００％")
    assert problems_of(tmp_path / "a.yaml", text) == ()


def test_a_path_is_written_with_dots() -> None:
    assert dotted(("letters", "closure", "times", 3)) == "letters.closure.times.3"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inside: (
            st.lists(inside, max_size=4) | st.dictionaries(st.text("abcxyz_", min_size=1), inside, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_what_is_written_reads_back(data: object) -> None:
    assert parse(to_yaml({"data": data})).data == {"data": data}


def test_a_line_end_of_mainframes_within_a_text_stays_what_it_is() -> None:
    assert parse(to_yaml({"k": ["a\x85b", "\x85"]})).data == {"k": ["a\x85b", "\x85"]}
