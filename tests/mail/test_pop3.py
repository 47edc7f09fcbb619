"""Taken home: a letter is fetched at the first poll that finds it."""

from hypothesis import given
from hypothesis import strategies as st

from sim.mail.pop3 import fetched_us


@given(st.integers(0, 5_000), st.integers(1, 600), st.integers(0, 599))
def test_a_letter_is_fetched_at_the_first_poll_at_which_it_is_there(
    stored_us: int, poll_us: int, phase_us: int
) -> None:
    """Polls at phase, phase + poll, phase + 2 polls and so on; looked for one by one."""
    poll = phase_us % poll_us
    expected = poll
    while expected < stored_us:
        expected += poll_us
    assert fetched_us(stored_us, poll_us, poll) == expected


def test_a_letter_filed_at_the_moment_of_a_poll_is_fetched_by_it() -> None:
    assert [fetched_us(stored, 600, 100) for stored in (0, 100, 101, 700, 701)] == [100, 100, 700, 700, 1300]
