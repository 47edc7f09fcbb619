"""Amounts as people say them, in their language: `6 min 12 s` or 6分12秒, `93.2 %`, `12,000`; and intervals."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

Figure = Mapping[str, Any]
"""A figure of a summary: value, low, high, n."""

_PARTS: Final = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
_UNITS_JA: Final = {"d": "日", "h": "時間", "min": "分", "s": "秒", "ms": "ミリ秒"}
UNKNOWN = "–"


def duration_words(seconds: float, lang: str = "en") -> str:
    """Say a duration in its two largest units, or with three digits where it is short."""
    if seconds < 0.9995:
        return _with_unit(f"{seconds * 1000:.3g}", "ms", lang)
    if seconds < 59.95:
        return _with_unit(f"{seconds:.3g}", "s", lang)
    left = round(seconds)
    said: list[tuple[int, str]] = []
    for unit, size in _PARTS:
        count, left = divmod(left, size)
        if count or said:
            said.append((count, unit))
        if len(said) == 2:
            break
    return ("" if lang == "ja" else " ").join(
        _with_unit(str(count), unit, lang) for count, unit in said if count
    )


def _with_unit(number: str, unit: str, lang: str) -> str:
    return number + _UNITS_JA[unit] if lang == "ja" else f"{number} {unit}"


def share_words(share: float, lang: str = "en") -> str:
    """Say a share as a percentage, never rounding to all or nothing what is neither."""
    percent = share * 100
    if 0 < percent < 0.05:
        return "0.1 %未満" if lang == "ja" else "<0.1 %"
    if 99.95 <= percent < 100:
        return "99.9 %超" if lang == "ja" else ">99.9 %"
    return f"{percent:.1f} %".replace(".0 %", " %")


def count_words(count: float) -> str:
    """Say a number of things, which is written alike in all languages."""
    return f"{count:,.0f}" if count == int(count) or count >= 100 else f"{count:,.1f}"


def figure_words(figure: Figure, say: Callable[[float], str] = count_words) -> str:
    """Say a figure: its value, and half the width of its 95 % interval where it has one."""
    value, high = figure["value"], figure["high"]
    if value is None:
        return UNKNOWN
    if high is None or high == value:
        return say(value)
    return f"{say(value)} ± {say(high - value)}"


def moment_words(start: datetime, at_s: float, lang: str = "en") -> str:
    """Say a moment as a time of day, with the date where the day is another one."""
    moment = start + timedelta(seconds=at_s)
    if lang == "ja":
        return _moment_ja(start, moment)
    form = "%H:%M:%S" if moment.second or moment.microsecond else "%H:%M"
    return moment.strftime(form if moment.date() == start.date() else f"%Y-%m-%d {form}")


def _moment_ja(start: datetime, moment: datetime) -> str:
    """Say 7時, 7時5分 or 9月2日6時1分40秒."""
    said = f"{moment.hour}時"
    if moment.minute or moment.second:
        said += f"{moment.minute}分"
    if moment.second:
        said += f"{moment.second}秒"
    if moment.date() == start.date():
        return said
    year = "" if moment.year == start.year else f"{moment.year}年"
    return f"{year}{moment.month}月{moment.day}日{said}"
