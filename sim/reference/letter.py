"""A letter on its way: its record, and what the stations must know about it."""

from dataclasses import dataclass

from simpy import Event

from sim.reference.records import PlainLetter


@dataclass(slots=True)
class Letter:
    """One letter, carried from station to station by its own process."""

    entry: str
    number: int
    kind: int
    key: int
    """The name by which chance knows the letter."""
    sender: str
    provider: str
    """The destination; the sender's own machine (LOCALHOST) for a returned letter."""
    unknown_user: bool
    user_filter: bool
    record: PlainLetter
    called: Event
    """Happens when the sorting room has a van for the letter, or knows that it needs none any more."""
    sequence: int = 0
    """Its place in the order in which the sender's spool received it."""
    activated_us: int = -1
    activation: int = 0
    """Its place in the order in which the sorting room took letters in."""

    @property
    def order(self) -> tuple[int, int]:
        """Where the letter stands in a queue: by acceptance, then by arrival at the spool."""
        return self.record.accepted_us, self.sequence


LOCALHOST = ""
"""The destination of a returned letter; no provider can have this name."""
