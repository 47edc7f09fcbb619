"""The PO boxes: where delivered letters lie until they are fetched.

From: delivery_agent, when a letter is filed.
To:   pop3, imap, webmail, which read from it.

Filing gives the letter its outcome; what lies in a box, and what readers take away, follows from the
tables of letters and readings.
See: RFC 5321 6.1: after its 250 the receiver owns the letter.
Left out: quotas, disk time, folders.
"""

from sim.kernel.letters import Letters
from sim.vocabulary.outcomes import INBOX


class MailboxStore:
    """The mailboxes of one provider (or a sender's own machine).

    Args:
        letters: the world's letters.
    """

    def __init__(self, letters: Letters) -> None:
        self._ended_us = letters.ended_us
        self._outcome = letters.outcome

    def file(self, row: int, at_us: int) -> None:
        """Put a letter into its box at `at_us`, which may be a little ahead of the clock."""
        self._ended_us[row] = at_us
        self._outcome[row] = INBOX
