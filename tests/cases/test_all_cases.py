"""Every case that this version covers is in the scorecard, and has a test that tells its derivation."""

from pathlib import Path

import pytest

from sim.validation import cases
from sim.validation.row import Row

NUMBERS = [
    "D01",
    "D02",
    "D03",
    "D04",
    "D05",
    "D06",
    "D07",
    "D08",
    "D09",
    "D10",
    "D11",
    "D14",
    "D16",
    "D17",
    "D18",
    "D23",
]
QUICK = ("D04", "D09")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "CASES", [case for case in cases.CASES if case.number in QUICK])


def test_the_sixteen_cases_are_there() -> None:
    assert [case.number for case in cases.CASES] == NUMBERS


def test_the_progress_bar_knows_how_many_rows_there_are() -> None:
    assert sum(case.count for case in cases.CASES) == cases.COUNT


@pytest.mark.usefixtures("quick")
def test_rows_come_in_the_order_of_the_cases_and_progress_is_told_after_each() -> None:
    told: list[None] = []
    rows: list[Row] = cases.rows(lambda: told.append(None))
    assert [row.check[:3] for row in rows] == ["D04"] * 7 + ["D09"] * 5
    assert len(told) == len(rows)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_case_has_a_test_that_tells_its_derivation(number: str) -> None:
    [file] = Path(__file__).parent.glob(f"test_{number.lower()}_*.py")
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f'"""{number}: ')
    assert "Right value" in text.split('"""')[1]
