"""The length of a queue over time: its integral and its peaks, against a sum moment by moment."""

from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.queue_length import QueueLength

MOVES = st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60)
"""Time since the move before; whether one comes (or else goes, if one is there)."""


@given(MOVES, st.integers(0, 9))
def test_the_integral_is_the_length_summed_moment_by_moment(moves: list[tuple[int, bool]], rest: int) -> None:
    queue = QueueLength("school.active")
    now = total = length = peak = entered = 0
    for gap, comes in moves:
        total += length * gap
        now += gap
        if comes:
            queue.enter(now)
            length += 1
            entered += 1
        elif length:
            queue.leave(now)
            length -= 1
        peak = max(peak, length)
        assert (total, length) == (queue.integral_us(now), queue.length)
    assert total + length * rest == queue.integral_us(now + rest)
    assert (entered, entered - length) == (queue.entered, queue.left)
    assert peak == max(queue.peak, queue.bucket_peak)


def test_each_bucket_has_its_own_peak_and_begins_with_who_is_there() -> None:
    queue = QueueLength("school.active")
    for at in (1, 2, 3):
        queue.enter(at)
    queue.leave(4)
    assert queue.take_bucket_peak() == 3
    # Two are still there when the next bucket begins; one more leaves, nobody comes.
    queue.leave(5)
    assert queue.take_bucket_peak() == 2
    assert queue.take_bucket_peak() == 1
    assert queue.peak == 3
