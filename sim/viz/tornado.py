"""The tornado of a comparison: how far each assumption moves a difference, the strongest on top."""

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.analogy.labels import label, taught
from sim.comparison.figures import BY_NAME
from sim.comparison.outcome import Outcome
from sim.comparison.ranged import Ranged
from sim.comparison.robustness import AtEnd, Robustness, Verdict
from sim.comparison.sweep_grid import value_words
from sim.errors import ArgumentError
from sim.viz.robustness_words import assumption_words, ends_of, is_endless, moved, told
from sim.viz.style import BLUE, FAINT, GRID, INK, ORANGE, SMALLEST_PT, new_figure, style

MOST_PANELS: Final = 3
LEAST_HEIGHT: Final = 3.6
LOOKS: Final = {"low": (BLUE, ""), "high": (ORANGE, "//")}
"""Each end of a range has a colour and a pattern."""
UNITS: Final = (("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))


def tornado(outcome: Outcome, lang: str = "en") -> Figure:
    """Draw what the assumptions do to the differences from the first setup, a panel for each order that is told.

    Args:
        outcome: what came of the comparison, assumptions tried.
        lang: the language of the words.

    Raises:
        ArgumentError: the comparison was made without them.
    """
    found = outcome.robustness
    if found is None:
        raise taught(ArgumentError, "assumptions_not_tried")
    shown = told(outcome, found)[:MOST_PANELS]
    with style(lang):
        rows = [len(moved(found, verdict)) for verdict in shown]
        figure = new_figure(height=max(LEAST_HEIGHT, 1.2 + sum(1.1 + 0.42 * count for count in rows)))
        figure.suptitle(label("tornado.title", lang), fontsize=16, color=INK)
        if not found.tried or not shown:
            figure.text(0.5, 0.5, label("tornado.nothing", lang), ha="center", color=FAINT)
            return figure
        panels = figure.subplots(len(shown), 1, squeeze=False, height_ratios=[1 + n for n in rows])[:, 0]
        for verdict, panel in zip(shown, panels, strict=True):
            plot_tornado(found, verdict, ax=panel, lang=lang)
        looks = [
            Patch(facecolor=colour, hatch=hatch, edgecolor=INK, label=label(f"tornado.{end}", lang))
            for end, (colour, hatch) in LOOKS.items()
        ]
        now = Line2D([], [], color=INK, linestyle=(0, (2, 1.5)), label=label("tornado.now", lang))
        figure.legend(
            handles=[*looks, now],
            loc="outside lower center",
            ncols=3,
            title=label("tornado.note", lang),
            title_fontsize=SMALLEST_PT,
        )
    return figure


def plot_tornado(found: Robustness, verdict: Verdict, *, ax: Axes, lang: str = "en") -> Axes:
    """Draw how far each assumption moves one difference.

    Args:
        found: the comparison under other assumptions.
        verdict: the order whose difference it is.
        ax: where to draw.
        lang: the language of the words.
    """
    kind = BY_NAME[verdict.figure].kind
    known = verdict.range() or (0.0, 0.0)
    unit, size = _unit(kind, known)
    moving = moved(found, verdict)
    low, high = min(0.0, known[0] / size), max(0.0, known[1] / size)
    room = (high - low) or 1.0
    # A bar without end needs room for its words, on whichever side of zero.
    endless = {_endless_side(end, verdict) for end in verdict.ends if is_endless(end, verdict)}
    left = low - (0.3 if False in endless else 0.12) * room
    right = high + (0.3 if True in endless else 0.12) * room
    now = None if verdict.now.value is None else verdict.now.value / size
    for place, one in enumerate(moving):
        _bar(ax, place, one, verdict, now, size, (left, right), lang)
    names = [_row(one, lang) for one in moving]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) + 0.35, -0.6)  # with a row for the names of the sides
    ax.set_xlim(left, right)
    ax.axvline(0, color=INK, linewidth=1.6)
    if now is not None:
        ax.axvline(now, color=INK, linewidth=1.2, linestyle=(0, (2, 1.5)))
    ax.set_axisbelow(True)
    ax.grid(visible=True, axis="x", color=GRID, linewidth=0.8)
    ax.xaxis.set_major_locator(MaxNLocator(7))
    ax.set_xlabel(label(f"compare_picture.{unit}", lang))
    what = label(f"figure.{verdict.figure}", lang)
    title = label("tornado.panel", lang, what=what[0].upper() + what[1:], a=verdict.a, b=verdict.b)
    ax.set_title(title, loc="left")
    _name_sides(ax, verdict, left, right, lang)
    still = len(found.tried) - len(moving)
    words = label("tornado.unmoved", lang, count=still) if moving else label("tornado.none_moves", lang)
    if still:
        ax.set_title(words, loc="right", fontsize=SMALLEST_PT, color=FAINT)
    return ax


def _bar(
    ax: Axes,
    place: int,
    assumption: Ranged,
    verdict: Verdict,
    now: float | None,
    size: float,
    edges: tuple[float, float],
    lang: str,
) -> None:
    """Draw a bar from the difference as things are to the one at each end; an end that is endless gets words."""
    for end in ends_of(verdict, assumption):
        colour, hatch = LOOKS[end.end]
        if is_endless(end, verdict) and now is not None:
            toward = edges[1] if _endless_side(end, verdict) else edges[0]
            ax.barh(
                place, toward - now, 0.62, left=now, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6
            )
            ax.annotate(
                label("tornado.never", lang),
                (toward, place),
                xytext=(-4 if toward == edges[1] else 4, 0),
                textcoords="offset points",
                ha="right" if toward == edges[1] else "left",
                va="center",
                fontsize=SMALLEST_PT,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            )
        elif end.difference is not None and end.difference.value is not None:
            at = end.difference.value / size
            start = at if now is None else now
            ax.barh(
                place, at - start, 0.62, left=start, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6
            )


def _endless_side(end: AtEnd, verdict: Verdict) -> bool:
    """Tell whether it is the right side on which a difference grows beyond all bounds: that of the setup ahead there.

    Where the runs do not tell who is ahead, it is drawn on the side of the one that is ahead as things are.
    """
    return (end.ahead or verdict.ahead) == verdict.a


def _name_sides(ax: Axes, verdict: Verdict, left: float, right: float, lang: str) -> None:
    """Write beside zero which setup is ahead on which side."""
    more = BY_NAME[verdict.figure].more_is_better
    sides = (("right", -4, verdict.a if more else verdict.b), ("left", 4, verdict.b if more else verdict.a))
    for align, shift, setup in sides:
        room = -left if align == "right" else right
        if room > 0.18 * (right - left):
            ax.annotate(
                label("tornado.ahead", lang, setup=setup),
                (0, 0),
                xycoords=ax.get_xaxis_transform(),
                xytext=(shift, 3),
                textcoords="offset points",
                ha=align,
                va="bottom",
                fontsize=SMALLEST_PT,
                color=FAINT,
            )


def _row(assumption: Ranged, lang: str) -> str:
    """Name an assumption with its range on a second line."""
    low, high, now = (
        value_words(value)
        for value in (assumption.plausible.low, assumption.plausible.high, assumption.graded.value)
    )
    return (
        f"{assumption_words(assumption, lang)}\n{label('tornado.value', lang, low=low, high=high, now=now)}"
    )


def _unit(kind: str, known: Sequence[float]) -> tuple[str, float]:
    if kind == "share":
        return "points", 0.01
    if kind == "count":
        return "letters", 1.0
    largest = max(map(abs, known))
    return next(((unit, size) for unit, size in UNITS if largest >= size), UNITS[-1])
