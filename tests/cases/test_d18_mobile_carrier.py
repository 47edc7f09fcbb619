"""D18: a transport for one mobile carrier, with one process, concurrency limit 1 and recipient limit 1.

Right value: with recipient limit 1 each of 10,000 recipients is a destination of its own, so that a concurrency
limit of 1 holds nothing back between them. One process serves 1 / 0.5 s = 2 a second: 5,000 s. A hundred processes
serve 200 a second: 50 s, and the carrier meets 100 connections at once. Without the recipient limit the carrier is
one destination, and the concurrency limit paces: 5,000 s again, whatever the processes. (An initial window larger
than the limit is cut to the limit.)
"""

import pytest

from tests.cases.held import figures


def test_the_process_limit_paces_a_carrier_and_the_concurrency_limit_does_not() -> None:
    found = figures("D18")
    check = "10,000 recipients, each a destination of its own, {} processes, s"
    assert found[check.format(1)] == pytest.approx(5000, rel=0.001)
    assert found[check.format(100)] == pytest.approx(50, rel=0.001)
    assert found["the same with recipient limit 50 and 100 processes, s"] == pytest.approx(5000, rel=0.001)
