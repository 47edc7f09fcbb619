"""A sender's addresses change while it runs: a spare machine takes over, or an address moves to another machine."""

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, Field

from sim.scenario.settings import Settings, refuse
from sim.units import PositiveDuration


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        refuse("not_an_address", found=value, expected="192.0.2.10")


Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_address)], ...], Field(min_length=1, max_length=256)
]
"""IP addresses that connections come from."""


class AddressChange(Settings):
    """A moment from which on a sender connects from other addresses."""

    at_us: PositiveDuration
    """When they change, counted from the start."""
    addresses: Addresses
    """IP addresses that new connections come from after that; an open connection keeps its own."""
