"""Curves of the scorecard's page, drawn as SVG: one panel, a recorded and a simulated curve."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

Points = Sequence[tuple[float, float]]

WIDTH: Final = 460
_LEFT, _RIGHT, _TOP, _BELOW = 52, 12, 10, 40
_MOST_STEPS: Final = 240
"""A curve of more corners than a screen has room for is thinned out."""
_TICKS: Final = 5


@dataclass(frozen=True)
class Curve:
    """A step function: from each point's moment on, its value.

    Attributes:
        look: its class in the page's style sheet, `recorded` or `simulated`.
        points: corners, in order of time.
    """

    look: str
    points: Points


@dataclass(frozen=True)
class Panel:
    """What one panel shows.

    Attributes:
        name: unique within the page.
        title: what a reader who cannot see it is told first.
        says: what it shows, in a sentence.
        x_words: what the horizontal axis counts.
        y_words: what the vertical axis counts.
        end: where the horizontal axis ends.
        most: where the vertical axis ends.
        curves: drawn in this order.
        band: how far a curve may be shifted to either side for nothing; its index among the curves is 0.
        height: of the whole panel.
    """

    name: str
    title: str
    says: str
    x_words: str
    y_words: str
    end: float
    most: float
    curves: Sequence[Curve]
    band: float = 0.0
    height: int = 230


def svg(panel: Panel) -> str:
    """Draw a panel."""
    width, height = WIDTH - _LEFT - _RIGHT, panel.height - _TOP - _BELOW
    end, most = max(panel.end, 1e-9), max(panel.most, 1e-9)

    def x(moment: float) -> float:
        return _LEFT + width * min(max(moment, 0.0), end) / end

    def y(value: float) -> float:
        return _TOP + height * (1 - value / most)

    parts = [_grid(x, y, end, most, panel)]
    if panel.band and panel.curves:
        steps = thinned(panel.curves[0].points)
        early = [(moment - panel.band, value) for moment, value in steps]
        late = [(moment + panel.band, value) for moment, value in steps]
        there = _corners(early, end)
        back = _corners(late, end)[::-1]
        corners = " ".join(f"{x(moment):.1f},{y(value):.1f}" for moment, value in [*there, *back])
        parts.append(f'<polygon class="band" points="{corners}"/>')
    for curve in panel.curves:
        corners = " ".join(
            f"{x(moment):.1f},{y(value):.1f}" for moment, value in _corners(thinned(curve.points), end)
        )
        parts.append(f'<polyline class="{curve.look}" points="{corners}"/>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {panel.height}" role="img" aria-labelledby="{panel.name}-t {panel.name}-d">'
        f'<title id="{panel.name}-t">{escape(panel.title)}</title>'
        f'<desc id="{panel.name}-d">{escape(panel.says)}</desc>{"".join(parts)}</svg>'
    )


def thinned(points: Points, most: int = _MOST_STEPS) -> Points:
    """Leave out corners that no screen has room for; the first and the last stay."""
    if len(points) <= most:
        return points
    every = math.ceil(len(points) / most)
    return [*points[:-1:every], points[-1]]


def round_ticks(end: float, about: int = _TICKS) -> list[float]:
    """Give round numbers from 0 to an end."""
    rough = end / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return [step * place for place in range(int(end / step + 1e-9) + 1)]


def _corners(points: Points, end: float) -> Points:
    """Give both corners of each step, from 0 to the end."""
    corners: list[tuple[float, float]] = []
    value = 0.0
    for moment, following in points:
        corners += [(moment, value), (moment, following)]
        value = following
    return [(0.0, 0.0), *corners, (end, value)]


def _grid(
    x: Callable[[float], float], y: Callable[[float], float], end: float, most: float, panel: Panel
) -> str:
    """Draw axes, ticks and their words."""
    floor, right = panel.height - _BELOW, WIDTH - _RIGHT
    parts = []
    for value in round_ticks(most, 4):
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
            f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" class="end">{value:,.6g}</text>'
        )
    for moment in round_ticks(end):
        parts.append(
            f'<line class="axis" x1="{x(moment):.1f}" x2="{x(moment):.1f}" y1="{floor}" y2="{floor + 4}"/>'
            f'<text x="{x(moment):.1f}" y="{floor + 17}" class="middle">{moment:,.6g}</text>'
        )
    middle = (_TOP + floor) / 2
    parts.append(
        f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{floor}" y2="{floor}"/>'
        f'<text x="{right}" y="{floor + 33}" class="end">{escape(panel.x_words)}</text>'
        f'<text transform="translate(13 {middle:.1f}) rotate(-90)" class="middle">{escape(panel.y_words)}</text>'
    )
    return "".join(parts)
