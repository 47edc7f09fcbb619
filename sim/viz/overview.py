"""The first picture of a run: queues, deliveries and refusals over one time axis, with the trouble behind them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.amounts import moment_words
from sim.viz.clock import set_clock
from sim.viz.fonts import drawable
from sim.viz.queues import QUEUES, plot_queues
from sim.viz.rates import Tables, plot_deliveries, plot_refusals
from sim.viz.style import INK, new_figure, style
from sim.viz.trouble import KINDS, draw_marks, marks, name_marks

QUIET = 0.6
"""If next to nothing happens after this share of the run, the rest is not shown."""
NEARLY_ALL = 0.995
"""So much of what happens is to be shown."""
MARGIN = 1.1
ENDINGS = tuple(f".{queue}" for queue in QUEUES)


def overview(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw queues, deliveries and refusals of a run.

    Args:
        scenario: what was run; gives the title, the deadline and the clock.
        tables: the frames of the run.
        lang: the language of the words.
    """
    end_s = shown_until_s(scenario, tables)
    with style(lang):
        figure = new_figure()
        panels = figure.subplots(3, 1, sharex=True, height_ratios=(1.2, 1, 1))
        queues, deliveries, refusals = panels
        plot_queues(tables, ax=queues, lang=lang)
        plot_deliveries(tables, end_s, ax=deliveries, lang=lang)
        plot_refusals(tables, end_s, ax=refusals, lang=lang)
        listed = marks(scenario, tables, end_s, lang)
        for panel in panels:
            draw_marks(panel, listed)
        name_marks(queues, listed, end_s, lang)
        finish_clock(refusals, scenario, end_s, lang)
        figure.suptitle(title_of(scenario, lang), fontsize=16, color=INK)
        figure.align_ylabels(panels)
    return figure


def finish_clock(axes: Axes, scenario: Scenario, end_s: float, lang: str) -> None:
    """Put the time of day under a panel, and say so where the run goes on beyond it."""
    set_clock(axes, scenario.start, 0.0, end_s, lang)
    if end_s < scenario.duration_us / 1e6:
        until = moment_words(scenario.start, scenario.duration_us / 1e6, lang)
        axes.set_xlabel(label("axis.goes_on", lang, axis=axes.get_xlabel(), until=until))


def title_of(scenario: Scenario, lang: str) -> str:
    """Give the title to draw on a picture: every character of it has a glyph."""
    return drawable(title_words(scenario, lang))


def title_words(scenario: Scenario, lang: str) -> str:
    """Give a scenario's title, or its name where it has none."""
    return scenario.title.in_language(lang) if scenario.title is not None else scenario.stem


def shown_until_s(scenario: Scenario, tables: Tables) -> float:
    """Give until when a picture needs to go: the whole run, or less where next to nothing happens after that."""
    letters = tables["letters"]
    delivered = letters.loc[letters["kind"] == "letter", "delivered_s"].dropna()
    events_s = np.concatenate([delivered, tables["attempts"]["ended_s"]])
    return needed_s(scenario, events_s, tables["series"], tables["incidents"])


def needed_s(
    scenario: Scenario, events_s: NDArray[np.float64], series: pd.DataFrame, incidents: pd.DataFrame
) -> float:
    """Give until when a picture needs to go that shows nearly all of what happens.

    Args:
        scenario: gives the whole duration and the deadline.
        events_s: when deliveries and attempts ended.
        series: the table of lengths over time.
        incidents: the table of incidents.
    """
    whole_s = scenario.duration_us / 1e6
    queued = series[series["name"].astype("str").str.endswith(ENDINGS)].groupby("at_s")["mean"].sum()
    moments = [
        float(np.quantile(events_s, NEARLY_ALL)) if len(events_s) else whole_s,
        float(queued[queued > queued.max() * (1 - NEARLY_ALL)].index.max()) if queued.max() > 0 else 0.0,
        float(incidents.loc[incidents["kind"].isin(KINDS), "to_s"].fillna(whole_s).max()),
        (scenario.deadline_us or 0) / 1e6,
    ]
    last_s = max(moment for moment in moments if moment == moment)
    return whole_s if last_s > QUIET * whole_s or last_s <= 0 else min(whole_s, last_s * MARGIN)
