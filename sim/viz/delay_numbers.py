"""The numbers behind pictures of delays: letters by destination, percentiles by time of submission, what is missing."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results.statistics import percentile
from sim.viz.rates import Tables

PERCENTS = (50, 90, 99)


def own_letters(tables: Tables) -> pd.DataFrame:
    """Give the letters that somebody submitted, with their delay in seconds, NaN where they never arrived."""
    letters = tables["letters"]
    own = letters[letters["kind"] == "letter"]
    return own.assign(delay_s=own["delivered_s"] - own["accepted_s"])


def by_destination(letters: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Give the letters of each destination that has any, in the scenario's order."""
    return {str(name): own for name, own in letters.groupby("provider", observed=True) if len(own)}


def largest(letters: pd.DataFrame, most: int) -> dict[str, pd.DataFrame]:
    """Give the destinations with the most letters, in the scenario's order."""
    groups = by_destination(letters)
    kept = set(sorted(groups, key=lambda name: -len(groups[name]))[:most])
    return {name: own for name, own in groups.items() if name in kept}


def missing_share(letters: pd.DataFrame) -> float:
    """Give the share of letters that had not arrived when the run ended."""
    return float(letters["delay_s"].isna().mean()) if len(letters) else 0.0


def percentiles(letters: pd.DataFrame, edges: NDArray[np.float64]) -> pd.DataFrame:
    """Give percentiles of the delay, and the share that never arrived, by bins of the time of submission.

    Args:
        letters: letters with their `delay_s`.
        edges: the edges of the bins; the last one belongs to the last bin.
    """
    place = np.searchsorted(edges, letters["submitted_s"].to_numpy(), side="right") - 1
    rows: list[Mapping[str, float]] = []
    place = place.clip(0, len(edges) - 2)
    for bin_ in np.unique(place):
        own = letters[place == bin_]
        took = np.sort(own["delay_s"].dropna().to_numpy(dtype=np.float64))
        found = {f"p{percent}": percentile(took, percent) for percent in PERCENTS}
        rows.append(
            {
                "from_s": float(edges[bin_]),
                "to_s": float(edges[bin_ + 1]),
                **{name: np.nan if value is None else value for name, value in found.items()},
                "missing": missing_share(own),
            }
        )
    return pd.DataFrame(rows, columns=["from_s", "to_s", *(f"p{percent}" for percent in PERCENTS), "missing"])


def submission_span_s(letters: pd.DataFrame) -> tuple[float, float]:
    """Give the first and the last moment of submission, apart by a second at least."""
    from_s = float(letters["submitted_s"].min()) if len(letters) else 0.0
    to_s = float(letters["submitted_s"].max()) if len(letters) else 1.0
    return from_s, max(to_s, from_s + 1.0)
