"""Pictures of lesson 09: the days of a mailing with the sender's reputation, all plans so far, and predictions."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from sim.analogy.labels import label
from sim.learn.good_name import Day, Standing
from sim.learn.guess_marks import draw_guesses
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, share_words
from sim.viz.style import BLUE, INK, ORANGE, SKY, VERMILION, style, tidy

SIZE: Final = (12.8, 6.0)
FEWEST_DAYS: Final = 7
"""So many days at least are on the axis, so that pictures of quick plans can be compared."""
MOST_PLANS: Final = 14
SMALLEST_WRITTEN: Final = 0.09
"""A part of a bar is labelled if it is at least this share of the highest bar."""
PLACES: Final = {
    "inbox": (BLUE, ""),
    "spam": (ORANGE, "//"),
    "put_off": (SKY, ".."),
    "returned": (VERMILION, "xx"),
}
"""Colour and pattern of each place of a letter."""


class Plan(Protocol):
    """What the picture of all plans needs of one."""

    @property
    def share(self) -> float:
        """The share in the inbox."""

    @property
    def spam_share(self) -> float:
        """The share in the spam folder."""

    @property
    def last_day(self) -> float:
        """When the last one came into an inbox, in days."""

    @property
    def change(self) -> str:
        """What was changed."""


def days_picture(
    days: Sequence[Day], standing: Standing | None, scenario: Scenario, plan: str, lang: str
) -> Figure:
    """Draw where each day's letters went, and below it the sender's reputation."""
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        upper, lower = figure.subplots(2, 1, height_ratios=(1.5, 1))
        span = max(FEWEST_DAYS, len(days))
        _bars(upper, days, lang)
        upper.set_title(label("judged_as_spam.days_title", lang, plan=plan), loc="left")
        _line(lower, standing, scenario, span, lang)
        lower.set_xlabel(label("judged_as_spam.day", lang))
        for axes in (upper, lower):
            axes.set_xlim(0, span)
            axes.set_xticks([day + 0.5 for day in range(span)], [str(day + 1) for day in range(span)])
            axes.tick_params(axis="x", length=0)
        figure.legend(loc="outside lower center", ncols=4)
    return figure


def board_picture(plans: Sequence[Plan], names: Sequence[str], lang: str) -> Figure:
    """Draw for each plan how many families it reached, and in how many days.

    Args:
        plans: in the order in which they are shown, from the top.
        names: what each is called.
        lang: the language.
    """
    shown = plans[:MOST_PLANS]
    with style(lang):
        figure = Figure(figsize=(SIZE[0], 1.9 + 0.42 * max(4, len(shown))), layout="constrained")
        axes = figure.subplots()
        tidy(axes)
        axes.grid(visible=False, axis="y")
        lines = range(len(shown))
        inbox, spam = (
            np.array([getattr(one, name) * 100 for one in shown]) for name in ("share", "spam_share")
        )
        for place, left, widths in (("inbox", np.zeros(len(shown)), inbox), ("spam", inbox, spam)):
            _barh(axes, lines, widths, left, place, lang)
        for line, one in enumerate(shown):
            said = label(
                "judged_as_spam.share_in_days",
                lang,
                share=share_words(one.share, lang),
                days=f"{one.last_day:.1f}",
            )
            axes.text(102, line, said, va="center", fontsize=11)
        texts = [
            name + (f"\n{short}" if (short := short_change(one.change)) else "")
            for name, one in zip(names, shown, strict=False)
        ]
        axes.set_yticks(lines, texts)
        axes.set_ylim(max(len(shown), 4) - 0.4, -0.6)
        axes.set_xlim(0, 130)
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel(label("judged_as_spam.families_axis", lang))
        axes.set_title(label("judged_as_spam.board_title", lang), loc="left")
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def compare_picture(
    asked: Sequence[str], guesses: Sequence[float | None], found: Mapping[int, float], lang: str
) -> Figure:
    """Draw predictions beside what was simulated, in percent.

    Args:
        asked: what each line is about.
        guesses: what was predicted; None where nothing was.
        found: by line, what was simulated.
        lang: the language.
    """
    with style(lang):
        figure = Figure(figsize=(SIZE[0], 4.6), layout="constrained")
        axes = figure.subplots()
        tidy(axes)
        axes.plot(
            list(found.values()),
            list(found),
            color=BLUE,
            linestyle="none",
            marker="o",
            markersize=14,
            label=label("lesson.simulated", lang),
            clip_on=False,
        )
        for line, value in found.items():
            axes.annotate(
                share_words(value / 100, lang),
                (value, line),
                textcoords="offset points",
                xytext=(0, -26),
                ha="center",
                color=BLUE,
            )
        shown = [(line, guess) for line, guess in enumerate(guesses) if guess is not None]
        draw_guesses(
            axes, [guess for _, guess in shown], [line for line, _ in shown], label("lesson.predicted", lang)
        )
        for line, words in enumerate(asked):
            axes.text(0.0, line - 0.3, words, transform=axes.get_yaxis_transform(), fontsize=12)
        axes.set_yticks([])
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_ylim(len(asked) - 0.4, -0.6)
        axes.set_xlim(-2, 102)
        axes.set_xlabel(label("judged_as_spam.families_axis", lang))
        axes.set_title(label("judged_as_spam.compare_title", lang), loc="left")
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def short_change(change: str) -> str:
    """Give settings by their last names, where a whole path has no room."""
    parts = (one.partition("=") for one in change.split(", ") if one)
    return ", ".join(f"{path.rpartition('.')[2]}{equals}{value}" for path, equals, value in parts)


def _bars(axes: Axes, days: Sequence[Day], lang: str) -> None:
    """Draw for each day how many letters ended where, or wait."""
    tidy(axes)
    axes.grid(visible=False, axis="x")
    middles = np.arange(len(days)) + 0.5
    bottom = np.zeros(len(days))
    highest = max(sum(day.of(place) for place in PLACES) for day in days)
    for place, (colour, hatch) in PLACES.items():
        counts = np.array([day.of(place) for day in days])
        axes.bar(
            middles,
            counts,
            bottom=bottom,
            width=0.72,
            color=colour,
            edgecolor="white",
            hatch=hatch,
            linewidth=0,
            label=label(f"judged_as_spam.{place}", lang),
        )
        bottom += counts
    for middle, day in zip(middles, days, strict=True):
        if day.inbox >= SMALLEST_WRITTEN * highest:
            axes.text(middle, day.inbox / 2, count_words(day.inbox), ha="center", va="center", color="white")
    axes.set_ylim(0, max(1, highest) * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))


def _line(axes: Axes, standing: Standing | None, scenario: Scenario, span: int, lang: str) -> None:
    """Draw the reputation over time, and the heights below which the provider acts."""
    tidy(axes)
    axes.grid(visible=False, axis="x")
    axes.set_ylim(0, 105)
    axes.set_yticks(range(0, 101, 20))
    axes.set_title(label("judged_as_spam.standing_title", lang), loc="left")
    settings = next(iter(scenario.providers.values())).reputation
    if standing is None or settings is None:
        return
    spam, refused = settings.spam_below_ratio * 100, settings.refused_below_ratio * 100
    for low, high, colour, key in (
        (refused, spam, ORANGE, "band_spam"),
        (0, refused, VERMILION, "band_refused"),
    ):
        axes.axhspan(low, high, color=colour, alpha=0.16, linewidth=0)
        axes.text(
            span - 0.05,
            (low + high) / 2,
            label(f"judged_as_spam.{key}", lang),
            ha="right",
            va="center",
            fontsize=11,
        )
    axes.plot(standing.days, [height * 100 for height in standing.heights], color=INK, linewidth=4)


def _barh(
    axes: Axes,
    lines: Sequence[int],
    widths: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    left: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    place: str,
    lang: str,
) -> None:
    colour, hatch = PLACES[place]
    axes.barh(
        lines,
        widths,
        left=left,
        height=0.7,
        color=colour,
        edgecolor="white",
        hatch=hatch,
        linewidth=0,
        label=label(f"judged_as_spam.{place}", lang),
    )
