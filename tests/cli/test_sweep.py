import json
from pathlib import Path

import pytest

from tests.cli.conftest import Mailsim

GRID = ("--grid", "letters.notice.count=[3, 30]")


def test_a_sweep_prints_a_line_a_point(mailsim: Mailsim, scenario: Path) -> None:
    ended = mailsim("sweep", scenario, *GRID)

    assert (ended.status, ended.err) == (0, "")
    assert "number of letters (notice)" in " ".join(ended.out.split())
    assert "A single run at each point (seed 1)" in ended.out


def test_json_has_one_row_a_point_and_nothing_else_on_standard_output(
    mailsim: Mailsim, scenario: Path
) -> None:
    ended = mailsim("sweep", scenario, *GRID, "--grid", "seed=1,2", "--json", "-")
    found = json.loads(ended.out)

    assert [row["values"] for row in found["rows"]] == [
        {"letters.notice.count": count, "seed": seed} for count in (3, 30) for seed in (1, 2)
    ]
    assert [row["letters"]["submitted"]["value"] for row in found["rows"]] == [3, 3, 30, 30]
    assert found["grid"][0] == {"path": "letters.notice.count", "values": [3, 30]}


def test_the_page_is_one_file_in_either_language(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ended = mailsim("sweep", scenario, *GRID, "--out", page, "--lang", "ja")

    assert ended.status == 0
    assert str(page) in ended.out
    assert '<html lang="ja">' in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--grid", "letters.notice.count"], "Right would be a path and its values"),
        (["--grid", "letters.notice.count=3,many"], "letters.notice.count"),
        (["--grid", "letters.notice.cuont=3"], "Did you mean `count`?"),
        (["--grid", "seed=1", "--grid", "seed=2"], "two grids"),
        ([*GRID, "--out", "nowhere/page.html"], "there is no folder"),
        ([*GRID, "--replications", "0"], "replications"),
        ([], "--grid"),
    ],
)
def test_what_the_user_can_put_right_ends_with_2_and_leaves_nothing(
    mailsim: Mailsim, scenario: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(scenario.parent)
    ended = mailsim("sweep", scenario.name, *arguments)

    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert [path.name for path in scenario.parent.iterdir()] == [scenario.name]
