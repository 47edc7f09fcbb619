"""The sending side: one mail server with its queues, its machine and its way out."""

from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from sim.scenario.address_change import AddressChange, Addresses
from sim.scenario.authentication import SenderAuthentication
from sim.scenario.bounce_handling import BounceHandling
from sim.scenario.client_program import ClientProgram
from sim.scenario.host import Host
from sim.scenario.postconf import Postconf
from sim.scenario.presets import PresetSettings
from sim.scenario.retry import Retry
from sim.scenario.settings import Domain, Flag, Name, convention, graded, refuse
from sim.scenario.suspension import Suspension
from sim.units import Duration, format_duration


def _version(value: Any) -> Any:
    """Read 1.3 without quotes, which YAML takes for a number."""
    return str(value) if isinstance(value, float) else value


_TLS_SCHEMA: Final = WithJsonSchema({"enum": ["none", "1.2", "1.3", 1.2, 1.3]})


def _none(value: Any) -> Any:
    return None if value == "none" else value


class Sender(PresetSettings):
    """A mail server that sends letters out."""

    preset_kind = "sender"

    domain: Domain
    """The part of the sender's own addresses behind the @."""
    host: Host = graded(Host, "assumption", "a machine that costs no time", factory=True)
    """What each piece of work costs on the sender's machine: a preset's name, or a mapping."""
    addresses: Addresses = graded(("192.0.2.10",), "published", "RFC 5737: an address for examples")
    """IP addresses that the sender connects from; receivers judge each by what came from it."""
    address_changes: Annotated[tuple[AddressChange, ...], Field(max_length=32)] = convention(())
    """Moments at which other addresses take their place; receivers know a new one no better than any stranger's."""
    authentication: SenderAuthentication = graded(
        SenderAuthentication,
        "published",
        "what Gmail asks of everybody who sends in bulk (answer 81126)",
        factory=True,
    )
    """What the sender's domain publishes, and whether its letters are signed."""
    address_choice: Literal["first", "per_letter", "per_attempt"] = graded(
        "first", "published", "Postfix: smtp_bind_address names one address for all connections"
    )
    """Which address a new connection comes from: the `first` one, or one by lot `per_letter` or `per_attempt`."""
    reverse_dns: Flag = graded(True, "assumption", "whoever runs a mail server sees to it")
    """Whether the addresses have names in the reverse zone (PTR) that lead back to them."""
    resolver: Annotated[Name | None, BeforeValidator(_none)] = graded(
        None, "assumption", "no DNS unless a resolver is named"
    )
    """The resolver that is asked for the providers' hosts; `none` means that they are known without asking."""
    outbound_port_25: Literal["open", "blocked"] = graded("open", "assumption", "a line without OP25B")
    """Whether the access network lets connections to port 25 out."""
    tls: Annotated[Literal["none", "1.2", "1.3"], BeforeValidator(_version), _TLS_SCHEMA] = graded(
        "1.3", "assumption", "today's libraries; used where the provider offers it"
    )
    """The version of TLS that the sender speaks, where the provider offers STARTTLS."""
    scan_phase_us: Duration | None = convention(None)
    """Time of the first scan of the deferred queue, counted from the start; left out, it is drawn."""
    retry: Retry | None = convention(None)
    """The retry rule of another MTA; left out, Postfix's holds, as `postconf` sets it."""
    bounce_handling: BounceHandling | None = convention(None)
    """What is done with addresses that bounce; left out, nothing: every letter is sent."""
    suspensions: Annotated[tuple[Suspension, ...], Field(max_length=32)] = convention(())
    """Replies after which nothing goes to that destination for a while, as KumoMTA's shaping does; Postfix has none."""
    program: ClientProgram | None = convention(None)
    """A plain program that sends mail in the place of a mail server; `postconf` then gives its time-outs only."""
    postconf: Postconf = graded(Postconf, "published", "Postfix's compiled defaults", factory=True)
    """Postfix's own parameters."""

    @property
    def all_addresses(self) -> tuple[str, ...]:
        """Return every address that it connects from at any time, each once, in the order of their first use."""
        later = (address for change in self.address_changes for address in change.addresses)
        return tuple(dict.fromkeys((*self.addresses, *later)))

    @model_validator(mode="after")
    def _changes_in_order(self) -> "Sender":
        for index, (earlier, later) in enumerate(pairwise(self.address_changes), start=1):
            if later.at_us <= earlier.at_us:
                refuse(
                    "changes_not_in_order",
                    "address_changes",
                    index,
                    "at",
                    found=format_duration(later.at_us),
                    expected=format_duration(earlier.at_us),
                )
        return self

    @model_validator(mode="after")
    def _changes_something(self) -> "Sender":
        addresses = self.addresses
        for index, change in enumerate(self.address_changes):
            if change.addresses == addresses:
                refuse("changes_nothing", "address_changes", index, "addresses", found=", ".join(addresses))
            addresses = change.addresses
        return self

    @model_validator(mode="after")
    def _a_program_has_no_queue(self) -> "Sender":
        if self.program is not None:
            others = {
                "retry": self.retry,
                "bounce_handling": self.bounce_handling,
                "suspensions": self.suspensions,
            }
            for key in [key for key, value in others.items() if value]:
                refuse("does_not_go_with", key, found=key, other="program", expected="retry_after")
        return self
