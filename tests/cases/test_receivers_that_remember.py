"""Cases of receivers that have rules and a memory: each is in the scorecard, where its right value is derived."""

import pytest

from tests.cases.held import figures

NUMBERS = ["D12", "D13", "D15", "D19", "D20", "D21", "D22", "D25", "D30", "D31", "D32", "D33", "D39"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_case_comes_out_as_it_is_derived(number: str) -> None:
    assert figures(number)
