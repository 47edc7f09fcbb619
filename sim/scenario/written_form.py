"""How a value is written, in a few words with an example."""

from typing import Any, Final, Literal, get_args, get_origin

from pydantic import TypeAdapter, WithJsonSchema
from pydantic.fields import FieldInfo

from sim.scenario.fields import inner
from sim.scenario.service_time import ServiceTime
from sim.scenario.settings import Settings

_PLAIN: Final = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
}


def written_form(about: FieldInfo) -> str:
    """Return how the value of a key is written."""
    kind = inner(about.annotation)
    if kind is ServiceTime:
        return "5 ms, {exponential: 5 ms}, {uniform: [1 ms, 9 ms]} or {lognormal: {mean: 5 ms, cv: 1.5}}"
    if isinstance(kind, type) and issubclass(kind, Settings):
        return "mapping"
    if get_origin(kind) is dict:
        return "mapping of shares: {a: 55 %, b: rest}" if _is_shares(kind) else "mapping by name"
    if get_origin(kind) is Literal:
        return " or ".join(str(one) for one in get_args(kind))
    examples = _examples(about)
    if examples:
        return ", ".join(str(example) for example in examples)
    if get_origin(kind) is tuple:
        return "list"
    return _PLAIN.get(kind, "text") if isinstance(kind, type) else "text"


def written_default(about: FieldInfo) -> Any:
    """Return the default of a field as it would be written; None where the keys inside have defaults themselves."""
    value = about.get_default(call_default_factory=True)
    if isinstance(value, Settings) and not isinstance(value, ServiceTime):
        return None
    return TypeAdapter(about.rebuild_annotation()).dump_python(value, mode="json", by_alias=True)


def _is_shares(kind: Any) -> bool:
    return inner(get_args(kind)[1]) is float


def _examples(about: FieldInfo) -> list[Any]:
    """Return the examples of a quantity's schema, wherever its annotation keeps them."""
    for metadata in [*about.metadata, *_metadata(about.annotation)]:
        if isinstance(metadata, WithJsonSchema) and metadata.json_schema:
            return list(metadata.json_schema.get("examples", []))
    return []


def _metadata(annotation: Any) -> list[Any]:
    found: list[Any] = list(getattr(annotation, "__metadata__", ()))
    for part in get_args(annotation):
        found += _metadata(part)
    return found
