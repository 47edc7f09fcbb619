"""How well the value at a path of a scenario is known."""

from typing import Final

from sim.scenario.assumptions import assumptions
from sim.scenario.schema import Scenario

WRITTEN: Final = "written"
"""The scenario's author wrote the value."""


def grade(scenario: Scenario, path: str) -> str:
    """Give the grade of a value: that of its preset or default, or `written`."""
    presets = scenario.provenance.from_presets
    if path in presets:
        return presets[path].grade
    return next((one["grade"] for one in assumptions(scenario) if one["path"] == path), WRITTEN)
