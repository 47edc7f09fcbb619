"""The judge of the incident game: plays some mornings with the same moves, and measures what came of them."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.api import load, run
from sim.kernel.recorder import RunRecord
from sim.learn.monday_mornings import Morning, scenario_file
from sim.learn.monday_moves import Moves, settings_of
from sim.learn.monday_verdict import LIMITS, Judged, Verdict
from sim.results.blame import blame_of
from sim.results.columns import NEVER, Bools, column, submitted_letters, whole
from sim.results.statistics import rank
from sim.validation.intervals import Floats
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, REFUSED

MINUTE_US: Final = 60_000_000
PERCENT: Final = 95
_KINDS: Final = ("passwords", "newsletter")


def judge(moves: Moves, mornings: Sequence[Morning]) -> Verdict:
    """Play some mornings with the same moves, and judge them."""
    return Verdict(moves, [judged(moves, morning)[1] for morning in mornings])


def judged(moves: Moves, morning: Morning) -> tuple[RunRecord, Judged]:
    """Play one morning, and judge it.

    Raises:
        ScenarioError: a parameter cannot be set so.
    """
    scenario = load(scenario_file(), [*morning.settings(), *settings_of(moves)])
    record = run(scenario, seed=morning.seed).record
    return record, _judged(record, morning)


def _judged(record: RunRecord, morning: Morning) -> Judged:
    own = submitted_letters(record)
    passwords, newsletter = (
        own & (column(record.letters, "entry") == _entry(record, name)) for name in _KINDS
    )
    submitted, delivered = (whole(record.letters, name) for name in ("submitted_us", "delivered_us"))
    outcome = column(record.letters, "outcome")[own]
    given_up, turned_away = (
        int(np.count_nonzero(np.isin(outcome, which))) for which in ((EXPIRED,), (BOUNCED, REFUSED))
    )
    late_min = np.where(delivered == NEVER, np.inf, (delivered - submitted) / MINUTE_US)
    arrived_min = np.where(delivered == NEVER, np.inf, delivered / MINUTE_US)
    letters = morning.newsletter_count + int(np.count_nonzero(passwords))
    return Judged(
        morning=morning,
        passwords=_percentile(late_min[passwords], int(np.count_nonzero(passwords))),
        lost=(given_up + turned_away) / letters,
        newsletter=_percentile(arrived_min[newsletter], morning.newsletter_count),
        letters=letters,
        given_up=given_up,
        turned_away=turned_away,
        waited_for=_waited_for(record, passwords & (late_min >= LIMITS["passwords"])),
        written_s=submitted[passwords] / 1e6,
        late_min=late_min[passwords],
    )


def _entry(record: RunRecord, name: str) -> int:
    return record.names.entries.index(name)


def _percentile(values: Floats, count: int) -> float:
    """Give the nearest rank among so many; what was not even written counts as the slowest."""
    ordered = np.sort(values)
    place = rank(count, PERCENT)
    return float(ordered[place - 1]) if place <= len(ordered) else math.inf


def _waited_for(record: RunRecord, late: Bools) -> list[tuple[str, float]]:
    """Give what late letters waited for: shares of their whole time by part, the largest first."""
    if not late.any():
        return []
    parts = {name: float(spent[late].sum()) for name, spent in blame_of(record).by_letter().items()}
    total = sum(parts.values()) or 1.0
    shares = [(name, spent / total) for name, spent in parts.items() if spent]
    return sorted(shares, key=lambda part: -part[1])
