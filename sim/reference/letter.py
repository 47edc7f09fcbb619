"""A letter on its way: its record, and what the stations must know about it."""

from dataclasses import dataclass

from simpy import Event, Process

from sim.reference.client import Client
from sim.reference.records import PlainLetter
from sim.vocabulary.outcomes import INBOX


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
    """Happens when there is a van of which the letter is in charge, or when it needs none any more."""
    way: Process | None = None
    """Its own process."""
    client: Client | None = None
    """The address from which the letter that was accepted came."""
    place: int = INBOX
    """Where it shall lie once it is accepted, as an outcome."""
    is_in_the_house: bool = False
    """Whether its body has come to the provider, which may still be looking it through."""
    is_settled: bool = False
    """Whether its sender is through with it, as far as the sender knows."""

    def settle(self) -> None:
        """Let the sender be through with it."""
        self.is_settled = True
        self.called.succeed(None)

    def give_up(self, outcome: int, now: int) -> None:
        """Let the sender be through with a letter that was not delivered, as far as it knows."""
        self.settle()
        if self.record.delivered_us < 0:  # Else it has arrived, whatever its sender thinks.
            self.record.outcome = outcome
            self.record.ended_us = now


LOCALHOST = ""
"""The destination of a returned letter; no provider can have this name."""
