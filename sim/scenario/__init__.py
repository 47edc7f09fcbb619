"""What the user writes: settings, the loader of scenario files, and the catalogue of presets.

Nothing is imported before it is asked for. Functions that are called like their module (`load`, `explain`,
`assumptions`, `template`) are imported from it: `from sim.scenario.load import load`.
"""

from importlib import import_module
from typing import Any, Final

_HOMES: Final = {
    "Scenario": "sim.scenario.schema",
    "scenario_from_mapping": "sim.scenario.load",
    "json_schema": "sim.scenario.schema_export",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
