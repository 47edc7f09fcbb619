"""A message: one file in its sender's queues, with a letter for each recipient."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sim.reference.letter import Letter


@dataclass(slots=True, eq=False)
class Message:
    """One message, carried from queue to queue as a whole."""

    letters: list[Letter]
    """All of its letters, in order of their numbers."""
    key: int = 0
    """The name by which chance knows it: that of the first letter that was written, whether or not it was sent."""
    sequence: int = 0
    """Its place in the order in which messages were written."""
    activated_us: int = -1
    entries_out: int = 0
    """How many of its entries wait or are under way."""
    bounced: list[Letter] = field(default_factory=list)
    """Those that were refused for good while the message was active."""
    put_off: list[Letter] = field(default_factory=list)
    """Those that are to be tried again."""
    is_warned: bool = False

    @property
    def first(self) -> Letter:
        """The letter that stands for all where they are alike: in size, sender, and moments of the spool."""
        return self.letters[0]

    @property
    def order(self) -> tuple[int, int]:
        """Where the message stands in a queue: by acceptance, then as they were written."""
        return self.first.record.accepted_us, self.sequence

    def still_open(self) -> list[Letter]:
        """List the letters that are neither delivered nor given up, as far as their sender knows."""
        return [letter for letter in self.letters if not letter.is_settled]

    def groups(self, by_recipient: bool) -> list[tuple[tuple[str, int], list[Letter]]]:
        """Group the open letters by destination, in the order of the providers: by provider, or by mailbox there."""
        found: dict[tuple[str, int], list[Letter]] = {}
        for letter in sorted(self.still_open(), key=lambda each: (each.record.provider, each.number)):
            key = (letter.provider, letter.record.mailbox if by_recipient else -1)
            found.setdefault(key, []).append(letter)
        return list(found.items())

    def entries(self, letters: list[Letter], limit: int, numbers: Iterator[int]) -> "list[Entry]":
        """Cut letters to one destination into entries of as many as the recipient limit allows; 0 is no limit."""
        size = limit or len(letters)
        return [
            Entry(self, letters[begin : begin + size], next(numbers))
            for begin in range(0, len(letters), size)
        ]


@dataclass(slots=True, eq=False)
class Entry:
    """Letters of one message that go to one destination in one delivery."""

    message: Message
    letters: list[Letter]
    activation: int
    """Its place in the order in which entries came into being."""
