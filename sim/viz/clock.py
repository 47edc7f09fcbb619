"""The time axis: seconds since the start of a scenario, written as the time of day there."""

from datetime import datetime, timedelta

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from sim.analogy.labels import label

_STEPS_S = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3600 * hours for hours in (1, 2, 3, 6, 12)),
    *(86_400 * days for days in (1, 2, 7, 14, 28)),
)
MOST_TICKS = 10
MINUTE_S, DAY_S = 60, 86_400


def step_s(span_s: float, most: int = MOST_TICKS) -> float:
    """Give the smallest round step that cuts a span into at most so many parts."""
    return next((step for step in _STEPS_S if span_s / step <= most), _STEPS_S[-1])


def clock_words(start: datetime, at_s: float, step: float) -> str:
    """Write a moment as finely as a step between ticks needs."""
    moment = start + timedelta(seconds=at_s)
    if step >= DAY_S:
        return f"{moment:%m-%d}"
    if step >= MINUTE_S:
        return f"{moment:%m-%d}\n{moment:%H:%M}" if _is_midnight(moment) and at_s > 0 else f"{moment:%H:%M}"
    words = f"{moment:%H:%M:%S}"
    return words if step >= 1 else f"{words}.{moment.microsecond // 1000:03d}"


def set_clock(axes: Axes, start: datetime, from_s: float, to_s: float, lang: str) -> None:
    """Put ticks at round times of day, and say which time zone is meant."""
    step = step_s(to_s - from_s)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    since_midnight_s = (start - midnight).total_seconds()
    first = -(-(since_midnight_s + from_s) // step)
    ticks = []
    while (tick := round(first * step - since_midnight_s, 6)) <= to_s:
        ticks.append(tick)
        first += 1
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at_s, _: clock_words(start, at_s, step)))
    axes.set_xlim(from_s, to_s)
    key = "axis.date" if step >= DAY_S else "axis.time"
    axes.set_xlabel(label(key, lang, day=f"{start:%Y-%m-%d}", zone=zone_words(start)))


def zone_words(start: datetime) -> str:
    """Write a time zone as an offset, such as UTC+09:00."""
    offset = f"{start:%z}"
    return "UTC" if offset in ("", "+0000") else f"UTC{offset[:3]}:{offset[3:5]}"


def _is_midnight(moment: datetime) -> bool:
    return moment.hour == 0 and moment.minute == 0
