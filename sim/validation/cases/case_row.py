"""Rows of the scorecard's part `case`: a figure that must be reached, or one that must not be passed."""

from sim.validation.row import Row, compared, not_covered


def exactly(check: str, right: float, simulated: float, note: str) -> Row:
    """Make a row for a figure that is derived without remainder."""
    return compared("case", check, right, simulated, 0, note)


def within(
    check: str, right: float, simulated: float, bound: float, note: str, *, relative: bool = False
) -> Row:
    """Make a row for a figure that is derived up to `bound`."""
    return compared("case", check, right, simulated, bound, note, relative=relative)


def at_least(check: str, least: float, simulated: float, note: str) -> Row:
    """Make a row for a figure of which only a lower bound is known; its error is what is wanting."""
    wanting = max(0.0, least - simulated)
    return Row("case", check, least, simulated, wanting, 0, wanting == 0, f"at least; {note}")


def at_most(check: str, most: float, simulated: float, note: str) -> Row:
    """Make a row for a figure of which only an upper bound is known; its error is what is too much."""
    excess = max(0.0, simulated - most)
    return Row("case", check, most, simulated, excess, 0, excess == 0, f"at most; {note}")


def left_out(check: str, note: str) -> Row:
    """Make a row for what this version does not simulate."""
    return not_covered("case", check, note)
