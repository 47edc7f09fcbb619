"""Shares that add up to 100 %: `{carrier: 55 %, webmail: 40 %, office: rest}`."""

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, ValidationInfo

from sim.errors import QuantityError
from sim.scenario.settings import is_written, refuse
from sim.units import format_share, parse_share

_REST: Final = -1.0
_TOLERANCE: Final = Decimal("1e-9")
SHARE_OR_REST_SCHEMA: Final = {
    "type": "string",
    "pattern": "^([0-9]+(\\.[0-9]+)? *%|rest)$",
    "examples": ["55 %", "rest"],
}


def _share(value: Any, info: ValidationInfo) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and not is_written(info.context):
        if not 0 <= value <= 1:
            refuse("out_of_range", found=value, expected="0 … 1")
        return float(value)
    if value == "rest":
        return _REST
    try:
        return parse_share(value)
    except QuantityError as error:
        refuse(error.code, **error.fields)


def _complete(shares: dict[str, float]) -> dict[str, float]:
    """Work the rest out, and refuse shares that do not add up."""
    open_ones = [name for name, share in shares.items() if share == _REST]
    total = sum((Decimal(repr(share)) for share in shares.values() if share != _REST), Decimal(0))
    if not shares:
        refuse("no_shares", found="{}", expected="{name: 100 %}")
    if len(open_ones) > 1:
        refuse("two_rests", open_ones[1], found=", ".join(open_ones))
    if total > 1 + _TOLERANCE or (not open_ones and total < 1 - _TOLERANCE):
        refuse(
            "shares_do_not_add_up",
            found=_percent(total),
            expected="100 %",
            difference=_percent(abs(1 - total)),
        )
    rest = float(max(Decimal(0), 1 - total))
    return {name: rest if share == _REST else share for name, share in shares.items()}


def _percent(ratio: Decimal) -> str:
    return format_share(float(ratio.quantize(Decimal("1e-9"))))


ShareOrRest = Annotated[float, BeforeValidator(_share)]
"""A percentage, or `rest` for what the others leave."""
complete = AfterValidator(_complete)
"""Validator of a mapping of shares."""
write_shares = PlainSerializer(
    lambda shares: {name: format_share(share) for name, share in shares.items()}, when_used="json-unless-none"
)
