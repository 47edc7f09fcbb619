"""Which letters a replay shows: all of them, or one in so many, and those that somebody will want to follow."""

from dataclasses import dataclass

import numpy as np

from sim.results.columns import NEVER, Whole
from sim.results.movements import Movements
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import LETTER, RELAYED
from sim.vocabulary.outcomes import BOUNCED

MOST_ROWS = 36_000
"""Letters, attempts and readings of a page, all together: it stays under 2 MB."""


@dataclass(frozen=True)
class Sample:
    """The letters of a replay.

    Attributes:
        every: one moving letter stands for so many.
        letters: rows of the letters that move, in order.
        extra: rows of letters that are shown only when they are followed, so that the picture stays honest.
        named: rows of letters with a name of their own: slowest, typical, bounced.
        attempts: rows of the attempts of all these, by the moment at which they began.
        readings: rows of their readings.
    """

    every: int
    letters: Whole
    extra: Whole
    named: dict[str, int]
    attempts: Whole
    readings: Whole


def sample(moved: Movements, scenario: Scenario, most: int = MOST_ROWS) -> Sample:
    """Choose the letters of a replay: every so manieth in the order of their rows.

    Args:
        moved: what moved.
        scenario: gives the letters that are watched.
        most: so many rows at most.
    """
    kinds = moved.letters["kind"]
    shown = np.flatnonzero((kinds == LETTER) | (kinds == RELAYED))
    rows = np.ones(len(kinds), dtype=np.int64)
    rows += np.bincount(moved.attempts["letter"], minlength=len(kinds))
    rows += np.bincount(moved.readings["letter"], minlength=len(kinds))
    every = max(1, -(-int(rows[shown].sum()) // most))
    while int(rows[shown[::every]].sum()) > most:
        every += 1
    chosen = shown[::every]
    named = _named(moved)
    wanted = np.array([*named.values(), *_watched(moved, scenario)], dtype=np.int64)
    extra = np.setdiff1d(wanted, chosen)
    is_in = np.zeros(len(kinds), dtype=np.bool_)
    is_in[chosen] = is_in[extra] = True
    attempts = np.flatnonzero(is_in[moved.attempts["letter"]])
    order = np.argsort(moved.attempts["handed_us"][attempts], kind="stable")
    return Sample(
        every, chosen, extra, named, attempts[order], np.flatnonzero(is_in[moved.readings["letter"]])
    )


def _named(moved: Movements) -> dict[str, int]:
    """Find the letters that `mailsim journey` calls slowest, typical and bounced."""
    letters, own = moved.letters, moved.own
    named: dict[str, int] = {}
    arrived = np.flatnonzero(own & (letters["delivered_us"] != NEVER))
    if len(arrived):
        took = letters["delivered_us"][arrived] - letters["accepted_us"][arrived]
        middle = (len(took) - 1) // 2
        typical = int(np.partition(took, middle)[middle])
        # The last of the slowest in the order of rows, as a stable sort has it; and the typical one by its rank.
        named["slowest"] = int(arrived[np.flatnonzero(took == took.max())[-1]])
        rank = middle - int((took < typical).sum())
        named["typical"] = int(arrived[np.flatnonzero(took == typical)[rank]])
    returned = np.flatnonzero(own & (letters["outcome"] == BOUNCED))
    if len(returned):
        named["bounced"] = int(returned[np.argmin(letters["ended_us"][returned])])
    return named


def _watched(moved: Movements, scenario: Scenario) -> list[int]:
    found = []
    for letter in scenario.watch:
        entry, _, number = letter.partition("/")
        is_it = moved.own & (moved.letters["number"] == int(number))
        is_it &= moved.letters["entry"] == list(moved.entries).index(entry)
        found += np.flatnonzero(is_it).tolist()
    return found
