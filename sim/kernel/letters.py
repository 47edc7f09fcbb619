"""Letters as rows: one row is one recipient's copy, its traits and its fate in typed columns."""

from array import array

from sim.kernel.draws import KIND_OFFSET, MASK, hash64
from sim.kernel.recorder import Table


class Letters:
    """The columns of the letters table, at hand by name.

    Args:
        table: the recorder's table; its columns are filled here.
        entries: names of the entries of `letters:`, in file order.
    """

    def __init__(self, table: Table, entries: list[str]) -> None:
        column = table.columns
        self.parent: array[int] = column["parent"]
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
        self.attempts: array[int] = column["attempts"]
        self.entry_keys = [hash64(name) for name in entries]

    def new(
        self,
        *,
        parent: int,
        kind: int,
        entry: int,
        number: int,
        sender: int,
        provider: int,
        mailbox: int,
        size_bytes: int,
        unknown_user: int,
        submitted_us: int,
    ) -> int:
        """Add a row and give its number; its fate is still open."""
        self.parent.append(parent)
        self.kind.append(kind)
        self.entry.append(entry)
        self.number.append(number)
        self.sender.append(sender)
        self.provider.append(provider)
        self.mailbox.append(mailbox)
        self.size_bytes.append(size_bytes)
        self.unknown_user.append(unknown_user)
        self.submitted_us.append(submitted_us)
        self.accepted_us.append(-1)
        self.delivered_us.append(-1)
        self.ended_us.append(-1)
        self.outcome.append(0)
        self.attempts.append(0)
        return len(self.outcome) - 1

    def key(self, row: int) -> int:
        """Give the key by which chance knows this letter; equal to `draws.letter_key` of its name."""
        return (self.entry_keys[self.entry[row]] + self.number[row] + self.kind[row] * KIND_OFFSET) & MASK
