"""Assumptions whose true value may lie elsewhere, and scenarios in which one of them is set to an end of its range.

An assumption is one statement of the catalogue, wherever setups rest on it: it is changed in all of them alike. What a
scenario's author wrote is none, and stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.scenario.assumptions import not_written
from sim.scenario.fields import by_key
from sim.scenario.provenance import Graded, Plausible
from sim.scenario.schema import Scenario
from sim.scenario.settings import Settings

Path = tuple[str, ...]


@dataclass(frozen=True)
class Ranged:
    """An assumption with the range in which its true value may lie.

    Attributes:
        key: what it is called in a scenario, with the rule that it belongs to: `reputation.half_life`.
        paths: where it stands, for each setup; none where a setup does not rest on it.
        graded: its value, its grade and its source.
        plausible: the range.
    """

    key: str
    paths: tuple[tuple[Path, ...], ...]
    graded: Graded
    plausible: Plausible

    def at(self, scenarios: Sequence[Scenario], written: Any) -> tuple[Scenario, ...] | None:
        """Give the setups with another value of this; None where a value that somebody wrote rules it out.

        Args:
            scenarios: the setups.
            written: the value, as one writes it.
        """
        try:
            return tuple(
                _set_all(scenario, paths, written)
                for scenario, paths in zip(scenarios, self.paths, strict=True)
            )
        except ValidationError:
            return None


def ranged(scenarios: Sequence[Scenario]) -> tuple[Ranged, ...]:
    """Give the assumptions on which setups rest and of which a range is known, in the order of the scenarios."""
    found: dict[str, tuple[Graded, list[list[Path]]]] = {}
    for place, scenario in enumerate(scenarios):
        for path, graded in _with_range(scenario):
            statement = f"{_short(path)} {graded}"
            _, paths = found.setdefault(statement, (graded, [[] for _ in scenarios]))
            paths[place].append(path)
    first = [next(path for own in paths for path in own) for _, paths in found.values()]
    shared = [_short(path) for path in first]
    return tuple(
        Ranged(
            # Presets may assume different things of one key: then each bears its whole path.
            _short(path) if shared.count(_short(path)) == 1 else ".".join(path),
            tuple(map(tuple, paths)),
            graded,
            known,
        )
        for path, (graded, paths) in zip(first, found.values(), strict=True)
        if (known := graded.plausible) is not None
    )


def without_range(scenario: Scenario) -> int:
    """Count the assumptions of a scenario of which no range is known."""
    with_range = {".".join(path) for path, _ in _with_range(scenario)}
    return sum(
        1 for path, graded in not_written(scenario) if graded.grade == "assumption" and path not in with_range
    )


def _short(path: Path) -> str:
    return ".".join(path[-2:])


def _with_range(scenario: Scenario) -> Iterator[tuple[Path, Graded]]:
    for written_path, graded in not_written(scenario):
        path = tuple(written_path.split("."))
        if graded.plausible is not None and _lies_within(scenario, path, graded.plausible):
            yield path, graded


def _lies_within(scenario: Scenario, path: Path, known: Plausible) -> bool:
    """Tell whether a value lies in its range: a preset that knows better than the range is not in doubt about it."""
    now = _value(scenario, path)
    if not isinstance(now, int | float):
        return True
    try:
        low, high = (_value(_set(scenario, path, end), path) for end in (known.low, known.high))
    except ValidationError:
        return True
    return bool(low <= now <= high)


def _set_all(scenario: Scenario, paths: Sequence[Path], written: Any) -> Scenario:
    for path in paths:
        scenario = _set(scenario, path, written)
    return scenario


def _value(node: Any, path: Path) -> Any:
    for step in path:
        node = _inside(node, step)
    return node


def _inside(node: Any, step: str) -> Any:
    if isinstance(node, Mapping):
        return node[step]
    if isinstance(node, tuple):
        return node[int(step)]
    return getattr(node, by_key(type(node))[step][0])


def _set(node: Any, path: Path, written: Any) -> Any:
    """Give a copy of settings in which what stands at a path is read from what one would write there.

    Raises:
        ValidationError: it does not go with the settings beside it.
    """
    step, rest = path[0], path[1:]
    before = _inside(node, step)
    after = _set(before, rest, written) if rest else _read(node, step, written)
    if after is before or (not rest and after == before):
        return node  # what is set to what it is anyway stays the same object
    if isinstance(node, Mapping):
        return {**node, step: after}
    if isinstance(node, tuple):
        return tuple(after if number == int(step) else one for number, one in enumerate(node))
    return node.model_copy(update={by_key(type(node))[step][0]: after})


def _read(settings: Settings, key: str, written: Any) -> Any:
    """Read a value of some settings as if it had been written there."""
    beside = settings.model_dump(mode="json", by_alias=True, exclude_none=True)
    return _inside(type(settings).model_validate({**beside, key: written}), key)
