"""How full everything was: queues, connections, and utilisation, over time."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.overview import finish_clock, shown_until_s, title_of
from sim.viz.queues import plot_queues
from sim.viz.rates import Tables, legend, own_axes
from sim.viz.style import CYCLE, FAINT, INK, MOST_LINES, PATTERNS, new_figure, style, tidy
from sim.viz.trouble import draw_marks, marks, name_marks
from sim.vocabulary.series import MEMORY

Lines = Mapping[str, "pd.Series[float]"]
"""Values over time by name; each value is the mean up to its moment."""
NEAR_NOTHING = 0.0005


def loads(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw queues, connections and utilisation over time.

    Args:
        scenario: what was run; gives the title, the limits and the clock.
        tables: the frames of the run.
        lang: the language of the words.
    """
    end_s = shown_until_s(scenario, tables)
    with style(lang):
        figure = new_figure()
        panels = figure.subplots(3, 1, sharex=True)
        plot_queues(tables, ax=panels[0], lang=lang)
        plot_connections(tables, ax=panels[1], lang=lang)
        plot_utilisation(scenario, tables, ax=panels[2], lang=lang)
        listed = marks(scenario, tables, end_s, lang)
        for panel in panels:
            draw_marks(panel, listed)
        name_marks(panels[0], listed, end_s, lang)
        finish_clock(panels[-1], scenario, end_s, lang)
        words = label(
            "picture.title", lang, title=title_of(scenario, lang), what=label("picture.loads", lang)
        )
        figure.suptitle(words, fontsize=16, color=INK)
        figure.align_ylabels(panels)
    return figure


def plot_connections(tables: Tables, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw how many SMTP connections each provider's hosts held open, on average over each bucket.

    Args:
        tables: the frames of a run.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    _draw(axes, connections(tables["series"]), lang)
    tidy(axes)
    axes.set_title(label("loads.connections", lang), loc="left")
    axes.set_ylabel(label("loads.axis_connections", lang))
    legend(axes)
    return axes


def plot_utilisation(
    scenario: Scenario,
    tables: Tables,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    most: int = MOST_LINES,
) -> Axes:
    """Draw what share of each limit was in use: delivery processes, places for connections, checking.

    Args:
        scenario: gives the limits.
        tables: the frames of a run.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
        most: so many lines are drawn, the fullest.
    """
    axes = own_axes(ax, lang)
    lines = utilisation(scenario, tables, lang)
    _draw(axes, lines, lang, most)
    tidy(axes)
    top = max((float(line.max()) for line in lines.values()), default=0.0)
    axes.set_ylim(0, 1.05 if top > 0.1 else max(top * 1.15, 0.01))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:.3g} %"))
    axes.set_title(label("loads.utilisation", lang), loc="left")
    axes.set_ylabel(label("loads.axis_utilisation", lang))
    legend(axes)
    return axes


def connections(series: pd.DataFrame) -> Lines:
    """Give the mean number of connections over time by provider, summed over its hosts."""
    names = series["name"].astype("str")
    own = series[names.str.endswith(".connections")]
    provider = own["name"].astype("str").str.replace(r"\..*", "", regex=True)
    return {str(name): one.groupby("at_s")["mean"].sum() for name, one in own.groupby(provider, sort=False)}


def utilisation(scenario: Scenario, tables: Tables, lang: str = "en") -> Lines:
    """Give for everything that has a limit which share of it was in use over time.

    The share of workers that check letters is exact while no letter waits for one, and else the most it can be.
    """
    series = tables["series"]
    moments = np.unique(series["at_s"].to_numpy(dtype=np.float64))
    lines: dict[str, pd.Series[float]] = {}
    for name, sender in scenario.senders.items():
        used = processes_in_use(tables, name, moments)
        lines[label("loads.processes", lang, sender=name)] = used / sender.postconf.default_process_limit
    by_name = {str(name): own for name, own in series.groupby(series["name"].astype("str"))}
    for name, sender in scenario.senders.items():
        taken = by_name.get(f"{name}.{MEMORY}")
        if sender.host.memory_bytes is not None and taken is not None:
            words = label("loads.memory", lang, sender=name)
            lines[words] = taken.set_index("at_s")["mean"] / sender.host.memory_bytes
    for name, provider in scenario.providers.items():
        for host in provider.mx:
            limit = provider.at(host).connection_limit
            held = by_name.get(f"{name}.{host.host}.connections")
            if limit is not None and limit.total is not None and held is not None:
                words = label("loads.places", lang, host=f"{name}.{host.host}")
                lines[words] = held.set_index("at_s")["mean"] / limit.total
            served = provider.at(host).server_processes
            if served is not None and held is not None:
                words = label("loads.served", lang, host=f"{name}.{host.host}")
                lines[words] = held.set_index("at_s")["mean"] / served.limit
            checked = by_name.get(f"{name}.{host.host}.checking")
            if provider.checking is not None and checked is not None:
                workers = provider.checking.workers
                words = label("loads.checking", lang, host=f"{name}.{host.host}")
                lines[words] = checked.set_index("at_s")["mean"].clip(upper=workers) / workers
    return {name: line for name, line in lines.items() if len(line)}


def processes_in_use(tables: Tables, sender: str, moments: NDArray[np.float64]) -> "pd.Series[float]":
    """Give the mean number of deliveries that a sender had going on, between each moment and the one before."""
    letters, attempts = tables["letters"], tables["attempts"]
    own = attempts = attempts[attempts["connection"] != "shared"]
    if letters["sender"].nunique() > 1:
        sent = letters.loc[letters["sender"].astype("str") == sender, "letter"]
        own = attempts[attempts["letter"].isin(set(sent))]
    begun = np.sort(own["handed_s"].to_numpy(dtype=np.float64))
    ended = np.sort(own["ended_s"].to_numpy(dtype=np.float64))
    edges = np.concatenate([[0.0], moments])
    worked = _elapsed(begun, edges) - _elapsed(ended, edges)
    return pd.Series(np.diff(worked) / np.diff(edges), index=moments)


def _elapsed(times: NDArray[np.float64], until: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum up the time since each of some moments, at other moments."""
    sums = np.concatenate([[0.0], np.cumsum(times)])
    count = np.searchsorted(times, until)
    elapsed: NDArray[np.float64] = count * until - sums[count]
    return elapsed


def _draw(axes: Axes, lines: Lines, lang: str, most: int = MOST_LINES) -> None:
    """Draw lines, the fullest ones if there are more than can be told apart."""
    worth = {name: line for name, line in lines.items() if line.max() > NEAR_NOTHING}
    kept = set(sorted(worth, key=lambda name: -float(worth[name].max()))[:most])
    shown = {name: line for name, line in worth.items() if name in kept}
    for (name, line), colour, pattern in zip(shown.items(), CYCLE, PATTERNS, strict=False):
        axes.step(
            [0.0, *line.index],
            [line.iloc[0], *line],
            where="pre",
            label=name,
            color=colour,
            linestyle=pattern,
            linewidth=1.6,
        )
    idle = len(lines) - len(shown)
    if not shown:
        axes.text(
            0.5,
            0.5,
            label("loads.idle", lang),
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=FAINT,
        )
    elif idle:
        axes.plot([], [], linestyle="", label=label("loads.less_busy", lang, count=idle))
