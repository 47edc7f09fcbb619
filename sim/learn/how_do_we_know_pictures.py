"""The pictures of lesson 11: a line at a counter, waits against load, a recording beside its model, and the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from sim.analogy.labels import label
from sim.comparison.sweep_curves import SECOND
from sim.kernel.recorder import RunRecord
from sim.learn.counter import WARM_UP, line_length
from sim.learn.guess_marks import draw_guesses
from sim.results.columns import whole
from sim.validation.curves import SLACK_S
from sim.validation.formulas import wait_mm1
from sim.validation.intervals import Interval
from sim.validation.recording_rows import DISTANCE_BOUND, Comparison
from sim.viz.style import BLUE, INK, VERMILION, style, tidy

SIZE: Final = (12.8, 5.2)
SHOWN_S: Final = 600.0
"""So long a stretch of the line is drawn, from after the warm-up on."""
_AXIS_LOADS: Final = (0, 100)
_MOST_LOAD: Final = 0.93
_AGREES, _MISSES = "#cfe5f5", "#f7d9c4"


@dataclass(frozen=True)
class Measured:
    """A mean wait at a load, in percent."""

    load: int
    wait: Interval


@dataclass(frozen=True)
class Tested:
    """A model that was held against a recording: what was changed in it, and the distance of the curves."""

    recording: str
    change: str
    distance: float

    @property
    def agrees(self) -> bool:
        """Whether the distance is as small as agreement asks."""
        return self.distance <= DISTANCE_BOUND


def counter_picture(
    record: RunRecord,
    busy_ratio: float,
    measured: Sequence[Measured],
    guesses: Mapping[int, float],
    lang: str,
) -> Figure:
    """Draw ten minutes of the line, and the mean waits that have been measured so far."""
    from_s = float(whole(record.visits, "from_us")[WARM_UP]) / SECOND
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
        tidy(left)
        moments, there = line_length(record, from_s, from_s + SHOWN_S)
        left.fill_between((moments - from_s) / 60, there, step="post", color=BLUE, linewidth=0)
        left.set_xlim(0, SHOWN_S / 60)
        left.set_ylim(0, max(10.0, float(there.max(initial=0)) * 1.1))
        left.yaxis.set_major_locator(MaxNLocator(integer=True))
        left.set_xlabel(label("how_do_we_know.minutes", lang))
        left.set_title(label("how_do_we_know.line_title", lang, load=f"{busy_ratio * 100:g}"), loc="left")
        _waits(right, measured, guesses, lang)
        figure.legend(loc="outside lower right", ncols=3)
    return figure


def formula_picture(measured: Sequence[Measured], guesses: Mapping[int, float], lang: str) -> Figure:
    """Draw measured waits and predictions beside the curve that the formula gives."""
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        loads = np.linspace(0.0, _MOST_LOAD, 200)
        exact = [wait_mm1(load, 1.0) for load in loads.tolist()]
        words = label("how_do_we_know.formula", lang)
        axes.plot(loads * 100, exact, color=INK, linestyle=(0, (6, 2)), linewidth=2.5, label=words)
        _waits(axes, measured, guesses, lang)
        axes.set_ylim(0, max(exact[-1], *(guesses.values() or [0.0])) * 1.05)
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def recording_picture(comparison: Comparison, title: str, lang: str) -> Figure:
    """Draw the curve that a real mail server left, with its free shift, and the one of the model."""
    recorded, replay = comparison.recording, comparison.typical
    moments, shares = _steps(recorded.delivered_s, len(recorded.letters))
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        tidy(axes)
        axes.fill_betweenx(
            shares,
            [moment - SLACK_S for moment in moments],
            [moment + SLACK_S for moment in moments],
            color=INK,
            alpha=0.18,
            linewidth=0,
            label=label("how_do_we_know.band", lang, slack=f"{SLACK_S:g}"),
        )
        words = label("how_do_we_know.recorded", lang)
        axes.step(moments, shares, where="post", color=INK, linewidth=3, label=words)
        axes.step(
            *_steps(replay.delivered_s, replay.letters),
            where="post",
            color=VERMILION,
            linewidth=2.2,
            linestyle=(0, (5, 1.5)),
            label=label("how_do_we_know.model", lang),
        )
        axes.set_xlim(left=0)
        axes.set_ylim(0, 104)
        axes.set_xlabel(label("how_do_we_know.seconds", lang))
        axes.set_title(title, loc="left")
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def table_picture(
    tested: Sequence[Tested], recordings: Mapping[str, str], unchanged: str, lang: str
) -> Figure:
    """Draw which model agrees with which recording: a line for each model, a column for each recording.

    Args:
        tested: the tests, in order; of equal ones the last counts.
        recordings: the names of the recordings, and what each column is called.
        unchanged: what a model is called in which nothing was changed.
        lang: the language.
    """
    models = list(dict.fromkeys(["", *(one.change for one in tested)]))
    last = {(one.change, one.recording): one for one in tested}
    with style(lang):
        figure = Figure(figsize=(SIZE[0], 1.5 + 0.9 * len(models)), layout="constrained")
        axes = figure.subplots()
        axes.set_axis_off()
        for line, model in enumerate(models):
            axes.text(-0.05, line, _short(model) or unchanged, va="center", ha="right")
            for place, recording in enumerate(recordings):
                _cell(axes, place, line, last.get((model, recording)), lang)
        for place, words in enumerate(recordings.values()):
            axes.text(place + 0.5, -0.62, words, ha="center", va="bottom", fontsize=12)
        axes.set_xlim(-1.9, len(recordings))
        axes.set_ylim(len(models) - 0.4, -1.1)
    return figure


def _short(change: str) -> str:
    """Give settings by their last names, one a line, where a whole path has no room."""
    assignments = (one.partition("=") for one in change.split(", ") if one)
    return "\n".join(f"{path.rpartition('.')[2]}{equals}{value}" for path, equals, value in assignments)


def _cell(axes: Axes, place: int, line: int, found: Tested | None, lang: str) -> None:
    if found is None:
        colour, words = "#f2f2f2", label("how_do_we_know.not_tried", lang)
    else:
        colour = _AGREES if found.agrees else _MISSES
        verdict = label(f"how_do_we_know.{'agrees_short' if found.agrees else 'misses_short'}", lang)
        words = f"{verdict}\n{found.distance * 100:.1f} %"
    axes.add_patch(_box(place, line, colour))
    axes.text(place + 0.5, line, words, ha="center", va="center", color=INK)


def _box(place: int, line: int, colour: str) -> Rectangle:
    return Rectangle((place + 0.03, line - 0.44), 0.94, 0.88, facecolor=colour, edgecolor="none")


def _waits(axes: Axes, measured: Sequence[Measured], guesses: Mapping[int, float], lang: str) -> None:
    """Draw mean waits over load: measured with their intervals, and predicted."""
    tidy(axes)
    axes.errorbar(
        [one.load for one in measured],
        [one.wait.mean for one in measured],
        yerr=[one.wait.half_width for one in measured],
        fmt="o",
        color=BLUE,
        markersize=9,
        elinewidth=3,
        capsize=7,
        capthick=3,
        label=label("how_do_we_know.measured", lang),
    )
    draw_guesses(axes, list(guesses), list(guesses.values()), label("lesson.predicted", lang))
    axes.set_xlim(*_AXIS_LOADS)
    highest = [one.wait.mean + one.wait.half_width for one in measured] + list(guesses.values())
    axes.set_ylim(0, max([2.0, *highest]) * 1.12)
    axes.set_xlabel(label("how_do_we_know.load", lang))
    axes.set_title(label("how_do_we_know.wait_title", lang), loc="left")


def _steps(moments: Sequence[float], letters: int) -> tuple[list[float], list[float]]:
    """Give the corners of a curve, in seconds and in percent of all letters."""
    first = moments[0] if moments else 0.0
    return [first, *moments], [100 * count / letters for count in range(len(moments) + 1)]
