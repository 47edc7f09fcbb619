"""The pictures of lesson 07: a morning at the counter, and the scoreboard of all rules that were tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sim.analogy.labels import label
from sim.kernel.recorder import RunRecord
from sim.learn.counter import line_length
from sim.learn.fates import PLACES, Fate, Morning, visits_s
from sim.viz.amounts import count_words
from sim.viz.clock import set_clock
from sim.viz.style import BLUE, INK, ORANGE, SKY, VERMILION, style, tidy

SIZE: Final = (12.8, 5.6)
BIN_S: Final = 300.0
"""Visits are counted in steps of five minutes, which is how often Postfix goes past its shelf."""
_LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "inbox": (BLUE, ""),
    "spam_folder": (ORANGE, "//"),
    "turned_away": (VERMILION, "xx"),
    "waiting": (SKY, ".."),
}
"""Colour and pattern of each place where letters end."""
_LEAST_WITH_WORDS: Final = 0.04
_BEST, _OTHER = "#cfe5f5", "#f2f2f2"
_LINE_IN: Final = 0.24
"""Height of one line of words in the scoreboard, in inches."""


@dataclass(frozen=True)
class Line:
    """One line of the scoreboard: the rules, and for each column how bad it is and the words of it."""

    rules: str
    cells: Sequence[tuple[float, str]]

    @property
    def height(self) -> int:
        """How many lines of words its rules take, at least two."""
        return max(2, self.rules.count("\n") + 1)


def morning_picture(
    record: RunRecord, morning: Morning, names: Mapping[str, str], late: Mapping[str, str], lang: str
) -> Figure:
    """Draw where each kind of letter ended, the line at the counter, and who came to it.

    Args:
        record: the run.
        morning: what it came to.
        names: what each kind is called.
        late: how late each kind was, in words.
        lang: the language.
    """
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        grid = figure.add_gridspec(2, 2, width_ratios=(1.15, 1))
        _fates(figure.add_subplot(grid[:, 0]), morning.fates, names, late, lang)
        _line(figure.add_subplot(grid[0, 1]), record, lang)
        _visits(figure.add_subplot(grid[1, 1]), record, lang)
        patches = [
            Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=label(f"other_side.{place}", lang))
            for place, (colour, hatch) in _LOOKS.items()
        ]
        figure.legend(handles=patches, loc="outside lower left", ncols=4)
    return figure


def scoreboard_picture(lines: Sequence[Line], heads: Sequence[str], lang: str) -> Figure:
    """Draw the scoreboard: a line for each set of rules; the best of each column stands out."""
    best = [min(line.cells[place][0] for line in lines) for place in range(len(heads))]
    heights = [line.height for line in lines]
    ends = np.cumsum([0, *heights]).tolist()
    with style(lang):
        figure = Figure(figsize=(SIZE[0], 1.3 + _LINE_IN * ends[-1]), layout="constrained")
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_xlim(-2.3, len(heads))
        axes.set_ylim(ends[-1] + 0.1, -3.4)
        for place, head in enumerate(heads):
            axes.text(place + 0.5, -0.3, head, ha="center", va="bottom")
        for line, top, height in zip(lines, ends, heights, strict=False):
            middle = top + height / 2
            axes.text(-2.3, middle, line.rules, va="center", linespacing=1.1)
            for place, (value, words) in enumerate(line.cells):
                wins = len(lines) > 1 and value == best[place]
                axes.add_patch(
                    Rectangle(
                        (place + 0.03, top + 0.08),
                        0.94,
                        height - 0.16,
                        facecolor=_BEST if wins else _OTHER,
                        edgecolor=BLUE if wins else "none",
                        linewidth=1.5,
                    )
                )
                axes.text(place + 0.5, middle, words, ha="center", va="center", color=INK)
    return figure


def _fates(
    axes: Axes, fates: Mapping[str, Fate], names: Mapping[str, str], late: Mapping[str, str], lang: str
) -> None:
    """Draw a bar for each kind of letter, with its name and how late it was above it."""
    for row, (kind, fate) in enumerate(fates.items()):
        left = 0.0
        for place in PLACES:
            count = getattr(fate, place)
            share = count / max(1, fate.letters)
            colour, hatch = _LOOKS[place]
            axes.barh(
                row, share, left=left, height=0.4, color=colour, hatch=hatch, edgecolor="white", linewidth=0
            )
            if share > _LEAST_WITH_WORDS:
                _on_bar(axes, left + share / 2, row, count_words(count))
            left += share
        head = label("other_side.head", lang, kind=names[kind], count=count_words(fate.letters))
        axes.text(0, row - 0.47, head, va="bottom")
        axes.text(0, row - 0.25, late[kind], va="bottom", fontsize=11)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(fates) - 0.6, -0.85)
    axes.set_axis_off()
    axes.set_title(label("other_side.fates_title", lang), loc="left")


def _on_bar(axes: Axes, across: float, row: float, words: str) -> None:
    """Write on a bar so that it can be read on any colour and pattern."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    axes.text(across, row, words, ha="center", va="center", fontsize=11, bbox=box)


def _line(axes: Axes, record: RunRecord, lang: str) -> None:
    """Draw how many letters stood in line to be looked into."""
    until_s = record.simulated_us / 1e6
    moments, there = line_length(record, 0, until_s)
    tidy(axes)
    axes.step([0.0, *moments, until_s], [0.0, *there, 0.0], where="post", color=BLUE, linewidth=2.5)
    if not len(moments):
        axes.text(0.5, 0.5, label("other_side.nobody_looks", lang), ha="center", transform=axes.transAxes)
    axes.set_ylim(0, max(100.0, float(there.max(initial=0)) * 1.1))
    set_clock(axes, record.scenario.start, 0.0, until_s, lang)
    axes.set_xlabel("")
    axes.set_title(label("other_side.line_title", lang), loc="left")


def _visits(axes: Axes, record: RunRecord, lang: str) -> None:
    """Draw how often somebody came to the counter, let in or sent away."""
    until_s = record.simulated_us / 1e6
    moments, taken = visits_s(record)
    edges = np.arange(0, until_s + BIN_S, BIN_S)
    bottom = np.zeros(len(edges) - 1)
    tidy(axes)
    for which, key, colour, hatch in ((taken, "let_in", BLUE, ""), (~taken, "sent_away", VERMILION, "xx")):
        counts, _ = np.histogram(moments[which], edges)
        axes.bar(
            edges[:-1],
            counts,
            width=BIN_S * 0.86,
            align="edge",
            bottom=bottom,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0,
            label=label(f"other_side.{key}", lang),
        )
        bottom += counts
    set_clock(axes, record.scenario.start, 0.0, until_s, lang)
    axes.set_ylim(0, float(bottom.max(initial=1)) * 1.1)
    axes.set_title(label("other_side.visits_title", lang), loc="left")
    axes.legend(loc="upper right")
