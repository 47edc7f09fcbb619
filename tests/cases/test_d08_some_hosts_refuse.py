"""D08: a provider of sixteen addresses, most of which turn this sender away at the greeting.

Right value: an attempt that tries k of 16 addresses at random, none twice, fails if all k are among the b that
refuse: C(b, k) / C(16, k). Through at once go 1 less that: for b = 12 and k = 2, 5, 10 the shares 0.450, 0.819,
0.992, for b = 14 the shares 0.242, 0.542, 0.875. A greeting of 421 is no session, so that the session limit of 2
plays no part and the address limit (5 by default) decides.
"""

import pytest

from tests.cases.held import figures

RIGHT = {
    (12, 2): 0.450,
    (12, 5): 0.819,
    (12, 10): 0.992,
    (14, 2): 0.242,
    (14, 5): 0.542,
    (14, 10): 0.875,
}


def test_the_more_addresses_an_attempt_may_try_the_likelier_it_meets_a_host_that_lets_it_in() -> None:
    found = figures("D08")
    for (refusing, tried), share in RIGHT.items():
        check = f"share through at once, {refusing} of 16 refuse, {tried} tried"
        assert found[check] == pytest.approx(share, abs=0.032)
