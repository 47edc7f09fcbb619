"""D14: a newsletter tool opens 250 connections to a host that takes 100.

Right value: all at once, 100 are let in and 250 - 100 = 150 greeted with 421. At r connections a second, each held
for h = 10 s, r x h are open: 90 at 9/s, below 100, so none is refused. At 12/s the pattern repeats every 10 s, in
which 120 come and 100 places become free: of 1,200 connections 200 are refused. Over one connection nothing is
refused; that an Exim would deliver only 30 of them at once and leave 220 to its queue runner is not simulated.
"""

from tests.cases.held import figures


def test_refusals_begin_where_arrivals_times_holding_time_pass_the_limit() -> None:
    assert figures("D14") == {
        "let in of 250 connections at once, limit 100": 100,
        "refused of 250 connections at once": 150,
        "refused of 1,200 connections, 9 a second held 10 s each": 0,
        "refused of 1,200 connections, 12 a second held 10 s each": 200,
        "refused of 250 letters over one connection": 0,
    }
