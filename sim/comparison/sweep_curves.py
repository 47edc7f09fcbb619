"""Curves of a sweep: which share of a mailing had arrived at each moment of one run."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER, Bools, column, submitted_letters, whole
from sim.scenario.schema import Scenario

SECOND = 1_000_000
NEARLY_ALL = 0.995
"""A time axis goes so far that this share of what is delivered at all is on it."""

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Deliveries:
    """When the letters of a mailing were delivered in one run.

    Attributes:
        by_provider: moments of delivery in seconds since the start, in order.
        submitted: how many letters were submitted to each provider.
    """

    by_provider: Mapping[str, NDArray[np.float64]]
    submitted: Mapping[str, int]

    @property
    def everywhere(self) -> NDArray[np.float64]:
        """All moments of delivery, in order."""
        return np.sort(np.concatenate([*self.by_provider.values(), np.empty(0)]))


def mailing(scenario: Scenario) -> tuple[str, ...]:
    """Name the entries that are a mailing; everyday mail, which never ends, counts only where there is nothing else."""
    campaigns = tuple(name for name, entry in scenario.letters.items() if entry.arrival != "everyday")
    return campaigns or tuple(scenario.letters)


def of_mailing(record: RunRecord) -> Bools:
    """Mark the letters of the mailing among all letters of a run."""
    wanted = [record.names.entries.index(name) for name in mailing(record.scenario)]
    marked: Bools = submitted_letters(record) & np.isin(column(record.letters, "entry"), wanted)
    return marked


def deliveries(record: RunRecord) -> Deliveries:
    """Give when the letters of the mailing were delivered."""
    own, provider = of_mailing(record), column(record.letters, "provider")
    delivered = whole(record.letters, "delivered_us")
    moments: dict[str, NDArray[np.float64]] = {}
    submitted: dict[str, int] = {}
    for index, name in enumerate(record.names.providers):
        there = own & (provider == index)
        if count := int(np.count_nonzero(there)):
            submitted[name] = count
            moments[name] = np.sort(delivered[there & (delivered != NEVER)]) / SECOND
    return Deliveries(moments, submitted)


def nearly_all_s(found: Deliveries) -> float:
    """Give the moment by which nearly all had arrived that arrived at all; 0 where nothing did."""
    moments = found.everywhere
    return float(np.quantile(moments, NEARLY_ALL)) if len(moments) else 0.0


def shares(moments: NDArray[np.float64], submitted: int, grid_s: NDArray[np.float64]) -> Shares:
    """Give the share that had arrived at each moment of a time axis."""
    arrived = np.searchsorted(moments, grid_s, side="right")
    return arrived / max(1, submitted)
