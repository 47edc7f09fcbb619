"""The picture of the incident game: the wishes morning by morning, and the worst morning's password mails."""

from datetime import datetime
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.analogy.labels import label
from sim.learn.monday_verdict import LIMITS, Judged, Verdict, value_words
from sim.viz.clock import set_clock
from sim.viz.style import BLUE, GREEN, INK, ORANGE, SKY, VERMILION, style, tidy

SIZE: Final = (12.8, 5.4)
_KEPT, _MISSED = "#cfe5f5", "#f8d5c2"
_SHOWN_S: Final = 4 * 3600.0
_HOST, _RESOLVER = "#ececec", "#c9e3d8"


def verdict_picture(verdict: Verdict, shown: Judged, start: datetime, lang: str) -> Figure:
    """Draw the verdict, and each password mail of one morning.

    Args:
        verdict: of all mornings.
        shown: the morning of which the mails are drawn.
        start: when mornings begin.
        lang: the language.
    """
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
        _table(left, verdict, lang)
        _mails(right, shown, start, lang)
    return figure


def _table(axes: Axes, verdict: Verdict, lang: str) -> None:
    """Draw a row for each morning and a column for each wish: kept or not, and the value."""
    axes.set_axis_off()
    axes.set_xlim(-0.9, len(LIMITS))
    axes.set_ylim(len(verdict.judged) + 0.1, -1.5)
    for column, wish in enumerate(LIMITS):
        axes.text(
            column + 0.5, -0.15, label(f"monday.head_{wish}", lang), ha="center", va="bottom", fontsize=11
        )
    for row, one in enumerate(verdict.judged):
        axes.text(-0.9, row + 0.5, label("monday.row", lang, seed=one.morning.seed), va="center")
        for column, wish in enumerate(LIMITS):
            kept = one.passed(wish)
            axes.add_patch(
                Rectangle(
                    (column + 0.03, row + 0.06),
                    0.94,
                    0.88,
                    facecolor=_KEPT if kept else _MISSED,
                    hatch="" if kept else "//",
                    edgecolor="white",
                    linewidth=0,
                )
            )
            said = f"{'○' if kept else '×'} {value_words(wish, float(getattr(one, wish)), lang)}"
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.0 if kept else 0.9}
            axes.text(column + 0.5, row + 0.5, said, ha="center", va="center", color=INK, bbox=box)
    axes.set_title(label("monday.table_title", lang), loc="left")


def _mails(axes: Axes, shown: Judged, start: datetime, lang: str) -> None:
    """Draw a point for each password mail; one that never arrived as a cross at the top."""
    tidy(axes)
    there = np.isfinite(shown.late_min)
    top = max(20.0, float(shown.late_min[there].max(initial=0.0)) * 1.15)
    morning = shown.morning
    axes.axvspan(
        morning.host_from_min * 60, _SHOWN_S, color=_HOST, zorder=0, label=label("monday.host_dead", lang)
    )
    ends_min = morning.resolver_from_min + morning.resolver_for_min
    axes.axvspan(
        morning.resolver_from_min * 60,
        ends_min * 60,
        color=_RESOLVER,
        zorder=0,
        label=label("monday.resolver_fails", lang),
    )
    axes.axvline(
        morning.newsletter_at_min * 60,
        color=ORANGE,
        linewidth=3,
        linestyle=(0, (4, 2)),
        label=label("monday.newsletter_sent", lang),
    )
    limit = LIMITS["passwords"]
    axes.axhline(
        limit, color=GREEN, linewidth=2, label=label("monday.limit_line", lang, minutes=f"{limit:g}")
    )
    late = shown.late_min >= limit
    axes.plot(shown.written_s[~late], shown.late_min[~late], ".", color=SKY, markersize=6)
    axes.plot(shown.written_s[late & there], shown.late_min[late & there], "^", color=BLUE, markersize=5)
    if not there.all():
        axes.plot(
            shown.written_s[~there],
            np.full(np.count_nonzero(~there), top * 0.97),
            "x",
            color=VERMILION,
            markersize=7,
            label=label("monday.never_arrived", lang),
        )
    axes.set_ylim(0, top)
    set_clock(axes, start, 0.0, _SHOWN_S, lang)
    axes.set_title(label("monday.mails_title", lang, seed=morning.seed), loc="left")
    axes.legend(loc="upper right", framealpha=0.85, frameon=True, edgecolor="none")
