"""Limit what one connection may bring: how many letters, and how many recipients in all.

From: smtp_server, which makes one with each connection and asks it at RCPT, once for each transaction.
To:   smtp_server, as a reply: 554 5.5.0 goes back, or nothing against it; and whether the connection is over.

Every transaction counts as a letter, whatever else becomes of it, and every recipient that it names counts.
With the last letter that is allowed the host closes the connection with its answer, and no longer counts it from then
on; a client with more to bring opens another one. A transaction that names more recipients than the session has left
is refused as a whole, those recipients as well that would have fitted, and the connection is closed.
See: Exim's smtp_accept_max_per_connection, which counts MAIL; docomo's rule of 100 recipients in one SMTP
session, beyond which the transaction fails and nobody in it gets the letter.
Left out: limits of one transaction alone (452, RFC 5321 4.5.3.1.10); a host that closes before it answers.
"""

from sim.scenario.receiving_rules import SessionLimits as SessionLimitsSettings
from sim.vocabulary.replies import ACCEPTED, SESSION_CUT


class SessionLimits:
    """What one connection has brought so far.

    Args:
        settings: how much it may bring.
        reply: what a transaction gets that goes beyond, as a place in `REPLIES`.

    Attributes:
        closes: whether the host closes the connection after its last answer.
    """

    def __init__(self, settings: SessionLimitsSettings, reply: int = SESSION_CUT) -> None:
        self._most_letters = settings.letters
        self._most_recipients = settings.recipients
        self._reply = reply
        self._letters = 0
        self._recipients = 0
        self.closes = False

    def ask(self, recipients: int = 1) -> int:
        """Answer one transaction that names so many recipients."""
        if self.closes:
            raise ValueError("this connection is closed: a transaction needs another one")
        self._letters += 1
        self._recipients += recipients
        if self._most_recipients is not None and self._recipients > self._most_recipients:
            self.closes = True
            return self._reply
        self.closes = self._letters == self._most_letters
        return ACCEPTED
