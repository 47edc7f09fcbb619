"""What a receiving MTA asks of those who connect to it, and what it answers where it is not content."""

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from sim.scenario.settings import Count, Settings, convention, graded, refuse
from sim.units import DURATION, Duration, PositiveDuration, Rate, format_duration, parse_duration
from sim.vocabulary.replies import (
    RATE_LIMITED,
    RATE_LIMITED_454,
    RATE_LIMITED_554,
    RATE_LIMITED_AT_GREETING,
    UNUSUAL_RATE,
)

_OFF: Final = "off unless a provider is said to do it"
_AFTER_GREETING: Final[Mapping[str, int]] = {
    "450 4.7.1": RATE_LIMITED,
    "421 4.7.28": UNUSUAL_RATE,
    "454 4.7.0": RATE_LIMITED_454,
    "554 5.7.0": RATE_LIMITED_554,
}
_RATE_REPLIES: Final[Mapping[str, Mapping[str, int]]] = {
    "greeting": {"421 4.7.0": RATE_LIMITED_AT_GREETING, "421 4.7.28": UNUSUAL_RATE},
    "rcpt": _AFTER_GREETING,
    "end_of_data": _AFTER_GREETING,
}
"""What a rate limit may answer, stage by stage. 554 at the greeting is left to `faults`: it turns everybody away."""
_USUAL_REPLIES: Final = {"greeting": "421 4.7.0", "rcpt": "450 4.7.1", "end_of_data": "421 4.7.28"}
_KNOWN_AT_GREETING: Final = ("ip", "netblock")


class ConnectionLimit(Settings):
    """How many connections one mail host takes at the same time."""

    per_client: Count | None = graded(None, "assumption", _OFF)
    """From one sender; more are answered 421 4.7.0."""
    total: Count | None = graded(None, "assumption", _OFF)
    """From everybody; more are answered 421 4.3.2."""


class ConnectionRate(Settings):
    """How often one client may connect within a time, as Postfix's anvil counts it."""

    limit: Count
    """How many connections are taken; more within the same time are answered 421 4.7.0."""
    time_unit_us: PositiveDuration = graded(60_000_000, "published", "Postfix: anvil_rate_time_unit, 60 s")
    """The time in which they are counted. It begins with a connection; counting starts again once it is over."""


class LetterRate(Settings):
    """How many letters one client may bring within a time, as Postfix's anvil counts them."""

    limit: Count
    """How many letters are taken; more within the same time are answered 450 4.7.1."""
    time_unit_us: PositiveDuration = graded(60_000_000, "published", "Postfix: anvil_rate_time_unit, 60 s")
    """The time in which they are counted. It begins with a letter; counting starts again once it is over."""


class RateLimit(Settings):
    """How fast one sender may bring letters: a bucket of tokens, one for each letter."""

    rate_per_s: Rate
    """How fast the bucket fills."""
    burst: Count
    """How many tokens the bucket holds; an empty one is answered as `reply` says."""
    key: Literal["ip", "netblock", "domain", "mailbox"] = graded(
        "ip", "published", "Postfix's anvil(8) counts by client address; Gmail by that and by the others"
    )
    """Who shares a bucket: one `ip` address, one `netblock`, one sending `domain`, or one `mailbox` that receives."""
    stage: Literal["greeting", "rcpt", "end_of_data"] = graded(
        "rcpt", "published", "Postfix: smtpd_client_recipient_rate_limit is looked at when RCPT comes"
    )
    """When the bucket is looked at. At `greeting` a connection takes the token, and not each letter."""
    reply: Literal["421 4.7.0", "421 4.7.28", "450 4.7.1", "454 4.7.0", "554 5.7.0"] | None = graded(
        None, "published", "450 4.7.1 in Postfix's smtpd.c; 421 4.7.28 at Gmail's end of data"
    )
    """What an empty bucket answers; left out, 450 4.7.1 at RCPT, 421 4.7.0 at the greeting, 421 4.7.28 at the dot."""

    penalty_us: PositiveDuration | None = graded(
        None,
        "assumption",
        "off unless a provider is said to do it; KumoMTA's shaping stays away from Yahoo for 2 h",
    )
    """For so long after a refusal everything else is refused as well, and each attempt begins that time anew."""

    @property
    def reply_index(self) -> int:
        """Return the place in `REPLIES` of what an empty bucket answers."""
        return _RATE_REPLIES[self.stage][self.reply or _USUAL_REPLIES[self.stage]]

    @model_validator(mode="after")
    def _known_by_then(self) -> "RateLimit":
        if self.stage == "greeting" and self.key not in _KNOWN_AT_GREETING:
            refuse(
                "does_not_go_with",
                "key",
                found=f"key: {self.key}",
                other="stage: greeting",
                expected=", ".join(f"key: {key}" for key in _KNOWN_AT_GREETING),
            )
        return self

    @model_validator(mode="after")
    def _said_at_that_stage(self) -> "RateLimit":
        replies = _RATE_REPLIES[self.stage]
        if self.reply is not None and self.reply not in replies:
            refuse(
                "does_not_go_with",
                "reply",
                found=f"reply: {self.reply}",
                other=f"stage: {self.stage}",
                expected=", ".join(f"reply: {reply}" for reply in replies),
            )
        return self


class Greylisting(Settings):
    """A letter from a stranger is told to come back later. Written as the delay alone, or as a mapping."""

    delay_us: PositiveDuration
    """A retry is accepted once this time has passed since the first attempt; sooner it is answered 450 4.2.0."""
    retry_window_us: PositiveDuration = graded(
        172_800_000_000, "published", "postgrey, --retry-window default of 2 days"
    )
    """A retry later than this counts as a first attempt again."""
    network: Literal[24, 32] = graded(24, "published", "postgrey, --lookup-by-subnet and --ipv4cidr=24")
    """How many bits of a client's IPv4 address count: its network of `24`, or all `32`. IPv6: its /64, or all of it."""
    auto_allowlist: Count | None = graded(
        None, "assumption", "off unless a provider is said to do it; postgrey's --auto-whitelist-clients is 5"
    )
    """After so many waits that ended well, at most one an hour, a client's letters need not wait any more."""
    forget_after_us: PositiveDuration | None = graded(
        None,
        "assumption",
        "longer than a run unless a provider is said to do it; postgrey's --max-age is 35 days",
    )
    """A correspondence, or a client of the allowlist, that is not seen for longer than this is a stranger again."""

    @model_validator(mode="before")
    @classmethod
    def _delay_alone(cls, value: Any) -> Any:
        return {"delay": value} if isinstance(value, str | int | float) else value

    @model_validator(mode="after")
    def _window_open(self) -> "Greylisting":
        if self.retry_window_us < self.delay_us:
            delay = format_duration(self.delay_us)
            window = format_duration(min(2 * self.delay_us, parse_duration(DURATION.largest)))
            refuse(
                "delay_beyond_window",
                "retry_window" if "retry_window_us" in self.model_fields_set else "delay",
                found=delay,
                expected=format_duration(self.retry_window_us),
                nearest=f"greylisting: {{delay: {delay}, retry_window: {window}}}",
            )
        return self


def _network(value: str) -> str:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        refuse("not_an_address", found=value, expected="192.0.2.10")
    if network.prefixlen < network.max_prefixlen and network.network_address != _first_part(value):
        refuse("not_an_address", found=value, expected=str(network))
    return str(network)


def _first_part(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(value.partition("/")[0])


Network = Annotated[str, AfterValidator(_network), Field(examples=["192.0.2.10", "192.0.2.0/24"])]
"""An IP address, or all those that begin alike; kept in the form `192.0.2.10/32`."""


class Listing(Settings):
    """One address or network that a blocklist holds for a time."""

    address: Network
    """The address, as `192.0.2.10`, or the network, as `192.0.2.0/24`."""
    at_us: Duration = convention(0)
    """When it gets onto the list, counted from the start."""
    for_us: PositiveDuration | None = graded(
        None, "assumption", "to the end of the run; many lists wait until the owner asks", key="for"
    )
    """How long it stays there; left out, to the end."""


_Answers = Literal["well", "error_code", "silent"]
_Match = Literal["any", "listing_codes"]


class Blocklist(Settings):
    """A DNS blocklist that a provider asks about each client at RCPT; who is on it is answered 554 5.7.1."""

    listings: Annotated[tuple[Listing, ...], Field(max_length=1000)] = convention(())
    """Who is on the list, and when."""
    answers: _Answers = graded("well", "assumption", "a list that is asked through a resolver of one's own")
    """The list answers `well`, with an `error_code` about everybody (as public resolvers get it), or is `silent`."""
    match: _Match = graded(
        "any", "published", "postconf(5), reject_rbl_client: without =d.d.d.d any address is a match"
    )
    """What is taken for a listing: `any` answer, or the `listing_codes` alone (127.0.0.2 to 127.0.0.11)."""
    lookup_time_us: Duration = graded(0, "assumption", "no time unless a provider is said to take it")
    """How long the list takes to answer."""
    timeout_us: PositiveDuration = graded(
        10_000_000, "published", "resolv.conf(5): two attempts of 5 s each, with one name server"
    )
    """How long the host waits for an answer; then it lets the client in, as Postfix does."""

    @model_validator(mode="after")
    def _answers_in_time(self) -> "Blocklist":
        if self.lookup_time_us > self.timeout_us:
            refuse(
                "out_of_range",
                "lookup_time" if "lookup_time_us" in self.model_fields_set else "timeout",
                found=format_duration(self.lookup_time_us),
                expected=f"<= {format_duration(self.timeout_us)}",
            )
        return self


class ReverseDns(Settings):
    """What becomes of clients whose address has no name in the reverse zone (PTR)."""

    missing: Literal["let_in", "put_off", "refused"] = graded(
        "put_off", "published", "Postfix: unknown_client_reject_code, 450"
    )
    """They are `let_in`, `put_off` with 450 4.7.25, or `refused` with 550 5.7.25; asked at RCPT."""


class SessionLimits(Settings):
    """How much one connection may bring."""

    letters: Count | None = graded(
        None, "assumption", "none unless a provider is said to have one; KumoMTA keeps to 20 with yahoo.co.jp"
    )
    """After so many letters the host closes the connection; the client opens another one for the next."""
    recipients: Count | None = graded(
        None, "assumption", "none unless a provider is said to have one; docomo: 100 in one SMTP session"
    )
    """So many may be named. A transaction that goes beyond gets 554 5.5.0 as a whole, and the connection is closed."""
