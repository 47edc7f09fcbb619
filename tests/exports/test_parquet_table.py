from pathlib import Path

import pandas as pd
import pytest

from sim.exports import parquet_table
from sim.exports.parquet_table import can_write_parquet, write_parquet
from sim.exports.saved_run import write_tables
from sim.results.tables import frames
from tests.results.hand_made import record

parquet = pytest.importorskip("pyarrow.parquet")


def test_frames_come_back_from_parquet_with_their_types(tmp_path: Path) -> None:
    for name, frame in frames(record()).items():
        write_parquet(frame, tmp_path / f"{name}.parquet", {})
        back = pd.read_parquet(tmp_path / f"{name}.parquet")
        assert back.dtypes.astype("str").tolist() == frame.dtypes.astype("str").tolist()
        assert back.astype("str").equals(frame.astype("str"))


def test_a_parquet_file_carries_its_scenario_along(tmp_path: Path) -> None:
    write_parquet(pd.DataFrame({"n": [1]}), tmp_path / "t.parquet", {"scenario": "題: 休校"})

    metadata = parquet.read_schema(tmp_path / "t.parquet").metadata
    assert metadata[b"mailsim.scenario"].decode() == "題: 休校"


def test_without_the_library_there_is_csv_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_table, "find_spec", lambda _: None)
    assert not can_write_parquet()
    write_tables(tmp_path, {"t": pd.DataFrame({"n": [1]})}, {})

    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
