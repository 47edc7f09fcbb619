"""What became of a mailing and of its sender's reputation, day by day: what pictures of lesson 09 are drawn from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.comparison.sweep_curves import of_mailing
from sim.kernel.recorder import RunRecord
from sim.mail.policy.sender_memory import DAY_US, SenderMemory, Terms
from sim.results.columns import Bools, Whole, column, whole
from sim.scenario.reputation import Reputation
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, REFUSED, SPAM
from sim.vocabulary.replies import ACCEPTED, POOR_REPUTATION, POOR_REPUTATION_YET, UNKNOWN_USER, UNUSUAL_RATE

HOUR_US: Final = 3_600_000_000
ENDS: Final = {"inbox": (INBOX,), "spam": (SPAM,), "returned": (BOUNCED, EXPIRED, REFUSED)}
"""How a letter can end, as the lesson calls it."""
_PUSHED: Final = frozenset({UNUSUAL_RATE, POOR_REPUTATION_YET, POOR_REPUTATION})
"""What is told by a memory, to which a refused attempt is one more thing to remember."""


@dataclass(frozen=True)
class Day:
    """One day of a mailing: each letter that was under way on it counts in one place.

    Attributes:
        inbox: letters that came into an inbox on this day.
        spam: letters that came into a spam folder.
        returned: letters that were returned: no such user, or given up.
        put_off: letters that had been told to come back later, and still waited when the day ended.
    """

    inbox: int
    spam: int
    returned: int
    put_off: int

    def of(self, place: str) -> int:
        """Give the number in one place."""
        return int(getattr(self, place))


@dataclass(frozen=True)
class Standing:
    """A sender's reputation over time: moments in days since the start, and its height, 0 to 1."""

    days: tuple[float, ...]
    heights: tuple[float, ...]


def days_of(record: RunRecord) -> list[Day]:
    """Give the days of a mailing, from its first to the last on which something became of a letter."""
    letters = record.letters
    own = of_mailing(record)
    outcome, ended = column(letters, "outcome"), whole(letters, "ended_us")
    put_off_us = first_put_off_us(record)
    count = max(1, -(-int(ended[own].max(initial=0)) // DAY_US))
    found = []
    for day in range(count):
        begin_us, end_us = day * DAY_US, (day + 1) * DAY_US
        today = own & (ended >= begin_us) & (ended < end_us)
        waits = own & (put_off_us < end_us) & ~((ended >= 0) & (ended < end_us))
        ends = {place: _count(today & np.isin(outcome, codes)) for place, codes in ENDS.items()}
        found.append(Day(**ends, put_off=_count(waits)))
    return found


def first_put_off_us(record: RunRecord) -> Whole:
    """Give when each letter was first told to come back later; a moment that never comes where it was not."""
    attempts = record.attempts
    refused = ~np.isin(column(attempts, "reply"), [ACCEPTED, UNKNOWN_USER])
    found = np.full(len(record.letters), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(found, column(attempts, "letter")[refused], whole(attempts, "ended_us")[refused])
    return found


def standing_of(record: RunRecord, until_us: int) -> Standing | None:
    """Give the reputation of the sender at the first provider, hour by hour; None where nothing is remembered.

    What the provider had before it (letters taken, attempts refused, unknown users, complaints) is told once more
    to a memory with the same settings. Left out: traps and letters that cannot be authenticated.
    """
    settings = next(iter(record.scenario.providers.values())).reputation
    if settings is None:
        return None
    memory = SenderMemory(Terms.of(settings), sum(settings.known_per_s.values()) * DAY_US / 1_000_000)
    moments: list[float] = []
    heights: list[float] = []
    next_us = 0
    for at_us, what in [*_events(record), (until_us + HOUR_US, ACCEPTED)]:
        while next_us <= min(at_us, until_us):
            moments.append(next_us / DAY_US)
            heights.append(memory.standing(next_us))
            next_us += HOUR_US
        if at_us > until_us:
            break
        _tell(memory, settings, what, at_us)
    return Standing(tuple(moments), tuple(heights))


def _events(record: RunRecord) -> Iterator[tuple[int, int | None]]:
    """Give what a provider remembers, in order: the reply to each attempt, None for a complaint."""
    attempts, reports = record.attempts, record.reports
    replies = zip(whole(attempts, "ended_us").tolist(), column(attempts, "reply").tolist(), strict=True)
    complaints = [
        (at_us, None)
        for at_us, what in zip(reports["at_us"], reports["what"], strict=True)
        if what == "complained"
    ]
    yield from sorted([*replies, *complaints], key=lambda event: event[0])


def _tell(memory: SenderMemory, settings: Reputation, what: int | None, at_us: int) -> None:
    if what is None:
        memory.complained(1.0, at_us)
    elif what == ACCEPTED:
        memory.accepted(at_us)
    elif what == UNKNOWN_USER:
        memory.missed(at_us)
    elif what in _PUSHED:
        memory.complained(settings.pushing_complaints, at_us)


def _count(which: Bools) -> int:
    return int(np.count_nonzero(which))
