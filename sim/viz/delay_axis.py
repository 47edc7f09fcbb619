"""An axis of delays: logarithmic, since a letter takes a second or a day, with round durations as ticks."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from sim.viz.amounts import duration_words

SHORTEST_S = 0.001
"""A logarithmic axis has no zero: shorter delays are drawn here."""
_ROUND_S = (0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86_400, 5 * 86_400, 30 * 86_400)
_BETWEEN_S = (0.003, 0.03, 0.3, 3, 30, 180, 1800, 2 * 3600)


def range_s(letters: pd.DataFrame) -> tuple[float, float]:
    """Give the ends of an axis of delays: a little more than there is, and never nothing."""
    took = letters["delay_s"].dropna().clip(lower=SHORTEST_S)
    if not len(took):
        return 0.1, 100.0
    low_s, high_s = float(took.min()), float(took.max())
    return (low_s / 1.5, high_s * 1.5) if high_s > 3 * low_s else (low_s / 3, high_s * 3)


def log_time(axes: Axes, which: str, low_s: float, high_s: float, lang: str, most: int = 7) -> None:
    """Make an axis one of durations, logarithmic, with round ones as ticks."""
    axes.set(**{f"{which}scale": "log", f"{which}lim": (low_s, high_s)})
    axis = axes.xaxis if which == "x" else axes.yaxis
    main = [tick for tick in _ROUND_S if low_s <= tick <= high_s]
    ticks = (
        main
        if len(main) > 1
        else sorted(tick for tick in (*_ROUND_S, *_BETWEEN_S) if low_s <= tick <= high_s)
    )
    axis.set_major_locator(FixedLocator(ticks[:: -(-len(ticks) // most)] if ticks else [low_s]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda took_s, _: duration_words(took_s, lang)))
