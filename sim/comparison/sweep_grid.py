"""The grid of a sweep: `path=v1,v2,…` becomes an axis, several axes become points.

Values are YAML, so that `letters.closure.count=100,1000`, `letters.closure.count=[100, 1000]` and
`letters.closure.over=[5 min, 10 min]` all mean what they look like.
"""

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analogy.labels import taught
from sim.errors import ArgumentError, ScenarioError
from sim.yaml_io import parse

MOST_POINTS = 200
"""More points than this make a page that no laptop likes, and a slider that no hand can set."""
EXAMPLE = "letters.closure.count=100,1000,10000"


@dataclass(frozen=True)
class Axis:
    """One setting of a scenario, and the values that it takes."""

    path: str
    values: tuple[Any, ...]


def read_axis(text: str) -> Axis:
    """Read `path=v1,v2,…`; the values may also stand as a YAML list.

    Raises:
        ArgumentError: it is no such thing.
    """
    path, equals, written = (part.strip() for part in text.partition("="))
    values = _values(written) if equals and path else None
    if not values:
        raise taught(ArgumentError, "not_a_grid", found=text, expected=EXAMPLE)
    seen = [json.dumps(value, sort_keys=True) for value in values]
    twice = next((value for place, value in enumerate(values) if seen[place] in seen[:place]), None)
    if twice is not None:
        raise taught(ArgumentError, "grid_value_twice", found=value_words(twice), path=path)
    return Axis(path, tuple(values))


def read_grid(texts: Iterable[str]) -> tuple[Axis, ...]:
    """Read all axes of a grid.

    Raises:
        ArgumentError: one of them is wrong, two have the same path, or there are too many points.
    """
    axes = tuple(read_axis(text) for text in texts)
    paths = [axis.path for axis in axes]
    twice = next((path for place, path in enumerate(paths) if path in paths[:place]), None)
    if twice is not None:
        raise taught(ArgumentError, "grid_path_twice", found=twice)
    if not axes:
        raise taught(ArgumentError, "not_a_grid", found="", expected=EXAMPLE)
    count = 1
    for axis in axes:
        count *= len(axis.values)
    if count > MOST_POINTS:
        raise taught(ArgumentError, "too_many_points", found=count, expected=MOST_POINTS)
    return axes


def points(axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """Give every point of a grid, path to value; the last axis runs fastest."""
    paths = [axis.path for axis in axes]
    return [
        dict(zip(paths, values, strict=True)) for values in itertools.product(*(axis.values for axis in axes))
    ]


def overrides(point: Mapping[str, Any]) -> list[str]:
    """Write a point as the `path=value` that replace values of a scenario."""
    return [f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in point.items()]


def value_words(value: Any) -> str:
    """Write one value as people read it: numbers with thousands set apart, the rest as in YAML."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return json.dumps(value, ensure_ascii=False)


def _values(written: str) -> list[Any] | None:
    """Read the values: a YAML list as it stands, anything else as what stands between the brackets of one."""
    for text in (written, f"[{written}]"):
        try:
            document = parse(text)
        except ScenarioError:
            continue
        if isinstance(document.data, list) and not document.problems:
            return None if None in document.data else document.data
    return None
