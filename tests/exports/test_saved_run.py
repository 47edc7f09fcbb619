from datetime import UTC, datetime
from pathlib import Path

import pytest

from sim.errors import ArgumentError
from sim.exports.output_folder import output_folder
from sim.exports.saved_run import read_start, read_tables, write_run
from sim.results.journeys import journey
from sim.results.tables import frames
from sim.scenario.load import load
from tests.results.hand_made import record


def save(folder: Path) -> None:
    made = record()
    manifest = {"kind": "run", "start": made.scenario.start.isoformat()}
    with output_folder(folder, manifest) as place:
        write_run(place, made.scenario, frames(made), {"seed": 1})


def test_a_saved_run_tells_the_same_journeys(tmp_path: Path) -> None:
    save(tmp_path / "out")
    tables, saved = (
        frames(record()),
        read_tables(tmp_path / "out", ("letters", "attempts", "steps", "readings")),
    )

    for letter in tables["letters"]["letter"]:
        assert journey(saved, letter).stops == journey(tables, letter).stops


def test_the_scenario_that_is_saved_is_the_one_that_ran(tmp_path: Path) -> None:
    save(tmp_path / "out")
    again = load(tmp_path / "out" / "scenario.yaml")

    assert again.model_dump(exclude={"stem"}) == record().scenario.model_dump(exclude={"stem"})


def test_a_saved_run_knows_when_it_began(tmp_path: Path) -> None:
    save(tmp_path / "out")

    assert read_start(tmp_path / "out") == datetime(2026, 9, 1, 6, tzinfo=UTC)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="holds no results of a run"):
        read_tables(tmp_path, ("letters",))
    with output_folder(tmp_path / "other", {"kind": "comparison"}):
        pass
    with pytest.raises(ArgumentError, match="holds no results of a run"):
        read_tables(tmp_path / "other", ("letters",))


def test_a_table_that_is_gone_is_named(tmp_path: Path) -> None:
    save(tmp_path / "out")
    (tmp_path / "out" / "attempts.csv").unlink()

    with pytest.raises(ArgumentError, match=r"attempts\.csv cannot be read"):
        read_tables(tmp_path / "out", ("attempts",))
