"""The resolver that a sender asks for addresses."""

from typing import Annotated

from pydantic import Field, Strict

from sim.scenario.presets import PresetSettings
from sim.scenario.service_time import NO_TIME, ServiceTime
from sim.scenario.settings import Flag, graded
from sim.units import Duration, PositiveDuration

_STUB = "glibc stub resolver, resolv.conf(5)"


class Resolver(PresetSettings):
    """A DNS resolver, and how its client asks it."""

    preset_kind = "resolver"

    cache: Flag = graded(True, "published", "BIND and Unbound both cache by default")
    """Whether answers are kept until their time to live is over."""
    hit_time_us: Duration = graded(0, "assumption", "an answer from the cache next door")
    """How long an answer takes that is at hand."""
    lookup_time: ServiceTime = graded(NO_TIME, "assumption", "no time until told otherwise")
    """How long one question takes that must be asked of the name servers."""
    timeout_us: PositiveDuration = graded(5_000_000, "published", _STUB)
    """How long the client waits for an answer before it asks again."""
    attempts: Annotated[int, Strict(), Field(ge=1, le=10)] = graded(2, "published", _STUB)
    """How often the client asks before it gives up and defers the letter."""
