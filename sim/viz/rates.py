"""How fast letters were delivered, and how fast attempts were refused."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.analogy.labels import label
from sim.viz.clock import step_s
from sim.viz.style import CYCLE, FAINT, MOST_LINES, REFUSAL_CYCLE, new_figure, style, tidy

Tables = Mapping[str, pd.DataFrame]
Groups = dict[str, NDArray[np.float64]]

BINS = 240
UNITS = (("s", 1), ("min", 60), ("h", 3600))


def plot_deliveries(tables: Tables, end_s: float, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw letters delivered over time, stacked by provider.

    Args:
        tables: the frames of a run.
        end_s: the end of the time axis.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    letters = tables["letters"]
    there = letters[(letters["kind"] == "letter") & letters["delivered_s"].notna()]
    groups = {
        str(provider): own["delivered_s"].to_numpy(dtype=np.float64)
        for provider, own in there.groupby("provider", observed=False)
        if provider != "local"
    }
    unit = _stack(axes, groups, end_s, CYCLE, lang)
    axes.set_title(label("panel.deliveries", lang), loc="left")
    axes.set_ylabel(label(f"axis.per_{unit}", lang))
    if there.empty:
        _say(axes, label("panel.nothing_delivered", lang))
    legend(axes)
    return axes


def plot_refusals(tables: Tables, end_s: float, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw attempts that did not end with a 250 over time, stacked by the answer; suspended ones had none.

    Args:
        tables: the frames of a run.
        end_s: the end of the time axis.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    attempts = tables["attempts"]
    refused = attempts[(attempts["reply_name"] != "accepted") & (attempts["connection"] != "suspended")]
    groups = {
        f"{own['reply'].iloc[0]} {label(f'reply.{name}', lang)}": own["ended_s"].to_numpy(dtype=np.float64)
        for name, own in refused.groupby("reply_name", observed=True)
    }
    unit = _stack(axes, groups, end_s, REFUSAL_CYCLE, lang)
    axes.set_title(label("panel.refusals", lang), loc="left")
    axes.set_ylabel(label(f"axis.refusals_per_{unit}", lang))
    if refused.empty:
        _say(axes, label("panel.nothing_refused", lang))
    legend(axes)
    return axes


def own_axes(ax: Axes | None, lang: str) -> Axes:
    """Give the axes to draw in: those given, or those of a new figure."""
    if ax is not None:
        return ax
    with style(lang):
        return new_figure().subplots()


def legend(axes: Axes) -> None:
    """Put the legend beside the panel, where it hides nothing."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.05), borderaxespad=0.4, handlelength=1.8)


def _stack(axes: Axes, groups: Groups, end_s: float, colours: Sequence[str], lang: str) -> str:
    """Draw how many a time unit fall into equal bins, one group on top of the other; give the unit."""
    groups = _largest(groups, lang)
    edges = _edges(end_s)
    counts = {name: np.histogram(times, edges)[0].astype(np.float64) for name, times in groups.items()}
    peak_per_s = max(sum(counts.values(), np.zeros(len(edges) - 1)), default=0.0) / (edges[1] - edges[0])
    unit, seconds = next(((unit, s) for unit, s in UNITS if peak_per_s * s >= 1), UNITS[0])
    below = np.zeros(len(edges) - 1)
    for (name, count), colour in zip(counts.items(), colours, strict=False):
        top = below + count * seconds / (edges[1] - edges[0])
        axes.stairs(top, edges, baseline=below, fill=True, color=colour, linewidth=0, label=name)
        below = top
    tidy(axes)
    if not groups or peak_per_s == 0:
        axes.set_ylim(0, 1)
        axes.set_yticks([])
    return unit


def _edges(end_s: float) -> NDArray[np.float64]:
    """Cut the time axis into equal bins of a round length."""
    width_s = step_s(end_s, BINS)
    return np.arange(0, int(np.ceil(end_s / width_s)) + 1, dtype=np.float64) * np.float64(width_s)


def _largest(groups: Groups, lang: str) -> Groups:
    """Keep as many groups as there are colours; the smallest become one."""
    if len(groups) <= MOST_LINES:
        return groups
    ordered = sorted(groups, key=lambda name: -len(groups[name]))
    kept, rest = ordered[: MOST_LINES - 1], ordered[MOST_LINES - 1 :]
    together = np.concatenate([groups[name] for name in rest])
    return {
        **{name: times for name, times in groups.items() if name in kept},
        label("panel.others", lang): together,
    }


def _say(axes: Axes, words: str) -> None:
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=FAINT)
