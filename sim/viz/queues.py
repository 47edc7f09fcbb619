"""How long the senders' queues were."""

import pandas as pd
from matplotlib.axes import Axes

from sim.analogy.labels import label
from sim.viz.rates import Tables, legend, own_axes
from sim.viz.style import QUEUE_COLOURS, QUEUE_PATTERNS, tidy

QUEUES = ("content_filter", "incoming", "active", "deferred")
"""The queue before a content filter is drawn only where there is one."""


def plot_queues(tables: Tables, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw how long queues were on average, all senders together: content filter, incoming, active, deferred.

    Args:
        tables: the frames of a run.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    for queue in QUEUES:
        lengths = queue_lengths(tables["series"], queue)
        if queue == "content_filter" and not len(lengths):
            continue
        # Each value is the mean up to its moment, so the line begins at 0 with the first one.
        axes.step(
            [0.0, *lengths.index],
            [lengths.iloc[0] if len(lengths) else 0.0, *lengths],
            where="pre",
            label=label(f"queue.{queue}", lang),
            color=QUEUE_COLOURS[queue],
            linestyle=QUEUE_PATTERNS[queue],
        )
    tidy(axes)
    axes.set_title(label("panel.queues", lang), loc="left")
    axes.set_ylabel(label("axis.letters", lang))
    legend(axes)
    return axes


def queue_lengths(series: pd.DataFrame, queue: str) -> "pd.Series[float]":
    """Give the length of a queue over time, summed over all senders."""
    own = series[series["name"].astype("str").str.endswith(f".{queue}")]
    return own.groupby("at_s")["mean"].sum()
