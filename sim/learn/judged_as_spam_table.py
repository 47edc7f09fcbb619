"""The table of lesson 09: which conclusions stay if something is assumed otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.analogy.labels import label
from sim.learn.judged_as_spam_pictures import short_change
from sim.viz.style import INK, style

COMPARED: Final = {"start": ("small", "at_once"), "list": ("small", "dead"), "wanted": ("small", "reported")}
"""The three conclusions: each says that the first of two plans does better than the second."""
CLEAR: Final = 0.05
"""Shares that differ by less are not told apart."""
CLEAR_DAYS: Final = 0.5
MOST_ROWS: Final = 8
_LOOKS: Final = {"stays": "#9ECAE1", "no_difference": "#f2f2f2", "turns": "#F4B183"}
WIDTH: Final = 12.8


@dataclass(frozen=True)
class Guessed:
    """What four plans came to under some assumptions.

    Attributes:
        change: what was assumed otherwise; empty where nothing was.
        plans: by plan, the share of families that have the letter in the inbox, and the days until the last had.
    """

    change: str
    plans: Mapping[str, tuple[float, float]]

    def verdict(self, name: str) -> str:
        """Tell whether a conclusion stays, turns, or makes no difference.

        More families are better; where there are about as many, fewer days are.
        """
        (share, days), (other, other_days) = (self.plans[plan] for plan in COMPARED[name])
        better = share - other if abs(share - other) > CLEAR else other_days - days
        least = CLEAR if abs(share - other) > CLEAR else CLEAR_DAYS
        if abs(better) <= least:
            return "no_difference"
        return "stays" if better > 0 else "turns"


def table_picture(guesses: Sequence[Guessed], lang: str) -> Figure:
    """Draw the conclusions under each guess, the latest guesses at the bottom."""
    shown = [*guesses[:1], *guesses[1:][-(MOST_ROWS - 1) :]]
    with style(lang):
        figure = Figure(figsize=(WIDTH, 1.7 + 0.85 * max(2, len(shown))), layout="constrained")
        axes = figure.subplots()
        axes.set_axis_off()
        for place, name in enumerate(COMPARED):
            words = label(f"judged_as_spam.column_{name}", lang)
            axes.text(place + 0.5, -0.58, words, ha="center", va="bottom", fontsize=12)
        for line, guessed in enumerate(shown):
            words = short_change(guessed.change).replace(", ", "\n")
            axes.text(
                -0.04,
                line,
                words or label("judged_as_spam.as_assumed", lang),
                ha="right",
                va="center",
                fontsize=12,
            )
            for place, name in enumerate(COMPARED):
                _cell(axes, place, line, guessed, name, lang)
        axes.set_xlim(-0.95, len(COMPARED))
        axes.set_ylim(len(shown) - 0.4, -0.95)
    return figure


def _cell(axes: Axes, place: int, line: int, guessed: Guessed, name: str, lang: str) -> None:
    verdict = guessed.verdict(name)
    colour = _LOOKS[verdict]
    axes.add_patch(Rectangle((place + 0.02, line - 0.44), 0.96, 0.88, facecolor=colour, edgecolor="none"))
    pair = [guessed.plans[plan] for plan in COMPARED[name]]
    said = " : ".join(
        label("judged_as_spam.cell", lang, share=f"{share * 100:.0f}", days=f"{days:.1f}")
        for share, days in pair
    )
    words = f"{label(f'judged_as_spam.{verdict}', lang)}\n{said}"
    axes.text(place + 0.5, line, words, ha="center", va="center", color=INK, fontsize=12)
