"""Turn what validation found into problems that teach: what was found, what would be right, where."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.cross_checks import Found
from sim.scenario.fields import by_key, inner, settings_at, step, value_at
from sim.scenario.full_width import plain_form
from sim.scenario.nearest import nearest
from sim.scenario.settings import Settings
from sim.yaml_io import KeyPath

_WANTED: Final = {
    "string_type": "@text",
    "int_type": "@whole_number",
    "int_from_float": "@whole_number",
    "int_parsing": "@whole_number",
    "string_unicode": "@text",
    "int_parsing_size": "@whole_number",
    "float_type": "@number",
    "float_parsing": "@number",
    "bool_type": "@true_or_false",
    "bool_parsing": "@true_or_false",
    "model_type": "@mapping",
    "model_attributes_type": "@mapping",
    "dict_type": "@mapping",
    "tuple_type": "@list",
    "list_type": "@list",
}
_UNQUOTED: Final = {
    "@whole_number": re.compile(r"[+-]?[0-9]{1,30}"),
    "@number": re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?"),
    "@true_or_false": re.compile("true|false"),
}
"""Texts that would be what is wanted, were it not for their quotes (or a tag `!!str`)."""
_WITH_COMMAS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_BOUNDS: Final = {
    "greater_than": ("gt", "> {}"),
    "greater_than_equal": ("ge", ">= {}"),
    "less_than": ("lt", "< {}"),
    "less_than_equal": ("le", "<= {}"),
}
_EXAMPLES: Final = {
    "duration": "6 h",
    "domain": "school.example",
    "from": "school",
    "to": "{office: 100 %}",
    "size": "20 kB",
}


KEY_CODES: Final = frozenset({"unknown_key", "not_a_name", "too_many_letters", "full_width_key"})
"""What is wrong with a key and not with its value, so that the key is the place to show."""


_LONGEST: Final = 80
"""A longer value is cut where it is shown."""


def from_validation(error: ValidationError, root: type[Settings], raw: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what a pydantic error found, with paths of keys as written."""
    details = error.errors(include_url=False)
    for detail in details:
        if not (detail["type"] == "too_short" and _is_wrong_inside(detail["loc"], details)):
            yield _found(detail, root, raw)


def _is_wrong_inside(path: KeyPath, details: Sequence[ErrorDetails]) -> bool:
    """Tell whether something is wrong within a list, of which pydantic then counts only the entries that are right."""
    return any(len(one["loc"]) > len(path) and one["loc"][: len(path)] == path for one in details)


def _found(detail: ErrorDetails, root: type[Settings], raw: Mapping[str, Any]) -> Found:
    context = dict(detail.get("ctx", {}))
    path = tuple(part for part in detail["loc"] if part != "[key]")
    in_key = "[key]" in detail["loc"]
    kind = detail["type"]
    if "code" in context:  # one of our own, which says everything itself
        at = (*path, *context.pop("at", ()))
        code = str(context.pop("code"))
        found = {
            key: value if key == "expected" and isinstance(value, str) else shown(value)
            for key, value in context.items()
        }
        return Found(code, at, found)
    value = path[-1] if in_key else _written_at(raw, path)
    if kind == "extra_forbidden":
        return unknown_key(path, root)
    if kind == "missing":
        return _missing_key(path)
    if kind in _WANTED:
        return _wrong_kind(path, value, _WANTED[kind])
    if kind in _BOUNDS:
        return _out_of_range(kind, context, path, value)
    if kind == "finite_number":
        return Found("out_of_range", path, {"found": shown(value), "expected": "@number"})
    if kind == "literal_error":
        return _not_one_of(path, root, value, in_key=in_key)
    if kind in ("too_short", "too_long"):
        bound = context.get("min_length", context.get("max_length"))
        wanted = ("≥ " if kind == "too_short" else "≤ ") + str(bound)
        return Found(
            "wrong_length", path, {"found": str(context.get("actual_length", 0)), "expected": wanted}
        )
    if kind in ("string_pattern_mismatch", "string_too_long"):
        return _pattern(path, value, in_key=in_key)
    return Found("not_valid", path, {"found": shown(value), "said": detail["msg"]})


def _wrong_kind(path: KeyPath, value: Any, expected: str) -> Found:
    text = value.strip() if isinstance(value, str) else ""
    unquoted = _UNQUOTED.get(expected)
    if unquoted and unquoted.fullmatch(text):
        return Found("quoted", path, {"found": f'"{text}"', "expected": expected, "nearest": text})
    if expected in ("@whole_number", "@number") and _WITH_COMMAS.fullmatch(text):
        return Found("comma_in_number", path, {"found": shown(value), "nearest": text.replace(",", "")})
    return Found("wrong_kind", path, {"found": shown(value), "expected": expected})


def _written_at(raw: Any, path: KeyPath) -> Any:
    """Return what is written at a path, or the word that stands for what it leads into, as `size: 20 kB`."""
    for end in range(1, len(path) + 1):
        value = value_at(raw, path[:end])
        if value is not None and not isinstance(value, Mapping | list | tuple):
            return value
    return value_at(raw, path)


def unknown_key(path: KeyPath, root: type[Settings]) -> Found:
    """Return the finding of a key that is not known, with those that are."""
    model = settings_at(root, path[:-1])
    known = list(by_key(model)) if model else []
    if model is root:
        known.append("extends")
    return _with_nearest(Found("unknown_key", path, {"found": str(path[-1]), "expected": ", ".join(known)}))


def _missing_key(path: KeyPath) -> Found:
    key = str(path[-1])
    example = f"{key}: {_EXAMPLES[key]}" if key in _EXAMPLES else f"{key}:"
    return Found("missing_key", path, {"found": key, "expected": example})


def _out_of_range(kind: str, context: Mapping[str, Any], path: KeyPath, value: Any) -> Found:
    name, form = _BOUNDS[kind]
    bound = context.get(name)
    if kind == "greater_than" and bound == 0:
        return Found("must_be_above_zero", path, {"found": shown(value)})
    plain = f"{bound:g}" if isinstance(bound, float) else bound
    return Found("out_of_range", path, {"found": shown(value), "expected": form.format(plain)})


def _not_one_of(path: KeyPath, root: type[Settings], value: Any, *, in_key: bool) -> Found:
    if path == ("format",) and isinstance(value, str):
        found = _wrong_kind(path, value, "@whole_number")
        if found.code != "wrong_kind":
            return found
    annotation: Any = root
    for part in path[:-1] if in_key else path:
        annotation = step(annotation, part)
    kind = inner(annotation)
    code = "wrong_format" if path == ("format",) else "not_one_of"
    if in_key and get_origin(kind) is dict:
        code, kind = "unknown_key", inner(get_args(kind)[0])
    known = [str(one) for one in get_args(kind)]
    return _with_nearest(Found(code, path, {"found": shown(value), "expected": ", ".join(known)}))


def _pattern(path: KeyPath, value: Any, *, in_key: bool) -> Found:
    if path[:1] == ("watch",):
        return Found("not_a_letter", path, {"found": shown(value), "expected": "closure/1"})
    if path[:1] == ("faults",):
        return Found("unknown_place", path, {"found": shown(value), "expected": "providers.office"})
    return Found(
        "not_a_name", path, {"found": str(path[-1]) if in_key else shown(value), "expected": "school_2"}
    )


def _with_nearest(found: Found) -> Found:
    """Add the known word that looks most like the one found."""
    word, known = found.fields.get("found"), found.fields.get("expected")
    if "nearest" not in found.fields and isinstance(word, str) and isinstance(known, str) and ", " in known:
        close = nearest(word, known.split(", "))
        if close:
            return Found(found.code, found.at, {**found.fields, "nearest": close})
    return found


def with_plain_characters(found: Found) -> Found:
    """Where full-width characters are what is wrong, say so instead."""
    word = found.fields.get("found")
    plain = plain_form(word) if isinstance(word, str) else None
    if plain is None or found.at[:1] in (("title",), ("question",)):
        return found
    code = "full_width_key" if found.code in KEY_CODES else "full_width"
    return Found(code, found.at, {"found": word, "nearest": plain.strip()})


def shown(value: Any) -> str:
    """Return a value as it can be shown in a sentence; words that depend on the language begin with @."""
    if value is None:
        return "@nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "@mapping"
    if isinstance(value, list | tuple):
        return "@list"
    try:
        text = str(value)
    except ValueError:  # a whole number of thousands of digits
        text = "@huge_number"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
