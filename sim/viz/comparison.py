"""The picture of a comparison: how far each setup got over time, side by side, and the differences with intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.analogy.labels import label
from sim.comparison.figures import BY_NAME, ComparedFigure
from sim.comparison.outcome import Outcome
from sim.comparison.paired import Difference
from sim.comparison.variants import Setup
from sim.viz.clock import set_clock
from sim.viz.comparison_amounts import difference_words
from sim.viz.comparison_costs import plot_months
from sim.viz.overview import shown_until_s
from sim.viz.style import BLACK, CYCLE, FAINT, INK, PATTERNS, new_figure, style, tidy
from sim.viz.trouble import draw_marks, marks, name_marks

Tables = Mapping[str, pd.DataFrame]
DEADLINES_SHOWN = 3
"""With a deadline, the curves are shown up to so many times as late: what comes after that comes too late anyway."""
TIMES = ("reached.s_to_50", "reached.s_to_90", "accepted_to_delivered_s.p50", "accepted_to_delivered_s.p90")
SHARES = ("reached.share_by_deadline", "not_delivered_share", "put_off_share")
WORDS_SHARE = 1.3
"""Room for the words beside the bars, as a share of the longest bar."""
UNITS = (("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))


def comparison(outcome: Outcome, tables: Sequence[Tables], lang: str = "en") -> Figure:
    """Draw a comparison.

    Args:
        outcome: what came of it.
        tables: the frames of the first replication of each setup.
        lang: the language of the words.
    """
    setups = outcome.setups
    with style(lang):
        figure = new_figure()
        above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(1.15, 1))[:, 0]
        panels = above.subplots(1, len(setups), sharex=True, sharey=True, squeeze=False)[0]
        end_s = max(_end_s(setup, frames) for setup, frames in zip(setups, tables, strict=True))
        for place, (setup, frames, panel) in enumerate(zip(setups, tables, panels, strict=True)):
            plot_reach(setup, frames, end_s, ax=panel, lang=lang)
            panel.set_ylabel("" if place else label("compare_picture.share", lang))
        named = {
            text: line
            for panel in panels
            for line, text in zip(*panel.get_legend_handles_labels(), strict=True)
        }
        above.legend(named.values(), named, loc="outside right center")
        priced = len(outcome.money.costs) > 1
        times, shares, *money = below.subplots(1, 3 if priced else 2, width_ratios=(1, 1, 0.9)[: 2 + priced])
        plot_differences(outcome, TIMES, ax=times, lang=lang)
        plot_differences(outcome, SHARES, ax=shares, lang=lang)
        for panel in money:
            plot_months(outcome.money, ax=panel, lang=lang)
        names = [setup.name for setup in setups]
        title = (
            label("compare_picture.title", lang, a=names[0], b=names[1])
            if len(names) == 2
            else label("compare_picture.title_more", lang, count=len(names))
        )
        figure.suptitle(title, fontsize=16, color=INK)
    return figure


def plot_reach(setup: Setup, tables: Tables, end_s: float, *, ax: Axes, lang: str = "en") -> Axes:
    """Draw which share of the letters had been delivered over time: of all, and of each provider's own.

    Args:
        setup: the setup.
        tables: the frames of its first replication.
        end_s: the end of the time axis.
        ax: where to draw.
        lang: the language of the words.
    """
    letters = tables["letters"]
    own = letters[letters["kind"] == "letter"]
    groups = {str(name): rows for name, rows in own.groupby("provider", observed=True)}
    for (name, rows), colour, pattern in zip(groups.items(), CYCLE, PATTERNS, strict=False):
        _curve(ax, rows, end_s, color=colour, linestyle=pattern, linewidth=1.6, label=name)
    _curve(
        ax,
        own,
        end_s,
        color=BLACK,
        linestyle="solid",
        linewidth=3.0,
        label=label("compare_picture.all", lang),
    )
    tidy(ax)
    ax.set_ylim(0, 105)
    ax.set_title(label("compare_picture.reach", lang, setup=setup.name), loc="left")
    listed = marks(setup.scenario, tables, end_s, lang)
    draw_marks(ax, listed)
    name_marks(ax, listed, end_s, lang)
    ax.set_yticks(range(0, 101, 20))
    set_clock(ax, setup.scenario.start, 0.0, end_s, lang)
    return ax


def plot_differences(outcome: Outcome, figures: Sequence[str], *, ax: Axes, lang: str = "en") -> Axes:
    """Draw differences from the first setup as bars, each with its 95 % interval.

    Args:
        outcome: what came of the comparison.
        figures: names of figures of one kind.
        ax: where to draw.
        lang: the language of the words.
    """
    first, *others = outcome.setups
    shown = [BY_NAME[name] for name in figures]
    kind = shown[0].kind
    found = {
        other.name: [outcome.difference(one.name, first.name, other.name) for one in shown]
        for other in others
    }
    unit, size = _unit(kind, [one for listed in found.values() for one in listed])
    height = 0.7 / len(others)
    for place, (name, listed) in enumerate(found.items()):
        at = np.arange(len(shown)) - 0.35 + height * (place + 0.5)
        _bars(ax, shown, listed, at, height, size, CYCLE[place + 1], lang, name if len(others) > 1 else None)
    ax.set_yticks(range(len(shown)), [label(f"short.{one.name}", lang) for one in shown])
    ax.invert_yaxis()
    ax.axvline(0, color=INK, linewidth=1.0)
    ax.set_axisbelow(True)
    ax.grid(visible=True, axis="x", color=FAINT, alpha=0.35, linewidth=0.8)
    ends = [
        end / size
        for listed in found.values()
        for one in listed
        for end in (one.value, one.low, one.high)
        if end
    ]
    longest = max((abs(end) for end in ends), default=1.0) or 1.0
    # The words stand to the right of the bars, or of zero.
    ax.set_xlim(min([0.0, *ends]) - 0.1 * longest, max([0.0, *ends]) + WORDS_SHARE * longest)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xlabel(label(f"compare_picture.{unit}", lang))
    title = "compare_picture.speed" if kind == "time" else "compare_picture.shares"
    alone = len(others) == 1
    words = label(title if alone else f"{title}_more", lang, a=first.name, b=others[0].name)
    ax.set_title(words, loc="left", fontsize=12)
    if not alone:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=2, fontsize=9.5)
    return ax


def _bars(
    ax: Axes,
    shown: Sequence[ComparedFigure],
    listed: Sequence[Difference],
    at: "NDArray[np.floating[Any]]",
    height: float,
    size: float,
    colour: str,
    lang: str,
    name: str | None,
) -> None:
    widths = [0.0 if one.value is None else one.value / size for one in listed]
    ax.barh(at, widths, height * 0.9, color=colour, label=name)
    for one, compared, place, width in zip(listed, shown, at, widths, strict=True):
        if one.low is not None and one.high is not None:
            ax.plot(
                [one.low / size, one.high / size],
                [place, place],
                color=INK,
                linewidth=2,
                marker="|",
                markersize=9,
            )
        known = one.value is not None
        words = (
            difference_words(compared.kind, one, lang) if known else label("compare_picture.unknown", lang)
        )
        ax.annotate(
            words,
            (max(0.0, width, (one.high or 0.0) / size), place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=9.5,
            color=INK,
        )


def _curve(ax: Axes, rows: pd.DataFrame, end_s: float, **look: object) -> None:
    times = np.sort(rows["delivered_s"].dropna().to_numpy(dtype=np.float64))
    share = 100 * np.arange(1, len(times) + 1) / max(1, len(rows))
    last = float(share[-1]) if len(share) else 0.0
    ax.step(
        np.concatenate([[0.0], times, [max(end_s, times[-1] if len(times) else 0.0)]]),
        np.concatenate([[0.0], share, [last]]),
        where="post",
        **look,  # type: ignore[arg-type]
    )


def _end_s(setup: Setup, tables: Tables) -> float:
    """Give until when the curves are shown."""
    scenario = setup.scenario
    if scenario.deadline_us is None:
        return shown_until_s(scenario, tables)
    return min(scenario.duration_us, DEADLINES_SHOWN * scenario.deadline_us) / 1e6


def _unit(kind: str, differences: Sequence[Difference]) -> tuple[str, float]:
    """Give the unit of an axis: its name, and how much of the figures it is."""
    if kind == "share":
        return "points", 0.01
    largest = max((abs(one.value) for one in differences if one.value is not None), default=0.0)
    return next(((unit, size) for unit, size in UNITS if largest >= size), UNITS[-1])
