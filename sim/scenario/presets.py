"""Presets: a named set of values that what a person writes is laid over.

`PresetSettings` is the base of all settings that may start from a preset. In a file the loader lays the values over
the preset before anything is validated, so that it can tell afterwards where each value came from; a model that is
made in Python does it by itself.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import ModelWrapValidatorHandler, PrivateAttr, ValidationInfo, model_validator

from sim.scenario.provenance import Provenance, laid_over
from sim.scenario.settings import Settings, convention, is_written, refuse


class PresetSettings(Settings):
    """Base of settings that may start from a preset."""

    preset_kind: ClassVar[str]
    """The part of the catalogue that the preset is looked up in."""

    preset: str | None = convention(None)
    """The preset that these settings start from; what is written beside it replaces its values."""

    _provenance: Provenance = PrivateAttr(default_factory=Provenance)

    @property
    def provenance(self) -> Provenance:
        """Return which values came from the preset, if these settings were made in Python."""
        return self._provenance

    @model_validator(mode="wrap")
    @classmethod
    def _start_from_preset(
        cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        if isinstance(value, str):
            value = {"preset": value}
        if is_written(info.context) or not isinstance(value, Mapping) or value.get("preset") is None:
            return handler(value)
        from sim.scenario import catalogue  # read only where a preset is named

        name = value["preset"]
        known = catalogue.names(cls.preset_kind)
        if name not in known:
            refuse("unknown_preset", "preset", found=name, expected=", ".join(known))
        keys = {field: about.alias or field for field, about in cls.model_fields.items()}
        written = {keys.get(key, key): item for key, item in value.items()}
        merged, kept = laid_over(written, catalogue.preset(cls.preset_kind, name).tree)
        settings = handler(merged)
        settings._provenance = Provenance(kept)
        return settings
