"""What was broken or put off, and when: a row of bands for each place, to stand under any time axis."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.amounts import duration_words
from sim.viz.overview import finish_clock, shown_until_s, title_of
from sim.viz.rates import Tables, own_axes
from sim.viz.style import FAINT, GRID, HEIGHT, INK, SMALLEST_PT, TROUBLE_LOOKS, new_figure, style
from sim.viz.trouble import draw_marks, marks

MOST_ROWS = 8
LOWEST, ROW_HEIGHT = 2.2, 0.7
"""Inches: a picture of few rows is low, so that its bands do not become walls."""
NARROWEST = 0.003
"""A band is drawn at least as wide as this share of the time axis, so that short trouble is seen."""


@dataclass(frozen=True)
class Row:
    """The trouble of one place.

    Attributes:
        where: the place, as a person names it.
        bands: kind, from when and to when, in seconds; what touches is one band.
    """

    where: str
    bands: tuple[tuple[str, float, float], ...]


def outages(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw what was broken or put off, and when.

    Args:
        scenario: what was run; gives the title, the deadline and the clock.
        tables: the frames of the run.
        lang: the language of the words.
    """
    end_s = shown_until_s(scenario, tables)
    with style(lang):
        found = rows(tables["incidents"], end_s, scenario.duration_us / 1e6)
        figure = new_figure(height=min(HEIGHT, LOWEST + ROW_HEIGHT * len(found)))
        axes = figure.subplots()
        plot_outages(scenario, tables, end_s, ax=axes, lang=lang)
        _say_when(axes, found[:MOST_ROWS], end_s, lang)
        finish_clock(axes, scenario, end_s, lang)
        words = label(
            "picture.title", lang, title=title_of(scenario, lang), what=label("picture.outages", lang)
        )
        figure.suptitle(words, fontsize=16, color=INK)
    return figure


def plot_outages(
    scenario: Scenario,
    tables: Tables,
    end_s: float,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    most: int = MOST_ROWS,
) -> Axes:
    """Draw a row of bands for each place that had trouble; made to share the time axis of other panels.

    Args:
        scenario: gives the deadline.
        tables: the frames of a run.
        end_s: the end of the time axis.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
        most: so many places are shown; the rest is counted.
    """
    axes = own_axes(ax, lang)
    found = rows(tables["incidents"], end_s, scenario.duration_us / 1e6)
    shown = found[:most]
    used: dict[str, None] = {}
    for place, row in enumerate(shown):
        for kind, from_s, to_s in row.bands:
            colour, hatch = TROUBLE_LOOKS.get(kind, (FAINT, ""))
            width_s = max(to_s - from_s, NARROWEST * end_s)
            axes.broken_barh(
                [(min(from_s, end_s - width_s), width_s)],
                (place - 0.36, 0.72),
                facecolor=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.5,
            )
            used[kind] = None
    moments = [mark for mark in marks(scenario, tables, end_s, lang) if mark.to_s is None]
    draw_marks(axes, moments)
    left_out = len(found) - len(shown)
    names = [row.where for row in shown]
    if left_out:
        names.append(label("picture.and_more", lang, count=left_out))
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    axes.set_xlim(0, end_s)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_title(label("outages.panel", lang), loc="left")
    if not found:
        axes.set_ylim(1, -1)
        axes.text(
            0.5,
            0.5,
            label("outages.none", lang),
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=FAINT,
        )
    handles: list[Artist] = [
        Patch(
            facecolor=TROUBLE_LOOKS.get(kind, (FAINT, ""))[0],
            hatch=TROUBLE_LOOKS.get(kind, (FAINT, ""))[1],
            edgecolor="white",
            label=label(f"outages.{kind}", lang),
        )
        for kind in used
    ]
    if moments:
        dashes = Line2D([], [], color=INK, linewidth=1.4, linestyle=(0, (4, 3)))
        dashes.set_label(label("panel.deadline", lang))
        handles.append(dashes)
    if handles:
        axes.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(1.0, 1.05),
            borderaxespad=0.4,
            fontsize=SMALLEST_PT,
        )
    return axes


def _say_when(axes: Axes, shown: list[Row], end_s: float, lang: str) -> None:
    """Write beside each row how long its trouble lasted in all."""
    for place, row in enumerate(shown):
        last_s = max(to_s for _, _, to_s in row.bands)
        late = last_s > 0.75 * end_s
        axes.annotate(
            duration_words(sum(to_s - from_s for _, from_s, to_s in row.bands), lang),
            (min(from_s for _, from_s, _ in row.bands) if late else last_s, place),
            xytext=(-6 if late else 6, 0),
            textcoords="offset points",
            ha="right" if late else "left",
            va="center",
            fontsize=12,
            color=INK,
            bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1.5},
        )


def rows(incidents: pd.DataFrame, end_s: float, run_s: float) -> list[Row]:
    """Gather incidents by place, the longest trouble first; those that touch or overlap become one band.

    Args:
        incidents: kind, where, from_s and to_s, NaN where it lasts to the end.
        end_s: what begins later is left out.
        run_s: the end of the run.
    """
    seen = incidents[incidents["from_s"] < end_s]
    ends = seen["to_s"].fillna(run_s).clip(upper=end_s)
    spans: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for kind, where, from_s, to_s in zip(seen["kind"], seen["where"], seen["from_s"], ends, strict=True):
        spans.setdefault(_short(str(where)), {}).setdefault(str(kind), []).append(
            (float(from_s), float(to_s))
        )
    found = []
    for where, kinds in spans.items():
        bands = [(kind, *span) for kind, own in kinds.items() for span in _merged(own)]
        found.append(Row(where, tuple(sorted(bands, key=lambda band: band[1]))))
    # What the scenario broke stands above what senders put off because of it.
    return sorted(
        found,
        key=lambda row: (
            all(kind == "suspended" for kind, _, _ in row.bands),
            -sum(to_s - from_s for _, from_s, to_s in row.bands),
        ),
    )


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for from_s, to_s in sorted(spans):
        if merged and from_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to_s))
        else:
            merged.append((from_s, to_s))
    return merged


def _short(where: str) -> str:
    """Name a place as people do: `resolvers.campus` is campus, `school > office` is what it is."""
    return where.replace(" > ", " → ") if " > " in where else where.partition(".")[2] or where
