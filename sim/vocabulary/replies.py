"""The answers that an attempt can get: SMTP replies (RFC 5321, RFC 3463) and what Postfix says for itself.

Tables keep an index into `REPLIES`. A reply without a basic code was given by nobody: the sending
MTA writes such a line when no server answered, with an enhanced status code alone.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Reply:
    """One answer: its basic code (None: nobody answered), its enhanced code, and its name in tables."""

    code: int | None
    enhanced: str
    name: str

    @property
    def key(self) -> str:
        """How summaries write it: `450 4.7.1`, or `4.4.1` where nobody answered."""
        return self.enhanced if self.code is None else f"{self.code} {self.enhanced}"


REPLIES: Final[tuple[Reply, ...]] = (
    Reply(250, "2.0.0", "accepted"),
    Reply(450, "4.2.0", "greylisted"),
    Reply(450, "4.7.1", "rate_limited"),
    Reply(550, "5.1.1", "unknown_user"),
    Reply(421, "4.7.0", "too_many_connections"),
    Reply(421, "4.3.2", "server_busy"),
    Reply(None, "4.4.1", "connection_refused"),
    Reply(None, "4.4.1", "connect_timed_out"),
    Reply(None, "4.4.1", "no_route"),
    Reply(None, "4.4.2", "lost_connection"),
    Reply(None, "4.4.2", "conversation_timed_out"),
    Reply(None, "4.4.3", "dns_try_again"),
    Reply(552, "5.3.4", "message_too_big"),
    Reply(450, "4.2.1", "mailbox_unavailable"),
    Reply(None, "5.4.4", "domain_not_found"),
    Reply(None, "5.1.0", "null_mx"),
    Reply(554, "4.0.0", "greeted_554"),
    Reply(554, "5.0.0", "greeted_554_final"),
    Reply(421, "4.7.0", "rate_limited_at_greeting"),
    Reply(421, "4.7.28", "unusual_rate"),
    Reply(454, "4.7.0", "rate_limited_454"),
    Reply(554, "5.7.0", "rate_limited_554"),
    Reply(421, "4.7.0", "connecting_too_often"),
    Reply(450, "4.7.25", "no_reverse_dns_yet"),
    Reply(550, "5.7.25", "no_reverse_dns"),
    Reply(554, "5.7.1", "blocklisted"),
    Reply(452, "4.5.3", "too_many_recipients"),
    Reply(554, "5.5.0", "session_cut"),
    Reply(421, "4.7.26", "unauthenticated_yet"),
    Reply(550, "5.7.26", "unauthenticated"),
    Reply(421, "4.7.0", "poor_reputation_yet"),
    Reply(550, "5.7.1", "poor_reputation"),
    Reply(554, "5.7.1", "spam_refused"),
    Reply(452, "4.3.1", "disk_full"),
    Reply(552, "5.3.1", "disk_full_final"),
)
"""Every reply of this version; a table's `reply` column holds the position in it."""

ACCEPTED: Final = 0
GREYLISTED: Final = 1
RATE_LIMITED: Final = 2
UNKNOWN_USER: Final = 3
TOO_MANY_CONNECTIONS: Final = 4
SERVER_BUSY: Final = 5
CONNECTION_REFUSED: Final = 6
CONNECT_TIMED_OUT: Final = 7
NO_ROUTE: Final = 8
LOST_CONNECTION: Final = 9
CONVERSATION_TIMED_OUT: Final = 10
DNS_TRY_AGAIN: Final = 11
MESSAGE_TOO_BIG: Final = 12
MAILBOX_UNAVAILABLE: Final = 13
DOMAIN_NOT_FOUND: Final = 14
NULL_MX: Final = 15
GREETED_554: Final = 16
"""A greeting of 554 that the client takes for temporary (smtp_skip_5xx_greeting), as Postfix logs it: dsn=4.0.0."""
GREETED_554_FINAL: Final = 17
RATE_LIMITED_AT_GREETING: Final = 18
UNUSUAL_RATE: Final = 19
RATE_LIMITED_454: Final = 20
RATE_LIMITED_554: Final = 21
CONNECTING_TOO_OFTEN: Final = 22
NO_REVERSE_DNS_YET: Final = 23
NO_REVERSE_DNS: Final = 24
BLOCKLISTED: Final = 25
TOO_MANY_RECIPIENTS: Final = 26
SESSION_CUT: Final = 27
UNAUTHENTICATED_YET: Final = 28
UNAUTHENTICATED: Final = 29
POOR_REPUTATION_YET: Final = 30
POOR_REPUTATION: Final = 31
SPAM_REFUSED: Final = 32
DISK_FULL: Final = 33
DISK_FULL_FINAL: Final = 34

PERMANENT: Final = frozenset(index for index, reply in enumerate(REPLIES) if reply.enhanced.startswith("5."))
"""Replies after which a letter is returned and not tried again."""
