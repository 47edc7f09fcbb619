"""Return a letter that cannot be delivered: a DSN, which is a letter of its own.

From: queue_manager, when a letter was refused for good or has expired.
To:   spool, as a new letter to the sender's own machine.

The DSN goes to the envelope sender, whose mailbox is on the sending machine. It carries the returned
letter, at most `bounce_size_limit` of it, and two kilobytes of its own.
See: RFC 3464; RFC 5321 6.1; Postfix's bounce(8), bounce_size_limit (50,000 bytes).
Left out: notices of delay, DSNs that leave the machine (so none can fail here).
"""

from typing import Final

from sim.kernel.letters import Letters
from sim.mail.handoff import TakesLetters
from sim.vocabulary.kinds import DSN, LOCAL

_OWN_BYTES: Final = 2_000
_RETURNED_BYTES: Final = 50_000


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
        """Write a DSN for a letter."""
        letters = self._letters
        size_bytes = _OWN_BYTES + min(letters.size_bytes[row], _RETURNED_BYTES)
        self._spool.take(
            letters.new(
                parent=row,
                kind=DSN,
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
