"""What an installed mailsim brings along, and what the project promises about its own files."""

import importlib
import itertools
import subprocess
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_dependencies_have_lower_bounds_only(project: dict[str, Any]) -> None:
    extras = project["project"]["optional-dependencies"].values()
    listed = [*project["project"]["dependencies"], *itertools.chain.from_iterable(extras)]
    bounded = [line for line in listed if "<" in line or "==" in line or "~=" in line]
    assert bounded == []
    assert project["project"]["requires-python"] == ">=3.11"


def test_there_is_no_lock_file() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT
    ).stdout.split()
    assert [
        name for name in tracked if name.endswith(("uv.lock", "poetry.lock", "Pipfile.lock", "pylock.toml"))
    ] == []


def test_the_command_is_called_mailsim_and_its_function_is_there(project: dict[str, Any]) -> None:
    assert project["project"]["scripts"] == {"mailsim": "sim.cli:main"}
    assert callable(importlib.import_module("sim.cli").main)


def test_continuous_integration_runs_the_readme_s_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_that_no_real_mail_is_sent() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "No real mail is ever sent" in text
    assert "実際のメールは1通も送信しません" in text


def test_the_wheel_carries_scenarios_presets_recordings_and_type_marker(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "sim/_scenarios/newsletter.yaml" in names
    assert "sim/py.typed" in names
    assert {f"sim/viz/replay.{ending}" for ending in ("html", "css", "js")} <= names
    assert "sim/validation/recordings/two_waves/letters.csv.gz" in names
    assert any(name.startswith("sim/scenario/catalogue/") and name.endswith(".yaml") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "notebooks/"))]
