"""Carry accepted letters on: what a gateway accepts becomes a letter of its own queue.

From: smtp_server, when it has accepted.
To:   spool of the sender that carries on; mailbox_store, which notes that the first sender is rid of its letter.

With the 250 the letter has a new owner, and the first sender's part is done. What becomes of it then is told by a row
of its own, of kind `relayed`, whose parent is the letter that came. Its text is in the incoming queue of the machine
at the moment of the 250, since it was written there before.
See: RFC 5321 2.1 and 6.1; Postfix's content_filter in FILTER_README.
Left out: that the host that accepts and the sender that carries on are one machine, so each crashes by a fault of its
own; what a content filter does to a letter's text; a letter that comes back from a filter over another port.
"""

from sim.kernel.letters import Letters
from sim.mail.handoff import FilesLetters, TakesLetters
from sim.vocabulary.kinds import RELAYED


class Relay:
    """The way on from one provider.

    Args:
        letters: the world's letters.
        store: told of letters whose first sender is rid of them.
        sender: place of the sender that carries on.
        provider: place of the provider to which it carries.
    """

    is_a_queue = True
    spool: TakesLetters

    def __init__(self, letters: Letters, store: FilesLetters, sender: int, provider: int) -> None:
        self._letters = letters
        self._store = store
        self._sender = sender
        self._provider = provider

    def deliver(self, row: int, accepted_us: int) -> None:
        """Take over a letter that is accepted now."""
        letters = self._letters
        self._store.file(row, accepted_us)
        rows = letters.new(
            kind=RELAYED,
            entry=letters.entry[row],
            sender=self._sender,
            numbers=(letters.number[row],),
            providers=(self._provider,),
            mailboxes=(letters.mailbox[row],),
            sizes_bytes=(letters.size_bytes[row],),
            unknown_users=(0,),
            submitted_us=(accepted_us,),
            parent=row,
        )
        self.spool.take_accepted(rows, 1, accepted_us)
