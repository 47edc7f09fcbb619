"""The pictures of lesson 08: an outage and the hours after it, and how long each way back took."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analogy.labels import label
from sim.kernel.recorder import RunRecord
from sim.learn.outage_figures import Outage, delays_min, outage_us, queue_length, tries_us
from sim.scenario.troubles import regular_spells
from sim.viz.amounts import duration_words
from sim.viz.clock import set_clock
from sim.viz.style import BLUE, FAINT, INK, ORANGE, SKY, VERMILION, style, tidy

SIZE: Final = (12.8, 6.4)
BIN_S: Final = 300.0
"""Tries are counted in steps of five minutes, which is how often Postfix goes past its shelf."""
_MICRO: Final = 1e6
_SHADE: Final = "#e4e4e4"
_LEAST_SHOWN_S: Final = 8 * 3600.0
_AFTERWARDS_S: Final = 3600.0
_ROW_IN: Final = 0.62
_MOST_PATTERNED: Final = 150
"""Bars narrower than those of so many have no room for a pattern."""


@dataclass(frozen=True)
class Way:
    """One way back, as the race shows it.

    Attributes:
        words: the conditions, line by line.
        minutes: until all was as before; None where that was not so within the run.
        formula_min: what the formula says.
    """

    words: str
    minutes: float | None
    formula_min: float


def outage_picture(record: RunRecord, found: Outage, lang: str) -> Figure:
    """Draw the letters that wait, the tries, and the delay of each letter, with the outage behind them.

    Args:
        record: the run.
        found: what it came to.
        lang: the language.
    """
    until_s = _shown_until_s(record, found)
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        grid = figure.add_gridspec(2, 2)
        queue, tries = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
        letters = figure.add_subplot(grid[:, 1])
        _queue(queue, record, found, until_s, lang)
        _tries(tries, record, until_s, lang)
        _letters(letters, record, until_s, lang)
        for axes in (queue, tries, letters):
            _shade(axes, record, lang if axes is queue else None)
            set_clock(axes, record.scenario.start, 0.0, until_s, lang)
            if axes is not letters:
                axes.set_xlabel("")
        queue.legend(loc="upper right")
    return figure


def race_picture(ways: Sequence[Way], longest_min: float, lang: str) -> Figure:
    """Draw how long each way back took, the quickest first, and beside it what the formula says.

    Args:
        ways: what was tried.
        longest_min: how long the runs went on after the outage.
        lang: the language.
    """
    ordered = sorted(ways, key=lambda way: longest_min if way.minutes is None else way.minutes)
    with style(lang):
        figure = Figure(figsize=(SIZE[0], 1.6 + _ROW_IN * len(ordered)), layout="constrained")
        axes = figure.subplots()
        tidy(axes)
        axes.grid(visible=False, axis="y")
        for row, way in enumerate(ordered):
            minutes = longest_min if way.minutes is None else way.minutes
            over = way.minutes is None
            colour, hatch = (VERMILION, "//") if over else (BLUE, "")
            axes.barh(row, minutes / 60, height=0.5, color=colour, hatch=hatch, edgecolor="white")
            said = label("two_hours.not_by_the_end", lang) if over else duration_words(minutes * 60, lang)
            axes.text(minutes / 60, row, f" {said}", va="center")
            axes.plot(
                [way.formula_min / 60] * 2,
                [row - 0.4, row + 0.4],
                color=INK,
                linestyle=(0, (2, 1)),
                linewidth=3,
                label=label("two_hours.formula", lang) if not row else None,
            )
        axes.set_yticks(range(len(ordered)), [way.words for way in ordered])
        axes.set_ylim(len(ordered) - 0.4, -0.6)
        slowest = max(longest_min if way.minutes is None else way.minutes for way in ordered)
        axes.set_xlim(0, slowest / 60 * 1.3)
        axes.set_xlabel(label("two_hours.race_axis", lang))
        axes.set_title(label("two_hours.race_title", lang), loc="left")
        axes.legend(loc="upper right")
    return figure


def _shown_until_s(record: RunRecord, found: Outage) -> float:
    """Show eight hours, or as long as it took until all was as before and an hour more."""
    back_s = outage_us(record.scenario)[1] / _MICRO
    end_s = record.simulated_us / _MICRO
    if found.as_before_min is None:
        return end_s
    return min(end_s, max(_LEAST_SHOWN_S, back_s + found.as_before_min * 60 + _AFTERWARDS_S))


def _shade(axes: Axes, record: RunRecord, lang: str | None) -> None:
    """Lay the outage behind the curves, and a crash of the office's machine as a narrow dark band."""
    from_us, back_us = outage_us(record.scenario)
    words = None if lang is None else label("two_hours.down", lang)
    axes.axvspan(from_us / _MICRO, back_us / _MICRO, color=_SHADE, zorder=0, label=words)
    for fault in record.scenario.faults:
        if fault.what == "crash":
            words = None if lang is None else label("two_hours.crashed", lang)
            for from_us, to_us in regular_spells(fault, record.simulated_us):
                axes.axvspan(from_us / _MICRO, to_us / _MICRO, color=FAINT, zorder=0, label=words)


def _queue(axes: Axes, record: RunRecord, found: Outage, until_s: float, lang: str) -> None:
    moments, waiting = queue_length(record)
    tidy(axes)
    axes.step(
        [*(moments / _MICRO), until_s], [*waiting, waiting[-1]], where="post", color=BLUE, linewidth=2.5
    )
    if found.formula_min is not None:
        back_s = outage_us(record.scenario)[1] / _MICRO
        axes.plot(
            [back_s, back_s + found.formula_min * 60],
            [found.waiting, 0],
            color=INK,
            linestyle=(0, (3, 1.5)),
            linewidth=2.5,
            label=label("two_hours.formula", lang),
        )
    axes.set_ylim(0, float(waiting.max(initial=1)) * 1.15)
    axes.set_title(label("two_hours.queue_title", lang), loc="left")


def _tries(axes: Axes, record: RunRecord, until_s: float, lang: str) -> None:
    """Draw how often letters were brought to the carrier: taken, sent away, or before a closed door."""
    moments, taken, closed = tries_us(record)
    edges = np.arange(0, until_s + BIN_S, BIN_S)
    bottom = np.zeros(len(edges) - 1)
    tidy(axes)
    looks = (
        (taken, "taken", BLUE, ""),
        (~taken & ~closed, "sent_away", VERMILION, "xx"),
        (closed, "in_vain", ORANGE, "//"),
    )
    for which, key, colour, hatch in looks:
        counts, _ = np.histogram(moments[which] / _MICRO, edges)
        if not counts.any():
            continue
        wide = len(counts) <= _MOST_PATTERNED
        axes.bar(
            edges[:-1],
            counts,
            width=BIN_S * (0.9 if wide else 1),
            align="edge",
            bottom=bottom,
            color=colour,
            hatch=hatch if wide else "",
            edgecolor="white",
            linewidth=0,
            label=label(f"two_hours.{key}", lang),
        )
        bottom += counts
    axes.set_ylim(0, float(bottom.max(initial=1)) * 1.25)
    axes.set_title(label("two_hours.tries_title", lang), loc="left")
    axes.legend(loc="upper right", ncols=3)


def _letters(axes: Axes, record: RunRecord, until_s: float, lang: str) -> None:
    """Draw a point for each letter: when it was written, and how late it arrived."""
    written_s, late_min, arrived = delays_min(record)
    tidy(axes)
    axes.plot(written_s[arrived], late_min[arrived], ".", color=SKY, markersize=4, rasterized=True)
    if not arrived.all():
        axes.plot(
            written_s[~arrived],
            late_min[~arrived],
            "x",
            color=VERMILION,
            markersize=5,
            label=label("two_hours.returned_mark", lang),
        )
        axes.legend(loc="upper right")
    axes.set_ylim(0, max(60.0, float(late_min.max(initial=0.0)) * 1.1))
    axes.set_title(label("two_hours.letters_title", lang), loc="left")
    axes.set_xlim(0, until_s)
