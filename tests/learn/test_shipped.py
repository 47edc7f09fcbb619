import tomllib
from pathlib import Path

import pytest

from sim.errors import OutputError
from sim.learn import shipped
from sim.learn.plans import PLANS
from sim.learn.shipped import RECORD, copy_lessons, notebooks_folder

NOTEBOOK = "en/06_one_hundred_or_a_million.ipynb"


def test_a_copy_holds_lessons_in_both_languages_and_their_scenarios(tmp_path: Path) -> None:
    copied = copy_lessons(tmp_path / "lessons")

    notebooks = {f"{lang}/{name}.ipynb" for lang in ("en", "ja") for name in PLANS}
    scenarios = {f"scenarios/{plan.scenario}" for plan in PLANS.values()}
    assert notebooks | scenarios | {"scenarios/forty_a_minute.yaml", "README.md"} <= set(copied.written)
    assert (copied.kept, copied.beside) == ((), ())
    assert (tmp_path / "lessons" / NOTEBOOK).read_bytes() == (notebooks_folder() / NOTEBOOK).read_bytes()


def test_what_a_learner_has_changed_stays(tmp_path: Path) -> None:
    copy_lessons(tmp_path)
    (tmp_path / NOTEBOOK).write_text("my own work", encoding="utf-8")
    copied = copy_lessons(tmp_path)

    assert copied.kept == (NOTEBOOK,)
    assert copied.beside == ()  # there is no newer version of it
    assert (tmp_path / NOTEBOOK).read_text("utf-8") == "my own work"


def test_a_file_that_was_there_before_us_stays_and_ours_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / NOTEBOOK).write_text("someone else's", encoding="utf-8")
    copied = copy_lessons(tmp_path)

    assert copied.kept == (NOTEBOOK,)
    assert copied.beside == (NOTEBOOK.replace(".ipynb", ".new.ipynb"),)
    assert (tmp_path / NOTEBOOK).read_text("utf-8") == "someone else's"


def test_a_new_version_replaces_what_nobody_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old"
    copy_lessons(old)  # a source of its own, whose README then changes
    monkeypatch.setattr(shipped, "notebooks_folder", lambda: old)
    mine = tmp_path / "mine"
    copy_lessons(mine)
    (old / "README.md").write_text("newer", encoding="utf-8")
    (old / NOTEBOOK).write_text("newer", encoding="utf-8")
    (mine / NOTEBOOK).write_text("my own work", encoding="utf-8")
    copied = copy_lessons(mine)

    assert (mine / "README.md").read_text("utf-8") == "newer"
    assert copied.kept == (NOTEBOOK,)
    assert (mine / copied.beside[0]).read_text("utf-8") == "newer"
    assert (mine / NOTEBOOK).read_text("utf-8") == "my own work"


def test_checkpoints_and_results_are_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    for name in (
        "scenarios/a.yaml",
        "en/.ipynb_checkpoints/b.ipynb",
        "en/__pycache__/c.py",
        "en/hand_in.csv",
    ):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("x")
    monkeypatch.setattr(shipped, "notebooks_folder", lambda: source)

    assert copy_lessons(tmp_path / "copy").written == ("scenarios/a.yaml",)
    assert RECORD.startswith(".")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(OutputError, match="is a file"):
        copy_lessons(tmp_path / "file")


def test_the_lessons_travel_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    (tmp_path / "_notebooks" / "scenarios").mkdir(parents=True)
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path)

    assert f"sim/{notebooks_folder().name}" == wheel["force-include"]["notebooks"]
