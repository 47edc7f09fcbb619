"""What a theory case finds: a figure, what it should be by formula, and how sure the figure is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from sim.validation.intervals import Floats, Interval, batch_means, controlled_interval

HALF_WIDTH: Final = 0.02
"""Widest half-width of an interval that still counts, as a share of the exact value."""
BATCHES: Final = 100
WARM_UP: Final = 2_000
"""Letters left out at the beginning, several hundred times what an empty start lasts at these loads."""


@dataclass(frozen=True)
class Finding:
    """One figure of a case.

    Attributes:
        check: what it is, with its unit.
        exact: what it is by formula.
        simulated: what the engine gives.
        half_width: of its interval; None where it follows without chance, so that it must be equal.
    """

    check: str
    exact: float
    simulated: float
    half_width: float | None


class Case(Protocol):
    """A world whose figures are known by formula."""

    @property
    def name(self) -> str:
        """What queue it is."""
        ...

    @property
    def seed(self) -> int:
        """Seed of its run; fixed, and never chosen by what came out."""
        ...

    @property
    def letters(self) -> int:
        """About how many letters it takes."""
        ...

    @property
    def checks(self) -> Sequence[str]:
        """What is checked."""
        ...

    def measure(self, level: float) -> list[Finding]:
        """Run it, and give its figures with intervals of a confidence level."""
        ...


Control = tuple[Floats, float]
"""What chance drew for each letter, and its mean by theory."""


def estimate(check: str, exact: float, values: Floats, controls: Sequence[Control], level: float) -> Finding:
    """Give the mean of a figure of each letter, with its interval.

    Args:
        check: what is checked.
        exact: its mean by formula.
        values: the figure of each letter, in order of arrival.
        controls: of each letter, too.
        level: confidence of the interval.
    """
    means = batch_means(values[WARM_UP:], BATCHES)
    columns = [batch_means(drawn[WARM_UP:], BATCHES) - mean for drawn, mean in controls]
    design = np.column_stack(columns) if columns else np.empty((BATCHES, 0))
    return interval_finding(check, exact, controlled_interval(means, design, level))


def interval_finding(check: str, exact: float, interval: Interval) -> Finding:
    """Make a finding of an interval."""
    return Finding(check, exact, interval.mean, interval.half_width)


def equal(check: str, exact: float, simulated: float) -> Finding:
    """Make a finding that leaves nothing to chance."""
    return Finding(check, exact, simulated, None)
