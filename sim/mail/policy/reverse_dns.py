"""Ask for a client's name: whoever has none in the reverse zone is let in, put off or refused.

From: smtp_server, which asks at RCPT.
To:   smtp_server, as a reply: 450 4.7.25 comes back later, 550 5.7.25 goes back, or nothing against the letter.

See: Postfix's reject_unknown_client_hostname, with unknown_client_reject_code (450); smtpd_delay_reject, for
RCPT; RFC 7372 3.3 for x.7.25.
Left out: names that lead to another address; the time that the question takes, and a resolver that fails.
"""

from collections.abc import Sequence

from sim.scenario.receiving_rules import ReverseDns as ReverseDnsSettings
from sim.vocabulary.replies import ACCEPTED, NO_REVERSE_DNS, NO_REVERSE_DNS_YET


class ReverseDns:
    """What one provider makes of clients without a name.

    Args:
        settings: whether they are let in, put off or refused.
        has_reverse_dns: of all clients.
        put_off: what they get where they are put off, as a place in `REPLIES`.
        refused: what they get where they are refused, as a place in `REPLIES`.
    """

    def __init__(
        self,
        settings: ReverseDnsSettings,
        has_reverse_dns: Sequence[bool],
        put_off: int = NO_REVERSE_DNS_YET,
        refused: int = NO_REVERSE_DNS,
    ) -> None:
        self._has_reverse_dns = has_reverse_dns
        self._reply = {"let_in": ACCEPTED, "put_off": put_off, "refused": refused}[settings.missing]

    def ask(self, client: int, envelope: int, mailbox: int, now_us: int) -> int:
        """Answer one recipient of a client."""
        return ACCEPTED if self._has_reverse_dns[client] else self._reply
