"""Cases of too many letters, of too little room, and of more copies than letters: derived where their rows are made."""

import pytest

from tests.cases.held import figures

NUMBERS = ["D24", "D26", "D28", "D29", "D38"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_case_comes_out_as_it_is_derived(number: str) -> None:
    assert figures(number)
