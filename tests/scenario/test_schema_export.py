"""The committed JSON Schema is the settings as people write them."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.schema_export import FILE_NAME, PACKAGED, json_schema, schema_text
from sim.scenario.template import template
from sim.yaml_io import parse
from tests.scenario.small import SMALL

SCENARIOS = Path(__file__).parents[2] / "scenarios"
jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("file", [PACKAGED, SCENARIOS / FILE_NAME], ids=["packaged", "scenarios"])
def test_the_committed_schema_is_current(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.name)
def test_the_schema_accepts_every_shipped_scenario(validator: Any, file: Path) -> None:
    assert [
        error.message for error in validator.iter_errors(parse(file.read_text(encoding="utf-8")).data)
    ] == []


def test_the_schema_accepts_the_template(validator: Any) -> None:
    assert [error.message for error in validator.iter_errors(parse(template("x")).data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("duration: 6 h", "duration: 6"),
        ("duration: 6 h", "duration: 6 hours"),
        ("duration: 6 h", "duraton: 6 h"),
        ("greylisting: 5 min", "greylisting: 5"),
        ("size: 20 kB", "size: 20 KB"),
        ("host: small_vps", "host: smal_vps"),
        ("office: rest", "office: 45"),
        ("imap: rest", "imop: rest"),
        ("what: silent", "what: quiet"),
        ("count: 1000", "count: 1000\n    rate: 5/s"),
        ("domain: office.example", "users: 5"),
        ("+09:00", ""),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(validator: Any, old: str, new: str) -> None:
    assert old in SMALL
    assert validator.is_valid(parse(SMALL).data)
    assert not validator.is_valid(parse(SMALL.replace(old, new)).data)


def test_a_file_that_extends_another_one_needs_no_more_than_it_changes(validator: Any) -> None:
    assert validator.is_valid({"extends": "base.yaml", "letters": {"closure": {"count": 5}}})
    assert not validator.is_valid({"letters": {"closure": {"count": 5}}})
    assert not validator.is_valid({"extends": "base.yaml", "letters": {"closure": {"cuont": 5}}})


def test_every_key_has_a_hover_text() -> None:
    definitions = json.loads(schema_text())["$defs"]
    silent = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, about in definition.get("properties", {}).items()
        if "description" not in about
    ]
    assert silent == []


def test_defaults_in_the_schema_are_written_as_people_write_them() -> None:
    definitions = json_schema()["$defs"]
    assert definitions["Readers"]["properties"]["poll"]["default"] == "10 min"
    assert definitions["Postconf"]["properties"]["maximal_queue_lifetime"]["default"] == "5d"
