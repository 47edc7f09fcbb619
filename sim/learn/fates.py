"""What became of each kind of letter at the counter, and what the counter had to do meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.learn.counter import line_length
from sim.results.columns import NEVER, Bools, column, submitted_letters, whole
from sim.validation.intervals import Floats
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, QUEUED, SPAM
from sim.vocabulary.replies import ACCEPTED

KINDS: Final = ("families", "newsletter", "bots", "hacked")
"""Entries of the scenario, in the order in which they are shown."""
GOOD: Final = ("families", "newsletter")
PLACES: Final = ("inbox", "spam_folder", "turned_away", "waiting")
_SECOND: Final = 1_000_000


@dataclass(frozen=True)
class Fate:
    """What became of one kind of letter.

    Attributes:
        letters: how many there were.
        inbox: how many lie in an inbox at the end of the run; `spam_folder` likewise.
        turned_away: how many were refused for good, or were not brought again.
        waiting: how many their sender still has.
        half_s: within what time half of those arrived that arrived, in seconds; None where none did.
        slowest_s: the same for all of them.
    """

    letters: int
    inbox: int
    spam_folder: int
    turned_away: int
    waiting: int
    half_s: float | None
    slowest_s: float | None

    @property
    def lost(self) -> int:
        """How many nobody sees: turned away, or in the spam folder."""
        return self.turned_away + self.spam_folder


@dataclass(frozen=True)
class Morning:
    """What one run came to: the fates, and what the counter had to do.

    Attributes:
        fates: by kind of letter.
        longest_line: the most letters that stood in line to be looked into.
        visits: how often somebody came to the counter, let in or not.
    """

    fates: Mapping[str, Fate]
    longest_line: int
    visits: int

    @property
    def spam_in_inbox(self) -> int:
        """How many letters of spam lie in inboxes."""
        return sum(fate.inbox for kind, fate in self.fates.items() if kind not in GOOD)

    @property
    def good_lost(self) -> int:
        """How many good letters nobody sees."""
        return sum(fate.lost for kind, fate in self.fates.items() if kind in GOOD)


def morning_of(record: RunRecord) -> Morning:
    """Give what a run came to."""
    _, there = line_length(record, 0, record.simulated_us / _SECOND)
    moments, _ = visits_s(record)
    return Morning(
        fates={kind: _fate(record, kind) for kind in KINDS},
        longest_line=int(there.max(initial=0)),
        visits=len(moments),
    )


def visits_s(record: RunRecord) -> tuple[Floats, Bools]:
    """Give when somebody set out for the counter, in seconds since the start, and whether the letter was taken.

    A letter that its sender puts off without going there is no visit.
    """
    attempts = record.attempts
    went = column(attempts, "connection") != SUSPENDED
    moments = whole(attempts, "handed_us")[went] / _SECOND
    return moments, column(attempts, "reply")[went] == ACCEPTED


def _fate(record: RunRecord, kind: str) -> Fate:
    entries = record.names.entries
    place = entries.index(kind) if kind in entries else NEVER
    own = submitted_letters(record) & (column(record.letters, "entry") == place)
    outcome = column(record.letters, "outcome")[own]
    accepted, delivered = (whole(record.letters, name)[own] for name in ("accepted_us", "delivered_us"))
    there = delivered != NEVER
    late_s = (delivered - accepted)[there] / _SECOND
    return Fate(
        letters=len(outcome),
        inbox=int(np.count_nonzero(outcome == INBOX)),
        spam_folder=int(np.count_nonzero(outcome == SPAM)),
        turned_away=int(np.count_nonzero((outcome == BOUNCED) | (outcome == EXPIRED))),
        waiting=int(np.count_nonzero(outcome == QUEUED)),
        half_s=float(np.median(late_s)) if len(late_s) else None,
        slowest_s=float(late_s.max()) if len(late_s) else None,
    )
