"""Readers: how the people at a provider fetch and open their mail."""

from typing import Annotated, Literal

from pydantic import Field, Strict, model_validator

from sim.scenario.settings import Settings, graded, refuse
from sim.scenario.shares import ShareOrRest, complete, write_shares
from sim.units import PositiveDuration, format_duration

ReaderKind = Literal["app", "imap", "pop3"]
_OPENS = (
    "lognormal fitted to GetResponse's open times: 21.5 % within 1 h, 50.6 % within 6 h, 73 % within 24 h"
)


class OpensAfter(Settings):
    """How long a person takes to open a letter that lies in the mailbox (lognormal)."""

    median_us: PositiveDuration = graded(20_880_000_000, "community", _OPENS)
    """Half of the people have opened it by then."""
    p90_us: PositiveDuration = graded(363_600_000_000, "community", _OPENS)
    """Nine of ten people have opened it by then."""

    @model_validator(mode="after")
    def _in_order(self) -> "OpensAfter":
        if self.p90_us < self.median_us:
            refuse("wrong_order", "p90", found=format_duration(self.p90_us), expected="median <= p90")
        return self


def _app_only() -> dict[str, float]:
    return {"app": 1.0}


class Readers(Settings):
    """The people who have a mailbox at one provider."""

    by_kind: Annotated[dict[ReaderKind, ShareOrRest], complete, write_shares] = graded(
        _app_only, "assumption", "everybody uses the provider's app or web page", key="with", factory=True
    )
    """What they read with, and the share of each: `app` (webmail and phone apps), `imap`, `pop3`."""
    opens_after: OpensAfter = graded(OpensAfter, "community", _OPENS, factory=True)
    """How long they take to open a letter."""
    devices: Annotated[int, Strict(), Field(ge=1, le=20)] = graded(1, "assumption", "one computer each")
    """How many devices an IMAP reader has."""
    poll_us: PositiveDuration = graded(
        600_000_000, "published", "Thunderbird, mail.server.default.check_time = 10 min"
    )
    """How often a POP3 reader fetches mail."""
