"""Quantities with units: what a person writes, what the engine computes with, and back.

| kind      | written                        | kept as                     |
| --------- | ------------------------------ | --------------------------- |
| duration  | `200 ms`, `4000s`, `1.5 h`     | whole microseconds (int)    |
| size      | `50 kB` (1000), `10 MiB` (1024)| whole bytes (int)           |
| rate      | `20/s`, `30/min`               | a second (float)            |
| share     | `55 %`                         | 0 to 1 (float)              |
| bandwidth | `100 Mbit/s`                   | whole bits a second (int)   |

A number without a unit is refused: `5` may be seconds to one reader and minutes to another. The numbers are read
as exact fractions, so that `0.1 s` is 100,000 microseconds and nothing else. What `format_…` writes, `parse_…`
reads back to the same value.

The annotated types at the end are for settings. In a file (validation context `WRITTEN`) they want the written
form; made in Python, a model also takes the kept form, since the field's name carries the unit.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from sim.errors import QuantityError, printable

WRITTEN: Final = "written"
"""Key of the validation context that says: the values come from a file, so bare numbers are refused."""

MICROSECONDS_A_SECOND: Final = 1_000_000
_NUMBER: Final = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]+)?)(.*)", re.DOTALL)
_LONGEST: Final = 40
"""A written quantity is short; what is longer is a mistake and not worth computing with."""
_CLOCK: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[AaPp][Mm])?|[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(?![0-9,])")
_DECIMAL_COMMA: Final = re.compile(r"[0-9]+,[0-9]+(?![0-9,.])")
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)[ \t]*([^\s0-9.,:+-]+)[ \t]*")


@dataclass(frozen=True)
class Kind:
    """One kind of quantity: its units and what may be written by mistake."""

    name: str
    units: Mapping[str, int | Fraction]
    example: str
    largest: str
    habits: Mapping[str, str]
    """Spellings that people bring along, and what they become here."""
    whole: bool = True
    """Only whole numbers of the smallest unit are kept."""

    def pattern(self) -> str:
        """Return the pattern of a JSON Schema."""
        return "^[0-9]+(\\.[0-9]+)? *(" + "|".join(re.escape(unit) for unit in self.units) + ")$"

    def parse(self, text: object) -> int | Fraction:
        """Read a quantity exactly, or raise a QuantityError that teaches."""
        if not isinstance(text, str):
            code = (
                "bare_number"
                if isinstance(text, int | float) and not isinstance(text, bool)
                else "no_quantity"
            )
            raise QuantityError(code, found=text, kind=f"@{self.name}", expected=self.example)
        value = self._read(text.strip(" \t"))
        if value > self._largest:
            raise QuantityError("too_large", found=text, kind=f"@{self.name}", expected=self.largest)
        if self.whole and value.denominator != 1:
            smallest = next(iter(self.units))
            raise QuantityError("too_fine", found=text, kind=f"@{self.name}", expected=f"1 {smallest}")
        return value

    @cached_property
    def _largest(self) -> int | Fraction:
        return self._read(self.largest)

    def _read(self, text: str) -> int | Fraction:
        if len(text) <= _LONGEST:
            self._other_ways(text)
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise QuantityError(
                "no_quantity", found=text[:_LONGEST], kind=f"@{self.name}", expected=self.example
            )
        sign, number, unit = match[1], match[2], match[3].strip(" \t")
        if not unit:
            raise QuantityError(
                "bare_number", found=text[:_LONGEST], kind=f"@{self.name}", expected=self.example
            )
        if unit not in self.units:
            habit = self.habits.get(unit) or self.habits.get(unit.lower())
            known = {"nearest": f"{number}{_gap(habit)}{habit}"} if habit and len(text) <= _LONGEST else {}
            raise QuantityError(
                "unknown_unit",
                found=text[:_LONGEST],
                kind=f"@{self.name}",
                unit=unit[:_LONGEST],
                expected=", ".join(self.units),
                **known,
            )
        if sign == "-":
            raise QuantityError(
                "negative", found=text[:_LONGEST], kind=f"@{self.name}", expected=self.example
            )
        if len(text) > _LONGEST:
            raise QuantityError(
                "too_large", found=text[:_LONGEST] + "…", kind=f"@{self.name}", expected=self.largest
            )
        return (Fraction(number) if "." in number else int(number)) * self.units[unit]

    def _other_ways(self, text: str) -> None:
        """Refuse ways of writing that people bring along: with commas, in several parts, or as a time of day."""
        if self.name == "duration" and _CLOCK.fullmatch(text):
            raise QuantityError("clock_time", found=text, kind=f"@{self.name}", expected="30 min")
        plain = [text.replace(",", "")] if _THOUSANDS.match(text) else []
        plain += [text.replace(",", ".")] if _DECIMAL_COMMA.match(text) else []
        near = next(filter(None, map(self._right_form, plain)), None)
        if near:
            raise QuantityError("comma_in_number", found=text, kind=f"@{self.name}", nearest=near)
        if plain and plain[0].replace(".", "").isdecimal():
            raise QuantityError("bare_number", found=text, kind=f"@{self.name}", expected=self.example)
        parts = _PART.findall(text)
        if self.name == "duration" and len(parts) > 1 and not _PART.sub("", text):
            forms = [self._right_form(f"{number} {unit}") for number, unit in parts]
            total = sum((Fraction(self._read(form)) for form in forms if form), Fraction(0))
            if all(forms) and total <= self._largest and total.denominator == 1:
                near = format_duration(int(total))
                raise QuantityError("one_unit_only", found=text, kind=f"@{self.name}", nearest=near)

    def _right_form(self, text: str) -> str | None:
        """Return a quantity as it should be written, or None if it cannot be told."""
        try:
            return text if self._read(text) <= self._largest else None
        except QuantityError as error:
            near = error.fields.get("nearest")
            return str(near) if near else None


def _gap(unit: str) -> str:
    return "" if unit.startswith("/") else " "


_SECOND: Final = MICROSECONDS_A_SECOND
DURATION: Final = Kind(
    "duration",
    {
        "us": 1,
        "µs": 1,
        "μs": 1,
        "ms": 1000,
        "s": _SECOND,
        "min": 60 * _SECOND,
        "h": 3600 * _SECOND,
        "d": 86400 * _SECOND,
    },
    example="5 min",
    largest="36500 d",
    habits={
        **dict.fromkeys(("m", "mins", "minute", "minutes", "分"), "min"),
        **dict.fromkeys(("sec", "secs", "second", "seconds", "秒"), "s"),
        **dict.fromkeys(("hr", "hrs", "hour", "hours", "時間"), "h"),
        **dict.fromkeys(("day", "days", "日"), "d"),
        **dict.fromkeys(("msec", "msecs", "millisecond", "milliseconds", "ミリ秒"), "ms"),
        **dict.fromkeys(("usec", "usecs", "microsecond", "microseconds"), "us"),
    },
)
SIZE: Final = Kind(
    "size",
    {
        "B": 1,
        "kB": 10**3,
        "MB": 10**6,
        "GB": 10**9,
        "KiB": 2**10,
        "MiB": 2**20,
        "GiB": 2**30,
    },
    example="50 kB",
    largest="1 GB",
    habits={
        **dict.fromkeys(("k", "kb", "kbyte", "kbytes"), "kB"),
        **dict.fromkeys(("m", "mb", "mbyte", "mbytes"), "MB"),
        **dict.fromkeys(("g", "gb"), "GB"),
        **dict.fromkeys(("b", "byte", "bytes"), "B"),
        "kib": "KiB",
        "mib": "MiB",
        "gib": "GiB",
    },
)
CAPACITY: Final = replace(SIZE, example="4 GB", largest="100000 GB")
"""Of a memory or a disk."""
RATE: Final = Kind(
    "rate",
    {"/s": 1, "/min": Fraction(1, 60), "/h": Fraction(1, 3600), "/d": Fraction(1, 86400)},
    example="20/s",
    largest="1000000/s",
    habits={
        **dict.fromkeys(("/sec", "/second", "per second", "s"), "/s"),
        **dict.fromkeys(("/m", "/minute", "per minute", "min"), "/min"),
        **dict.fromkeys(("/hour", "per hour", "h"), "/h"),
        **dict.fromkeys(("/day", "per day", "d"), "/d"),
    },
    whole=False,
)
SHARE: Final = Kind(
    "share",
    {"%": Fraction(1, 100)},
    example="55 %",
    largest="100 %",
    habits={"percent": "%", "per cent": "%", "pct": "%", "パーセント": "%"},
    whole=False,
)
BANDWIDTH: Final = Kind(
    "bandwidth",
    {
        "bit/s": 1,
        "kbit/s": 10**3,
        "Mbit/s": 10**6,
        "Gbit/s": 10**9,
    },
    example="100 Mbit/s",
    largest="1000 Gbit/s",
    habits={
        **dict.fromkeys(("bps", "b/s"), "bit/s"),
        **dict.fromkeys(("kbps", "kb/s", "k"), "kbit/s"),
        **dict.fromkeys(("mbps", "mb/s", "m"), "Mbit/s"),
        **dict.fromkeys(("gbps", "gb/s", "g"), "Gbit/s"),
    },
)


def parse_duration(text: object) -> int:
    """Read `5 min` as microseconds."""
    return int(DURATION.parse(text))


def parse_size(text: object) -> int:
    """Read `50 kB` as bytes."""
    return int(SIZE.parse(text))


def parse_capacity(text: object) -> int:
    """Read `4 GB` as bytes."""
    return int(CAPACITY.parse(text))


def parse_rate(text: object) -> float:
    """Read `30/min` as a number a second."""
    return float(RATE.parse(text))


def parse_share(text: object) -> float:
    """Read `55 %` as 0.55."""
    return float(SHARE.parse(text))


def parse_bandwidth(text: object) -> int:
    """Read `100 Mbit/s` as bits a second."""
    return int(BANDWIDTH.parse(text))


def _largest_whole(value: int, units: Mapping[str, int | Fraction]) -> str:
    """Write `value` in the largest of the units that leaves a whole number."""
    for unit, worth in reversed(tuple(units.items())):
        if value % worth == 0:
            return f"{int(value // worth)} {unit}"
    raise AssertionError("the first unit is worth one, so it fits")


_WRITTEN_DURATIONS: Final = {
    unit: worth for unit, worth in DURATION.units.items() if unit not in ("µs", "μs")
}
_WRITTEN_SIZES: Final = {unit: worth for unit, worth in SIZE.units.items() if "i" not in unit}


def format_duration(microseconds: int) -> str:
    """Write microseconds as `5 min`; zero is `0 s`."""
    return _largest_whole(microseconds, _WRITTEN_DURATIONS) if microseconds else "0 s"


def format_size(size_bytes: int) -> str:
    """Write bytes as `50 kB`; what is whole only in powers of two as `10 MiB`."""
    if size_bytes == 0:
        return "0 B"
    if size_bytes % 1000 and size_bytes % 1024 == 0:
        return _largest_whole(size_bytes, {unit: worth for unit, worth in SIZE.units.items() if "i" in unit})
    return _largest_whole(size_bytes, _WRITTEN_SIZES)


def format_rate(per_s: float) -> str:
    """Write a number a second as `20/s`, or as `30/min` where that is rounder."""
    for unit, worth in RATE.units.items():
        count = round(per_s / worth)
        if count and float(count * worth) == per_s:
            return f"{count}{unit}"
    return f"{_digits(float(per_s))}/s"


def format_share(ratio: float) -> str:
    """Write 0.55 as `55 %`."""
    return f"{_digits(Decimal(repr(float(ratio))) * 100)} %"


def format_bandwidth(bits_per_s: int) -> str:
    """Write bits a second as `100 Mbit/s`."""
    return _largest_whole(bits_per_s, BANDWIDTH.units) if bits_per_s else "0 bit/s"


def _digits(value: float | Decimal) -> str:
    """Write a number with just the digits that name it, and never with an exponent."""
    text = format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _reader(parse: Callable[[object], Any], kept: tuple[type, ...]) -> Callable[[Any, ValidationInfo], Any]:
    """Make the validator of an annotated type from a parser."""

    def read(value: Any, info: ValidationInfo) -> Any:
        in_file = bool(info.context and info.context.get(WRITTEN))
        if not in_file and isinstance(value, kept) and not isinstance(value, bool):
            return value
        try:
            return parse(value)
        except QuantityError as error:
            shown = {
                name: printable(found) if isinstance(found, str) else found
                for name, found in error.fields.items()
            }
            raise PydanticCustomError(error.code, "{code}", {"code": error.code, **shown}) from None

    return read


def _schema(kind: Kind) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": kind.pattern(), "examples": [kind.example]})


def _writer(write: Callable[[Any], str]) -> PlainSerializer:
    return PlainSerializer(write, return_type=str, when_used="json-unless-none")


_MICROSECONDS: Final = _reader(parse_duration, (int,))

Duration = Annotated[
    int, BeforeValidator(_MICROSECONDS), Field(ge=0), _writer(format_duration), _schema(DURATION)
]
"""Microseconds, zero or more; written `5 min`."""
PositiveDuration = Annotated[
    int, BeforeValidator(_MICROSECONDS), Field(gt=0), _writer(format_duration), _schema(DURATION)
]
"""Microseconds, more than zero; written `5 min`."""
Size = Annotated[
    int, BeforeValidator(_reader(parse_size, (int,))), Field(gt=0), _writer(format_size), _schema(SIZE)
]
"""Bytes, at least one; written `50 kB`."""
Capacity = Annotated[
    int,
    BeforeValidator(_reader(parse_capacity, (int,))),
    Field(gt=0),
    _writer(format_size),
    _schema(CAPACITY),
]
"""Bytes of a memory or a disk, at least one; written `4 GB`."""
Rate = Annotated[
    float,
    BeforeValidator(_reader(parse_rate, (int, float))),
    Field(gt=0, allow_inf_nan=False),
    _writer(format_rate),
    _schema(RATE),
]
"""A number a second, above zero; written `20/s`."""
Share = Annotated[
    float,
    BeforeValidator(_reader(parse_share, (int, float))),
    Field(ge=0, le=1, allow_inf_nan=False),
    _writer(format_share),
    _schema(SHARE),
]
"""A share of a whole, 0 to 1; written `55 %`."""
Bandwidth = Annotated[
    int,
    BeforeValidator(_reader(parse_bandwidth, (int,))),
    Field(gt=0),
    _writer(format_bandwidth),
    _schema(BANDWIDTH),
]
"""Bits a second, above zero; written `100 Mbit/s`."""
