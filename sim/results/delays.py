"""How long letters took, when they had arrived, and how many a second.

Delivered means the receiver's 250 after the final dot, whatever became of the letter then.
"""

from dataclasses import dataclass

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER, Bools, column, whole
from sim.results.statistics import percentile, rank

SECOND = 1_000_000
MINUTE = 60 * SECOND


@dataclass(frozen=True)
class Delays:
    """Seconds from acceptance by the sender's MTA to delivery, over the delivered letters."""

    p50: float | None
    p90: float | None
    p99: float | None
    max: float | None


@dataclass(frozen=True)
class Reach:
    """How far a mailing got, counted in all letters that were submitted.

    Attributes:
        share_by_deadline: share delivered by the scenario's deadline, which counts from its start.
        s_to_50: seconds from the first submission until half of all were delivered; None if never.
        s_to_90: the same for 90 %.
        s_to_99: the same for 99 %.
    """

    share_by_deadline: float | None
    s_to_50: float | None
    s_to_90: float | None
    s_to_99: float | None


@dataclass(frozen=True)
class Throughput:
    """Letters delivered a second: between the first and the last delivery, and in the busiest minute."""

    mean_per_s: float | None
    busiest_minute_per_s: float | None


def delays(record: RunRecord, which: Bools) -> Delays:
    """Measure the delays of the delivered ones among the letters that `which` marks."""
    delivered = whole(record.letters, "delivered_us")
    chosen = which & (delivered != NEVER)
    took = np.sort(delivered[chosen] - whole(record.letters, "accepted_us")[chosen]) / SECOND
    return Delays(*(percentile(took, percent) for percent in (50, 90, 99, 100)))


def reach(record: RunRecord, which: Bools) -> Reach:
    """Measure how far the letters that `which` marks got."""
    submitted = int(which.sum())
    if not submitted:
        return Reach(None, None, None, None)
    first = int(whole(record.letters, "submitted_us")[which].min())
    delivered = whole(record.letters, "delivered_us")
    times = np.sort(delivered[which & (delivered != NEVER)])
    deadline = record.scenario.deadline_us
    share = None if deadline is None else int(np.searchsorted(times, deadline, side="right")) / submitted

    def seconds_to(percent: int) -> float | None:
        needed = rank(submitted, percent)
        return (int(times[needed - 1]) - first) / SECOND if needed <= len(times) else None

    return Reach(share, seconds_to(50), seconds_to(90), seconds_to(99))


def throughput(record: RunRecord, which: Bools) -> Throughput:
    """Measure how fast the letters that `which` marks were delivered."""
    delivered = column(record.letters, "delivered_us")
    times = delivered[which & (delivered != NEVER)]
    if not len(times):
        return Throughput(None, None)
    lasted = int(times.max() - times.min())
    mean = (len(times) - 1) * SECOND / lasted if lasted else None
    return Throughput(mean, int(np.bincount(times // MINUTE).max()) / 60)
