"""How far apart two curves of letters delivered over time are.

A curve is the share of letters that are delivered by a moment: a step function that rises from 0.
Vertical distance alone would punish a curve that is right and a tenth of a second late, so a small shift
in time is free: at each moment the one curve may lie anywhere between what the other one was `slack`
earlier and what it will be `slack` later, and the distance is the farthest that it leaves this band.
The measure is the same whichever of the two is called the first.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

SLACK_S: Final = 0.5
"""How far either curve may be shifted for nothing: what a machine that shares its cores adds or saves."""


def curve_distance(
    first: Sequence[float],
    second: Sequence[float],
    first_letters: int,
    second_letters: int,
    slack_s: float = SLACK_S,
) -> float:
    """Give the largest vertical distance that remains when either curve may be shifted by up to `slack_s`.

    Args:
        first: moments of delivery, ascending.
        second: moments of delivery of the other curve, ascending.
        first_letters: how many letters there were, delivered or not.
        second_letters: the same for the other curve.
        slack_s: the largest shift.
    """
    return max(
        _rise_above(first, second, first_letters, second_letters, slack_s),
        _rise_above(second, first, second_letters, first_letters, slack_s),
    )


def _rise_above(
    upper: Sequence[float], lower: Sequence[float], upper_letters: int, lower_letters: int, slack_s: float
) -> float:
    """Give how far `upper` ever rises above what `lower` is `slack_s` later; both rise, so at a step of `upper`."""
    # In whole numbers, so that what is exactly at a bound is not beyond it by a rounding.
    worst = 0
    for delivered, moment in enumerate(upper, start=1):
        above = delivered * lower_letters - bisect_right(lower, moment + slack_s) * upper_letters
        worst = max(worst, above)
    return worst / (upper_letters * lower_letters)
