import json
from pathlib import Path

import pytest

from sim.errors import RecordingError
from sim.validation import scorecard
from sim.validation.row import compared, not_covered


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the parts that have tests of their own."""
    monkeypatch.setattr(scorecard.theory, "CASES", ())
    monkeypatch.setattr(scorecard.published, "CHECKS", ())
    monkeypatch.setattr(scorecard.cases, "CASES", ())


def write_recording(folder: Path) -> None:
    folder.mkdir()
    settings = {"providers": {"a.test": {"data_s": 0.1}}, "main_cf": {}, "max_s": 9, "t0_epoch": 1795568701.8}
    (folder / "run.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "letters.csv").write_text(
        "recipient,accepted_by_sender_s,delivered_s,log_lines\nu1@a.test,2.0,2.2,1\n", encoding="utf-8"
    )


@pytest.mark.usefixtures("quick")
def test_a_folder_of_one_s_own_recordings_can_be_given(tmp_path: Path) -> None:
    write_recording(tmp_path / "mine")
    steps: list[tuple[int, int]] = []
    rows = scorecard.run(tmp_path, lambda done, total: steps.append((done, total)))
    assert [row.ok for row in rows] == [True, True, True]
    assert rows[0].check.startswith("mine: ")
    assert steps == [(1, 1)]


@pytest.mark.usefixtures("quick")
def test_a_broken_recording_stops_the_scorecard_before_it_begins(tmp_path: Path) -> None:
    write_recording(tmp_path / "good")
    write_recording(tmp_path / "worse")
    (tmp_path / "worse" / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"run\.json line 1"):
        scorecard.run(tmp_path)


@pytest.mark.usefixtures("quick")
def test_jobs_side_by_side_give_the_same_rows_in_the_same_order(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        write_recording(tmp_path / name)
    steps: list[tuple[int, int]] = []
    alone = scorecard.measure(tmp_path, processes=1)
    together = scorecard.measure(tmp_path, lambda done, total: steps.append((done, total)), processes=2)
    assert together.rows == alone.rows
    assert [one.recording.name for one in together.comparisons] == ["one", "three", "two"]
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_a_row_says_how_far_apart_and_whether_that_is_near_enough() -> None:
    near = compared("theory", "wait, s", 2.0, 2.1, 0.06, relative=True)
    assert (near.error, near.ok) == (pytest.approx(0.05), True)
    far = compared("published", "tries", 3, 5, 1)
    assert (far.error, far.ok) == (2, False)


def test_a_row_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(not_covered("recording", "x", "y").as_dict())) == {
        "part": "recording",
        "check": "x",
        "expected": None,
        "simulated": None,
        "error": None,
        "bound": None,
        "ok": None,
        "note": "y",
        "reason": "",
    }
