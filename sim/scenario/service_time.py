"""How long one piece of work takes: always the same, or drawn from a law."""

import re
from typing import Any, Final, Literal

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SerializationInfo,
    ValidationInfo,
    model_serializer,
    model_validator,
)

from sim.errors import QuantityError
from sim.scenario.nearest import nearest
from sim.scenario.settings import Settings, is_written, refuse
from sim.units import format_duration, parse_duration

Shape = Literal["constant", "exponential", "uniform", "lognormal"]
_SHAPES: Final = ("exponential", "uniform", "lognormal")
_EXAMPLE: Final = "5 ms, {exponential: 5 ms}, {uniform: [1 ms, 9 ms]} or {lognormal: {mean: 5 ms, cv: 1.5}}"


class ServiceTime(Settings):
    """How long one piece of work takes.

    Written `5 ms`, `{exponential: 5 ms}`, `{uniform: [1 ms, 9 ms]}` or `{lognormal: {mean: 5 ms, cv: 1.5}}`.
    """

    shape: Shape = "constant"
    """The law of the durations."""
    mean_us: int = Field(default=0, ge=0)
    """Mean duration."""
    low_us: int = Field(default=0, ge=0)
    """Shortest duration of the uniform law."""
    high_us: int = Field(default=0, ge=0)
    """Longest duration of the uniform law."""
    cv: float = Field(default=0.0, ge=0, le=100)
    """Coefficient of variation of the lognormal law: standard deviation divided by mean."""

    @classmethod
    def constant(cls, microseconds: int) -> "ServiceTime":
        """Make a duration that is always the same."""
        return cls(mean_us=microseconds)

    @property
    def is_zero(self) -> bool:
        """Tell whether this work never takes any time."""
        return self.mean_us == 0 and self.high_us == 0

    @model_validator(mode="wrap")
    @classmethod
    def _read(
        cls, value: Any, handler: ModelWrapValidatorHandler["ServiceTime"], info: ValidationInfo
    ) -> "ServiceTime":
        if isinstance(value, ServiceTime):
            return value
        if isinstance(value, dict) and not is_written(info.context) and not set(value) & set(_SHAPES):
            return handler(value)
        return handler(_fields_of(value))

    @model_serializer(mode="wrap")
    def _write(self, handler: Any, info: SerializationInfo) -> Any:
        if not info.mode_is_json():
            return handler(self)
        return self.written()

    def written(self) -> Any:
        """Return the form that a person writes."""
        mean = format_duration(self.mean_us)
        if self.shape == "uniform":
            return {"uniform": [format_duration(self.low_us), format_duration(self.high_us)]}
        if self.shape == "lognormal":
            return {"lognormal": {"mean": mean, "cv": self.cv}}
        return mean if self.shape == "constant" else {"exponential": mean}


def _fields_of(value: Any) -> dict[str, Any]:
    """Turn the written form into the fields of the model."""
    if not isinstance(value, dict):
        return {"shape": "constant", "mean": _duration(value)}
    if len(value) != 1 or next(iter(value)) not in _SHAPES:
        wrong = [str(key) for key in value if key not in _SHAPES]
        close = nearest(wrong[0], _SHAPES) if wrong else None
        near = {"nearest": close} if close else {}
        refuse("no_service_time", *wrong[:1], found=", ".join(map(str, value)), expected=_EXAMPLE, **near)
    shape, law = next(iter(value.items()))
    if shape == "exponential":
        return {"shape": shape, "mean": _duration(law, shape)}
    return _uniform(law) if shape == "uniform" else _lognormal(law)


def _uniform(law: Any) -> dict[str, Any]:
    if not isinstance(law, list | tuple) or len(law) != 2:
        refuse("no_service_time", "uniform", found=law, expected="{uniform: [1 ms, 9 ms]}")
    low, high = (_duration(bound, "uniform", index) for index, bound in enumerate(law))
    if low > high:
        refuse("wrong_order", "uniform", found=f"[{law[0]}, {law[1]}]", expected=f"[{law[1]}, {law[0]}]")
    return {"shape": "uniform", "mean": (low + high) // 2, "low": low, "high": high}


def _lognormal(law: Any) -> dict[str, Any]:
    if not isinstance(law, dict) or set(law) != {"mean", "cv"}:
        refuse("no_service_time", "lognormal", found=law, expected="{lognormal: {mean: 5 ms, cv: 1.5}}")
    cv = law["cv"]
    if isinstance(cv, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", cv):
        refuse("quoted", "lognormal", "cv", found=f'"{cv}"', expected="@number", nearest=cv)
    if isinstance(cv, bool) or not isinstance(cv, int | float) or not 0 < cv <= 100:
        refuse("out_of_range", "lognormal", "cv", found=cv, expected="0 < cv <= 100")
    return {"shape": "lognormal", "mean": _duration(law["mean"], "lognormal", "mean"), "cv": float(cv)}


def _duration(value: Any, *at: str | int) -> int:
    try:
        return parse_duration(value)
    except QuantityError as error:
        refuse(error.code, *at, **error.fields)


NO_TIME: Final = ServiceTime()
"""Work that takes no time."""
