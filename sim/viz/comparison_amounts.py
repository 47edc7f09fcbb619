"""Numbers of a comparison as people say them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from sim.analogy.labels import label
from sim.comparison.figures import ComparedFigure, Kind, values
from sim.comparison.paired import Difference
from sim.comparison.variants import Setup
from sim.results.statistics import figure
from sim.viz.amounts import UNKNOWN, count_words, duration_words, figure_words, share_words

Said = Callable[[float, str], str]
_SAY: Final[Mapping[Kind, Said]] = {
    "time": duration_words,
    "share": share_words,
    "count": lambda count, _lang: count_words(count),
}


def mean(one: ComparedFigure, setup: Setup) -> dict[str, Any]:
    """Give a figure of a setup with its interval, as a summary has it."""
    return asdict(figure(values(one, setup.measures), every=one.censored))


def mean_words(one: ComparedFigure, setup: Setup, lang: str, *, interval: bool = True) -> str:
    """Say a figure of a setup; of a time that not every run reached, say in how many it was."""
    found = mean(one, setup)
    if found["value"] is None and one.censored:
        if not found["n"]:
            return label("compare.never", lang)
        return label("compare.sometimes", lang, n=found["n"], all=len(setup.measures))
    if not interval:
        found |= {"low": None, "high": None}
    if one.kind == "share" and found["high"] is not None and found["high"] > found["value"]:
        half, points = _points(found["high"] - found["value"], lang), label("compare.points", lang)
        return f"{share_words(found['value'], lang)} ± {half} {points}"
    return figure_words(found, lambda value: _SAY[one.kind](value, lang))


def difference_words(kind: Kind, difference: Difference, lang: str, *, signed: bool = True) -> str:
    """Say a difference with half of its interval: `-1 h 20 min ± 13 min`, `+49.9 ± 0.8 points`."""
    value = difference.value
    if value is None:
        return UNKNOWN
    say = _points if kind == "share" else _SAY[kind]
    words = say(abs(value), lang)
    if signed:
        words = ("+" if value > 0 else "-" if value < 0 else "") + words
    if difference.high is not None and difference.high > value:
        words += f" ± {say(difference.high - value, lang)}"
    return f"{words} {label('compare.points', lang)}" if kind == "share" else words


def span_words(kind: Kind, value: float, lang: str) -> str:
    """Say a difference that has no interval, with its sign: `+3 h 5 min`, `-12.4 points`."""
    words = (_points if kind == "share" else _SAY[kind])(abs(value), lang)
    signed = ("+" if value > 0 else "-" if value < 0 else "") + words
    return f"{signed} {label('compare.points', lang)}" if kind == "share" else signed


def yen_words(yen: float) -> str:
    """Say an amount of yen with three digits that count, since more would pretend to be known."""
    if yen < 1000:
        return f"¥{yen:,.3g}"
    digits = len(str(round(yen))) - 3
    return f"¥{round(yen, -digits):,.0f}"


def volume_words(letters: float) -> str:
    """Say a number of letters with three digits that count."""
    digits = max(0, len(str(round(letters))) - 3)
    return f"{round(letters, -digits):,.0f}"


def lever_words(path: str, number: float, lang: str) -> str:
    """Say a number of a scenario as it is written there."""
    key = path.rpartition(".")[2]
    if key in ("rate", "pace"):
        return f"{number:.3g}/s"
    if path.startswith("senders.") and key.endswith(("_time", "_delay")):
        return f"{number:.3g} s" if ".postconf." in path else duration_words(number / 1e6, lang)
    return f"{round(number):,}"  # connections and letters are whole


def _points(share: float, _lang: str) -> str:
    percent = share * 100
    return f"{percent:.1f}" if percent >= 0.05 or not percent else f"{percent:.1g}"
