import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.learn.language import language_of, notebook_language
from tests.notebooks.pairs import NOTEBOOKS

NAME = "06_one_hundred_or_a_million"


def write(file: Path, lang: str | None) -> Path:
    metadata = {} if lang is None else {"mailsim": {"lang": lang}}
    file.write_text(json.dumps({"cells": [], "metadata": metadata}), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def no_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_lesson_speaks_the_language_in_its_notebook_s_metadata(lang: str) -> None:
    assert notebook_language(NAME, NOTEBOOKS / lang) == lang


def test_the_notebook_that_the_editor_names_counts_before_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / f"{NAME}.ipynb", "en")
    monkeypatch.setenv("JPY_SESSION_NAME", str(write(tmp_path / "mine.ipynb", "ja")))

    assert notebook_language(NAME, tmp_path) == "ja"


def test_a_copy_under_another_name_still_speaks_its_language(tmp_path: Path) -> None:
    write(tmp_path / f"{NAME} (1).ipynb", "ja")

    assert notebook_language(NAME, tmp_path) == "ja"


@pytest.mark.parametrize("content", ["", "[]", '{"metadata": {"mailsim": {"lang": "fr"}}}', "{"])
def test_a_notebook_that_names_no_language_we_have_leaves_english(tmp_path: Path, content: str) -> None:
    (tmp_path / f"{NAME}.ipynb").write_text(content, encoding="utf-8")

    assert notebook_language(NAME, tmp_path) == "en"


def test_the_text_form_names_its_language_too(tmp_path: Path) -> None:
    assert language_of(NOTEBOOKS / "ja" / f"{NAME}.py") == "ja"
    (tmp_path / "plain.py").write_text("x = 1\n", encoding="utf-8")
    assert language_of(tmp_path / "plain.py") is None


@pytest.mark.parametrize(("lang", "said"), [("en", "Predict first"), ("ja", "まず予想しましょう")])
def test_the_text_form_runs_as_a_plain_script_and_speaks_its_language(
    lang: str, said: str, tmp_path: Path
) -> None:
    source = NOTEBOOKS / lang / f"{NAME}.py"
    script = f"import runpy; print(runpy.run_path({str(source)!r}, run_name='__main__')['lesson'].run())"
    environment = {**os.environ, "PYTHONPATH": str(NOTEBOOKS.parent), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout.startswith(said)
