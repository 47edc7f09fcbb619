"""The map of a run: senders, resolvers, receiving hosts, mailboxes and readers, and the letters between them.

Size is load, the level is how full a place was at the fullest, the width of a line is its flow; the state of a place
is told by its colour, by its shape and in words.
"""

import math
from collections.abc import Iterator

import networkx as nx
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Patch, PathPatch, Rectangle, RegularPolygon
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.answer import letters_words
from sim.viz.map_layout import BOTTOM, HEIGHT, TEXT_HEIGHT, TOP, WIDTH, Layout, Spot, layout
from sim.viz.map_numbers import map_graph
from sim.viz.overview import title_of
from sim.viz.rates import Tables
from sim.viz.style import BLUE, DPI, FAINT, INK, SMALLEST_PT, STATE_COLOURS, style

WIDEST, THINNEST = 13.0, 1.2
"""Widths of lines, in points."""
CHARACTER = 8.6
"""How wide a Latin letter is, at the most usual; a Japanese one is about 1.8 times as wide."""
PANEL, EMPTY = "#f2f4f7", "#ffffff"
ROUND_FLOWS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)


def topology_map(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw the way of a run's letters.

    Args:
        scenario: what was run.
        tables: the frames of the run.
        lang: the language of the words.
    """
    words = label(
        "picture.title", lang, title=title_of(scenario, lang), what=label("picture.topology_map", lang)
    )
    return draw_map(map_graph(scenario, tables, lang), words, lang)


def draw_map(graph: "nx.DiGraph[str]", title: str, lang: str = "en") -> Figure:
    """Draw a graph whose nodes have a `place`, and whose edges have a `flow` and say whether they are questions.

    Args:
        graph: as `map_graph` gives it.
        title: what stands above.
        lang: the language of the words.
    """
    placed = layout(graph)
    with style(lang):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.axis("off")
        axes.text(WIDTH / 2, 26, title, ha="center", va="center", fontsize=16, color=INK)
        _panels(axes, placed, lang)
        most = max((data["flow"] for _, _, data in graph.edges(data=True)), default=0.0)
        for start, end, data in graph.edges(data=True):
            if start in placed.spots and end in placed.spots:
                _line(axes, placed.spots[start], placed.spots[end], data["flow"], most, asks=data["asks"])
        for spot in placed.spots.values():
            _spot(axes, spot, placed.column_width)
        _legend(axes, most, lang)
    return figure


def _panels(axes: Axes, placed: Layout, lang: str) -> None:
    for name, x in placed.columns.items():
        half = placed.column_width / 2
        axes.add_patch(
            FancyBboxPatch(
                (x - half, TOP - 4),
                2 * half,
                BOTTOM - TOP + 8,
                boxstyle="round,pad=0,rounding_size=12",
                facecolor=PANEL,
                linewidth=0,
                zorder=0,
            )
        )
        for y in placed.edges[name]:
            axes.plot([x - half, x + half], [y, y], color="white", linewidth=2, zorder=0.5)
        axes.text(x, TOP - 22, label(f"map.{name}", lang), ha="center", va="center", fontsize=13, color=INK)
        if name in placed.left_out:
            more = label("picture.and_more", lang, count=placed.left_out[name])
            axes.text(x, BOTTOM - TEXT_HEIGHT / 2, more, ha="center", va="center", fontsize=SMALLEST_PT)


def _line(axes: Axes, start: Spot, end: Spot, flow: float, most: float, *, asks: bool) -> None:
    """Draw a curve from one place to another, as wide as many letters took it; dashed where it is a question."""
    from_x, to_x = start.x + start.radius, end.x - end.radius
    bend = (to_x - from_x) * 0.45
    path = Path(
        [(from_x, start.y), (from_x + bend, start.y), (to_x - bend, end.y), (to_x, end.y)],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    colour = STATE_COLOURS[end.place.state] if flow or asks else FAINT
    axes.add_patch(
        PathPatch(
            path,
            facecolor="none",
            edgecolor=colour,
            linewidth=line_width(flow, most),
            linestyle=(0, (4, 3)) if asks else "solid",
            alpha=0.45 if flow or asks else 0.3,
            capstyle="butt",
            zorder=1,
        )
    )


def line_width(flow: float, most: float) -> float:
    """Give the width of a line: it grows with the flow, and is never too thin to be seen."""
    return THINNEST + (WIDEST - THINNEST) * (flow / most if most > 0 else 0.0)


def _shape(spot: Spot, grow: float = 0.0) -> Patch:
    """Give the outline that tells a state: circle, square, octagon; what is down is a circle with a cross."""
    at, radius = (spot.x, spot.y), spot.radius + grow
    if spot.place.state == "throttled":
        side = radius * 0.9
        return Rectangle((spot.x - side, spot.y - side), 2 * side, 2 * side)
    if spot.place.state == "overloaded":
        return RegularPolygon(at, 8, radius=radius * 1.04, orientation=math.pi / 8)
    return Circle(at, radius)


def _spot(axes: Axes, spot: Spot, width: float) -> None:
    colour = STATE_COLOURS[spot.place.state]
    halo = _shape(spot, 3.0)
    halo.set(facecolor="white", linewidth=0, zorder=2)
    empty, outline = _shape(spot), _shape(spot)
    empty.set(facecolor=EMPTY, linewidth=0, zorder=3)
    axes.add_patch(halo)
    axes.add_patch(empty)
    level = Rectangle(
        (spot.x - spot.radius * 1.1, spot.y + spot.radius - 2 * spot.radius * spot.place.fill),
        2.2 * spot.radius,
        2 * spot.radius * spot.place.fill + spot.radius * 0.1,
        facecolor=colour,
        alpha=0.75,
        linewidth=0,
        zorder=4,
    )
    axes.add_patch(level)
    level.set_clip_path(empty)
    outline.set(facecolor="none", edgecolor=colour, linewidth=2.2, zorder=5)
    axes.add_patch(outline)
    if spot.place.state == "down":
        arm = spot.radius * 0.55
        for slope in (1, -1):
            axes.plot(
                [spot.x - arm, spot.x + arm],
                [spot.y - slope * arm, spot.y + slope * arm],
                color=INK,
                linewidth=3,
                zorder=6,
                solid_capstyle="round",
            )
    gap = spot.radius + 2.5 + TEXT_HEIGHT / 2
    for words, y in ((spot.place.words, spot.y - gap), (spot.place.name, spot.y + gap)):
        shown = shortened(words, width)
        axes.text(
            spot.x,
            y,
            shown,
            ha="center",
            va="center",
            fontsize=SMALLEST_PT,
            color=INK,
            zorder=7,
            path_effects=[withStroke(linewidth=3, foreground=PANEL)],
        )


def shortened(words: str, width: float) -> str:
    """Leave out the middle of words that are too long for a column, and say so by dots."""
    if _width(words) <= width:
        return words
    keep = len(words)
    while keep > 2 and _width(words[:keep]) + CHARACTER > width:
        keep -= 1
    head = (keep + 1) // 2
    return f"{words[:head]}…{words[len(words) - (keep - head) :]}"


def _width(words: str) -> float:
    return sum(CHARACTER * (1.8 if ord(letter) > 0x2E7F else 1.0) for letter in words)


def _legend(axes: Axes, most: float, lang: str) -> None:
    handles = list(_legend_handles(most, lang))
    axes.legend(
        handles=handles,
        loc="center",
        bbox_to_anchor=(WIDTH / 2, BOTTOM + 22),
        bbox_transform=axes.transData,
        ncols=len(handles),
        columnspacing=1.3,
        handletextpad=0.5,
        handlelength=1.6,
    )
    axes.text(
        WIDTH / 2, BOTTOM + 50, label("map.legend", lang), ha="center", va="center", fontsize=SMALLEST_PT
    )


def _legend_handles(most: float, lang: str) -> Iterator[Line2D]:
    for state, marker in (("ok", "o"), ("throttled", "s"), ("overloaded", "8"), ("down", "X")):
        yield Line2D(
            [],
            [],
            linestyle="",
            marker=marker,
            markersize=11,
            color=STATE_COLOURS[state],
            label=label(f"map.{state}", lang),
        )
    round_flow = max((flow for flow in ROUND_FLOWS if flow <= most), default=0)
    for flow in (round_flow / 10, round_flow):
        if flow >= 1:
            words = letters_words({"value": flow, "high": None}, lang)
            yield Line2D(
                [],
                [],
                color=BLUE,
                alpha=0.45,
                linewidth=line_width(flow, most),
                label=words,
                solid_capstyle="butt",
            )
