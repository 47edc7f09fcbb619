"""The scenarios that come along, and the template, load, tell their story and ask their question in two languages."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ArgumentError
from sim.reachability import unreachable
from sim.scenario.fields import all_settings, by_key
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.scenario.settings import Settings
from sim.scenario.template import template

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = sorted(SCENARIOS.glob("*.yaml"))
NOWHERE = {"misspelt_domains": ("no_such_domain", "refuses", "silent", "no_answer")}
"""Providers of a shipped scenario to which no letter can come, which is what it is about."""
MODELINE = "# yaml-language-server: $schema=./scenario.schema.json"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_scenario_loads_and_every_letter_can_arrive(file: Path) -> None:
    found = unreachable(load(file))
    assert [finding for finding in found if finding.provider not in NOWHERE.get(file.stem, ())] == []


@pytest.mark.parametrize("name", NOWHERE)
def test_letters_to_nowhere_are_told_before_the_run(name: str) -> None:
    found = unreachable(load(SCENARIOS / f"{name}.yaml"))
    assert {finding.provider for finding in found} == set(NOWHERE[name])
    assert all(finding.certain for finding in found)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_scenario_starts_with_story_question_and_what_to_look_at(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    comment = "\n".join(lines[: next(number for number, line in enumerate(lines) if line and line[0] != "#")])
    assert lines[0] == MODELINE
    for part in ("# Story: ", "# Question: ", "# What to look at: "):
        assert part in comment


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_scenario_asks_its_question_in_two_languages(file: Path) -> None:
    scenario = load(file)
    assert scenario.title is not None
    assert scenario.question is not None
    assert scenario.title.ja
    assert scenario.question.in_language("ja").endswith("か。")
    assert scenario.question.en.endswith("?")


def test_the_five_scenarios_of_the_first_release_are_there() -> None:
    assert {file.stem for file in FILES} >= {
        "one_letter",
        "everyday",
        "closure_mail",
        "newsletter",
        "newsletter_million",
    }


def test_the_million_differs_from_the_newsletter_in_size_only() -> None:
    small, large = load(SCENARIOS / "newsletter.yaml"), load(SCENARIOS / "newsletter_million.yaml")
    assert (small.letters["newsletter"].count, large.letters["newsletter"].count) == (50_000, 1_000_000)
    assert (small.senders, small.providers, small.readers) == (large.senders, large.providers, large.readers)


def test_the_template_loads_and_shows_every_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(template("mine"), encoding="utf-8")
    scenario = load(file)
    every = {(name, key) for name, model in all_settings(Scenario).items() for key in by_key(model)}
    assert every - _written(scenario) == set()
    assert "NAME" not in template("mine")
    assert template("mine").startswith(MODELINE)


def test_the_template_can_be_called_in_japanese() -> None:
    assert "休校メール.yaml" in template("休校メール")


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a b", "-x", "x" * 200, "a\nb"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ArgumentError, match="not a file name"):
        template(name)


def _written(value: Any) -> set[tuple[str, str]]:
    """Return the keys that are written somewhere in settings, by the name of their settings."""
    if isinstance(value, Settings):
        named = {
            key: name for key, (name, _) in by_key(type(value)).items() if name in value.model_fields_set
        }
        own = {(type(value).__name__, key) for key in named}
        return own.union(*(_written(getattr(value, name)) for name in named.values()))
    if isinstance(value, dict):
        return set().union(*(_written(item) for item in value.values()))
    if isinstance(value, tuple):
        return set().union(*(_written(item) for item in value))
    return set()


def test_the_package_imports_nothing_before_it_is_asked_for() -> None:
    heavy = ("pydantic", "ruamel.yaml", "networkx", "numpy", "simpy")
    assert _loaded("import sim.scenario", heavy) == []
    assert _loaded("from sim.scenario.load import load; load('scenarios/newsletter.yaml')", heavy[2:]) == []


def test_the_settings_alone_need_no_yaml() -> None:
    assert _loaded("import sim.scenario.schema", ("ruamel.yaml", "networkx", "numpy", "simpy")) == []


@pytest.mark.parametrize("locale", ["C", "POSIX", "ja_JP.SJIS"])
def test_files_are_utf8_whatever_the_locale(locale: str) -> None:
    script = "from sim.scenario.load import load; print(ascii(load('scenarios/closure_mail.yaml').title.ja))"
    environment = {
        "LC_ALL": locale,
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "cp932",
        "PYTHONCOERCECLOCALE": "0",
    }
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=SCENARIOS.parent, env=environment, capture_output=True, check=True
    )
    assert shown.stdout.decode("ascii").strip() == ascii("台風の朝の休校メール")


def _loaded(script: str, modules: tuple[str, ...]) -> list[str]:
    """Return which of some modules a fresh Python has loaded after a script."""
    asking = f"{script}\nimport sys\nprint(*[name for name in {modules!r} if name in sys.modules])"
    shown = subprocess.run(
        [sys.executable, "-c", asking], cwd=SCENARIOS.parent, capture_output=True, check=True, text=True
    )
    return shown.stdout.split()
