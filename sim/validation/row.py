"""One line of the scorecard."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Part = Literal["theory", "published", "recording", "case"]


@dataclass(frozen=True)
class Row:
    """One comparison: what was expected, what the simulator gave, and how far apart the two may be.

    Attributes:
        part: where the expectation comes from.
        check: what is compared, with its unit.
        expected: the value that theory, a publication or a recording gives; None where there is none.
        simulated: the same figure from the simulator; None where it was not run.
        error: how far apart they are, in the sense of `bound`; None where it was not run.
        bound: the largest error that counts as agreement, set before the run.
        ok: whether the error is within the bound; None where this version does not cover the check.
        note: what a reader must know to judge the row.
        reason: what explains a miss, as far as that was found out.
    """

    part: Part
    check: str
    expected: float | None
    simulated: float | None
    error: float | None
    bound: float | None
    ok: bool | None
    note: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the row as JSON writes it."""
        return asdict(self)


def compared(
    part: Part,
    check: str,
    expected: float,
    simulated: float,
    bound: float,
    note: str = "",
    *,
    relative: bool = False,
) -> Row:
    """Make a row from two figures.

    Args:
        part: where the expectation comes from.
        check: what is compared.
        expected: the figure to reach.
        simulated: the figure reached.
        bound: the largest error that counts as agreement.
        note: what a reader must know.
        relative: whether the error is a share of `expected` instead of a plain difference.
    """
    error = abs(simulated - expected)
    if relative:
        error /= abs(expected)
    return Row(part, check, expected, simulated, error, bound, error <= bound, note)


def not_covered(part: Part, check: str, note: str) -> Row:
    """Make a row for a check that this version cannot run yet; it is neither a hit nor a miss."""
    return Row(part, check, None, None, None, None, None, note)
