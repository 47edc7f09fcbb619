"""How the delay changed over the time of submission: percentiles of what arrived, and the share that never did."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.analogy.labels import label
from sim.viz.clock import step_s
from sim.viz.delay_axis import SHORTEST_S, log_time, range_s
from sim.viz.delay_numbers import PERCENTS, percentiles
from sim.viz.rates import own_axes
from sim.viz.style import BLUE, GRID, INK, SKY, VERMILION

BINS = 60
LOOKS = ((50, BLUE, "o"), (90, SKY, "s"), (99, INK, "^"))
"""Percentile, colour and mark."""


def plot_percentiles(
    letters: pd.DataFrame, from_s: float, to_s: float, *, ax: Axes | None = None, lang: str = "en"
) -> Axes:
    """Draw median, 90 % and 99 % of the delay over the time of submission, and what never arrived behind them.

    Args:
        letters: letters with their `delay_s`, as `own_letters` gives them.
        from_s: the beginning of the time axis.
        to_s: its end.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    found = percentiles(letters, _edges(from_s, to_s))
    _lines(axes, found, len(PERCENTS), lang)
    low_s, high_s = range_s(letters)
    log_time(axes, "y", low_s, high_s, lang, most=4)
    for left_s, right_s, share in found.loc[found["missing"] > 0, ["from_s", "to_s", "missing"]].to_numpy():
        axes.axvspan(left_s, right_s, ymin=0, ymax=share, color=VERMILION, alpha=0.3, linewidth=0)
    axes.fill_between([], [], color=VERMILION, alpha=0.3, linewidth=0, label=label("delays.missing", lang))
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def plot_delay_line(letters: pd.DataFrame, end_s: float, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw median and 90 % of the delay of all letters over the time of submission, on a time axis of others.

    Args:
        letters: letters with their `delay_s`, as `own_letters` gives them.
        end_s: the end of the time axis.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    found = percentiles(letters[letters["submitted_s"] <= end_s], _edges(0.0, end_s))
    _lines(axes, found, 2, lang)
    log_time(axes, "y", *range_s(letters), lang, most=3)
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_title(label("delays.over_time", lang), loc="left")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.05), borderaxespad=0.4)
    return axes


def _edges(from_s: float, to_s: float) -> NDArray[np.float64]:
    """Cut a time into bins of a round length."""
    width_s = step_s(to_s - from_s, BINS)
    return (
        np.float64(from_s)
        + np.arange(int(np.ceil((to_s - from_s) / width_s)) + 1, dtype=np.float64) * width_s
    )


def _lines(axes: Axes, found: pd.DataFrame, most: int, lang: str) -> None:
    middle = (found["from_s"] + found["to_s"]) / 2
    for percent, colour, mark in LOOKS[:most]:
        axes.plot(
            middle,
            found[f"p{percent}"].clip(lower=SHORTEST_S),
            color=colour,
            marker=mark,
            markersize=3.5,
            linewidth=1.4,
            label=label(f"delays.p{percent}", lang),
        )
