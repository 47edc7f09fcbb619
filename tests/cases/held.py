"""What the tests of cases share: one case is run, and each of its rows must hold."""

from sim.validation import cases
from tests.validation.untranslated import untranslated


def figures(number: str) -> dict[str, float]:
    """Run a case and give what was simulated, by what is checked, without the case's number and name.

    Every row must be within its bound, stand alone under its name, say where its right value comes from, and have its
    Japanese.
    """
    [case] = [case for case in cases.CASES if case.number == number]
    rows = list(case.rows())
    assert len(rows) == case.count
    assert len({row.check for row in rows}) == len(rows)
    assert untranslated(rows) == []
    found = {}
    for row in rows:
        name, colon, check = row.check.partition(": ")
        assert (row.part, name[:4], colon) == ("case", f"{number} ", ": ")
        assert row.note
        if row.ok is None:
            continue
        assert row.ok, f"{row.check}: {row.expected} is right, {row.simulated} simulated, bound {row.bound}"
        assert row.simulated is not None
        found[check] = row.simulated
    return found
