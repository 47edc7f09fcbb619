"""The way from one sender to one provider: road, hosts, and what the pair agrees on.

Data that assembly makes once for each pair, so that an attempt need not work it out again.
"""

from dataclasses import dataclass

from sim.mail.handoff import IsARoad, ReceivesMail

HANDSHAKE_TRIPS = {"1.2": 2, "1.3": 1}
"""Round trips of a full TLS handshake: RFC 5246 and RFC 8446."""


@dataclass(eq=False)
class Route:
    """How one sender reaches one provider.

    Attributes:
        provider: the provider's place among all.
        network: the road.
        servers: the provider's hosts; given in file order, kept by MX preference.
        pipelining: whether MAIL, RCPT and DATA travel together (RFC 2920).
        tls: version of TLS that both sides speak, or None.
        banner_us: how long the server waits before it greets.
        command_us: what it takes for each reply.
        patience_us: the shortest time for which the client waits for a reply.
        blocked: whether the access network drops connections to port 25 (OP25B).
        reusable: whether a connection may serve more than one letter.
    """

    provider: int
    network: IsARoad
    servers: list[ReceivesMail]
    pipelining: bool
    tls: str | None
    banner_us: int
    command_us: int
    patience_us: int
    blocked: bool
    reusable: bool

    def __post_init__(self) -> None:
        """Work out what every attempt needs."""
        self.in_file_order = self.servers
        self.servers = sorted(self.servers, key=lambda server: server.preference)
        preferences = [server.preference for server in self.servers]
        self.has_ties = len(set(preferences)) < len(preferences)
        self.single = len(self.servers) == 1
        # A trip one way, where every attempt has the same.
        self.half_us = None if self.network.jitter_us else self.network.half_us
        server_us = self.command_us + max([self.banner_us, *(server.lookup_us for server in self.servers)])
        slowest_us = 2 * self.network.half_us + self.network.jitter_us + 1 + server_us
        # Where nothing can go wrong on the way, durations are added up and nobody looks at the sky.
        self.plain = not (
            self.blocked
            or self.network.lossy
            or self.network.condition.eventful
            or any(server.condition.eventful or server.processes is not None for server in self.servers)
            or slowest_us > self.patience_us
        )
        # From the banner at the client to the sending of MAIL: EHLO, and with TLS STARTTLS, handshake, EHLO.
        if self.tls is None:
            self.hello_halves, hello_replies = 2, 1
        else:
            self.hello_halves, hello_replies = 6 + 2 * HANDSHAKE_TRIPS[self.tls], 3
        self.hello_us = hello_replies * self.command_us
        # From the sending of MAIL to RCPT at the server, and from RCPT's answer, less a command, to the body.
        self.rcpt_halves, self.envelope_trips, self.body_halves = (1, 1, 1) if self.pipelining else (3, 2, 3)
