"""Return a letter that cannot be delivered, or warn that it is late: a DSN, which is a letter of its own.

From: queue_manager, when a letter was refused for good or has expired, or is late.
To:   spool, as a new letter to the sender's own machine.

The DSN goes to the envelope sender, whose mailbox is on the sending machine. It carries the returned
letter, at most `bounce_size_limit` of it, and two kilobytes of its own; a notice of delay carries the
letter's headers only.
See: RFC 3464; RFC 5321 6.1; Postfix's bounce(8), bounce_size_limit (50,000 bytes), delay_warning_time.
Left out: DSNs that leave the machine (so none can fail here).
"""

from typing import Final

from sim.kernel.letters import Letters
from sim.mail.handoff import TakesLetters
from sim.vocabulary.kinds import DSN, LOCAL, WARNING

_OWN_BYTES: Final = 2_000
_RETURNED_BYTES: Final = 50_000
_HEADER_BYTES: Final = 2_000
"""What the headers of a letter take; an assumption on which nothing but the size of the notice depends."""


class Bounce:
    """The bounce station of one sender.

    Args:
        letters: the world's letters.
        spool: where the DSN is put.
    """

    def __init__(self, letters: Letters, spool: TakesLetters) -> None:
        self._letters = letters
        self._spool = spool

    def return_to_sender(self, row: int, now_us: int) -> None:
        """Write a DSN for a letter that is given up."""
        self._write(row, DSN, _RETURNED_BYTES, now_us)

    def warn_sender(self, row: int, now_us: int) -> None:
        """Write a notice for a letter that is late."""
        self._write(row, WARNING, _HEADER_BYTES, now_us)

    def _write(self, row: int, kind: int, quoted_bytes: int, now_us: int) -> None:
        letters = self._letters
        size_bytes = _OWN_BYTES + min(letters.size_bytes[row], quoted_bytes)
        self._spool.take(
            letters.new(
                parent=row,
                kind=kind,
                entry=letters.entry[row],
                sender=letters.sender[row],
                numbers=(letters.number[row],),
                providers=(LOCAL,),
                mailboxes=(0,),
                sizes_bytes=(size_bytes,),
                unknown_users=(0,),
                submitted_us=(now_us,),
            )
        )
