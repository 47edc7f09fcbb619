"""When letters are handed in under a warm-up schedule.

Part of submission. Days are counted from the campaign's start. On a day of q letters the n-th, counted from 0, comes
n/q of a day after the day's beginning, cut to whole microseconds; where q is 24 x p that is p letters each hour, evenly
spread. After the last day of the schedule its number holds on.
"""

import itertools
from collections.abc import Iterator
from typing import Final

from sim.kernel.world import SECOND_US
from sim.scenario.warm_up import WarmUp

_DAY_US: Final = 86_400 * SECOND_US


def warm_up_times_us(settings: WarmUp, count: int, at_us: int, end_us: int) -> Iterator[int]:
    """Give the moments at which the letters of a campaign are handed in, in order, all before `end_us`.

    Args:
        settings: the schedule.
        count: how many letters there are.
        at_us: when the campaign begins.
        end_us: when the run ends.
    """
    days = settings.letters_a_day
    left = count
    for day in itertools.count():
        begin_us = at_us + day * _DAY_US
        quota = days[min(day, len(days) - 1)]
        for before in range(min(quota, left)):
            moment_us = begin_us + before * _DAY_US // quota
            if moment_us >= end_us:
                return
            yield moment_us
        left -= quota
        if left <= 0:
            return
