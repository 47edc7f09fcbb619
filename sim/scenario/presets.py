"""Presets: a named set of values that what a person writes is laid over.

`PresetSettings` is the base of all settings that may start from a preset. In a file the loader lays the values over
the preset before anything is validated, so that it can tell afterwards where each value came from; a model that is
made in Python does it by itself.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import ValidationInfo, model_validator

from sim.scenario.provenance import laid_over
from sim.scenario.settings import Settings, graded, is_written, refuse


class PresetSettings(Settings):
    """Base of settings that may start from a preset."""

    preset_kind: ClassVar[str]
    """The part of the catalogue that the preset is looked up in."""

    preset: str | None = graded(None, "assumption", "no preset: the model's own defaults")
    """The preset that these settings start from; what is written beside it replaces its values."""

    @model_validator(mode="before")
    @classmethod
    def _start_from_preset(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str):
            value = {"preset": value}
        if is_written(info.context) or not isinstance(value, Mapping) or value.get("preset") is None:
            return value
        from sim.scenario import catalogue  # read only where a preset is named

        name = value["preset"]
        known = catalogue.names(cls.preset_kind)
        if name not in known:
            refuse("unknown_preset", "preset", found=name, expected=", ".join(known))
        keys = {field: about.alias or field for field, about in cls.model_fields.items()}
        written = {keys.get(key, key): item for key, item in value.items()}
        return laid_over(written, catalogue.preset(cls.preset_kind, name).tree)[0]
