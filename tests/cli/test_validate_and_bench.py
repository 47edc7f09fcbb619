import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.validation.row import Row
from sim.validation.scorecard import Scorecard
from tests.cli.conftest import Mailsim

ROWS = [
    Row("theory", "mean wait, s", 1.5, 1.51, 0.01, 0.02, True),
    Row("published", "share deferred", 0.1, 0.4, 0.3, 0.02, False, "why it misses"),
    Row("case", "not yet", None, None, None, None, None, "not covered"),
]


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.validation.scorecard.measure", lambda *_: Scorecard(ROWS, []))


@pytest.mark.usefixtures("_short")
def test_misses_are_shown_and_end_well(mailsim: Mailsim) -> None:
    ended = mailsim("validate")

    assert ended.status == 0
    assert "MISSED" in ended.out
    assert "why it misses" in ended.out
    assert "1 of 3 checks within their bound, 1 missed, 1 not covered" in ended.out


@pytest.mark.usefixtures("_short")
def test_strict_makes_a_miss_end_with_1(mailsim: Mailsim) -> None:
    assert mailsim("validate", "--strict").status == 1


def test_strict_without_a_miss_ends_with_0(mailsim: Mailsim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.validation.scorecard.measure", lambda *_: Scorecard(ROWS[:1], []))

    assert mailsim("validate", "--strict").status == 0


@pytest.mark.usefixtures("_short")
def test_rows_are_json_with_all_their_fields(mailsim: Mailsim) -> None:
    rows = json.loads(mailsim("validate", "--json", "-").out)["rows"]

    assert {"part", "check", "expected", "simulated", "error", "bound", "ok"} <= set(rows[0])
    assert [row["ok"] for row in rows] == [True, False, None]


@pytest.mark.usefixtures("_short")
def test_a_picture_can_be_drawn(mailsim: Mailsim, tmp_path: Path) -> None:
    assert mailsim("validate", "--picture", tmp_path / "curves.png").status == 0
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("_short")
def test_a_page_can_be_written_in_both_languages(mailsim: Mailsim, tmp_path: Path) -> None:
    page = tmp_path / "scorecard.html"
    ended = mailsim("validate", "--page", page)
    assert ended.status == 0
    assert f"Page: {page}" in ended.out
    assert '<html lang="en">' in page.read_text(encoding="utf-8")
    assert mailsim("validate", "--page", page, "--lang", "ja").status == 0
    assert '<html lang="ja">' in page.read_text(encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["scorecard.html"]


def test_a_page_that_could_not_be_written_is_refused_before_any_work(
    mailsim: Mailsim, tmp_path: Path
) -> None:
    ended = mailsim("validate", "--page", tmp_path / "nowhere" / "scorecard.html")
    assert ended.status == 2
    assert "nowhere" in ended.err


def test_a_folder_without_recordings_ends_with_2(mailsim: Mailsim, tmp_path: Path) -> None:
    ended = mailsim("validate", "--recordings", tmp_path / "nowhere")

    assert ended.status == 2
    assert "nowhere" in ended.err


def measured(found: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    return lambda letters, **_: {**found, "letters": letters}


def test_bench_says_letters_a_second_and_the_ratio(mailsim: Mailsim, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        "seconds": 0.5,
        "letters_per_s": 2000.0,
        "rss_growth_mb": None,
        "replay_seconds": 0.25,
        "plain_letters": 300,
        "plain_letters_per_s": 200.0,
        "ratio": 9.876,
        "destinations": {"letters": 100, "few": 4, "many": 200, "ratio": 1.234},
    }
    monkeypatch.setattr("sim.validation.bench.run", measured(found))
    ended = mailsim("bench", "--letters", "1000")

    assert ended.status == 0
    assert "1,000 letters the whole way in 500 ms: 2,000 letters/s" in ended.out
    assert "9.9 times as fast" in ended.out
    assert "The page of their replay is made in 250 ms." in ended.out
    assert "100 letters to 200 destinations take 1.23 times as long as to 4" in ended.out
    assert json.loads(mailsim("bench", "--letters", "1000", "--json", "-").out)["ratio"] == 9.876


def test_results_of_a_run_are_no_recording(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mailsim("run", scenario, "--out", out, "--no-plots")
    ended = mailsim("validate", "--recordings", out)

    assert ended.status == 2
    assert f"{out / 'run.json'}: there is no such file. A recording is a folder with run.json" in ended.err
    assert "記録は、run.json" in mailsim("validate", "--recordings", out, "--lang", "ja").err


def test_a_file_is_no_folder_of_recordings(mailsim: Mailsim, scenario: Path) -> None:
    ended = mailsim("validate", "--recordings", scenario)

    assert ended.status == 2
    assert f"{scenario} is a file. A recording is a folder" in ended.err
