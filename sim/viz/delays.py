"""How long letters took, by destination: the distribution, and percentiles over the time of submission.

Delay runs from the acceptance by the sender's mail server to the receiver's 250. Shares are of all letters that
were submitted, so that a destination which loses many does not look fast; what never arrived is shown.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.analogy.labels import label
from sim.results.statistics import percentile
from sim.scenario.schema import Scenario
from sim.viz.amounts import duration_words, moment_words, share_words
from sim.viz.answer import letters_words
from sim.viz.clock import set_clock
from sim.viz.delay_axis import SHORTEST_S, log_time, range_s
from sim.viz.delay_numbers import (
    PERCENTS,
    by_destination,
    largest,
    missing_share,
    own_letters,
    submission_span_s,
)
from sim.viz.delay_percentiles import LOOKS, plot_percentiles
from sim.viz.overview import title_of
from sim.viz.rates import Tables, own_axes
from sim.viz.style import CYCLE, FAINT, GRID, INK, MOST_LINES, PATTERNS, SMALLEST_PT, new_figure, style

MOST_PANELS = 4


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
        halves: Any = figure.subfigures(1, 2, width_ratios=(1, 1.1))
        left, right = halves
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
        # They share their axis of delays, so it has room for the destinations of all.
        log_time(rows[0], "y", *range_s(pd.concat(list(shown.values()))), lang, most=MOST_PANELS)
        right.supylabel(label("delays.delay", lang), fontsize=12)
        rows[0].legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=1.8,
            ncols=4,
            handlelength=1.6,
            columnspacing=1.2,
        )
        set_clock(rows[-1], scenario.start, from_s, to_s, lang)
        rows[-1].set_xlabel(label("delays.submitted_at", lang, axis=rows[-1].get_xlabel()))
        left_out = len(by_destination(letters)) - len(shown)
        if left_out:
            right.supxlabel(label("picture.and_more", lang, count=left_out), fontsize=SMALLEST_PT)
    return figure


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
    low_s, high_s = range_s(letters)
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
    log_time(axes, "x", low_s, high_s, lang)
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
            axes.text(
                0.5,
                place,
                label("panel.nothing_delivered", lang),
                color=FAINT,
                va="center",
                ha="center",
                transform=axes.get_yaxis_transform(),
            )
            continue
        found = [max(SHORTEST_S, percentile(took, percent) or 0.0) for percent in PERCENTS]
        axes.plot(found[::2], [place, place], color=GRID, linewidth=7, solid_capstyle="round", zorder=1)
        for took_s, (percent, colour, mark) in zip(found, LOOKS, strict=True):
            name = label(f"delays.p{percent}", lang) if place == 0 else None
            axes.plot([took_s], [place], color=colour, marker=mark, markersize=11, linestyle="", label=name)
        axes.text(
            (found[0] * found[-1]) ** 0.5,
            place - 0.2,
            " … ".join(dict.fromkeys(duration_words(took_s, lang) for took_s in (found[0], found[-1]))),
            ha="center",
            fontsize=SMALLEST_PT,
        )
    low_s, high_s = range_s(letters)
    log_time(axes, "x", low_s, high_s, lang)
    axes.set_yticks(range(len(shown)), list(shown))
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
    letters = letters_words({"value": len(own), "high": None}, lang)
    return label(key, lang, provider=name, letters=letters, missing=share_words(missing, lang))
