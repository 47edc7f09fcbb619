"""The JSON Schema of a scenario file, for editors: completion, hover texts and red lines while one writes.

It is made from the settings themselves; what is done here is to describe the forms that people write (`20 kB`,
`host: small_vps`) instead of the ones that are kept. Two copies are committed, one inside the package for
`mailsim new`, one beside the scenarios; a test holds both against a fresh export. `python -m
sim.scenario.schema_export FILE…` writes them anew.
"""

import copy
import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from sim.scenario import catalogue
from sim.scenario.costs import Costs
from sim.scenario.faults import Fault
from sim.scenario.fields import all_settings, by_key
from sim.scenario.host import Host
from sim.scenario.provider import Provider
from sim.scenario.resolver import Resolver
from sim.scenario.road import DefaultRoad, Road
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.scenario.settings import CONVENTION
from sim.scenario.shares import SHARE_OR_REST_SCHEMA
from sim.scenario.warm_up import SCHEDULES
from sim.scenario.written_form import written_default
from sim.units import DURATION, SIZE

FILE_NAME: Final = "scenario.schema.json"
PACKAGED: Final = Path(__file__).with_name(FILE_NAME)
_WITH_PRESETS: Final = (Sender, Host, Provider, Resolver, Road, DefaultRoad, Costs, Fault)
_DURATION: Final = {"type": "string", "pattern": DURATION.pattern()}
_SHORT_FORMS: Final[dict[str, dict[str, Any]]] = {
    "Text": {"type": "string"},
    "SizeLaw": {"type": "string", "pattern": SIZE.pattern()},
    "Greylisting": _DURATION,
    "ServerProcesses": {"type": "integer", "minimum": 1},
    "WarmUp": {"enum": list(SCHEDULES)},
    "Host": {"enum": list(catalogue.names("host"))},
    "DefaultRoad": {"enum": list(catalogue.names("road"))},
    "Costs": {"enum": list(catalogue.names("costs"))},
}
_SERVICE_TIME_FORMS: Final = (
    _DURATION,
    {"exponential": _DURATION},
    {"uniform": {"type": "array", "items": _DURATION, "minItems": 2, "maxItems": 2}},
    {"lognormal": {"mean": _DURATION, "cv": {"type": "number", "exclusiveMinimum": 0, "maximum": 100}}},
)
_PART: Final = "Part"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    schema = Scenario.model_json_schema(by_alias=True, schema_generator=_Generator)
    definitions: dict[str, Any] = schema.pop("$defs")
    definitions["Scenario"] = schema
    _describe_defaults(definitions)
    _describe_written_forms(definitions)
    parts = {name + _PART: _as_part(definition) for name, definition in definitions.items()}
    definitions["Scenario"]["properties"].pop("extends", None)
    parts["Scenario" + _PART]["properties"]["extends"] = {
        "type": "string",
        "description": "Another scenario file, relative to this one, that this one is laid over.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of mailsim",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"#/$defs/Scenario{_PART}"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": dict(sorted({**definitions, **parts}.items())),
    }


def schema_text() -> str:
    """Return the JSON Schema as it is committed."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    """Leave out titles that only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _describe_defaults(definitions: dict[str, Any]) -> None:
    """Show defaults as they would be written, with grade and source where they claim something about the world."""
    for name, model in all_settings(Scenario).items():
        for key, (_, about) in by_key(model).items():
            described = definitions[name]["properties"][key]
            described.pop("default", None)
            default = None if about.is_required() else written_default(about)
            if default not in (None, [], {}):
                described["default"] = default
            if described.get("source") == CONVENTION:
                described.pop("grade")
                described.pop("source")


def _describe_written_forms(definitions: dict[str, Any]) -> None:
    """Put the forms that people write in the place of those that are kept."""
    for model in _WITH_PRESETS:
        properties = definitions[model.__name__]["properties"]
        names = list(catalogue.names(model.preset_kind))
        properties["preset"] = {"enum": names, "description": properties["preset"]["description"]}
        given = {key for name in names for key in catalogue.preset(model.preset_kind, name).tree}
        required = definitions[model.__name__].get("required", [])
        definitions[model.__name__]["required"] = [key for key in required if key not in given]
    definitions["ServiceTime"] = _service_time(definitions["ServiceTime"]["description"])
    for name, short in _SHORT_FORMS.items():
        whole = definitions[name]
        definitions[name] = {"description": whole.pop("description", ""), "anyOf": [short, whole]}
    letters = definitions["Letters"]
    by_name = {"type": "object", "additionalProperties": SHARE_OR_REST_SCHEMA}
    letters["properties"]["to"] = {
        "description": letters["properties"]["to"]["description"],
        "anyOf": [{"type": "string"}, by_name],
    }
    letters["oneOf"] = [{"required": [way]} for way in ("count", "rate", "times")]
    kinds = {"enum": ["app", "imap", "pop3"]}
    definitions["Readers"]["properties"]["with"] |= {
        "type": "object",
        "propertyNames": kinds,
        "additionalProperties": SHARE_OR_REST_SCHEMA,
    }


def _service_time(description: str) -> dict[str, Any]:
    forms: list[dict[str, Any]] = []
    for form in _SERVICE_TIME_FORMS:
        if "type" in form:
            forms.append(dict(form))
            continue
        shape, law = next(iter(form.items()))
        if shape == "lognormal":
            law = _object(law)
        forms.append(_object({shape: law}))
    return {"description": description, "anyOf": forms}


def _object(properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _as_part(definition: Any) -> Any:
    """Return a copy in which nothing is required: a file that extends another one says only what differs."""
    part = copy.deepcopy(definition)
    _loosen(part)
    return part


def _loosen(node: Any) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("required"), list):
            del node["required"]
        if isinstance(node.get("oneOf"), list):
            del node["oneOf"]
        if isinstance(node.get("$ref"), str):
            node["$ref"] += _PART
        node.pop("minProperties", None)
    for inside in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _loosen(inside)


def write(paths: list[str]) -> None:
    """Write the schema to files."""
    for path in paths:
        Path(path).write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(sys.argv[1:])
