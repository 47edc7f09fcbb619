"""How long letters took, by destination: the distribution, and percentiles over the time of submission.

Delay runs from the acceptance by the sender's mail server to the receiver's 250. Shares are of all letters that
were submitted, so that a destination which loses many does not look fast; what never arrived is shown.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from sim.analogy.labels import label
from sim.results.statistics import percentile
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, duration_words, moment_words, share_words
from sim.viz.clock import set_clock, step_s
from sim.viz.overview import title_of
from sim.viz.rates import Tables, own_axes
from sim.viz.style import (
    BLUE,
    CYCLE,
    FAINT,
    GRID,
    INK,
    MOST_LINES,
    PATTERNS,
    SKY,
    SMALLEST_PT,
    VERMILION,
    new_figure,
    style,
)

PERCENTS = (50, 90, 99)
MOST_PANELS = 4
BINS = 60
SHORTEST_S = 0.001
"""Delays are drawn on a logarithmic axis, which has no zero."""
_ROUND_S = (
    *(0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86_400, 5 * 86_400, 30 * 86_400),
    *(0.003, 0.03, 0.3, 3, 30, 180, 1800, 2 * 3600),
)


def delays(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw how long letters took: their distribution, and percentiles over the time of submission.

    Args:
        scenario: what was run; gives the title and the clock.
        tables: the frames of the run.
        lang: the language of the words.
    """
    letters = own_letters(tables)
    with style(lang):
        figure = new_figure()
        figure.suptitle(
            label("picture.title", lang, title=title_of(scenario, lang), what=label("picture.delays", lang)),
            fontsize=16,
            color=INK,
        )
        left, right = figure.subfigures(1, 2, width_ratios=(1, 1.1))
        plot_distribution(tables, ax=left.subplots(), lang=lang)
        shown = largest(letters, MOST_PANELS)
        if letters["submitted_s"].nunique() <= 1:
            plot_spread(scenario, tables, ax=right.subplots(), lang=lang)
            return figure
        rows = np.atleast_1d(right.subplots(len(shown), 1, sharex=True, sharey=True))
        from_s, to_s = submission_span_s(letters)
        for axes, (name, own) in zip(rows, shown.items(), strict=True):
            plot_percentiles(own, from_s, to_s, ax=axes, lang=lang)
            axes.set_title(_named(name, own, lang), loc="left", fontsize=12)
        rows[0].legend(loc="lower left", bbox_to_anchor=(0, 1.18), ncols=4, handlelength=1.6, columnspacing=1.2)
        set_clock(rows[-1], scenario.start, from_s, to_s, lang)
        rows[-1].set_xlabel(label("delays.submitted_at", lang, axis=rows[-1].get_xlabel()))
        left_out = len(by_destination(letters)) - len(shown)
        if left_out:
            right.supxlabel(label("picture.and_more", lang, count=left_out), fontsize=SMALLEST_PT)
    return figure


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


def plot_distribution(tables: Tables, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw which share of the submitted letters had arrived within which time, by destination.

    Args:
        tables: the frames of a run.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    letters = own_letters(tables)
    shown = largest(letters, MOST_LINES)
    low_s, high_s = _range_s(letters)
    looks = zip(CYCLE, PATTERNS, strict=True)
    for (name, own), (colour, pattern) in zip(shown.items(), looks, strict=False):
        took = np.sort(own["delay_s"].dropna().to_numpy(dtype=np.float64)).clip(min=SHORTEST_S)
        share = np.arange(1, len(took) + 1) / max(1, len(own))
        axes.step(
            [low_s, *took, high_s],
            [0.0, *share, share[-1] if len(share) else 0.0],
            where="post",
            color=colour,
            linestyle=pattern,
            label=_named(name, own, lang),
        )
    _log_time(axes, "x", low_s, high_s, lang)
    axes.set_ylim(0, 1.03)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:.0f} %"))
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_title(label("delays.distribution", lang), loc="left")
    axes.set_xlabel(label("delays.axis", lang))
    axes.set_ylabel(label("delays.share", lang))
    left_out = len(by_destination(letters)) - len(shown)
    title = label("picture.and_more", lang, count=left_out) if left_out else None
    if shown:
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), ncols=1, title=title)
    return axes


def percentiles(letters: pd.DataFrame, edges: NDArray[np.float64]) -> pd.DataFrame:
    """Give percentiles of the delay, and the share that never arrived, by bins of the time of submission.

    Args:
        letters: letters with their `delay_s`.
        edges: the edges of the bins; the last one belongs to the last bin.
    """
    place = np.searchsorted(edges, letters["submitted_s"].to_numpy(), side="right") - 1
    rows: list[Mapping[str, float]] = []
    for bin_, own in letters.groupby(place.clip(0, len(edges) - 2)):
        took = np.sort(own["delay_s"].dropna().to_numpy(dtype=np.float64))
        found = {f"p{percent}": percentile(took, percent) for percent in PERCENTS}
        rows.append(
            {
                "from_s": edges[bin_],
                "to_s": edges[bin_ + 1],
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
    width_s = step_s(to_s - from_s, BINS)
    edges = from_s + np.arange(0, int(np.ceil((to_s - from_s) / width_s)) + 1) * width_s
    found = percentiles(letters, edges)
    middle = (found["from_s"] + found["to_s"]) / 2
    for percent, colour, mark in zip(PERCENTS, (BLUE, SKY, INK), ("o", "s", "^"), strict=True):
        axes.plot(
            middle,
            found[f"p{percent}"].clip(lower=SHORTEST_S),
            color=colour,
            marker=mark,
            markersize=3.5,
            linewidth=1.4,
            label=label(f"delays.p{percent}", lang),
        )
    low_s, high_s = _range_s(letters)
    _log_time(axes, "y", low_s, high_s, lang, most=4)
    for one in found[found["missing"] > 0].itertuples():
        axes.axvspan(one.from_s, one.to_s, ymin=0, ymax=one.missing, color=VERMILION, alpha=0.3, linewidth=0)
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
    width_s = step_s(end_s, BINS)
    edges = np.arange(0, int(np.ceil(end_s / width_s)) + 1) * width_s
    found = percentiles(letters[letters["submitted_s"] <= end_s], edges)
    middle = (found["from_s"] + found["to_s"]) / 2
    for percent, colour, mark in zip(PERCENTS[:2], (BLUE, SKY), "os", strict=True):
        delay = found[f"p{percent}"].clip(lower=SHORTEST_S)
        name = label(f"delays.p{percent}", lang)
        axes.plot(middle, delay, color=colour, marker=mark, markersize=3.5, linewidth=1.4, label=name)
    _log_time(axes, "y", *_range_s(letters), lang, most=3)
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_title(label("delays.over_time", lang), loc="left")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.05), borderaxespad=0.4)
    return axes


def plot_spread(scenario: Scenario, tables: Tables, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw percentiles by destination where all letters were submitted at one moment.

    Args:
        scenario: gives the moment's time of day.
        tables: the frames of a run.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    letters = own_letters(tables)
    shown = largest(letters, MOST_LINES)
    for place, own in enumerate(shown.values()):
        took = np.sort(own["delay_s"].dropna().to_numpy(dtype=np.float64))
        if not len(took):
            axes.text(0.5, place, label("panel.nothing_delivered", lang), color=FAINT, va="center",
                      ha="center", transform=axes.get_yaxis_transform())
            continue
        found = [max(SHORTEST_S, percentile(took, percent) or 0.0) for percent in PERCENTS]
        axes.plot(found[::2], [place, place], color=GRID, linewidth=7, solid_capstyle="round", zorder=1)
        for took_s, colour, mark, percent in zip(found, (BLUE, SKY, INK), "os^", PERCENTS, strict=True):
            name = label(f"delays.p{percent}", lang) if place == 0 else None
            axes.plot([took_s], [place], color=colour, marker=mark, markersize=11, linestyle="", label=name)
        axes.text(
            (found[0] * found[-1]) ** 0.5,
            place - 0.2,
            duration_words(found[0], lang) + " … " + duration_words(found[-1], lang),
            ha="center",
            fontsize=SMALLEST_PT,
        )
    low_s, high_s = _range_s(letters)
    _log_time(axes, "x", low_s, high_s, lang)
    axes.set_yticks(range(len(shown)), [name for name in shown])
    axes.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    at = moment_words(scenario.start, float(letters["submitted_s"].min()) if len(letters) else 0.0, lang)
    axes.set_title(label("delays.at_once", lang, at=at), loc="left")
    axes.set_xlabel(label("delays.axis", lang))
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), ncols=3)
    return axes


def _named(name: str, own: pd.DataFrame, lang: str) -> str:
    """Name a destination, with how many letters it was sent and which share of them never arrived."""
    missing = missing_share(own)
    key = "delays.named_missing" if missing else "delays.named"
    return label(key, lang, provider=name, count=count_words(len(own)), missing=share_words(missing, lang))


def _range_s(letters: pd.DataFrame) -> tuple[float, float]:
    """Give the ends of an axis of delays: a little more than there is, and never nothing."""
    took = letters["delay_s"].dropna().clip(lower=SHORTEST_S)
    if not len(took):
        return 0.1, 100.0
    low_s, high_s = float(took.min()), float(took.max())
    return (low_s / 1.5, high_s * 1.5) if high_s > 3 * low_s else (low_s / 3, high_s * 3)


def _log_time(axes: Axes, which: str, low_s: float, high_s: float, lang: str, most: int = 7) -> None:
    """Make an axis one of durations, logarithmic, with round ones as ticks."""
    axes.set(**{f"{which}scale": "log", f"{which}lim": (low_s, high_s)})
    axis = axes.xaxis if which == "x" else axes.yaxis
    main = [tick for tick in _ROUND_S[:12] if low_s <= tick <= high_s]
    ticks = main if len(main) > 1 else sorted(tick for tick in _ROUND_S if low_s <= tick <= high_s)
    axis.set_major_locator(FixedLocator(ticks[:: -(-len(ticks) // most)] if ticks else [low_s]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda took_s, _: duration_words(took_s, lang)))
