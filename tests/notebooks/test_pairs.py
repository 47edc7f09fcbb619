"""What every lesson keeps to: pairs that agree, the same code in both languages, small cells, no outputs."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from sim.learn.language import language_of
from sim.learn.plans import PLANS
from tests.notebooks.pairs import LANGUAGES, NOTEBOOKS, SOURCES, from_source, missing, name_of

LONGEST_CELL = 4
MOST_TEXT_BYTES = 100_000


def notebook(source: Path) -> Any:
    return json.loads(source.with_suffix(".ipynb").read_text(encoding="utf-8"))


def cells(source: Path, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook(source)["cells"] if cell["cell_type"] == kind]


def by_name(name: str) -> list[Path]:
    return [NOTEBOOKS / lang / f"{name}.py" for lang in LANGUAGES]


def test_there_are_lessons_and_each_is_there_in_both_languages() -> None:
    names = {lang: {path.stem for path in SOURCES if path.parent.name == lang} for lang in LANGUAGES}

    assert names["en"] == names["ja"] == set(PLANS)


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_the_notebook_is_what_its_source_makes(source: Path) -> None:
    made = json.loads(json.dumps(from_source(source)))
    kept = notebook(source)
    joined = [{**cell, "source": "".join(cell["source"])} for cell in kept["cells"]]

    # If this fails: python -m tests.notebooks.write
    assert [cell["source"] for cell in made["cells"]] == [cell["source"] for cell in joined]
    assert [cell["metadata"] for cell in made["cells"]] == [cell["metadata"] for cell in joined]
    assert made["metadata"] == kept["metadata"]


@pytest.mark.parametrize("name", sorted(PLANS))
def test_code_cells_are_equal_in_both_languages_and_words_are_not(name: str) -> None:
    english, japanese = by_name(name)

    assert cells(english, "code") == cells(japanese, "code")
    words = zip(cells(english, "markdown"), cells(japanese, "markdown"), strict=True)
    assert [en for en, ja in words if en == ja] == []


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_a_notebook_has_no_outputs_and_says_its_language(source: Path) -> None:
    content = notebook(source)

    assert [cell for cell in content["cells"] if cell.get("outputs") or cell.get("execution_count")] == []
    assert language_of(source) == language_of(source.with_suffix(".ipynb")) == source.parent.name
    assert source.with_suffix(".ipynb").stat().st_size < MOST_TEXT_BYTES


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_a_code_cell_has_at_most_four_lines_and_defines_nothing(source: Path) -> None:
    code = cells(source, "code")
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

    assert [cell for cell in code if len(cell.splitlines()) > LONGEST_CELL] == []
    assert [
        cell for cell in code if any(isinstance(node, defined) for node in ast.walk(ast.parse(cell)))
    ] == []


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_a_lesson_begins_with_its_question_and_the_teacher_s_page_and_hides_its_solutions(
    source: Path,
) -> None:
    first, second, *rest = notebook(source)["cells"]
    solutions = [cell for cell in rest if "solution" in cell["metadata"].get("tags", [])]

    assert "".join(first["source"]).startswith("# ")
    assert second["metadata"]["tags"] == ["teacher"]
    assert "50" in "".join(second["source"])
    assert solutions
    assert all(cell["metadata"]["jupyter"] == {"source_hidden": True} for cell in solutions)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lesson_says_that_no_real_mail_is_sent(lang: str) -> None:
    said = {"en": "No real mail is ever sent", "ja": "実際のメールは1通も送信しません"}[lang]

    for source in (path for path in SOURCES if path.parent.name == lang):
        assert said in source.read_text(encoding="utf-8")


def test_the_list_of_lessons_names_each() -> None:
    listed = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")

    assert [name for name in PLANS if f"`{name}`" not in listed] == []
