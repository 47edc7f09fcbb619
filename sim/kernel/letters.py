"""Letters as rows: one row is one recipient's copy, its traits and its fate in typed columns.

The copies of one message stand together; `message` names the first of them. A letter has the fate that it really
has; where its sender did not hear that it was taken, `doubts` keeps what the sender believes.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from sim.kernel.draws import KIND_OFFSET, MASK, hash64
from sim.kernel.recorder import Table
from sim.vocabulary.kinds import DUPLICATE, LETTER
from sim.vocabulary.outcomes import UNDER_WAY


@dataclass
class Doubt:
    """What a sender believes of a letter that was taken without its knowing.

    Attributes:
        outcome: under way, until it is accepted, bounced or expired.
        ended_us: when it came to believe so, -1 before.
        copy: the row whose acceptance it heard of, -1 if it did not.
    """

    outcome: int = UNDER_WAY
    ended_us: int = -1
    copy: int = -1


class Letters:
    """The columns of the letters table, at hand by name.

    Args:
        table: the recorder's table; its columns are filled here.
        entries: names of the entries of `letters:`, in file order.
        recipients: how many recipients each message of an entry has, entry by entry; left out, one.
    """

    def __init__(self, table: Table, entries: list[str], recipients: Sequence[int] = ()) -> None:
        column = table.columns
        self.parent: array[int] = column["parent"]
        self.message: array[int] = column["message"]
        self.kind: array[int] = column["kind"]
        self.entry: array[int] = column["entry"]
        self.number: array[int] = column["number"]
        self.sender: array[int] = column["sender"]
        self.provider: array[int] = column["provider"]
        self.mailbox: array[int] = column["mailbox"]
        self.size_bytes: array[int] = column["size_bytes"]
        self.unknown_user: array[int] = column["unknown_user"]
        self.submitted_us: array[int] = column["submitted_us"]
        self.accepted_us: array[int] = column["accepted_us"]
        self.delivered_us: array[int] = column["delivered_us"]
        self.ended_us: array[int] = column["ended_us"]
        self.outcome: array[int] = column["outcome"]
        self.verdict: array[int] = column["verdict"]
        self.attempts: array[int] = column["attempts"]
        self.entry_keys = [hash64(name) for name in entries]
        self.recipients = list(recipients) or [1] * len(entries)
        self.doubts: dict[int, Doubt] = {}

    def new(
        self,
        *,
        kind: int,
        entry: int,
        sender: int,
        numbers: Sequence[int],
        providers: Sequence[int],
        mailboxes: Sequence[int],
        sizes_bytes: Sequence[int],
        unknown_users: Sequence[int],
        submitted_us: Sequence[int],
        parent: int = -1,
        recipients: int = 1,
    ) -> range:
        """Add rows and give them; their fate is still open.

        Args:
            kind: a letter or a DSN.
            entry: the entry of `letters:` that they belong to.
            sender: the sender's place.
            numbers: their numbers within the entry; like all that follow, one a row.
            providers: the providers' places.
            mailboxes: the addressees.
            sizes_bytes: their sizes.
            unknown_users: whether the addressee is not to be had.
            submitted_us: when each is handed in.
            parent: the row that a DSN returns, or -1.
            recipients: so many rows in a line are one message.
        """
        first, count = len(self.outcome), len(numbers)
        self.parent.extend(array("i", (parent,)) * count)
        if recipients == 1:
            self.message.extend(range(first, first + count))
        else:
            self.message.extend(first + place // recipients * recipients for place in range(count))
        self.kind.extend(array("B", (kind,)) * count)
        self.entry.extend(array("H", (entry,)) * count)
        self.number.extend(numbers)
        self.sender.extend(array("H", (sender,)) * count)
        self.provider.extend(providers)
        self.mailbox.extend(mailboxes)
        self.size_bytes.extend(sizes_bytes)
        self.unknown_user.extend(unknown_users)
        self.submitted_us.extend(submitted_us)
        never = array("q", (-1,)) * count
        self.accepted_us.extend(never)
        self.delivered_us.extend(never)
        self.ended_us.extend(never)
        nothing = array("B", (0,)) * count
        self.outcome.extend(nothing)
        self.verdict.extend(nothing)
        self.attempts.extend(array("I", (0,)) * count)
        return range(first, first + count)

    def duplicate(self, row: int) -> int:
        """Add another copy of a letter that its receiver has already, and give its row."""
        (copy,) = self.new(
            kind=DUPLICATE,
            entry=self.entry[row],
            sender=self.sender[row],
            numbers=(self.number[row],),
            providers=(self.provider[row],),
            mailboxes=(self.mailbox[row],),
            sizes_bytes=(self.size_bytes[row],),
            unknown_users=(self.unknown_user[row],),
            submitted_us=(self.submitted_us[row],),
            parent=row,
        )
        self.accepted_us[copy] = self.accepted_us[row]
        self.verdict[copy] = self.verdict[row]
        return copy

    def is_open(self, row: int) -> bool:
        """Tell whether its sender still has to deliver a letter, as far as it knows."""
        if row in self.doubts:
            return self.doubts[row].outcome == UNDER_WAY
        return self.outcome[row] == UNDER_WAY and self.delivered_us[row] < 0

    def give_up(self, row: int, outcome: int, now_us: int) -> None:
        """Let the sender be done with a letter that was not delivered, as far as it knows."""
        doubt = self.doubts.get(row)
        if doubt is None:
            self.outcome[row], self.ended_us[row] = outcome, now_us
        else:
            doubt.outcome, doubt.ended_us = outcome, now_us

    def copies(self, row: int) -> range:
        """Give the rows of the message to which a row belongs."""
        first = self.message[row]
        return range(first, first + (self.recipients[self.entry[row]] if self.kind[row] == LETTER else 1))

    def order_of_arrival(self, row: int) -> tuple[int, int, int]:
        """Give what tells who came first to a sender; rows are written ahead, entry by entry, but for notices."""
        if self.kind[row] == LETTER:
            return self.submitted_us[row], self.entry[row], self.number[row]
        return self.submitted_us[row], len(self.recipients), row

    def key(self, row: int) -> int:
        """Give the key by which chance knows this letter; equal to `draws.letter_key` of its name."""
        return (self.entry_keys[self.entry[row]] + self.number[row] + self.kind[row] * KIND_OFFSET) & MASK

    def message_key(self, row: int) -> int:
        """Give the key by which chance knows a row's message: that of its first letter, whether or not it is sent."""
        return self.key(self.message[row])
