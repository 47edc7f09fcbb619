"""Tables that only grow: what was put in comes out, column by column."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.recorder import ATTEMPT_COLUMNS, LETTER_COLUMNS, PackedTable, Recorder, Table

RANGES = {
    "B": st.integers(0, 2**8 - 1),
    "H": st.integers(0, 2**16 - 1),
    "I": st.integers(0, 2**32 - 1),
    "i": st.integers(-(2**31), 2**31 - 1),
    "q": st.integers(-(2**63), 2**63 - 1),
}
COLUMNS = {"small": "B", "time_us": "q", "place": "H", "parent": "i", "letter": "I"}
ROW = st.tuples(*(RANGES[code] for code in COLUMNS.values()))
ROWS = st.lists(ROW, max_size=20)


def rows_of(table: Table) -> list[tuple[int, ...]]:
    return list(zip(*table.columns.values(), strict=True))


@given(ROWS, ROWS, ROWS)
def test_a_packed_table_gives_back_its_rows_however_they_came(
    added: list[tuple[int, ...]], packed: list[tuple[int, ...]], later: list[tuple[int, ...]]
) -> None:
    table = PackedTable(COLUMNS)
    for row in added:
        table.add(*row)
    for row in packed:
        table.buffer += table.pack(*row)
    table.flush()
    assert [*added, *packed] == rows_of(table)
    for row in later:
        table.add(*row)
    table.flush()
    table.flush()
    assert [*added, *packed, *later] == rows_of(table)
    assert list(COLUMNS.values()) == [column.typecode for column in table.columns.values()]


@given(ROWS)
def test_a_packed_table_equals_a_plain_one(rows: list[tuple[int, ...]]) -> None:
    packed, plain = PackedTable(COLUMNS), Table(COLUMNS)
    for row in rows:
        packed.add(*row)
        plain.add(*row)
    packed.flush()
    assert plain.columns == packed.columns
    assert len(plain) == len(packed) == len(rows)


def test_a_row_with_too_few_values_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Table({"a": "q", "b": "q"}).add(1)


def test_a_table_may_hold_text_beside_numbers() -> None:
    table = Table({"at_us": "q"}, lists=("why",))
    table.add(5, "no room")
    assert (array("q", [5]), ["no room"]) == (table["at_us"], table["why"])


def test_time_columns_hold_centuries_of_microseconds() -> None:
    """A century has 3.2e15 microseconds: too many for 32 bits, few enough for 64."""
    for columns in (LETTER_COLUMNS, ATTEMPT_COLUMNS):
        assert {"q"} == {code for name, code in columns.items() if name.endswith("ed_us")}


def test_a_new_recorder_is_empty() -> None:
    recorder = Recorder()
    tables = (recorder.letters, recorder.attempts, recorder.steps, recorder.readings, recorder.visits)
    assert [len(table) for table in tables] == [0] * 5
