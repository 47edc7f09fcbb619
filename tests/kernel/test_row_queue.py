"""Rows in line behave as a Python list does."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.row_queue import RowQueue

ROWS = st.integers(0, 2**32 - 1)
STEPS = st.lists(
    st.one_of(
        ROWS.map(lambda row: ("append", [row])),
        st.lists(ROWS, max_size=5).map(lambda rows: ("extend", rows)),
        st.just(("pop", [])),
    ),
    max_size=60,
)


@given(STEPS)
def test_a_row_queue_is_a_list_from_whose_front_rows_are_taken(steps: list[tuple[str, list[int]]]) -> None:
    queue, plain = RowQueue(), list[int]()
    for step, rows in steps:
        if step == "append":
            queue.append(rows[0])
            plain.append(rows[0])
        elif step == "extend":
            queue.extend(rows)
            plain.extend(rows)
        elif plain:
            assert plain.pop(0) == queue.pop()
        assert len(plain) == len(queue)
        assert plain == [queue.at(offset) for offset in range(len(queue))]
        if plain:
            assert plain[0] == queue.first()


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(0, 10))
def test_a_row_stands_where_its_time_belongs_and_behind_equal_ones(times: list[int], taken: int) -> None:
    """Rows come in the order of their numbers; a stable sort by time puts them so."""
    times_us = array("q", times)
    queue = RowQueue()
    for row in range(len(times)):
        queue.insert_by(row, times_us)
    in_order = sorted(range(len(times)), key=times.__getitem__)
    assert in_order == [queue.at(offset) for offset in range(len(queue))]
    # Rows already taken from the front are no longer looked at.
    gone = [queue.pop() for _ in range(min(taken, len(queue)))]
    times_us.append(-1)
    queue.insert_by(len(times), times_us)
    assert [len(times), *in_order[len(gone) :]] == [queue.at(offset) for offset in range(len(queue))]


def test_a_long_line_gives_back_the_room_of_rows_that_left() -> None:
    """200,000 rows pass; at most a few times the 65,536 rows at which the queue tidies up are kept."""
    queue = RowQueue()
    expected = 0
    for row in range(200_000):
        queue.append(row)
        if row >= 10:
            assert expected == queue.pop()
            expected += 1
    assert len(queue) == 10
    assert [queue.at(offset) for offset in range(10)] == list(range(expected, 200_000))
    assert len(queue._rows) < 2 * 65_536
