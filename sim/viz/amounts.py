"""Amounts as people say them: `6 min 12 s`, `93.2 %`, `12,000`, and with an interval where there is one."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

Figure = Mapping[str, Any]
"""A figure of a summary: value, low, high, n."""

_PARTS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
UNKNOWN = "–"


def duration_words(seconds: float) -> str:
    """Say a duration in its two largest units, or with three digits where it is short."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 59.95:
        return f"{seconds:.3g} s"
    left = round(seconds)
    said: list[str] = []
    for unit, size in _PARTS:
        count, left = divmod(left, size)
        if count or said:
            said.append(f"{count} {unit}")
        if len(said) == 2:
            break
    return " ".join(part for part in said if not part.startswith("0 "))


def share_words(share: float) -> str:
    """Say a share as a percentage, never rounding to all or nothing what is neither."""
    percent = share * 100
    if 0 < percent < 0.05:
        return "<0.1 %"
    if 99.95 <= percent < 100:
        return ">99.9 %"
    return f"{percent:.1f} %".replace(".0 %", " %")


def count_words(count: float) -> str:
    """Say a number of things."""
    return f"{count:,.0f}" if count == int(count) or count >= 100 else f"{count:,.1f}"


def figure_words(figure: Figure, say: Callable[[float], str] = count_words) -> str:
    """Say a figure: its value, and half the width of its 95 % interval where it has one."""
    value, high = figure["value"], figure["high"]
    if value is None:
        return UNKNOWN
    if high is None or high == value:
        return say(value)
    return f"{say(value)} ± {say(high - value)}"


def moment_words(start: datetime, at_s: float) -> str:
    """Say a moment as a time of day, with the date where the day is another one."""
    moment = start + timedelta(seconds=at_s)
    form = "%H:%M:%S" if moment.second or moment.microsecond else "%H:%M"
    return moment.strftime(form if moment.date() == start.date() else f"%Y-%m-%d {form}")
