"""D01: a limit of 40 letters a minute turns ten minutes into eight hours.

A real sender wrote to 575 people of a provider that takes 20 letters a minute from one client at each of two hosts
and answers 450 to the others. 384 of the refused letters came back in one scan of the deferred queue.

Right value: each burst empties the allowance of 2 x 20 at once, so 384 letters need ceil(384 / 40) = 10 bursts.
A letter waits as long as it is old, at most 4000 s, and comes back at a scan every 300 s: the bursts lie 0, 600,
1800, 4200 and then 4200 s more each time after the first one, the tenth at 4200 + 6 x 4200 = 29,400 s. In the
record the first begins at 643 s and the last at 30,044 s. Used are 40 places in 4200 s where 40 a minute would be
free: 1/70 = 1.4 %. Without the limit there is one burst. With a timer of its own for each letter the same letters
are through within 20 minutes, and with one letter every 2 s none is refused.

Two more come from the record itself. Each of its 1,855 retries is one of the simulated letter's tries, if that was
accepted when the real one was first tried (99 % of that day's late gaps agree within 5 s, the length of a burst).
And the curve of recorded letters that got through is at most 0.05 from the simulated one, as for other recordings.
"""

from itertools import pairwise

import pytest

from sim.validation.cases import retry_herd
from tests.cases.held import figures


def test_a_limit_of_40_a_minute_turns_ten_minutes_into_eight_hours() -> None:
    found = figures("D01")
    assert found["bursts until 384 letters are through"] == 10
    assert found["last burst after the first, s"] == 29_400
    assert found["bursts without a limit"] == 1
    assert found["last letter after the first retry, each letter with a timer of its own, min"] < 20
    assert found["tries beyond the first when one letter is handed in every 2 s"] == 0
    assert found["recorded retries that a simulated one explains, of 1855"] > 0.99
    assert found["recorded and simulated curve of 442 letters that got through, distance"] < 0.05


def test_each_burst_lets_forty_through_and_lies_on_the_grid() -> None:
    bursts = retry_herd.bursts(retry_herd.herd({"rate_limit": {"rate": "40/min", "burst": 40}}))
    assert [size for _, size in bursts] == [40] * 9 + [24]
    gaps_s = [later - earlier for (earlier, _), (later, _) in pairwise(bursts)]
    assert gaps_s == [600, 1200, 2400, *[4200] * 6]


def test_the_record_holds_575_letters_and_its_last_burst_29_400_s_after_the_first_retry() -> None:
    letters = retry_herd.recorded()
    assert len(letters) == 575
    assert sum(len(letter.tries_s) for letter in letters) == 2430
    assert max(letter.tries_s[-1] for letter in letters) - 643 == pytest.approx(29_400, abs=2)
