"""What a run takes for granted: the values that nobody wrote, and how well each is known.

Published defaults are not listed; what is listed is what a result may hang on without anybody having said it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypedDict

from sim.scenario.fields import by_key, grade_of, plausible_of
from sim.scenario.provenance import Graded
from sim.scenario.schema import Scenario
from sim.scenario.service_time import ServiceTime
from sim.scenario.settings import Settings


class Assumption(TypedDict):
    """A value that came from a preset or a default, and not from the person who wrote the scenario."""

    path: str
    value: Any
    grade: str
    source: str


def assumptions(scenario: Scenario) -> list[Assumption]:
    """Return the values in effect that are assumptions or other people's habits, in the order of the scenario."""
    return [
        {"path": path, "value": one.value, "grade": one.grade, "source": one.source}
        for path, one in not_written(scenario)
        if one.grade != "published"
    ]


def not_written(scenario: Scenario) -> Iterator[tuple[str, Graded]]:
    """Yield path, value and origin of everything in effect that the scenario's author did not write."""
    return _values(scenario, "", scenario.provenance.from_presets)


def _values(settings: Settings, path: str, presets: Mapping[str, Graded]) -> Iterator[tuple[str, Graded]]:
    """Yield every value of some settings that nobody wrote."""
    own = getattr(settings, "provenance", None)
    if own is not None and own.from_presets:  # made in Python, where a model expands its preset by itself
        presets = {**presets, **{_join(path, below): graded for below, graded in own.from_presets.items()}}
    for key, (name, about) in by_key(type(settings)).items():
        here, value = _join(path, key), getattr(settings, name)
        if here in presets:
            graded = presets[here]
            # What the world may be like does not hang on who assumes something about it.
            yield here, replace(graded, plausible=graded.plausible or plausible_of(about))
        elif name in settings.model_fields_set or _has_inside(value):
            yield from _inside(value, here, presets)
        elif value is not None and value != () and value != {} and (grade := grade_of(about)):
            written = settings.model_dump(mode="json", by_alias=True, include={name})[key]
            yield here, Graded(written, *grade, plausible_of(about))


def _inside(value: Any, path: str, presets: Mapping[str, Graded]) -> Iterator[tuple[str, Graded]]:
    """Yield the values that lie within a value."""
    if _has_inside(value):
        yield from _values(value, path, presets)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _inside(item, _join(path, key), presets)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(item, _join(path, str(index)), presets)


def _has_inside(value: Any) -> bool:
    """Tell whether a value is settings of their own; a service time is one value, whatever it is made of."""
    return isinstance(value, Settings) and not isinstance(value, ServiceTime)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
