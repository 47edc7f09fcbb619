"""A run in a folder: its tables, its summary, the scenario as it was in force."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.exports.csv_table import read_csv, write_csv
from sim.exports.output_folder import MANIFEST, read_manifest
from sim.exports.parquet_table import can_write_parquet, write_parquet
from sim.exports.table_shapes import check_end, check_shape, damaged
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.yaml_io import to_yaml

SUMMARY = "summary.json"
SCENARIO = "scenario.yaml"
CAPTIONS = "captions.md"
TEXT_COLUMNS = (
    "letter",
    "message",
    "reply",
    "entry",
    "sender",
    "provider",
    "host",
    "address",
    "why",
    "detail",
    "where",
    "name",
    "queue",
    "worst_letter",
)
"""Columns that are text even where all their cells look like numbers."""


def write_run(
    folder: Path,
    scenario: Scenario,
    tables: Mapping[str, pd.DataFrame],
    summary: Mapping[str, Any],
) -> None:
    """Write all of a run but its pictures.

    Args:
        folder: where to.
        scenario: what was run; written as it was in force, presets and overrides included.
        tables: the frames by name.
        summary: the summary.
    """
    effective = to_yaml(scenario.model_dump(mode="json", by_alias=True, exclude_none=True))
    (folder / SCENARIO).write_text(effective, encoding="utf-8", newline="\n")
    (folder / SUMMARY).write_text(summary_text(summary), encoding="utf-8", newline="\n")
    write_tables(folder, tables, {"scenario": effective, "seed": str(summary["seed"])})


def write_captions(folder: Path, page: str) -> None:
    """Write the page that shows the pictures of a run and says what they show."""
    (folder / CAPTIONS).write_text(page, encoding="utf-8", newline="\n")


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame], notes: Mapping[str, str]) -> None:
    """Write every table as CSV, and as Parquet where that is possible.

    Args:
        folder: where to.
        tables: the frames by name.
        notes: what Parquet files carry along, such as the scenario's name and the seed.
    """
    parquet = can_write_parquet()
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")
        if parquet:
            write_parquet(frame, folder / f"{name}.parquet", notes)


def summary_text(summary: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """Give a summary as JSON text."""
    return json.dumps(summary, indent=2, ensure_ascii=ascii_only, allow_nan=False) + "\n"


def read_tables(folder: Path, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Read tables of a saved run.

    Raises:
        ArgumentError: the folder holds no saved run, or a table cannot be read or is damaged.
    """
    manifest = read_manifest(folder)
    if manifest is None or manifest.get("kind") != "run":
        raise taught(ArgumentError, "not_a_run", path=str(folder))
    return {name: _read(folder / f"{name}.csv") for name in names}


def read_scenario(folder: Path) -> Scenario:
    """Give the scenario of a saved run, as it was in force.

    Raises:
        ScenarioError: the file in the folder is not as it was written.
    """
    manifest = read_manifest(folder) or {}
    scenario = load(folder / SCENARIO)
    return scenario.model_copy(update={"stem": str(manifest.get("scenario", scenario.stem))})


def read_start(folder: Path) -> datetime:
    """Give the moment that is time 0 of a saved run.

    Raises:
        ArgumentError: the manifest does not say.
    """
    manifest = read_manifest(folder) or {}
    try:
        return datetime.fromisoformat(manifest["start"])
    except (KeyError, TypeError, ValueError) as error:
        raise damaged("values", folder / MANIFEST, column="start") from error


def _read(path: Path) -> pd.DataFrame:
    try:
        check_end(path)
        frame = read_csv(path, TEXT_COLUMNS)
    except OSError as error:
        reason = error.strerror or str(error)
        raise taught(ArgumentError, "cannot_read", path=str(path), reason=reason) from error
    except ValueError as error:  # pandas makes no table of it, or it is no UTF-8
        raise damaged("unreadable", path, reason=str(error).splitlines()[0].rstrip(".")) from error
    check_shape(frame, path)
    return frame
