"""Queues whose figures are known in closed form, run through the same stations as any other scenario.

The runs start empty and leave out the first letters, by when an empty start is forgotten many times over. Seeds are
fixed and have not been chosen. What chance did to a batch of letters is taken out by controls whose means are known:
the letters' gaps and services, and what the same letters would have met at a slightly faster place (see `twins`).
"""

from collections.abc import Callable
from typing import Final

from sim.validation.row import Row
from sim.validation.theory.burst import BURSTS
from sim.validation.theory.feedback import FEEDBACKS
from sim.validation.theory.finding import HALF_WIDTH, Case, Finding
from sim.validation.theory.free_flow import FREE_FLOWS
from sim.validation.theory.line import LINES
from sim.validation.theory.loss import LOSSES
from sim.validation.theory.network import NETWORKS

FAMILY_LEVEL: Final = 0.99
"""Confidence that all intervals hold together (Bonferroni)."""
CASES: Final[tuple[Case, ...]] = (*LINES, *LOSSES, *NETWORKS, *FREE_FLOWS, *FEEDBACKS, *BURSTS)
CHECKS: Final = sum(len(case.checks) for case in CASES)
"""How many figures there are; those that leave nothing to chance count as well, which errs on the safe side."""
LEVEL: Final = 1 - (1 - FAMILY_LEVEL) / CHECKS
"""Confidence of each interval."""
EQUAL: Final = 1e-9
"""What counts as equal where nothing is drawn, as a share."""


def rows_of(case: Case) -> list[Row]:
    """Run a case and compare each figure with theory."""
    return [_row(case, finding) for finding in case.measure(LEVEL)]


def rows(advance: Callable[[], None] | None = None) -> list[Row]:
    """Run all cases, one after another; `advance` is told after each."""
    found: list[Row] = []
    for case in CASES:
        found += rows_of(case)
        if advance is not None:
            advance()
    return found


def _row(case: Case, finding: Finding) -> Row:
    exact, error = finding.exact, abs(finding.simulated - finding.exact) / abs(finding.exact)
    if finding.half_width is None:
        note = "error as a share; nothing is drawn that it hangs on"
        return Row("theory", finding.check, exact, finding.simulated, error, EQUAL, error <= EQUAL, note)
    half_width = finding.half_width / abs(exact)
    return Row(
        "theory",
        finding.check,
        exact,
        finding.simulated,
        error,
        half_width,
        error <= half_width <= HALF_WIDTH,
        f"error and bound as a share; the bound is the interval's half-width, at most {HALF_WIDTH:.0%}; "
        f"{FAMILY_LEVEL:.0%} over all {CHECKS} rows; about {case.letters:,} letters, seed {case.seed}",
    )
