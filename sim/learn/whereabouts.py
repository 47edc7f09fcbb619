"""Where the letters of a mailing are at the deadline, and what stands in the way of those that have not arrived."""

from typing import Final

import numpy as np

from sim.comparison.sweep_curves import of_mailing
from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER, Bools, column, whole
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.replies import ACCEPTED, GREYLISTED, PERMANENT, RATE_LIMITED

PLACES: Final = ("arrived", "rate_limited", "greylisted", "waiting", "not_taken", "returned", "other")
"""In this order they are shown; `other` comes last and is seldom."""
CHOICES: Final = {
    "a": frozenset({"waiting", "not_taken"}),
    "b": frozenset({"other"}),
    "c": frozenset({"rate_limited", "greylisted"}),
    "d": frozenset({"returned"}),
}
"""Which of the four answers of the prediction means which places."""

Places = dict[str, int]


def whereabouts(record: RunRecord, letters: int, at_us: int) -> Places:
    """Count where the letters of the mailing are at a moment.

    A letter that was asked to come back later counts there, wherever it waits meanwhile.

    Args:
        record: a run.
        letters: how many letters were to be sent; what is not handed in by then has not been taken over.
        at_us: the moment.
    """
    own = of_mailing(record)
    delivered, accepted = (whole(record.letters, name) for name in ("delivered_us", "accepted_us"))
    arrived = own & (delivered != NEVER) & (delivered <= at_us)
    taken = own & (accepted != NEVER) & (accepted <= at_us)
    answer = _last_answers(record, at_us)
    left = taken & ~arrived
    permanent = np.isin(answer, list(PERMANENT))
    counts = {
        "arrived": _count(arrived),
        "rate_limited": _count(left & (answer == RATE_LIMITED)),
        "greylisted": _count(left & (answer == GREYLISTED)),
        "waiting": _count(left & ((answer == NEVER) | (answer == ACCEPTED))),
        "not_taken": letters - _count(taken),
        "returned": _count(left & permanent),
    }
    return {**counts, "other": letters - sum(counts.values())}


def stopped_most(places: Places) -> str | None:
    """Name the place of most letters that have not arrived; None where all have."""
    left = {place: count for place, count in places.items() if place != "arrived" and count}
    return max(left, key=lambda place: left[place]) if left else None


def _last_answers(record: RunRecord, at_us: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Give the last answer to each letter by a moment; NEVER where nobody has answered yet."""
    attempts = record.attempts
    asked = (whole(attempts, "ended_us") <= at_us) & (column(attempts, "connection") != SUSPENDED)
    answer = np.full(len(record.letters), NEVER, dtype=np.int64)
    # Attempts stand in the order in which they ended, so the last one written stays.
    answer[column(attempts, "letter")[asked]] = column(attempts, "reply")[asked]
    return answer


def _count(which: Bools) -> int:
    return int(np.count_nonzero(which))
