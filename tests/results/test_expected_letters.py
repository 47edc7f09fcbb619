import pytest

from sim.results.expected_letters import expected_letters
from tests.results.hand_made import S, scenario

TO = {"size": {"median_bytes": 1000}, "to": {"office": 1.0}, "sender": "school"}


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ({"count": 6}, 6),
        ({"count": 6, "at_us": 1000 * S}, 0),
        ({"count": 10, "at_us": 900 * S, "over_us": 1000 * S}, 1),
        ({"count": 10, "at_us": 900 * S, "over_us": 200 * S}, 5),
        ({"count": 1000, "at_us": 990 * S, "pace_per_s": 10.0}, 100),
        ({"times_us": (0, 1 * S, 999 * S, 1000 * S, 1001 * S)}, 3),
        ({"rate_per_s": 1.0}, None),
    ],
)
def test_letters_due_before_the_end_are_counted(letters: dict[str, object], expected: int | None) -> None:
    made = scenario(letters={"only": {**TO, **letters}})

    assert expected_letters(made, "only") == expected
