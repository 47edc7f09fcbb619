"""The two pictures of a lesson: one run, and all runs beside what was predicted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analogy.labels import label
from sim.comparison.sweep_curves import SECOND, of_mailing, shares
from sim.kernel.recorder import RunRecord
from sim.learn.guess_marks import draw_guesses
from sim.learn.whereabouts import PLACES, Places
from sim.results.columns import NEVER, whole
from sim.viz.amounts import count_words, moment_words, share_words
from sim.viz.clock import set_clock
from sim.viz.style import BLUE, FAINT, GREEN, INK, ORANGE, SKY, VERMILION, style, tidy

POINTS = 400
SIZE = (12.8, 5.2)
COLOURS = {
    "arrived": BLUE,
    "rate_limited": VERMILION,
    "greylisted": ORANGE,
    "waiting": SKY,
    "not_taken": SKY,
    "returned": GREEN,
    "other": FAINT,
}


@dataclass(frozen=True)
class Mark:
    """One point of the comparison: a number of letters and a share, predicted or simulated."""

    letters: int
    share: float


def run_picture(record: RunRecord, letters: int, places: Places, guess: float | None, lang: str) -> Figure:
    """Draw one run: how many had been taken over and had arrived over time, and where all are at the deadline."""
    scenario = record.scenario
    deadline_s = (scenario.deadline_us or scenario.duration_us) / SECOND
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
        _curves(left, record, letters, lang)
        left.axvline(deadline_s, color=INK, linestyle="--", linewidth=1.5)
        if guess is not None:
            draw_guesses(left, [deadline_s], [guess], label("lesson.predicted", lang))
        set_clock(left, scenario.start, 0.0, scenario.duration_us / SECOND, lang)
        left.set_ylim(0, 105)
        left.set_title(label("lesson.curve_title", lang), loc="left")
        figure.legend(loc="outside lower left", ncols=3)
        _bars(right, places, letters, lang)
        right.set_title(
            label("lesson.where_title", lang, limit=moment_words(scenario.start, deadline_s, lang)),
            loc="left",
        )
    return figure


def compare_picture(
    predicted: Sequence[Mark], simulated: Sequence[Mark], limit: str, numbers: Sequence[int], lang: str
) -> Figure:
    """Draw what was predicted beside what was simulated, for each number of letters."""
    places = {number: place for place, number in enumerate(numbers)}
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        tidy(axes)
        known = [mark for mark in simulated if mark.letters in places]
        axes.plot(
            [places[mark.letters] for mark in known],
            [mark.share * 100 for mark in known],
            color=BLUE,
            marker="o",
            markersize=11,
            label=label("lesson.simulated", lang),
        )
        for mark in known:
            axes.annotate(
                share_words(mark.share, lang),
                (places[mark.letters], mark.share * 100),
                textcoords="offset points",
                xytext=(12, 8),
            )
        for number, mark in enumerate(mark for mark in predicted if mark.letters in places):
            words = label("lesson.predicted", lang) if number == 0 else ""
            draw_guesses(axes, [places[mark.letters]], [mark.share * 100], words or None)
        axes.set_xlim(-0.5, len(numbers) - 0.5)
        axes.set_ylim(0, 112)
        axes.set_yticks(range(0, 101, 20))
        axes.set_xticks(list(places.values()), [count_words(number) for number in numbers])
        axes.set_xlabel(label("lesson.slider", lang))
        axes.set_ylabel("%")
        axes.set_title(label("lesson.compare_title", lang, limit=limit), loc="left")
        axes.legend(loc="lower left")
    return figure


def _curves(axes: Axes, record: RunRecord, letters: int, lang: str) -> None:
    own = of_mailing(record)
    grid_s = np.linspace(0, record.simulated_us / SECOND, POINTS)
    tidy(axes)
    looks = (
        ("accepted_us", "taken_over", SKY, (0, (6, 2)), 2.5),
        ("delivered_us", "arrived", BLUE, "solid", 4),
    )
    for name, words, colour, pattern, width in looks:
        moments = whole(record.letters, name)
        sorted_s = np.sort(moments[own & (moments != NEVER)]) / SECOND
        axes.plot(
            grid_s,
            shares(sorted_s, letters, grid_s) * 100,
            color=colour,
            linestyle=pattern,
            linewidth=width,
            label=label(f"lesson.{words}", lang),
        )


def _bars(axes: Axes, places: Places, letters: int, lang: str) -> None:
    """Draw a bar for each place, with its name above it, where long words have room."""
    shown = [place for place in PLACES if places[place] or place != "other"]
    rows = range(len(shown))
    axes.barh(
        rows, [places[place] / letters for place in shown], height=0.42, color=[COLOURS[p] for p in shown]
    )
    for row, place in zip(rows, shown, strict=True):
        counted = f"{count_words(places[place])} ({share_words(places[place] / letters, lang)})"
        words = f"{label(f'lesson.{place}', lang)}: {counted}"
        axes.text(0, row - 0.3, words, va="bottom", ha="left", fontsize=12, fontweight="normal")
    axes.set_xlim(0, 1)
    axes.set_ylim(len(shown) - 0.5, -0.9)
    axes.set_axis_off()
