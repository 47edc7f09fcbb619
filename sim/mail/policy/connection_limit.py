"""Limit how many connections a host holds open, in all and from one client.

From: smtp_server, which asks when a connection comes.
To:   smtp_server, as a reply: 421 4.3.2 (in all) or 421 4.7.0 (one client), or nothing against it.

See: Postfix's smtpd_client_connection_count_limit; RFC 5321 3.8 for 421.
"""

from sim.scenario.receiving_rules import ConnectionLimit as ConnectionLimitSettings
from sim.vocabulary.replies import ACCEPTED, SERVER_BUSY, TOO_MANY_CONNECTIONS


class ConnectionLimit:
    """The limits of one host.

    Args:
        settings: the most in all and per client; None is no limit.
    """

    def __init__(self, settings: ConnectionLimitSettings) -> None:
        self._total = settings.total
        self._per_client = settings.per_client

    def ask(self, open_now: int, of_client: int) -> int:
        """Answer one new connection, with how many are open already."""
        if self._total is not None and open_now >= self._total:
            return SERVER_BUSY
        if self._per_client is not None and of_client >= self._per_client:
            return TOO_MANY_CONNECTIONS
        return ACCEPTED
