"""A scenario in any of the forms in which a program may hold one."""

import os
from collections.abc import Mapping
from typing import Any

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.scenario.load import load, scenario_from_mapping
from sim.scenario.schema import Scenario


def scenario_given(
    given: Scenario | Mapping[str, Any] | str | os.PathLike[str], lang: str = "en"
) -> Scenario:
    """Give the scenario that is meant: itself, a mapping of the form of a scenario file, or a file's path.

    Raises:
        ScenarioError: the scenario is wrong.
        ArgumentError: it is none of these.
    """
    if isinstance(given, Scenario):
        return given
    if isinstance(given, Mapping):
        return scenario_from_mapping(given, lang=lang)
    if isinstance(given, str | os.PathLike):
        return load(given, lang=lang)
    raise taught(ArgumentError, "not_a_scenario", found=type(given).__name__)
