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
    "D12",
    "D13",
    "D14",
    "D15",
    "D16",
    "D17",
    "D18",
    "D19",
    "D20",
    "D21",
    "D22",
    "D23",
    "D24",
    "D25",
    "D26",
    "D28",
    "D29",
    "D30",
    "D31",
    "D32",
    "D33",
    "D38",
    "D39",
]
QUICK = ("D04", "D09")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "CASES", [case for case in cases.CASES if case.number in QUICK])


def test_all_cases_are_there() -> None:
    assert [case.number for case in cases.CASES] == NUMBERS


def test_the_progress_bar_knows_how_many_rows_there_are() -> None:
    assert sum(case.count for case in cases.CASES) == cases.COUNT


@pytest.mark.usefixtures("quick")
def test_rows_come_in_the_order_of_the_cases_and_progress_is_told_after_each() -> None:
    told: list[None] = []
    rows: list[Row] = cases.rows(lambda: told.append(None))
    assert [row.check[:3] for row in rows] == ["D04"] * 7 + ["D09"] * 5
    assert len(told) == len(rows)


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.number)
def test_every_case_tells_its_derivation(case: cases.Case) -> None:
    """In its test, or where its rows are made."""
    files = list(Path(__file__).parent.glob(f"test_{case.number.lower()}_*.py"))
    told = [file.read_text(encoding="utf-8").split('"""')[1] for file in files] or [case.rows.__doc__ or ""]
    assert told[0].startswith(f"{case.number}: ")
    assert "Right value" in told[0]
