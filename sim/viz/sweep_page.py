"""A sweep as one HTML file: a slider over runs that were made beforehand, for laptops that may install nothing.

The file holds everything, in both languages, and asks for nothing else: no network, no font, no library.
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analogy.labels import LANGUAGES, label, taught
from sim.comparison.sweep import Point, Sweep
from sim.comparison.sweep_curves import nearly_all_s, shares
from sim.comparison.sweep_grid import value_words
from sim.errors import OutputError
from sim.viz.clock import DAY_S, clock_words, step_s, zone_words
from sim.viz.sweep_words import (
    answer_words,
    is_named,
    key_figures,
    limit_words,
    point_words,
    reached_share,
    setting_words,
    standing_words,
    stopped_words,
)

MOST_BYTES = 5_000_000
"""A page that is larger is no page that one hands out."""
STEPS = 240
"""A curve has so many parts."""
MOST_PROVIDERS = 6
TICKS = 8
MARGIN = 1.1

Moments = NDArray[np.float64]

_HERE = Path(__file__)
_PLACE = re.compile(r"\{(lang|title|css|data|script)\}")
_LEFT_OPEN = {name: f"{{{name}}}" for name in ("found", "guess", "said")}
"""What the page itself puts into its words."""
_WORDS = (
    "all_letters",
    "as_table",
    "axis_share",
    "compared",
    "guess_wrong",
    "language",
    "locked",
    "no_mail",
    "picture",
    "picture_says",
    "predict_done",
    "predict_first",
    "stopped",
    "time",
    "your_guess",
)


def sweep_page(sweep: Sweep, lang: str = "en") -> str:
    """Give the page of a sweep.

    Args:
        sweep: all points of a grid.
        lang: the language that it opens in; readers can switch.

    Raises:
        OutputError: it would be too large to hand out.
    """
    data = page_data(sweep, lang)
    parts = {
        "lang": lang,
        "title": _escaped(data["title"][lang]),
        "css": _text(".css"),
        "data": json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"),
        "script": _text(".js"),
    }
    page = _PLACE.sub(lambda place: parts[place[1]], _text(".html"))
    size = len(page.encode())
    if size > MOST_BYTES:
        raise taught(OutputError, "page_too_large", found=f"{size / 1e6:.1f}", points=len(sweep.points))
    return page


def page_data(sweep: Sweep, lang: str) -> dict[str, Any]:
    """Give what the page shows, as plain values."""
    first, last = sweep.points[0], sweep.points[-1]
    scenario = first.scenario
    end_s = _end_s(sweep)
    step = step_s(end_s, TICKS)
    ticks_s = _ticks(first, end_s, step)
    grid_s = _grid(ticks_s, end_s, step)
    providers = list(dict.fromkeys(name for point in sweep.points for name in point.deliveries.submitted))
    if len(providers) > MOST_PROVIDERS:
        providers = []  # more lines than colours: the sum alone
    table_at = [int(np.argmin(np.abs(grid_s - at_s))) for at_s in ticks_s]
    title = scenario.title
    return {
        "lang": lang,
        "title": {one: title.in_language(one) if title else scenario.stem for one in LANGUAGES},
        "question": None if scenario.question is None else _each(scenario.question.in_language),
        "ask": _each(lambda one: _ask(last, one)),
        "standing": _each(lambda one: standing_words(sweep, one)),
        "axes": [
            {
                "path": axis.path,
                "named": is_named(axis.path),
                "name": _each(lambda one, path=axis.path: setting_words(path, one)),
                "values": [value_words(value) for value in axis.values],
            }
            for axis in sweep.axes
        ],
        "end_s": end_s,
        "grid_s": [round(float(at_s), 6) for at_s in grid_s],
        "ticks": [[round(at_s, 6), clock_words(scenario.start, at_s, step)] for at_s in ticks_s],
        "axis_time": _each(lambda one: _axis_time(first, step, one)),
        "deadline_s": None if scenario.deadline_us is None else scenario.deadline_us / 1e6,
        "deadline": _each(lambda one: f"{label('panel.deadline', one)} {limit_words(scenario, one)}"),
        "series": ["", *providers],
        "table_at": table_at,
        "points": [_point(point, providers, grid_s) for point in sweep.points],
        "words": {
            one: {name: label(f"page.{name}", one, **_LEFT_OPEN) for name in _WORDS} for one in LANGUAGES
        },
    }


def _point(point: Point, providers: list[str], grid_s: Moments) -> dict[str, Any]:
    found = point.deliveries
    curves = [shares(found.everywhere, sum(found.submitted.values()), grid_s)]
    empty = np.empty(0)
    curves += [
        shares(found.by_provider.get(name, empty), found.submitted.get(name, 0), grid_s) for name in providers
    ]
    return {
        "share": round(reached_share(point), 6),
        "answer": _each(lambda one: answer_words(point, one)),
        "figures": _each(lambda one: key_figures(point, one)),
        "stopped": _each(lambda one: stopped_words(point, one)),
        "curves": [[round(float(share), 4) for share in curve] for curve in curves],
    }


def _ask(last: Point, lang: str) -> str:
    where = point_words(last.values, lang)
    return label("page.ask", lang, where=where, limit=limit_words(last.scenario, lang))


def _axis_time(point: Point, step: float, lang: str) -> str:
    start = point.scenario.start
    key = "axis.date" if step >= DAY_S else "axis.time"
    return label(key, lang, day=f"{start:%Y-%m-%d}", zone=zone_words(start))


def _end_s(sweep: Sweep) -> float:
    """Give until when curves are drawn: all points have one axis, so that they can be compared by eye."""
    whole_s = min(point.scenario.duration_us for point in sweep.points) / 1e6
    needed_s = max(
        max(nearly_all_s(point.deliveries), (point.scenario.deadline_us or 0) / 1e6) for point in sweep.points
    )
    return min(whole_s, needed_s * MARGIN) if needed_s > 0 else whole_s


def _ticks(point: Point, end_s: float, step: float) -> list[float]:
    """Give round moments of the day, in seconds since the start."""
    start = point.scenario.start
    since_midnight_s = start.hour * 3600 + start.minute * 60 + start.second
    first = -(-since_midnight_s // step) * step - since_midnight_s
    return [float(at_s) for at_s in np.arange(first, end_s + 1e-9, step)] or [0.0]


def _grid(ticks_s: list[float], end_s: float, step: float) -> Moments:
    """Give the moments of a curve; the ticks of the axis are among them, so that the table has round times."""
    parts = max(1, round(step * STEPS / end_s))
    before = np.arange(1, parts + 1) * (step / parts)
    inner = np.concatenate([ticks_s[0] - before, *(at_s + before - step / parts for at_s in ticks_s)])
    return np.unique(np.concatenate([[0.0, end_s], inner[(inner > 0) & (inner < end_s)]]).round(6))


def _each(say: Any) -> dict[str, Any]:
    return {lang: say(lang) for lang in LANGUAGES}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _text(ending: str) -> str:
    return _HERE.with_suffix(ending).read_text(encoding="utf-8").rstrip("\n")
