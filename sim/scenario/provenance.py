"""Where a value came from: the person who wrote the scenario, a preset, or the model's own default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sim.scenario.settings import Grade


@dataclass(frozen=True)
class Plausible:
    """Between what a value may lie in the world, as far as one can tell.

    Attributes:
        low: the lower end, as one writes it.
        high: the upper end.
        why: why one should think so.
    """

    low: Any
    high: Any
    why: str


@dataclass(frozen=True)
class Graded:
    """A value of the catalogue, with its source, its grade and the range in which it may lie, if one can be told."""

    value: Any
    grade: Grade
    source: str
    plausible: Plausible | None = None


Tree: TypeAlias = Mapping[str, "Tree | Graded"]
"""The values of a preset: mappings as in a scenario file, with graded values at their ends."""


@dataclass(frozen=True, eq=False)
class Provenance:
    """The values that came from presets, by their path.

    Where values came from is no part of what they are: two settings with equal values are equal.
    """

    from_presets: Mapping[str, Graded] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Provenance)

    def __hash__(self) -> int:
        return hash(Provenance)


def plain(tree: "Tree | Graded") -> Any:
    """Return the values alone."""
    if isinstance(tree, Graded):
        return tree.value
    return {key: plain(part) for key, part in tree.items()}


def leaves(tree: "Tree | Graded", path: str = "") -> dict[str, Graded]:
    """Return the graded values by their path."""
    if isinstance(tree, Graded):
        return {path: tree}
    found: dict[str, Graded] = {}
    for key, part in tree.items():
        found.update(leaves(part, f"{path}.{key}" if path else key))
    return found


def laid_over(written: Any, tree: "Tree | Graded", path: str = "") -> tuple[Any, dict[str, Graded]]:
    """Lay what a person wrote over a preset; return the result, and which of its values are the preset's.

    Mappings are laid over each other key by key; a graded value is taken or replaced as a whole, so that two forms
    of the same thing (`{exponential: 5 ms}` and `{uniform: …}`) never mix.
    """
    if isinstance(tree, Graded) or not isinstance(written, Mapping):
        return written, {}
    merged: dict[str, Any] = {}
    kept: dict[str, Graded] = {}
    for key, part in tree.items():
        below = f"{path}.{key}" if path else key
        if key in written:
            merged[key], more = laid_over(written[key], part, below)
        else:
            merged[key], more = plain(part), leaves(part, below)
        kept.update(more)
    merged.update((key, value) for key, value in written.items() if key not in tree)
    return merged, kept
