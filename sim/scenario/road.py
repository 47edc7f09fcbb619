"""The network between a sender and a provider."""

from typing import Annotated, Final

from pydantic import AfterValidator

from sim.scenario.presets import PresetSettings
from sim.scenario.settings import Name, graded, keyed, refuse
from sim.units import Bandwidth, Duration, Share, format_share

_DOMESTIC = "a connection within one country; measure your own with ping"


MOST_LOST: Final = 0.9
"""Of packets, one way."""


def at_most_nine_tenths(share: float) -> float:
    """Refuse a share of lost packets with which nothing gets through: that is a road that is `silent`."""
    if share > MOST_LOST:
        refuse("out_of_range", found=format_share(share), expected=f"<= {format_share(MOST_LOST)}")
    return share


Loss = Annotated[Share, AfterValidator(at_most_nine_tenths)]
"""A share of packets that are lost, 0 to 0.9; written `2 %`."""


class DefaultRoad(PresetSettings):
    """The road between any sender and any provider that have no road of their own."""

    preset_kind = "road"

    round_trip_us: Duration = graded(20_000, "assumption", _DOMESTIC)
    """There and back, without load."""
    jitter_us: Duration = graded(0, "assumption", "none until told otherwise")
    """Each attempt's round trip is longer by a part of this, drawn evenly."""
    bandwidth_bits_per_s: Bandwidth = graded(100_000_000, "assumption", "a leased line or an office fibre")
    """How fast one letter's bytes travel."""
    loss_ratio: Loss = graded(0.0, "assumption", "a road in good order")
    """Share of packets that are lost on one way."""


class Road(PresetSettings):
    """The road between one sender and one provider."""

    preset_kind = "road"

    sender: Name = keyed("from")
    """The sender at one end."""
    provider: Name = keyed("to")
    """The provider at the other end."""
    round_trip_us: Duration
    """There and back, without load."""
    jitter_us: Duration = graded(0, "assumption", "none until told otherwise")
    """Each attempt's round trip is longer by a part of this, drawn evenly."""
    bandwidth_bits_per_s: Bandwidth = graded(100_000_000, "assumption", "a leased line or an office fibre")
    """How fast one letter's bytes travel."""
    loss_ratio: Loss = graded(0.0, "assumption", "a road in good order")
    """Share of packets that are lost on one way."""
