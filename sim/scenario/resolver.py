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
    upstream_timeout_us: PositiveDuration = graded(
        376_000, "published", "Unbound, rtt.c: first time-out for a server that it does not know yet"
    )
    """How long the resolver waits for one name server before it asks the next."""
    upstream_tries: Annotated[int, Strict(), Field(ge=1, le=20)] = graded(
        5, "assumption", "five in all; Unbound asks each name server up to five times (outbound-msg-retry)"
    )
    """How often the resolver asks a domain's name servers, one after another, before it answers SERVFAIL."""
    servfail_ttl_us: Duration = graded(
        5_000_000, "published", "Unbound, msgparse.h: NORR_TTL; RFC 9520 allows 1 s to 5 min"
    )
    """How long the resolver keeps a SERVFAIL."""
