"""What all settings have in common.

A field's name carries its unit (`round_trip_us`); the key that a person writes is the same name without it
(`round_trip`). The docstring under a field is its documentation: the schema, `explain` and the editor's hover
text read it there. A default says where it comes from (`graded`).
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from sim.errors import printable
from sim.units import WRITTEN

Grade = Literal["published", "community", "assumption"]
"""How well a value is known: a primary source; other people's measurement or habit; nobody says."""

CONVENTION: Final = "a convention of mailsim, no claim about the world"
"""The source of a default that needs none."""
_UNIT_ENDINGS: Final = re.compile(r"_(bits_per_s|per_s|us|bytes|ratio)$")
NAME_PATTERN: Final = r"^[a-z][a-z0-9_]*$"


def yaml_key(field_name: str) -> str:
    """Return the key that a person writes for a field: its name without the unit."""
    return _UNIT_ENDINGS.sub("", field_name)


class Settings(BaseModel):
    """Base of all settings: frozen, and unknown keys are refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        validate_by_name=True,
        validate_by_alias=True,
        alias_generator=yaml_key,
        serialize_by_alias=True,
        allow_inf_nan=False,
        validate_default=False,
    )


def graded(
    default: Any,
    grade: Grade,
    source: str,
    *,
    plausible: tuple[Any, Any, str] | None = None,
    key: str | None = None,
    factory: bool = False,
) -> Any:
    """Make a field with a default that says how well it is known, and from where.

    Args:
        default: the default.
        grade: how well it is known.
        source: from where.
        plausible: between what it may lie in the world, both ends as one writes them, and why one should think so.
        key: the YAML key, if it is not the field's name.
        factory: whether `default` is a callable that makes the default.
    """
    extra: dict[str, Any] = {"grade": grade, "source": source}
    if plausible is not None:
        extra["plausible"] = dict(zip(("low", "high", "why"), plausible, strict=True))
    if factory:
        return Field(default_factory=default, alias=key, json_schema_extra=extra)
    return Field(default, alias=key, json_schema_extra=extra)


def convention(default: Any, *, factory: bool = False) -> Any:
    """Make a field whose default claims nothing about the world: nothing is there, or it is mailsim's own choice."""
    return graded(default, "published", CONVENTION, factory=factory)


def keyed(key: str) -> Any:
    """Make a required field whose YAML key is a word that Python keeps for itself, as `from`."""
    return Field(alias=key)


def refuse(code: str, *at: str | int, **fields: Any) -> NoReturn:
    """Refuse a value from within a validator; `at` leads from the model to the key that is wrong."""
    shown = {name: printable(value) if isinstance(value, str) else value for name, value in fields.items()}
    raise PydanticCustomError(code, "{code}", {**shown, "code": code, "at": at})


def is_written(context: Any) -> bool:
    """Tell whether the values being validated come from a file."""
    return bool(isinstance(context, Mapping) and context.get(WRITTEN))


def _yes_or_no(value: Any) -> Any:
    """Read Postfix's words for true and false, too."""
    if isinstance(value, str) and value in ("yes", "no"):
        return value == "yes"
    return value


Flag = Annotated[
    bool,
    Strict(),
    BeforeValidator(_yes_or_no),
    WithJsonSchema({"enum": [True, False, "yes", "no"]}),
]
"""True or false; `yes` and `no` are read as well."""
Count = Annotated[int, Strict(), Field(ge=1, le=100_000_000)]
"""A whole number, at least one."""
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=60)]
"""A name that other parts of a scenario refer to."""


def _domain(value: str) -> str:
    if not re.fullmatch(
        r"(?=.{1,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", value
    ):
        refuse("not_a_domain", found=value, expected="school.example")
    return value


Domain = Annotated[str, AfterValidator(_domain)]
"""The name of a mail domain, in small letters."""
