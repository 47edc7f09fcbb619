"""How well the value at a path of a scenario is known, and who says so."""

from typing import Final

from sim.scenario.assumptions import assumptions
from sim.scenario.schema import Scenario

WRITTEN: Final = "written"
"""The scenario's author wrote the value."""


def grade(scenario: Scenario, path: str) -> str:
    """Give the grade of a value: that of its preset or default, or `written`."""
    known = _known(scenario, path)
    return WRITTEN if known is None else known[0]


def source(scenario: Scenario, path: str) -> str | None:
    """Give the source of a value, with its date where there is one; None for what the scenario's author wrote."""
    known = _known(scenario, path)
    return None if known is None else known[1]


def _known(scenario: Scenario, path: str) -> tuple[str, str] | None:
    presets = scenario.provenance.from_presets
    if path in presets:
        return presets[path].grade, presets[path].source
    return next(((one["grade"], one["source"]) for one in assumptions(scenario) if one["path"] == path), None)
