"""How pictures of lessons mark what somebody has predicted: a white diamond, in whatever it stands."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from sim.viz.style import VERMILION


def draw_guesses(axes: Axes, across: Sequence[float], up: Sequence[float], words: str | None) -> None:
    """Draw a diamond for each guess.

    Args:
        axes: where to.
        across: their places, from left to right.
        up: their places, upwards.
        words: what the legend calls them; nothing where it does not.
    """
    axes.plot(
        across,
        up,
        marker="D",
        markersize=12,
        markerfacecolor="white",
        markeredgecolor=VERMILION,
        markeredgewidth=3,
        linestyle="none",
        label=words,
        clip_on=False,
        zorder=5,
    )
