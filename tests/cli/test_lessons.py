from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.learn import shipped
from tests.cli.conftest import Mailsim

FIRST = Path("ja") / "06_one_hundred_or_a_million.ipynb"


def test_lessons_are_copied_and_how_to_start_is_said(mailsim: Mailsim, tmp_path: Path) -> None:
    ended = mailsim("lessons", tmp_path / "mine", "--no-start", "--lang", "ja")

    assert (ended.status, ended.err) == (0, "")
    assert f"jupyter lab {tmp_path / 'mine' / FIRST}" in ended.out
    assert (tmp_path / "mine" / FIRST).is_file()


def test_what_was_changed_is_kept_and_named(mailsim: Mailsim, tmp_path: Path) -> None:
    mailsim("lessons", tmp_path, "--no-start")
    (tmp_path / FIRST).write_text("my own work", encoding="utf-8")
    ended = mailsim("lessons", tmp_path, "--no-start")

    assert f"Left as they are, since you have changed them: {FIRST.as_posix()}" in ended.out
    assert (tmp_path / FIRST).read_text("utf-8") == "my own work"


def test_without_jupyter_two_ways_are_named(
    mailsim: Mailsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "jupyter", lambda: None)
    ended = mailsim("lessons", tmp_path)

    assert ended.status == 0
    assert "pip install 'mailsim[notebook]'" in ended.out
    assert "mailsim sweep" in ended.out


def test_with_jupyter_it_is_started_on_the_first_lesson(
    mailsim: Mailsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(shipped, "jupyter", lambda: "jupyter-lab")
    monkeypatch.setattr(
        "sim.cli.lessons.subprocess.run",
        lambda command, **_: started.append(command) or SimpleNamespace(returncode=0),
    )
    ended = mailsim("lessons", tmp_path, "--lang", "ja")

    assert ended.status == 0
    assert started == [["jupyter-lab", str(tmp_path / FIRST)]]


def test_a_file_in_the_way_ends_with_2(mailsim: Mailsim, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ended = mailsim("lessons", tmp_path / "file")

    assert ended.status == 2
    assert "is a file. Name a folder" in ended.err
