"""D07: delays=0/964/1.5/1.3, so the letter waited in the queue manager and not in the network.

Right value: with 20 deliveries at once of 1.5 s + 1.3 s each, 20 / 2.8 = 7.14 letters go a second; by Little's law
964 s are 964 x 7.14 = 6,886 letters in front. The window opens from 5 to 20 in the first seconds, which costs a few;
5 % are allowed. With connections reused the 1.5 s fall away: 20 / 1.3 = 15.4 letters/s, 6,886 / 15.4 = 448 s.
"""

import pytest

from tests.cases.held import figures


def test_the_wait_behind_a_window_is_letters_in_front_over_letters_a_second() -> None:
    found = figures("D07")
    wait_s = found["wait of the last of 6,886 letters in the active queue, s"]
    assert wait_s == pytest.approx(964, rel=0.05)
    assert found["the last letter's time to connect and to transmit, s"] == pytest.approx(2.8)
    assert found["the same with connections reused, s"] == pytest.approx(448, rel=0.05)
