"""What the queue manager hands to a delivery agent: one letter's attempt, and all that becomes of it.

A delivery is its own event: it waits for the next moment of its conversation, whatever that is, and is
taken up again for another letter when it is over. Queue manager and SMTP client share it as Postfix's
programs share a delivery request; it decides nothing.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Final, Protocol

from sim.kernel.alarm import Alarm
from sim.kernel.clock import Clock
from sim.kernel.recorder import Table
from sim.kernel.world import SECOND_US
from sim.mail.batch import Batch, Settled
from sim.mail.handoff import ReceivesMail
from sim.mail.routes import Route
from sim.mail.window import Destination

SERVER_PATIENCE_US: Final = 300 * SECOND_US
"""For so long a host waits for a client that says nothing: Postfix's smtpd_timeout, RFC 5321 4.5.3.2.7."""


class Connection:
    """An open SMTP connection.

    Attributes:
        server: the host at its other end.
        client: the address at this end.
        opened_us: when the server took it.
        expires_us: until when it may lie idle in the cache.
        busy_us: until when the host works on what it was sent, where the client did not wait for that.
        by_name: whether the cache finds it by the destination's name, or by its host alone.
        session: what it has brought so far, where the host limits that.
        is_closed: whether the host has closed it after its answer to the last letter that it takes.
    """

    __slots__ = (
        "busy_us",
        "by_name",
        "client",
        "expires_us",
        "is_closed",
        "opened_us",
        "server",
        "session",
    )

    def __init__(self, server: ReceivesMail, client: int, opened_us: int) -> None:
        self.server = server
        self.client = client
        self.opened_us = opened_us
        self.expires_us = self.busy_us = 0
        self.by_name = True
        self.session = server.session()
        self.is_closed = False

    def dies_us(self) -> int:
        """Give when its host crashes; NEVER_US where it does not."""
        return self.server.condition.crash_after(self.opened_us)

    def answered(self, at_us: int) -> None:
        """The host answers a letter for the last time at `at_us`; if it was one too many, or the last, it closes."""
        if self.session is not None and self.session.closes:
            self.server.close(self.client, self.opened_us, at_us)
            self.is_closed = True


class Delivery(Alarm):
    """One attempt under way; the attributes are what the attempts table and the next step need.

    `sent_us` is when the client began to wait for the reply that it waits for, `there_us` when what it sent
    is at the host; `syn_us` is when it first asked for a connection, and `lost_us` the time for which that was
    in vain. `load` says whether it may use a kept connection, `want_store` whether its own is kept, and
    `alternate` whether a session of it ran to its end with another host before. `candidate` is the place
    among `candidates` of the host that is tried, -1 for the host of a connection that was there already; that
    one is the first address of the attempt, and the candidates begin with `first_address`. With a `batch` the
    delivery is for several recipients, of whom `row` is the first; `stage` and `reply` speak of those without an
    answer of their own. Once its machine has crashed, at `crashed_us`, a delivery says nothing more; it goes on as
    long as a host is busy with what was said before. `said_us` is when what is there at `there_us` was said.
    """

    # Slots, since an attempt reads and writes some forty times.
    __slots__ = (
        "activated_us",
        "alternate",
        "attempt",
        "batch",
        "candidate",
        "candidates",
        "client",
        "connection",
        "crashed_us",
        "destination",
        "dns_queries",
        "dns_us",
        "first_address",
        "half_us",
        "handed_us",
        "host",
        "how",
        "load",
        "lost_us",
        "process_uses",
        "ran_to_end",
        "reply",
        "route",
        "row",
        "said_us",
        "sent_us",
        "sessions",
        "setup_us",
        "site_failure",
        "stage",
        "started_us",
        "syn_us",
        "there_us",
        "trace",
        "tries",
        "unanswered",
        "want_store",
    )

    row: int
    attempt: int
    activated_us: int
    batch: Batch | None
    handed_us: int
    destination: Destination
    route: Route
    connection: Connection | None
    load: bool
    want_store: bool
    alternate: bool
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
    client: int
    first_address: int
    sessions: int
    ran_to_end: bool
    tries: int
    unanswered: int
    sent_us: int
    syn_us: int
    lost_us: int
    process_uses: int
    there_us: int
    said_us: int
    crashed_us: int | None
    trace: list[tuple[int, str, str, str]] | None

    def __init__(self, env: Clock) -> None:
        super().__init__(env)
        self.crashed_us = None
        self.trace = None
        self.batch = None
        self.client = 0

    def rows(self) -> Sequence[int]:
        """Give the letters that it is for."""
        return (self.row,) if self.batch is None else self.batch.all

    def known_as_taken(self, now_us: int) -> list[Settled]:
        """Give those of several recipients of whom the client knows that a host has taken their letter."""
        return [] if self.batch is None else self.batch.known_as_taken(now_us)

    def tell(self, steps: Table, watched: Container[int]) -> None:
        """Keep the conversation for those of its letters that are watched."""
        for row in self.rows():
            if row in watched:
                for at_us, station, event, detail in self.trace or ():
                    steps.add(row, at_us, station, event, detail)

    def envelope_trips(self) -> int:
        """Give how many round trips MAIL and RCPT take in the session that begins now."""
        trips = self.route.envelope_trips
        if self.batch is not None and not self.route.pipelining:
            trips += len(self.batch.rows) - 1
        return trips


class CarriesLetters(Protocol):
    """The SMTP client, as the queue manager knows it."""

    def begin(self, delivery: Delivery, now_us: int) -> None:
        """Start a delivery."""
        ...

    def crash(self, deliveries: Iterable[Delivery]) -> None:
        """Break deliveries off, since the machine has crashed, and close nothing any more."""
        ...

    def let_wait(self, connection: Connection, route: Route) -> None:
        """Let a host wait in vain."""
        ...
