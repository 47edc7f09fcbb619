"""The network between a sender and a provider."""

from sim.scenario.presets import PresetSettings
from sim.scenario.settings import Name, graded, keyed
from sim.units import Bandwidth, Duration

_DOMESTIC = "a connection within one country; measure your own with ping"


class DefaultRoad(PresetSettings):
    """The road between any sender and any provider that have no road of their own."""

    preset_kind = "road"

    round_trip_us: Duration = graded(20_000, "assumption", _DOMESTIC)
    """There and back, without load."""
    jitter_us: Duration = graded(0, "assumption", "none until told otherwise")
    """Each attempt's round trip is longer by a part of this, drawn evenly."""
    bandwidth_bits_per_s: Bandwidth = graded(100_000_000, "assumption", "a leased line or an office fibre")
    """How fast one letter's bytes travel."""


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
