"""D11: a fiftieth of the addresses is misspelt, and two thirds of all attempts go to them.

In 27 hours of a real log 171 recipients at dead hosts made 3,610 of 17,085 attempts.

Right value: 1,000 letters a day, 2 % of them to a dead host. Each dead letter is tried 107 times in its life (D02),
late in it 86,400 / 4200 = 20.6 times a day. Once letters have begun to expire, as many are born as die: 20 x 107 =
2,140 tries in vain a day against 980 that deliver, 2140 / 3120 = 0.686 of all. The last try is 433,050 s after the
first (450 + 103 x 4200), 5.012 days: 20 x 5.012 = 100 letters always wait, a floor that the queue never goes below.
"""

import pytest

from tests.cases.held import figures


def test_a_few_dead_addresses_make_most_of_the_attempts() -> None:
    found = figures("D11")
    assert found["tries in vain a day, once five days are over"] == pytest.approx(2140, rel=0.01)
    assert found["tries that deliver, a day"] == pytest.approx(980, rel=0.01)
    assert found["share of tries in vain"] == pytest.approx(0.686, abs=0.01)
    assert found["letters that always wait in the deferred queue"] == pytest.approx(100.2, abs=1)
    assert found["tries of an expired letter, largest difference from 107"] == 0
