"""Letters: who writes how many, when, how big, and to whom."""

import itertools
import math
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, Strict, WithJsonSchema, model_validator

from sim.scenario.forwarding import Forwarded
from sim.scenario.nearest import nearest
from sim.scenario.settings import Count, Domain, Name, Settings, convention, graded, keyed, refuse
from sim.scenario.shares import ShareOrRest, complete, write_shares
from sim.scenario.warm_up import WarmUp
from sim.units import Duration, PositiveDuration, Rate, Share, Size, format_duration, format_size

Arrival = Literal["campaign", "everyday", "listed"]
MOST_RECIPIENTS: Final = 1000
"""So many recipients Postfix takes in one message (smtpd_recipient_limit)."""


class SizeLaw(Settings):
    """How big letters are: all the same, or spread out (lognormal). Written `20 kB`, or as a mapping."""

    median_bytes: Size
    """Half of the letters are smaller."""
    p90_bytes: Size | None = convention(None)
    """Nine of ten letters are smaller; left out, all have the same size."""

    @model_validator(mode="before")
    @classmethod
    def _one_size(cls, value: Any) -> Any:
        return {"median": value} if isinstance(value, str | int | float) else value

    @model_validator(mode="after")
    def _in_order(self) -> "SizeLaw":
        if self.p90_bytes is not None and self.p90_bytes < self.median_bytes:
            refuse("wrong_order", "p90", found=format_size(self.p90_bytes), expected="median <= p90")
        return self


def _curve(value: Any) -> Any:
    """Look the name of a curve up in the catalogue."""
    if not isinstance(value, str):
        return value
    from sim.scenario import catalogue  # read only where a curve is named

    known = catalogue.names("curve")
    if value not in known:
        close = nearest(value, known)
        refuse(
            "unknown_preset", found=value, expected=", ".join(known), **({"nearest": close} if close else {})
        )
    return tuple(catalogue.preset("curve", value).plain()["weights"])


def _schema(length: int) -> WithJsonSchema:
    """Describe a curve: the name of one, or so many weights."""
    weights = {
        "type": "array",
        "items": {"type": "number", "minimum": 0},
        "minItems": length,
        "maxItems": length,
    }
    return WithJsonSchema({"anyOf": [{"type": "string"}, weights]})


Weight = Annotated[float, Field(ge=0, le=1000), Strict()]
_WRITE_WEIGHTS: Final = PlainSerializer(list, when_used="json-unless-none")
Hours = Annotated[
    tuple[Weight, ...],
    Field(min_length=24, max_length=24),
    BeforeValidator(_curve),
    _WRITE_WEIGHTS,
    _schema(24),
]
Weekdays = Annotated[
    tuple[Weight, ...],
    Field(min_length=7, max_length=7),
    BeforeValidator(_curve),
    _WRITE_WEIGHTS,
    _schema(7),
]


def _to_one(value: Any) -> Any:
    return {value: "100 %"} if isinstance(value, str) else value


Destinations = Annotated[dict[Name, ShareOrRest], BeforeValidator(_to_one), complete, write_shares]


class Letters(Settings):
    """One stream of letters from one sender: a campaign (`count`), everyday mail (`rate`) or a list (`times`)."""

    sender: Name = keyed("from")
    """The sender."""
    to: Destinations
    """The providers, with the share that goes to each; shares add up to 100 %, and one may be `rest`."""
    size: SizeLaw
    """How big the letters are."""
    unknown_users_ratio: Share = graded(0.0, "assumption", "a clean list of addresses")
    """Share of addresses that do not exist."""
    recipients: Annotated[int, Strict(), Field(ge=1, le=MOST_RECIPIENTS)] = convention(1)
    """How many recipients each message has; `count`, `rate`, `pace`, `over` and `times` speak of messages then."""
    forges: Domain | None = convention(None)
    """The domain that readers see as the sender's, where the letters only pretend to come from there."""
    forwarded: Forwarded | None = convention(None)
    """Whose letters these are, where the sender only forwards them; left out, it writes them itself."""
    spam_ratio: Share = graded(0.0, "assumption", "letters that people want")
    """Share of letters that are spam; a content filter tells them from good ones, more or less."""
    spam_traps_ratio: Share = graded(0.0, "assumption", "a clean list of addresses")
    """Share of addresses that are traps: nobody ever asked for letters there, and receivers watch who writes."""
    complaints_ratio: Share = graded(0.0, "assumption", "nobody complains unless a scenario says so")
    """Share of letters in the inbox that their reader, on opening them, reports as spam."""
    unsubscribes_ratio: Share = graded(0.0, "assumption", "nobody leaves unless a scenario says so")
    """Share of letters in the inbox whose reader, on opening them, unsubscribes."""
    at_us: Duration = convention(0)
    """When the first letter is handed in, counted from the start."""
    count: Count | None = convention(None)
    """Campaign: how many letters."""
    warm_up: WarmUp | None = convention(None)
    """Campaign: hand so many letters in on each day, as a warm-up schedule says; its name, or a mapping."""
    over_us: PositiveDuration | None = convention(None)
    """Campaign: hand the letters in evenly over this time."""
    pace_per_s: Rate | None = convention(None)
    """Campaign: hand the letters in at this pace."""
    rate_per_s: Rate | None = convention(None)
    """Everyday mail: mean number of letters; they come at random times (a Poisson stream)."""
    until_us: PositiveDuration | None = convention(None)
    """Everyday mail: when it ends, counted from the start."""
    hours: Hours | None = convention(None)
    """Everyday mail: 24 weights by which the rate is multiplied, from midnight on, or the name of a curve."""
    weekdays: Weekdays | None = convention(None)
    """Everyday mail: 7 weights by which the rate is multiplied, from Monday on, or the name of a curve."""
    times_us: Annotated[tuple[Duration, ...], Field(min_length=1, max_length=100_000_000)] | None = (
        convention(None)
    )
    """Listed: when the sender had accepted each letter, in order of time."""

    @property
    def arrival(self) -> Arrival:
        """Return the way in which the letters come into being."""
        if self.times_us is not None:
            return "listed"
        return "everyday" if self.rate_per_s is not None else "campaign"

    @property
    def number(self) -> int | None:
        """Return how many letters there are, one a recipient; None for everyday mail, which is left to chance."""
        messages = len(self.times_us) if self.times_us is not None else self.count
        return None if messages is None else messages * self.recipients

    @model_validator(mode="after")
    def _one_way_of_arriving(self) -> "Letters":
        ways = {"count": self.count, "rate": self.rate_per_s, "times": self.times_us}
        chosen = [name for name, value in ways.items() if value is not None]
        if len(chosen) != 1:
            at = chosen[1:2]
            refuse(
                "one_way_of_arriving",
                *at,
                found=", ".join(chosen) or "@nothing",
                expected="count, rate, times",
            )
        self._only_what_fits(chosen[0])
        if self.forges is not None and self.forwarded is not None:
            refuse("not_both", "forwarded", found="forges, forwarded", expected="forges")
        ways_of_pacing = {"over": self.over_us, "pace": self.pace_per_s, "warm_up": self.warm_up}
        first, *others = [name for name, value in ways_of_pacing.items() if value is not None] or [""]
        if others:
            refuse("not_both", others[0], found=f"{first}, {others[0]}", expected=first)
        if self.until_us is not None and self.until_us <= self.at_us:
            refuse("wrong_order", "until", found="until <= at", expected="at < until")
        if self.times_us is not None:
            for index, (earlier, later) in enumerate(itertools.pairwise(self.times_us)):
                if later < earlier:
                    refuse(
                        "times_not_in_order",
                        "times",
                        index + 1,
                        found=format_duration(later),
                        expected=format_duration(earlier),
                    )
        for name, weights in (("hours", self.hours), ("weekdays", self.weekdays)):
            if weights is not None and not math.fsum(weights) > 0:
                refuse("all_weights_zero", name, found="0", expected="a weight above 0")
        return self

    def _only_what_fits(self, way: str) -> None:
        fitting = {
            "count": {"at", "over", "pace", "warm_up"},
            "rate": {"at", "until", "hours", "weekdays"},
            "times": set(),
        }
        fields = {"at_us": "at", "over_us": "over", "pace_per_s": "pace", "until_us": "until"}
        for field in self.model_fields_set:
            key = fields.get(field, field)
            if (
                key in {"at", "over", "pace", "warm_up", "until", "hours", "weekdays"} - fitting[way]
                and getattr(self, field) is not None
            ):
                if not fitting[way]:
                    refuse("goes_with_nothing", key, found=key, other=way)
                refuse(
                    "does_not_go_with",
                    key,
                    found=key,
                    other=way,
                    expected=", ".join(sorted(fitting[way])),
                )
