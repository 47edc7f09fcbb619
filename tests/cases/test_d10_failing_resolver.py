"""D10: a resolver that fails for some minutes a week turned all mail of those minutes into bounces.

Right value: 2 letters/s x 420 s = 840 meet the failing resolver. A sender that takes the failure for a final answer
returns 840. Postfix defers on SERVFAIL: 0 returned. Letters to as many different domains: one that came more than
121 s after the start comes back after the failure is over, 300 to 600 s later (less the second that a scan allows
and the part of a second that counts whole, so 298 at least); one that came earlier may come back while it lasts, and
goes at its second retry, within 1200 s.
"""

from tests.cases.held import figures


def test_a_failing_resolver_delays_and_a_wrong_answer_destroys() -> None:
    found = figures("D10")
    assert found["returned letters, of 840 to 840 domains"] == 0
    assert found["letters not delivered"] == 0
    assert 600 < found["longest delay of letters from the first 120 s, s"] < 1200
    assert found["longest delay of letters after that, s"] < 600
    assert found["shortest delay of letters after that, s"] > 298
    assert found["returned letters, of 840 to one domain"] == 0
    assert found["returned letters where the answer is NXDOMAIN instead"] == 840
