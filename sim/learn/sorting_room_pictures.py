"""The pictures of the sorting room: tries on the grid of rounds, the herd in its bursts, and the comparison."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from sim.analogy.labels import label
from sim.comparison.sweep_curves import SECOND, of_mailing, shares
from sim.kernel.recorder import RunRecord
from sim.learn.guess_marks import draw_guesses
from sim.learn.tries import Try, bursts, tries
from sim.results.columns import NEVER, whole
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, duration_words
from sim.viz.clock import clock_words, set_clock
from sim.viz.style import BLUE, FAINT, INK, ORANGE, SKY, VERMILION, style, tidy

SIZE: Final = (12.8, 5.6)
POINTS: Final = 800
MOST_BURSTS: Final = 18
MINUTE_S: Final = 60.0
_AXIS_MIN: Final = (1, 2, 5, 10, 20, 60, 120, 240, 600)


def grid_picture(record: RunRecord, delay_s: float, lang: str) -> Figure:
    """Draw every letter's tries over time, how long it lay on the shelf, and when the rounds were."""
    scenario = record.scenario
    of_letters = tries(record)
    last_s = max(one.began_s for tried in of_letters for one in tried)
    until_s = last_s + 2 * MINUTE_S
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        for number, at_s in enumerate(_rounds(scenario, until_s)):
            axes.axvline(
                at_s, color=FAINT, linestyle=(0, (2, 2)), linewidth=1.2, label=_say("round", lang, number)
            )
        for row, tried in enumerate(of_letters):
            _lane(axes, row, tried, scenario, delay_s, lang)
        axes.set_yticks(range(len(of_letters)), [str(row + 1) for row in range(len(of_letters))])
        axes.set_ylim(len(of_letters) - 0.4, -0.6)
        axes.set_ylabel(label("sorting_room.letter", lang))
        set_clock(axes, scenario.start, 0.0, until_s, lang)
        axes.set_title(
            label("sorting_room.grid_title", lang, delay=duration_words(delay_s, lang)), loc="left"
        )
        figure.legend(loc="outside lower center", ncols=6)
    return figure


def herd_picture(record: RunRecord, lang: str) -> Figure:
    """Draw how many had arrived over time, beside what the receiver would take, and each burst of tries."""
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
        _stairs(left, record, lang)
        _bars(right, record, lang)
        figure.legend(loc="outside lower center", ncols=4)
    return figure


def compare_picture(
    asked: Sequence[str], guesses: Sequence[float | None], found: Mapping[int, tuple[float, float]], lang: str
) -> Figure:
    """Draw predictions beside what was simulated, on one axis of minutes.

    Args:
        asked: what each line is about.
        guesses: what was predicted, in minutes; None where nothing was.
        found: by line, the shortest and the longest time in minutes.
        lang: the language.
    """
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        tidy(axes)
        axes.set_xscale("log")
        for number, (line, (least, most)) in enumerate(found.items()):
            words = label("lesson.simulated", lang) if number == 0 else None
            axes.plot(
                [least, most], [line, line], color=BLUE, linewidth=9, marker="o", markersize=9, label=words
            )
            said = _range_words(least, most, lang)
            axes.annotate(said, (most, line), textcoords="offset points", xytext=(12, -18), color=BLUE)
        shown = [(line, guess) for line, guess in enumerate(guesses) if guess]
        for number, (line, guess) in enumerate(shown):
            words = label("lesson.predicted", lang) if number == 0 else None
            draw_guesses(axes, [guess], [line], words)
        for line, words in enumerate(asked):
            axes.text(0.0, line - 0.28, words, transform=axes.get_yaxis_transform(), fontsize=12)
        axes.set_yticks([])
        axes.set_ylim(len(asked) - 0.5, -0.6)
        known = [value for bounds in found.values() for value in bounds] + [guess for _, guess in shown]
        axes.set_xlim(
            min([0.8, *(value * 0.8 for value in known)]), max([800, *(value * 2 for value in known)])
        )
        axes.xaxis.set_major_locator(FixedLocator(_AXIS_MIN))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: duration_words(value * MINUTE_S, lang)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel(label("sorting_room.compare_axis", lang))
        axes.set_title(label("sorting_room.compare_title", lang), loc="left")
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def _range_words(least_min: float, most_min: float, lang: str) -> str:
    least, most = (duration_words(value * MINUTE_S, lang) for value in (least_min, most_min))
    return least if least == most else label("sorting_room.range", lang, least=least, most=most)


def _say(key: str, lang: str, number: int) -> str | None:
    """Give the words of a legend once."""
    return label(f"sorting_room.{key}", lang) if number == 0 else None


def _rounds(scenario: Scenario, until_s: float) -> list[float]:
    """Give the moments of the rounds, where the scenario fixes them."""
    (sender,) = scenario.senders.values()
    if sender.scan_phase_us is None:
        return []
    every_s = float(sender.postconf.queue_run_delay)
    return [float(at_s) for at_s in np.arange(sender.scan_phase_us / SECOND, until_s, every_s)]


def _lane(axes: Axes, row: int, tried: Sequence[Try], scenario: Scenario, delay_s: float, lang: str) -> None:
    """Draw one letter: where it rests, where it waits for a round, and each try."""
    (sender,) = scenario.senders.values()
    least_s, most_s = sender.postconf.minimal_backoff_time, sender.postconf.maximal_backoff_time
    first_s = tried[0].began_s
    axes.plot([first_s, tried[-1].began_s], [row, row], color=FAINT, linewidth=1.5, zorder=1)
    rests = [one.began_s for one in tried if not one.taken]
    for number, began_s in enumerate(rests):
        until_s = began_s + min(max(began_s - first_s, least_s), most_s)
        words = _say("rests", lang, row + number)
        axes.plot(
            [began_s, until_s],
            [row, row],
            color=SKY,
            linewidth=8,
            solid_capstyle="butt",
            label=words,
            zorder=2,
        )
    axes.plot(
        [first_s + delay_s],
        [row],
        linestyle="none",
        marker="|",
        markersize=17,
        markeredgewidth=4,
        color=ORANGE,
        label=_say("may_come_back", lang, row),
        zorder=3,
    )
    for taken, key, marker, colour in ((False, "refused", "X", VERMILION), (True, "taken", "o", BLUE)):
        at_s = [one.began_s for one in tried if one.taken is taken]
        axes.plot(
            at_s,
            [row] * len(at_s),
            linestyle="none",
            marker=marker,
            markersize=10,
            color=colour,
            markeredgecolor="white",
            label=_say(key, lang, row),
            zorder=4,
        )


def _stairs(axes: Axes, record: RunRecord, lang: str) -> None:
    scenario = record.scenario
    own, delivered = of_mailing(record), whole(record.letters, "delivered_us")
    moments_s = np.sort(delivered[own & (delivered != NEVER)]) / SECOND
    letters = int(np.count_nonzero(own))
    until_s = max(
        30 * MINUTE_S,
        min(float(moments_s[-1]) * 1.06 if len(moments_s) else 0.0, scenario.duration_us / SECOND),
    )
    grid_s = np.linspace(0, until_s, POINTS)
    tidy(axes)
    axes.plot(
        grid_s,
        shares(moments_s, letters, grid_s) * letters,
        color=BLUE,
        linewidth=4,
        label=label("sorting_room.arrived", lang),
    )
    (provider,) = scenario.providers.values()
    if provider.rate_limit is not None:
        first_s = float(whole(record.letters, "accepted_us")[own].min()) / SECOND
        most = provider.rate_limit.rate_per_s * (grid_s - first_s)
        axes.plot(
            grid_s,
            np.clip(most, 0, letters),
            color=INK,
            linestyle="--",
            linewidth=1.8,
            label=label("sorting_room.without_pause", lang),
        )
    set_clock(axes, scenario.start, 0.0, until_s, lang)
    axes.set_ylim(0, letters * 1.05)
    axes.set_title(label("sorting_room.stairs_title", lang), loc="left")


def _bars(axes: Axes, record: RunRecord, lang: str) -> None:
    """Draw each burst of tries: how many were taken, how many refused."""
    of_bursts = bursts(tries(record))
    shown = of_bursts[:MOST_BURSTS]
    places = range(len(shown))
    tidy(axes)
    axes.grid(visible=False, axis="y")
    looks = (
        ("taken", BLUE, [one.taken for one in shown]),
        ("refused", VERMILION, [one.refused for one in shown]),
    )
    left = np.zeros(len(shown))
    for key, colour, counts in looks:
        axes.barh(
            places, counts, left=left, height=0.72, color=colour, label=label(f"sorting_room.{key}", lang)
        )
        left += np.array(counts)
    for place, burst in zip(places, shown, strict=True):
        words = f"{count_words(burst.taken)} / {count_words(burst.taken + burst.refused)}"
        axes.text(burst.taken + burst.refused, place, f" {words}", va="center", fontsize=11)
    start = record.scenario.start
    axes.set_yticks(places, [clock_words(start, burst.began_s, MINUTE_S) for burst in shown])
    axes.set_ylim(max(len(shown), 4) - 0.4, -0.6)
    axes.set_xlim(0, max(one.taken + one.refused for one in shown) * 1.22)
    axes.set_xlabel(label("sorting_room.tries", lang))
    key = "bursts_title" if len(of_bursts) <= MOST_BURSTS else "first_bursts_title"
    axes.set_title(label(f"sorting_room.{key}", lang, shown=MOST_BURSTS, count=len(of_bursts)), loc="left")
