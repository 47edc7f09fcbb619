"""The README says what is so: its links lead somewhere, its commands exist, and a run prints what it shows."""

import re
from pathlib import Path

import pytest

from sim.cli.app import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MOST_PICTURE_BYTES = 200_000


def test_links_and_pictures_lead_to_files() -> None:
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]

    assert [target for target in linked if not (ROOT / target).exists()] == []
    pictures = [ROOT / target for target in linked if target.endswith(".png")]
    assert pictures
    assert [file for file in pictures if file.stat().st_size > MOST_PICTURE_BYTES] == []


def test_commands_exist_and_so_do_their_scenarios() -> None:
    shown = "\n".join(BLOCKS)
    known = {
        str(command.name or command.callback.__name__)
        for command in app.registered_commands
        if command.callback
    }

    assert set(re.findall(r"^(?:\S*/)?mailsim ([a-z]+)", shown, re.MULTILINE)) - known == set()
    scenarios = re.findall(r"\b(?:notebooks/)?scenarios/\w+\.yaml", shown)
    assert [name for name in scenarios if not (ROOT / name).is_file()] == []


def test_a_run_prints_what_the_readme_shows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = (block for block in BLOCKS if "Question: " in block)
    with pytest.raises(SystemExit):
        app(["run", "scenarios/newsletter.yaml"], prog_name="mailsim")
    printed = capsys.readouterr().out.splitlines()

    assert [line for line in block.splitlines() if line not in printed] == []
