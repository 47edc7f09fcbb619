"""Letters as rows: what is written stands there, and chance knows each by its name."""

import pytest

from sim.kernel.draws import letter_key
from sim.kernel.letters import Letters
from sim.kernel.recorder import LETTER_COLUMNS, Table
from sim.vocabulary.kinds import DSN, LETTER

ENTRIES = ["closure", "everyday"]


def two_letters(letters: Letters) -> range:
    return letters.new(
        kind=LETTER,
        entry=1,
        sender=2,
        numbers=(7, 8),
        providers=(0, 3),
        mailboxes=(11, 12),
        sizes_bytes=(100, 200),
        unknown_users=(0, 1),
        submitted_us=(5, 6),
    )


def test_a_new_letter_s_fate_is_open() -> None:
    table = Table(LETTER_COLUMNS)
    rows = two_letters(Letters(table, ENTRIES))
    assert list(rows) == [0, 1]
    first, second = (
        dict(zip(table.columns, row, strict=True)) for row in zip(*table.columns.values(), strict=True)
    )
    assert first == {
        "parent": -1,
        "message": 0,
        "kind": LETTER,
        "entry": 1,
        "number": 7,
        "sender": 2,
        "provider": 0,
        "mailbox": 11,
        "size_bytes": 100,
        "unknown_user": 0,
        "submitted_us": 5,
        "accepted_us": -1,
        "delivered_us": -1,
        "ended_us": -1,
        "outcome": 0,
        "verdict": 0,
        "attempts": 0,
    }
    assert tuple(
        second[name]
        for name in ("number", "provider", "mailbox", "size_bytes", "unknown_user", "submitted_us")
    ) == (8, 3, 12, 200, 1, 6)


def test_rows_go_on_where_the_last_ones_ended() -> None:
    letters = Letters(Table(LETTER_COLUMNS), ENTRIES)
    two_letters(letters)
    assert list(two_letters(letters)) == [2, 3]


@pytest.mark.parametrize("kind", [LETTER, DSN])
def test_a_row_s_key_is_that_of_the_letter_s_name(kind: int) -> None:
    letters = Letters(Table(LETTER_COLUMNS), ENTRIES)
    (row,) = letters.new(
        kind=kind,
        entry=1,
        sender=0,
        numbers=(42,),
        providers=(0,),
        mailboxes=(0,),
        sizes_bytes=(1,),
        unknown_users=(0,),
        submitted_us=(0,),
    )
    assert letter_key("everyday", 42, kind) == letters.key(row)
