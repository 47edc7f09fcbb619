"""D02: at which ages Postfix tries a letter that is never taken.

Right value: after a failed try at age a the letter rests clamp(a, 300 s, 4000 s), counted in whole seconds, and is
tried at the first scan (every 300 s) that is at most one second before the end of the rest. The first scan comes at
g, somewhere between 299 and 600 s. Then for g above 301 s: rest g, and of the scans g+300, g+600 only the second is
late enough; rest g+600, next at g+1800; rest g+1800, next at g+4200; from there the rest is 4000 s, which is 14
scans = 4200 s. For g of at most 301 s the scan one earlier counts already (300, 600, 1200, 2400, 4800, 9000, ...).
Lifetime 432,000 s ends at the first try past it: g = 450: 450 + 4200 m >= 432,000, m = 103, which is try 107.
g = 300: 4800 + 4200 m, m = 102, try 108. With maximal_backoff_time 1800 s the late gaps are 6 scans = 1800 s.
1,022 of 1,024 first gaps of a real log lie between 299 and 600 s, and its typical ages are 0, 507, 1107, 2306, 4706,
8906, 13,107 s, and 0, 402, 1001, 2202, 4602, 8802, 13,002 s.
"""

import pytest

from sim.validation.cases import retry_ages
from tests.cases.held import figures


def test_retries_lie_on_the_scan_grid_and_not_on_doubled_times() -> None:
    assert figures("D02") == {
        "phases of the scan, of 300, at which a try lies elsewhere than derived": 0,
        "first gaps outside 299 to 600 s, of 300": 0,
        "tries until a letter expires after 5 d, first gap 450 s": 107,
        "tries until a letter expires after 5 d, first gap 300 s": 108,
        "age at try 6 with maximal_backoff_time 1800 s, s": 5850,
    }


@pytest.mark.parametrize(
    "ages_s",
    [
        [0, 507, 1107, 2307, 4707, 8907, 13_107],
        [0, 402, 1002, 2202, 4602, 8802, 13_002],
        [0, 300, 600, 1200, 2400, 4800, 9000],
        [0, 301, 601, 1201, 2401, 4801, 9001],
        [0, 302, 902, 2102, 4502, 8702, 12_902],
        [0, 598, 1198, 2398, 4798, 8998, 13_198],
    ],
)
def test_ages_written_out_come_out(ages_s: list[int]) -> None:
    phase_s = ages_s[1] % 300
    assert retry_ages.ages_by_phase(phases_s=[phase_s], duration="4 h")[phase_s][:7] == ages_s


def test_with_a_maximal_backoff_of_1800_s_late_gaps_are_1800_s() -> None:
    ages = retry_ages.ages_by_phase({"maximal_backoff_time": "1800s"}, [150], "3 h")[150]
    assert ages[:7] == [0, 450, 1050, 2250, 4050, 5850, 7650]
