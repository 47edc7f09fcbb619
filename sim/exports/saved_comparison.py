"""A comparison in a folder: its answer, its figures, and each scenario as it was in force."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.exports.csv_table import write_csv
from sim.scenario.schema import Scenario
from sim.yaml_io import to_yaml

COMPARISON = "comparison.json"
ANSWER = "answer.txt"
DIFFERENCES = "differences.csv"
ASSUMPTIONS = "assumptions.csv"


def write_comparison(
    folder: Path,
    summary: Mapping[str, Any],
    answer: str,
    differences: pd.DataFrame,
    scenarios: Mapping[str, Scenario],
) -> None:
    """Write all of a comparison but its pictures.

    Args:
        folder: where to.
        summary: what `compare --json` prints.
        answer: the answer in sentences.
        differences: the differences as a frame.
        scenarios: what was run, by the name of the setup; written with presets and overrides in force.
    """
    text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / COMPARISON).write_text(text, encoding="utf-8", newline="\n")
    (folder / ANSWER).write_text(answer + "\n", encoding="utf-8", newline="\n")
    write_csv(differences, folder / DIFFERENCES)
    if "robustness" in summary:
        write_csv(_ends(summary["robustness"]["ends"]), folder / ASSUMPTIONS)
    for name, scenario in scenarios.items():
        effective = to_yaml(scenario.model_dump(mode="json", by_alias=True, exclude_none=True))
        (folder / f"{name}.yaml").write_text(effective, encoding="utf-8", newline="\n")


def _ends(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Give the ends of assumptions as a frame; nobody ahead is an empty cell."""
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    numbers = dict.fromkeys(("value", "low", "high"), "float64")
    return frame.assign(ahead=frame["ahead"].fillna("")).astype({"set_to": "str", **numbers})
