"""D23: letters live one day, and the receiver is down for two.

Right value: a letter is lost if the first try at which it is L = 86,400 s old lies within the outage of D = 172,800 s.
On the scan grid that try comes at g + 21 x 4200 s, 88,500 to 88,800 s for first gaps g of 300 to 600 s: U = 2,100 to
2,400 s after L. Lost are (D - L - U) / D = 0.487 of the letters of those two days; a little more, as the dead
destination rests for up to 300 s after the outage, and what is tried then is put off, too: 0.003 are allowed.
With a lifetime of five days nothing is lost.
"""

import pytest

from tests.cases.held import figures


def test_an_outage_longer_than_the_lifetime_loses_what_came_first() -> None:
    found = figures("D23")
    share = found["share of two days' letters that expire after 1 d"]
    assert share == pytest.approx(0.487, abs=0.003)
    assert 88_498 <= found["age at which letters expire after 1 d, s"] <= 88_802
    assert found["letters lost with a lifetime of 5 d"] == 0
