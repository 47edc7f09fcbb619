import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.exports import csv_table
from sim.exports.csv_table import read_csv, write_csv
from sim.exports.saved_run import TEXT_COLUMNS
from sim.results.tables import frames
from tests.results.hand_made import record


def test_a_file_opens_in_a_spreadsheet_and_is_the_same_on_every_system(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"letter": ["招待/1"], "at_s": [1.5]}), tmp_path / "t.csv")

    assert (tmp_path / "t.csv").read_bytes() == "\ufeffletter,at_s\n招待/1,1.500000\n".encode()


def test_times_keep_every_microsecond(tmp_path: Path) -> None:
    times = [0.000001, 31_536_000.123457, 1e-6 * 999_999]
    write_csv(pd.DataFrame({"at_s": times}), tmp_path / "t.csv")

    assert read_csv(tmp_path / "t.csv", ())["at_s"].tolist() == times


def test_what_a_reader_of_csv_would_take_apart_is_quoted(tmp_path: Path) -> None:
    words = ['says "no"', "a,b", "two\nlines", "plain", ""]
    write_csv(pd.DataFrame({"detail": words, "n": range(5)}), tmp_path / "t.csv")

    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == words
    assert read_csv(tmp_path / "t.csv", ("detail",))["detail"].tolist() == words


def test_nothing_is_an_empty_cell_whatever_its_kind(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "at_s": [np.nan, 1.0],
            "mean": [0.5, np.nan],
            "host": pd.Categorical(["mx", None]),
            "read": [True, False],
            "n": np.array([1, 2], dtype=np.uint8),
        }
    )
    write_csv(frame, tmp_path / "t.csv")

    assert (tmp_path / "t.csv").read_text("utf-8-sig").splitlines()[1:] == [
        ",0.5,mx,true,1",
        "1.000000,,,false,2",
    ]


def test_a_provider_may_be_called_null(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"provider": ["null", "nan", "na"]}), tmp_path / "t.csv")

    assert read_csv(tmp_path / "t.csv", ("provider",))["provider"].tolist() == ["null", "nan", "na"]


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"letter": pd.Series([], dtype="str"), "at_s": []}), tmp_path / "t.csv")

    assert list(read_csv(tmp_path / "t.csv", ("letter",)).columns) == ["letter", "at_s"]


def test_large_tables_are_written_in_pieces_that_fit_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = frames(record())["attempts"]
    write_csv(frame, tmp_path / "whole.csv")
    monkeypatch.setattr(csv_table, "ROWS_AT_ONCE", 2)
    write_csv(frame, tmp_path / "pieces.csv")

    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "pieces.csv").read_bytes()


def test_every_table_of_a_run_reads_back_as_it_was(tmp_path: Path) -> None:
    for name, frame in frames(record()).items():
        write_csv(frame, tmp_path / f"{name}.csv")
        back = read_csv(tmp_path / f"{name}.csv", TEXT_COLUMNS)
        assert list(back.columns) == list(frame.columns)
        for column in frame.columns:
            was = frame[column].astype(object).where(frame[column].notna(), None).tolist()
            found = back[column].astype(object).where(back[column].notna(), None)
            assert [value or None for value in found] == pytest.approx([value or None for value in was]), (
                column
            )
