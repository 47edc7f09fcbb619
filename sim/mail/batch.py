"""Recipients of one message that go to one destination in one delivery: what Postfix calls an entry.

Queue manager and SMTP client share it, as they share the delivery; it decides nothing. Where every message of a
sender has one recipient there are no batches, and an entry is its letter alone.
"""

from typing import NamedTuple

from sim.vocabulary.replies import ACCEPTED


class Round:
    """One stay of a message in the active queue.

    Attributes:
        activated_us: when it came.
        left: entries that are not done.
        bounced: letters that were refused for good.
        put_off: letters that are to be tried again.
    """

    __slots__ = ("activated_us", "bounced", "left", "put_off")

    def __init__(self, activated_us: int) -> None:
        self.activated_us = activated_us
        self.left = 0
        self.bounced: list[int] = []
        self.put_off: list[int] = []


class Settled(NamedTuple):
    """What one recipient got, and in which session: a row of the attempts table without its times."""

    row: int
    host: int
    client: int
    how: int
    setup_us: int
    stage: int
    reply: int


class Batch:
    """The recipients of one entry.

    Args:
        stay: their message's, in the active queue.
        rows: their letters, in order.

    Attributes:
        all: the letters of the whole entry.
        rows: those without a final answer in this attempt; a session speaks of all of them.
        settled: what the others got, in the order in which they got it.
        named: those whom the present session is about, as they were at its beginning.
        asked: how many of them RCPT has named.
        accepted: those whose RCPT was accepted in it.
        before: how many were settled before the present session.
        known_us: when the client knows what the last session that ran to its end has brought.
    """

    __slots__ = ("accepted", "all", "asked", "before", "known_us", "named", "rows", "settled", "stay")

    def __init__(self, stay: Round, rows: list[int]) -> None:
        self.stay = stay
        self.all = rows
        self.rows = list(rows)
        self.settled: list[Settled] = []
        self.named: list[int] = []
        self.asked = 0
        self.accepted: list[int] = []
        self.before = self.known_us = 0

    def known_as_taken(self, now_us: int) -> list[Settled]:
        """Give those of whom the client knows by now that a host has taken their letter."""
        known = self.settled if self.known_us <= now_us else self.settled[: self.before]
        return [one for one in known if one.reply == ACCEPTED]

    def refused(self) -> int:
        """Give how many got a refusal, if those without an answer of their own get one now."""
        return len(self.rows) + sum(1 for one in self.settled if one.reply != ACCEPTED)


Entry = tuple[int, int, int, Batch | None]
"""What waits for a destination: its place in the order of activation, its first letter, when that became
active, and the batch where the sender's messages may have several recipients."""
