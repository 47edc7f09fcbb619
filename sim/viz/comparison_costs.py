"""Pictures of the money of a comparison: a month by its parts, and the cost as a function of the volume."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from sim.analogy.labels import label
from sim.comparison.cost import MonthlyCost, monthly_cost
from sim.comparison.money import Money
from sim.comparison.outcome import Outcome
from sim.comparison.variants import Setup
from sim.scenario.costs import Costs
from sim.viz.amounts import count_words
from sim.viz.comparison_amounts import volume_words, yen_words
from sim.viz.style import CYCLE, FAINT, GRID, INK, ORANGE, PATTERNS, PURPLE, SKY, YELLOW, new_figure, style

PARTS = (("staff", ORANGE, ""), ("setup", YELLOW, "//"), ("machines", SKY, ".."), ("service", PURPLE, "\\\\"))
"""The parts of a month's cost, each told apart by colour and by pattern."""
FEWEST, MOST, POINTS = 1e3, 1e7, 400


def plot_months(money: Money, *, ax: Axes, lang: str = "en") -> Axes:
    """Draw what a month costs each setup, by its parts.

    Args:
        money: the money side of a comparison.
        ax: where to draw.
        lang: the language of the words.
    """
    names = [cost.setup for cost in money.costs]
    left = np.zeros(len(names))
    for part, colour, hatch in PARTS:
        widths = np.array([getattr(cost.month, part) / 1000 for cost in money.costs])
        if widths.any():
            ax.barh(
                names,
                widths,
                0.6,
                left=left,
                color=colour,
                hatch=hatch,
                edgecolor=INK,
                linewidth=0.6,
                label=label(f"part.{part}", lang),
            )
        left += widths
    for place, cost in enumerate(money.costs):
        ax.annotate(
            yen_words(cost.month.total),
            (left[place], place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=11,
        )
    ax.set_axisbelow(True)
    ax.grid(visible=True, axis="x", color=GRID, linewidth=0.8)
    ax.set_xlim(0, 1.35 * float(left.max()))
    ax.invert_yaxis()
    letters = {count_words(cost.month.letters) for cost in money.costs}
    ax.set_xlabel(label("compare_picture.thousand_yen", lang, letters=" / ".join(sorted(letters))))
    ax.set_title(label("compare_picture.money", lang), loc="left", fontsize=12)
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.24), ncols=2, fontsize=9.5, columnspacing=1.0)
    return ax


def comparison_costs(outcome: Outcome, lang: str = "en") -> Figure:
    """Draw the cost of a month and of a thousand letters as functions of the volume, with the break-evens.

    Args:
        outcome: what came of the comparison; two of its setups say what they cost, at least.
        lang: the language of the words.
    """
    priced = [(setup, setup.scenario.costs) for setup in outcome.setups if setup.scenario.costs is not None]
    with style(lang):
        figure = new_figure()
        months, thousands = figure.subplots(1, 2, sharex=True)
        _curves(outcome, priced, lambda month: month.total, ax=months)
        _curves(outcome, priced, lambda month: month.per_thousand, ax=thousands)
        months.set_ylabel(label("compare_picture.yen_per_month", lang))
        thousands.set_ylabel(label("compare_picture.yen_per_thousand", lang))
        _mark_volumes(outcome, months, lang)
        months.legend(loc="upper left")
        for axes in (months, thousands):
            axes.set_xlabel(label("compare_picture.letters_per_month", lang))
        figure.suptitle(label("compare_picture.costs_title", lang), fontsize=16, color=INK)
        figure.supxlabel(label("compare_picture.assumed", lang), fontsize=11, color=INK)
    return figure


def _curves(
    outcome: Outcome,
    priced: Sequence[tuple[Setup, Costs]],
    read: Callable[[MonthlyCost], float],
    *,
    ax: Axes,
) -> None:
    volumes = np.geomspace(FEWEST, MOST, POINTS)
    for (setup, costs), colour, pattern in zip(priced, CYCLE, PATTERNS, strict=False):
        amounts = [read(monthly_cost(costs, float(letters))) for letters in volumes]
        ax.plot(volumes, amounts, color=colour, linestyle=pattern, linewidth=2.6, label=setup.name)
    for cost in outcome.money.costs[:1]:
        ax.axvline(cost.month.letters, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    for even in outcome.money.break_evens:
        for letters in even.letters_per_month:
            if FEWEST <= letters <= MOST:
                ax.axvline(letters, color=FAINT, linewidth=1.2, linestyle=(0, (1, 1.5)))
    ax.set_xscale("log")
    ax.set_yscale("log")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.grid(visible=True, which="major", color=GRID, linewidth=0.8)
    ax.margins(x=0)


def _mark_volumes(outcome: Outcome, axes: Axes, lang: str) -> None:
    """Name this list's volume and the first break-even beside their lines."""
    letters = outcome.money.costs[0].month.letters
    named = [(letters, label("compare_picture.this_list", lang, letters=volume_words(letters)), "top")]
    for even in outcome.money.break_evens[:1]:
        for volume in even.letters_per_month[:1]:
            if FEWEST <= volume <= MOST:
                words = label("compare_picture.break_even", lang, letters=volume_words(volume))
                named.append((volume, words, "bottom"))
    for at, words, end in named:
        axes.annotate(
            words,
            (at, 0.98 if end == "top" else 0.02),
            xycoords=axes.get_xaxis_transform(),
            xytext=(4 if end == "top" else -4, 0),
            textcoords="offset points",
            ha="left" if end == "top" else "right",
            va=end,
            rotation=90,
            fontsize=11,
        )
