"""Walk the settings by the keys that people write."""

import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.provenance import Plausible
from sim.scenario.service_time import ServiceTime
from sim.scenario.settings import Grade, Settings
from sim.yaml_io import KeyPath


def by_key(model: type[Settings]) -> dict[str, tuple[str, FieldInfo]]:
    """Return the fields of a model by the key that is written for them; internal fields are left out."""
    fields = model.model_fields.items()
    return {about.alias or name: (name, about) for name, about in fields if not about.exclude}


def inner(annotation: Any) -> Any:
    """Strip `Annotated` and `| None` off a type."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation


def step(annotation: Any, part: str | int) -> Any:
    """Return the type that lies one key or index further in, or None where there is none."""
    kind = inner(annotation)
    if isinstance(kind, type) and issubclass(kind, Settings):
        entry = by_key(kind).get(str(part))
        return entry[1].annotation if entry else None
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    return None


def settings_at(root: type[Settings], path: KeyPath) -> type[Settings] | None:
    """Return the settings that a path leads to, if it leads to settings."""
    annotation: Any = root
    for part in path:
        annotation = step(annotation, part)
        if annotation is None:
            return None
    kind = inner(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, Settings) else None


def value_at(raw: Any, path: KeyPath) -> Any:
    """Return what stands at a path of a mapping as written; None where nothing stands."""
    for part in path:
        if isinstance(raw, Mapping):
            raw = raw.get(part)
        elif isinstance(raw, list | tuple) and isinstance(part, int) and part < len(raw):
            raw = raw[part]
        else:
            return None
    return raw


def grade_of(about: FieldInfo) -> tuple[Grade, str] | None:
    """Return grade and source of a field's default, if it says them."""
    extra = about.json_schema_extra
    if not isinstance(extra, dict) or "grade" not in extra:
        return None
    return cast(Grade, extra["grade"]), str(extra["source"])


def plausible_of(about: FieldInfo) -> Plausible | None:
    """Return the range in which a field's default may lie, if it says one."""
    extra = about.json_schema_extra
    found = extra.get("plausible") if isinstance(extra, dict) else None
    return Plausible(found["low"], found["high"], str(found["why"])) if isinstance(found, dict) else None


def settings_inside(annotation: Any) -> tuple[type[Settings], str] | None:
    """Return the settings that a key holds, and the name or number that lies between; a service time is one value."""
    kind, between = inner(annotation), ""
    if get_origin(kind) is dict:
        kind, between = inner(get_args(kind)[1]), ".<name>"
    elif get_origin(kind) is tuple:
        kind, between = inner(get_args(kind)[0]), ".<number>"
    if isinstance(kind, type) and issubclass(kind, Settings) and kind is not ServiceTime:
        return kind, between
    return None


def all_settings(root: type[Settings]) -> dict[str, type[Settings]]:
    """Return the settings that lie within some settings, and these themselves, by name."""
    found = {root.__name__: root}
    for _, about in by_key(root).values():
        inside = settings_inside(about.annotation)
        if inside is not None:
            found |= all_settings(inside[0])
    return found
