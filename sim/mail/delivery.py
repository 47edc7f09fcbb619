"""What the queue manager hands to a delivery agent: one letter's attempt, and all that becomes of it.

A delivery is its own event: it waits for the next moment of its conversation, whatever that is, and is
taken up again for another letter when it is over. Queue manager and SMTP client share it as Postfix's
programs share a delivery request; it decides nothing.
"""

from typing import Protocol

from sim.kernel.alarm import Alarm
from sim.kernel.clock import Clock
from sim.mail.handoff import ReceivesMail
from sim.mail.routes import Route
from sim.mail.window import Destination


class Connection:
    """An open SMTP connection.

    Attributes:
        server: the host at its other end.
        opened_us: when the server took it.
        expires_us: until when it may lie idle in the cache.
    """

    __slots__ = ("expires_us", "opened_us", "server")

    def __init__(self, server: ReceivesMail, opened_us: int) -> None:
        self.server = server
        self.opened_us = opened_us
        self.expires_us = 0


class Delivery(Alarm):
    """One attempt under way; the attributes are what the attempts table and the next step need.

    `there_us` is when what the client sent last is at the host.
    """

    # Slots, since an attempt reads and writes some forty times.
    __slots__ = (
        "activated_us",
        "attempt",
        "candidate",
        "candidates",
        "connection",
        "destination",
        "dns_queries",
        "dns_us",
        "half_us",
        "handed_us",
        "host",
        "how",
        "process_uses",
        "reply",
        "route",
        "row",
        "setup_us",
        "site_failure",
        "stage",
        "started_us",
        "there_us",
        "trace",
        "want_store",
    )

    row: int
    attempt: int
    activated_us: int
    handed_us: int
    destination: Destination
    route: Route
    connection: Connection | None
    want_store: bool
    half_us: int
    started_us: int
    dns_us: int
    dns_queries: int
    setup_us: int
    how: int
    stage: int
    reply: int
    host: int
    site_failure: bool
    candidates: list[ReceivesMail]
    candidate: int
    process_uses: int
    there_us: int
    trace: list[tuple[int, str, str, str]] | None

    def __init__(self, env: Clock) -> None:
        super().__init__(env)
        self.trace = None


class CarriesLetters(Protocol):
    """The SMTP client, as the queue manager knows it."""

    def begin(self, delivery: Delivery, now_us: int) -> None:
        """Start a delivery."""
        ...

    def close(self, connection: Connection, at_us: int, route: Route) -> None:
        """Close a connection."""
        ...
