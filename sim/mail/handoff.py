"""What each station expects of the next: protocols, so that no station imports another."""

from typing import Protocol


class RecipientRule(Protocol):
    """A receiving rule, asked at RCPT: gives a reply's index, `ACCEPTED` for nothing against it."""

    def __call__(self, client: int, envelope: int, mailbox: int, now_us: int, /) -> int:
        """Answer one recipient at the moment it is named."""
        ...


class DeliversMail(Protocol):
    """A delivery agent."""

    is_a_queue: bool
    """Whether it must be asked at the very moment of acceptance."""

    def deliver(self, row: int, accepted_us: int) -> None:
        """Take over an accepted letter."""
        ...


class TakesLetters(Protocol):
    """The spool, as submission and bounce know it."""

    def take(self, rows: range) -> None:
        """Take over letters that are submitted now."""
        ...

    def take_accepted(self, rows: range, accepted_us: int) -> None:
        """Take letters whose moment of acceptance is given."""
        ...


class ReturnsLetters(Protocol):
    """The bounce station."""

    def return_to_sender(self, row: int, now_us: int) -> None:
        """Write a DSN for a letter that cannot be delivered."""
        ...
