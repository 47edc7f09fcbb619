"""How pictures look: colours that colour-blind people tell apart, letters that a projector shows.

The colours are those of Okabe and Ito, "Color Universal Design" (2008). Lines that stand in one panel
differ in their pattern as well, since a projector may wash colours out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.ticker import FuncFormatter

from sim.viz.fonts import families

INK = "#222222"
FAINT = "#707070"
"""For what stands back: still dark enough to be read as text."""
GRID = "#dddddd"
ORANGE, SKY, GREEN, BLUE = "#E69F00", "#56B4E9", "#009E73", "#0072B2"
VERMILION, PURPLE, BLACK, YELLOW = "#D55E00", "#CC79A7", "#000000", "#F0E442"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, BLACK)
PATTERNS = ("solid", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1.5, 2)), "solid", (0, (6, 2)), (0, (2, 1.5)))
QUEUE_COLOURS = {"content_filter": INK, "incoming": SKY, "active": BLUE, "deferred": VERMILION}
QUEUE_PATTERNS = {
    "content_filter": PATTERNS[1],
    "incoming": PATTERNS[2],
    "active": PATTERNS[0],
    "deferred": PATTERNS[0],
}
REFUSAL_CYCLE = (VERMILION, PURPLE, ORANGE, BLUE, SKY, GREEN, BLACK)
MOST_LINES = len(CYCLE)
STATE_COLOURS = {"ok": BLUE, "throttled": ORANGE, "overloaded": VERMILION, "down": "#5c5c5c"}
"""Colours of the states of a place; each has a shape and words of its own as well."""
TROUBLE_LOOKS = {
    "down": ("#5c5c5c", "xx"),
    "crash": (BLACK, "xx"),
    "out_of_memory": (VERMILION, "\\\\"),
    "silent": (PURPLE, "//"),
    "slow": (SKY, ".."),
    "refusing": (VERMILION, "xx"),
    "hanging": (PURPLE, ".."),
    "greets_421": (YELLOW, "//"),
    "greets_554": (VERMILION, "//"),
    "losing": (SKY, "\\\\"),
    "servfail": (GREEN, "//"),
    "nxdomain": (GREEN, "xx"),
    "suspended": (ORANGE, "\\\\"),
}
"""Colour and pattern of each kind of incident."""
SMALLEST_PT = 11
"""No text in a picture is smaller: at 1280 x 720 a projector shows this to the last row."""

WIDTH, HEIGHT, DPI = 12.8, 7.2, 100
"""A picture of 1280 x 720 points, the least that a projector shows."""


@contextmanager
def style(lang: str) -> Iterator[None]:
    """Let figures made meanwhile have this look, and leave the settings of others alone."""
    settings: Any = {  # matplotlib's own type for them lists every name there is
        "font.family": families(lang),
        "font.size": 12,
        "text.color": INK,
        # A dollar sign in a title is a dollar sign.
        "text.parse_math": False,
        "hatch.linewidth": 0.8,
        "axes.labelcolor": INK,
        "axes.titlesize": 13,
        "axes.labelsize": 12,
        "axes.edgecolor": FAINT,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": 11,
        "ytick.labelsize": 11,
        "legend.fontsize": 11,
        "legend.frameon": False,
        "lines.linewidth": 2.0,
        "figure.dpi": DPI,
        "savefig.dpi": DPI,
    }
    with mpl.rc_context(settings):
        yield


def new_figure(layout: LayoutEngine | None = None, height: float = HEIGHT) -> Figure:
    """Make a figure that no window system knows of.

    Args:
        layout: what gives its parts their places; left out, they get room as they need it.
        height: its height in inches; lower where there is little to show.
    """
    return Figure(figsize=(WIDTH, height), layout=layout or "constrained")


def tidy(axes: Axes) -> None:
    """Give axes a quiet grid and a zero line at the bottom."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis="both", color=GRID, linewidth=0.8)
    axes.margins(x=0)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
