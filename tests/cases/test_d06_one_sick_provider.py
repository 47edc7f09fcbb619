"""D06: one provider that answers 421 delays everybody, because all share one pool of workers.

Right value: 100 workers; sound mail needs 20/s x 1 s = 20 of them, first tries at the sick provider 4/s x 20 s = 80:
together 100, all of them, before a single letter is retried. With retries each minute the load passes 1 and grows,
and so does the delay of sound mail, without bound; 15 to 30 min were reported. With at most 20 workers for one
destination the load is (20 + 20) / 100 = 0.40 and sound mail takes its second.
"""

import pytest

from tests.cases.held import figures


def test_a_shared_pool_makes_everybody_wait_for_one_sick_provider() -> None:
    found = figures("D06")
    assert 15 < found["delay of healthy mail after half an hour, min"] < 30
    assert found["growth of that delay in the last ten minutes, of that in the ten before"] > 0.95
    healthy_s = found["delay of healthy mail with 20 workers a destination at most, s"]
    assert healthy_s == pytest.approx(1, abs=0.05)
    assert found["workers busy then, of 100"] == pytest.approx(40, abs=0.5)
