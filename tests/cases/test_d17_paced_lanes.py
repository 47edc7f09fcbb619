"""D17: twelve letters over four paced transports ("lanes") to one relay, and over one.

Right value: a lane sends one letter, then pauses for 1 s: n letters take (n - 1) pauses and n deliveries. With
deliveries of 0.4 s four lanes of three letters take 2 + 1.2 = 3.2 s, as its authors measured, one lane of twelve
11 + 4.8 = 15.8 s, and 11 s however fast a delivery is. Cool-offs of 120 s to 1800 s on scans every 120 s give the ages
0, 120, 240, 480, 960, 1920, 3720, 5520 s. A connection is kept once one letter has followed another: with a pause of
1 s and 45 s in the cache 20 letters use 2 connections, the first of which is closed; without a cache 20.
Transports of one machine share nothing here, so each is written as a sender. Keeping every connection
(smtp_connection_cache_destinations), and the idle sockets that come of it, are not simulated.
"""

import pytest

from tests.cases.held import figures


def test_lanes_multiply_the_pace_and_each_keeps_its_pause() -> None:
    assert figures("D17") == {
        "12 letters over 1, s": pytest.approx(15.8),
        "12 letters over 4, s": pytest.approx(3.2),
        "12 letters over one lane, s": 11,
        "age at try 8, backoff of 120 to 1800 s on scans every 120 s, s": 5520,
        "connections for 20 letters with a pause of 1 s, kept for 45 s": 2,
        "connections for 20 letters, none kept": 20,
    }
