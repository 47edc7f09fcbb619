"""The PO boxes: where delivered letters lie until they are fetched.

From: delivery_agent, when a letter is filed.
To:   pop3, imap, webmail, which read from it.

Filing gives the letter its outcome: it lies in the inbox or among the spam, as the receiving host has said, or is
thrown away; what lies in a box, and what readers take away, follows from the
tables of letters and readings.
See: RFC 5321 6.1: after its 250 the receiver owns the letter.
Left out: quotas, disk time, folders of the user.
"""

from sim.kernel.letters import Letters
from sim.mail.handoff import HearsOfLetters
from sim.vocabulary.outcomes import INBOX


class MailboxStore:
    """The mailboxes of one provider (or a sender's own machine).

    Args:
        letters: the world's letters.
    """

    readers: HearsOfLetters | None = None
    """Told of each letter in an inbox, where its reader may have something to say."""

    def __init__(self, letters: Letters) -> None:
        self._ended_us = letters.ended_us
        self._outcome = letters.outcome
        self._verdict = letters.verdict

    def file(self, row: int, at_us: int) -> None:
        """Put a letter where it shall lie at `at_us`, which may be a little ahead of the clock."""
        self._ended_us[row] = at_us
        self._outcome[row] = outcome = self._verdict[row] or INBOX
        if self.readers is not None and outcome == INBOX:
            self.readers.filed(row, at_us)
