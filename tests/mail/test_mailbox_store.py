"""The PO boxes: filing gives a letter its outcome."""

from array import array

from sim.kernel.letters import Letters
from sim.kernel.recorder import LETTER_COLUMNS, Table
from sim.mail.mailbox_store import MailboxStore
from sim.vocabulary.outcomes import INBOX


def test_filing_ends_a_letter_s_way() -> None:
    letters = Letters(Table(LETTER_COLUMNS), ["notice"])
    letters.new(
        kind=0,
        entry=0,
        sender=0,
        numbers=(1, 2),
        providers=(0, 0),
        mailboxes=(0, 1),
        sizes_bytes=(100, 250),
        unknown_users=(0, 0),
        submitted_us=(0, 0),
    )
    store = MailboxStore(letters)
    store.file(1, 700)
    assert (letters.outcome, letters.ended_us) == (array("B", [0, INBOX]), array("q", [-1, 700]))
