"""The receiving side: a mailbox provider with its mail hosts, its rules and its mailboxes."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Strict, field_validator, model_validator

from sim.scenario.authentication import AuthenticationCheck
from sim.scenario.content import ContentFilter
from sim.scenario.disk import Disk
from sim.scenario.presets import PresetSettings
from sim.scenario.receiving_rules import (
    Blocklist,
    ConnectionLimit,
    ConnectionRate,
    Greylisting,
    LetterRate,
    RateLimit,
    ReverseDns,
    SessionLimits,
)
from sim.scenario.relay import Relay
from sim.scenario.reputation import Reputation
from sim.scenario.service_time import NO_TIME, ServiceTime
from sim.scenario.settings import Count, Domain, Flag, Name, Settings, convention, graded, refuse
from sim.units import Duration, PositiveDuration, Share

_OFF = "off unless a provider is said to do it"
_NONE = "no time unless a provider is said to take it"


def _host_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,59}", value):
        refuse("not_a_name", found=value, expected="mx1")
    return value


class ServerProcesses(Settings):
    """The processes that serve connections at one host, and the line before them. A bare number is the limit."""

    limit: Count
    """How many connections are served at the same time; one that lies idle is one of them."""
    accept_queue: Annotated[int, Strict(), Field(ge=0, le=1_000_000)] | None = graded(
        None, "published", "Postfix hands its process limit to listen(2); Linux lets one more wait"
    )
    """How many connections more may be open, not greeted yet; left out, one more than the limit."""
    when_full: Literal["drop", "half_open"] = graded(
        "drop", "published", "tcp(7) of Linux; FreeBSD 6.2 and Fedora Core 8 in Postfix's SCHEDULER_README"
    )
    """What a full line does: `drop` requests to connect, or `half_open`: the client believes it is connected."""
    start_time_us: Duration = graded(0, "assumption", "a machine that costs no time")
    """Starting one more process, when a client comes and none is idle; they are started one after another."""
    silence_timeout_us: PositiveDuration = graded(
        300_000_000, "published", "Postfix: smtpd_timeout, 300 s without stress"
    )
    """After so long a silence of its client a process hangs up."""
    stress_mode: Flag = graded(
        True,
        "published",
        "Postfix since 2.5, where others than the machine itself can connect (master_ent.c)",
    )
    """Whether connections that are taken up after all processes were busy have the shorter time-out."""
    stress_timeout_us: PositiveDuration = graded(
        10_000_000, "published", "Postfix: smtpd_timeout, 10 s under stress"
    )
    """The time-out under stress."""

    @property
    def places(self) -> int:
        """Return how many connections may be open, served or not."""
        return self.limit + (self.limit + 1 if self.accept_queue is None else self.accept_queue)

    @model_validator(mode="before")
    @classmethod
    def _limit_alone(cls, value: Any) -> Any:
        return {"limit": value} if isinstance(value, int | float) else value


class MxHost(Settings):
    """One mail host of a provider, as its MX record names it."""

    host: Annotated[str, AfterValidator(_host_name)]
    """Short name of the host, unique within the provider."""
    preference: Annotated[int, Strict(), Field(ge=0, le=65535)] = graded(
        10, "assumption", "a usual single MX record"
    )
    """Lower is tried first; hosts of equal preference share the load."""
    accept_time: ServiceTime | None = convention(None)
    """How long this host takes between the final dot and its 250; left out, as long as the provider says."""
    connection_limit: ConnectionLimit | None = convention(None)
    """How many connections this host takes; left out, as many as the provider says."""
    server_processes: ServerProcesses | None = convention(None)
    """How many connections this host serves at the same time; left out, as many as the provider says."""


class Checking(Settings):
    """Looking into each letter at the end of its data: a counter with a few workers and one line of letters."""

    workers: Count
    """How many letters are looked into at the same time."""
    time: ServiceTime
    """How long one takes."""


class Delivery(Settings):
    """Carrying accepted letters into the mailboxes."""

    time: ServiceTime = graded(NO_TIME, "assumption", _NONE)
    """How long one letter takes."""
    workers: Count | None = graded(None, "assumption", "as many as there are letters")
    """How many letters are carried at the same time; left out, none waits for another."""


def _one_host() -> tuple[MxHost, ...]:
    return (MxHost(host="mx"),)


class Provider(PresetSettings):
    """A mailbox provider: the domain that letters are addressed to, and all that receives them."""

    preset_kind = "provider"

    domain: Domain
    """The part of the addresses behind the @."""
    users: Annotated[int, Strict(), Field(ge=1, le=1_000_000_000)] = graded(
        10_000,
        "assumption",
        "a round number; it decides how often everyday mail meets the same mailbox again",
    )
    """How many mailboxes there are."""
    mx: Annotated[tuple[MxHost, ...], Field(min_length=1, max_length=16)] = graded(
        _one_host, "assumption", "one host", factory=True
    )
    """The hosts that take mail for the domain."""
    port: Literal[25, 587] = convention(25)
    """Where its hosts take letters; 587 is for submission (RFC 6409), and blocked access networks leave it open."""
    records: Literal["mx", "address", "null_mx", "nxdomain"] = convention("mx")
    """What a resolver finds: `mx` records, only an `address`, a `null_mx` (no mail wanted) or `nxdomain` (nothing)."""
    name_servers: Annotated[tuple[Name, ...], Field(max_length=16)] = convention(())
    """The name servers that know the domain; left out, they are sound, and a question takes `lookup_time`."""
    negative_ttl_us: Duration = graded(
        3_600_000_000, "published", "RFC 2308 section 5: one to three hours work well"
    )
    """How long a resolver may keep the answer that there is no such name or record."""
    mx_ttl_us: Duration = graded(
        3_600_000_000, "community", "gmail.com MX records as seen in several dig captures"
    )
    """How long a resolver may keep the list of hosts."""
    address_ttl_us: Duration = graded(3_600_000_000, "community", "the same as for the list of hosts")
    """How long a resolver may keep the hosts' addresses."""
    banner_delay_us: Duration = graded(0, "assumption", _NONE)
    """How long a host waits before it greets."""
    command_time_us: Duration = graded(0, "assumption", _NONE)
    """How long a host thinks about one SMTP command."""
    accept_time: ServiceTime = graded(NO_TIME, "assumption", _NONE)
    """How long a host takes between the final dot and its 250."""
    pipelining: Flag = graded(True, "assumption", "usual; Postfix, Exim and Sendmail offer it")
    """Whether the client may send MAIL, RCPT and DATA in one go."""
    tls: Flag = graded(False, "assumption", "a small world first; the presets switch it on")
    """Whether the hosts offer STARTTLS."""
    connection_limit: ConnectionLimit | None = graded(None, "assumption", _OFF)
    """How many connections one host takes."""
    server_processes: ServerProcesses | None = graded(None, "assumption", _OFF)
    """How many connections one host serves at the same time; others wait unseen until a process is free."""
    connection_rate: ConnectionRate | None = graded(None, "assumption", _OFF)
    """How often one sender may connect."""
    letter_rate: LetterRate | None = graded(None, "assumption", _OFF)
    """How many letters one client may bring within a time."""
    session_limits: SessionLimits | None = graded(None, "assumption", _OFF)
    """How much one connection may bring."""
    reverse_dns: ReverseDns | None = graded(None, "assumption", _OFF)
    """What becomes of senders whose address has no name."""
    blocklists: Annotated[tuple[Blocklist, ...], Field(max_length=8)] = convention(())
    """DNS blocklists that are asked about each sender."""
    rate_limit: RateLimit | None = graded(None, "assumption", _OFF)
    """How fast one sender may bring letters."""
    further_rate_limits: Annotated[tuple[RateLimit, ...], Field(max_length=8)] = convention(())
    """More limits of that kind, asked after it: by another key, at another stage, with another reply."""
    greylisting: Greylisting | None = graded(None, "assumption", _OFF)
    """Letters from strangers are told to come back."""
    temporary_failures_ratio: Share = graded(0.0, "assumption", _OFF)
    """Share of attempts that RCPT answers 450 4.2.1, by chance."""
    user_filter_ratio: Share = graded(0.0, "assumption", _OFF)
    """Share of letters that their addressee filters: the host answers 550, as if there were no such user."""
    checking: Checking | None = graded(None, "assumption", _OFF)
    """Looking into each letter before it is accepted."""
    authentication: AuthenticationCheck | None = graded(None, "assumption", _OFF)
    """What becomes of letters by SPF, DKIM and DMARC."""
    reputation: Reputation | None = graded(None, "assumption", _OFF)
    """What is remembered of each sender, and what comes of it."""
    content_filter: ContentFilter | None = graded(None, "assumption", _OFF)
    """Taking letters for spam by their content."""
    feedback: Literal["none", "aggregate", "per_letter"] = graded(
        "none", "assumption", "most receivers tell nobody"
    )
    """What the provider tells senders of complaints: nothing, how many in all, or each letter."""
    disk: Disk | None = graded(None, "assumption", "a disk that is never full")
    """Where accepted letters lie until they are in their mailboxes; left out, there is always room."""
    delivery: Delivery = graded(Delivery, "assumption", _NONE, factory=True)
    """How accepted letters get into the mailboxes."""
    relay: Relay | None = convention(None)
    """Who carries accepted letters on to another provider; left out, they lie in mailboxes here."""

    @property
    def rate_limits(self) -> tuple[RateLimit, ...]:
        """Return all limits of letters, in the order in which they are asked."""
        return (
            self.further_rate_limits
            if self.rate_limit is None
            else (self.rate_limit, *self.further_rate_limits)
        )

    def at(self, host: MxHost) -> "Provider":
        """Return what holds at one of the hosts: the provider's rules, but for those that the host has of its own."""
        own = {
            "accept_time": host.accept_time,
            "connection_limit": host.connection_limit,
            "server_processes": host.server_processes,
        }
        return self.model_copy(update={key: value for key, value in own.items() if value is not None})

    @field_validator("mx", mode="after")
    @classmethod
    def _hosts_differ(cls, hosts: tuple[MxHost, ...]) -> tuple[MxHost, ...]:
        names = [host.host for host in hosts]
        for index, name in enumerate(names):
            if name in names[:index]:
                refuse("same_name_twice", index, "host", found=name)
        return hosts

    @field_validator("name_servers", mode="after")
    @classmethod
    def _name_servers_differ(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for index, name in enumerate(names):
            if name in names[:index]:
                refuse("same_name_twice", index, found=name)
        return names

    @model_validator(mode="after")
    def _disk_of_its_own(self) -> "Provider":
        if self.disk is not None and self.relay is not None:
            refuse("does_not_go_with", "disk", found="disk", other="relay", expected="relay")
        return self

    @model_validator(mode="after")
    def _one_address(self) -> "Provider":
        if self.records == "address" and len(self.mx) != 1:
            refuse(
                "address_is_one_host",
                "records",
                found=", ".join(host.host for host in self.mx),
                expected=f"mx: [{{host: {self.mx[0].host}}}]",
            )
        return self
