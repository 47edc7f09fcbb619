"""D03: port 25 is blocked on the way out, and each attempt holds a delivery process for 150 s.

A container's mail to a provider with five hosts: delays=22838/0.09/150/0, connection timed out.

Right value: each address costs smtp_connect_timeout = 30 s, and an attempt tries at most smtp_mx_address_limit = 5:
30 s x min(hosts, 5), so 150 s with five hosts and with eight. All first five deliveries (the initial window) fail
together; the third failure is a whole cohort (1/5 + 1/3 + 1/2 > 1) and the destination rests for 300 s. The window
never grows, so never more than 5 processes wait at once, and in a day at most 5 x 86,400 / (150 + 300) = 960 tries
really call.
"""

import pytest

from tests.cases.held import figures


def test_an_attempt_at_a_blocked_port_lasts_thirty_seconds_for_each_of_at_most_five_hosts() -> None:
    found = figures("D03")
    assert [found[f"connection phase with {hosts} hosts, s"] for hosts in (1, 3, 5, 8)] == [30, 90, 150, 150]
    assert found["most processes held at once by 100 letters to one destination"] == 5
    assert 0 < found["tries that really call, in a day"] <= 960


def test_one_failure_in_five_three_and_two_is_a_cohort() -> None:
    assert 1 / 5 + 1 / 3 < 1 < 1 / 5 + 1 / 3 + 1 / 2 == pytest.approx(31 / 30)
