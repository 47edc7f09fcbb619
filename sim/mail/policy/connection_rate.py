"""Limit how often one client may connect within a time, as Postfix's anvil counts it.

From: smtp_server, which asks at the greeting.
To:   smtp_server, as a reply: 421 4.7.0 comes back later, or nothing against the connection.

A client's first connection begins a window. Connections are counted, those that are refused as well, and
more than `limit` of them are refused. The window is over when more than `time_unit` has passed since its
first connection; the next connection begins another one. The clock that this goes by shows whole seconds
(anvil keeps a time_t), so with 60 s a window that begins within second 0 ends with second 60, and a
connection at 60.9 s still belongs to it. Nothing slides: at the border of two windows twice the limit may
come at once.
See: Postfix's anvil(8), anvil.c; smtpd_client_connection_rate_limit and anvil_rate_time_unit in postconf(5).
Left out: networks of clients in the place of addresses; clients that are exempt. Postfix's anvil counts for
one host; hosts that share this rule count together. Postfix counts a connection that its concurrency limit
refuses, too, so a host should ask this rule before that limit.
"""

from sim.mail.policy.anvil import Anvil
from sim.scenario.receiving_rules import ConnectionRate as ConnectionRateSettings
from sim.vocabulary.replies import ACCEPTED, CONNECTING_TOO_OFTEN


class ConnectionRate:
    """The counts of one provider, or of one host.

    Args:
        settings: the limit and the time in which it holds.
        reply: what a client gets that comes too often, as a place in `REPLIES`.
        epoch_us: the run's time 0 by the wall clock, whose seconds count.
    """

    def __init__(
        self, settings: ConnectionRateSettings, reply: int = CONNECTING_TOO_OFTEN, epoch_us: int = 0
    ) -> None:
        self._limit = settings.limit
        self._reply = reply
        self._counts = Anvil(settings.time_unit_us, epoch_us)

    def ask(self, client: int, now_us: int) -> int:
        """Answer one connection of a client."""
        return ACCEPTED if self._counts.count(client, now_us) <= self._limit else self._reply
