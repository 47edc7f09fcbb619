"""The catalogue of presets: one YAML file a kind, each value with its source and its grade.

A preset is a mapping `about` (what it is, in English and Japanese) and `values`; at the ends of `values` stand
`{value, source, grade}`, and where one can be told the range in which the value may lie, `low`, `high` and `why`. No
preset bears the name of a real provider or service: where values are assumptions, a name would be a claim.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from sim.scenario.provenance import Graded, Plausible, Tree, plain
from sim.scenario.settings import Grade
from sim.yaml_io import read_own

_FOLDER: Final = Path(__file__).parent
_FILES: Final = {
    "sender": "senders.yaml",
    "host": "hosts.yaml",
    "provider": "providers.yaml",
    "resolver": "resolvers.yaml",
    "road": "roads.yaml",
    "curve": "curves.yaml",
    "costs": "costs.yaml",
    "outage": "outages.yaml",
}
KINDS: Final = tuple(_FILES)
_GRADED: Final = {"value", "grade", "source"}
_PLAUSIBLE: Final = {"low", "high", "why"}


@dataclass(frozen=True)
class Preset:
    """A named set of graded values."""

    kind: str
    name: str
    about_en: str
    about_ja: str
    tree: Tree

    def plain(self) -> Any:
        """Return the values alone, as they would stand in a scenario."""
        return plain(self.tree)


@cache
def presets(kind: str) -> dict[str, Preset]:
    """Return all presets of a kind, by name."""
    content = read_own(_FOLDER / _FILES[kind])
    return {
        name: Preset(kind, name, entry["about"]["en"], entry["about"]["ja"], _tree(entry["values"]))
        for name, entry in content.items()
    }


def names(kind: str) -> tuple[str, ...]:
    """Return the names of the presets of a kind."""
    return tuple(presets(kind))


def preset(kind: str, name: str) -> Preset:
    """Return one preset."""
    return presets(kind)[name]


def _tree(values: Any) -> Tree:
    return {key: _part(part) for key, part in values.items()}


def _part(part: Any) -> Tree | Graded:
    if set(part) in (_GRADED, _GRADED | _PLAUSIBLE):
        if part["grade"] not in get_args(Grade):
            raise ValueError(f"a value of the catalogue has the unknown grade {part['grade']!r}")
        plausible = Plausible(*(part[key] for key in ("low", "high", "why"))) if "why" in part else None
        return Graded(part["value"], part["grade"], part["source"], plausible)
    return _tree(part)
