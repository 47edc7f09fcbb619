"""When letters are handed in: the times of one entry of `letters:`.

Part of submission. A campaign's letters come at once, evenly over a time, or at a pace. Everyday mail
is a Poisson stream whose rate follows hour-of-day and weekday weights, drawn by thinning (Lewis and
Shedler, 1979). Listed letters come at their times.
"""

import math
import random
from collections.abc import Iterator

from sim.kernel.world import SECOND_US
from sim.mail.warm_up import warm_up_times_us
from sim.scenario.letters import Letters as LettersSettings

_HOUR_US = 3600 * SECOND_US
_DAY_US = 24 * _HOUR_US
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; Monday is 0."""


def arrival_times_us(
    settings: LettersSettings, stream: random.Random, local_epoch_us: int, end_us: int
) -> Iterator[int]:
    """Give the times of an entry, in order, all before `end_us`.

    Args:
        settings: the entry.
        stream: the chance of everyday mail.
        local_epoch_us: the start as local wall-clock time, in microseconds since 1970-01-01.
        end_us: when the run ends.
    """
    if settings.rate_per_s is not None:
        yield from _everyday(settings, settings.rate_per_s, stream, local_epoch_us, end_us)
        return
    if settings.warm_up is not None:
        yield from warm_up_times_us(settings.warm_up, settings.count or 0, settings.at_us, end_us)
        return
    times = settings.times_us if settings.times_us is not None else _campaign(settings)
    for at_us in times:
        if at_us >= end_us:
            return
        yield at_us


def _campaign(settings: LettersSettings) -> Iterator[int]:
    count = settings.count or 0
    at_us, over_us, pace_per_s = settings.at_us, settings.over_us, settings.pace_per_s
    for before in range(count):
        if over_us is not None:
            yield at_us + before * over_us // count
        elif pace_per_s is not None:
            yield at_us + int(before * 1e6 / pace_per_s)
        else:
            yield at_us


def _everyday(
    settings: LettersSettings,
    rate_per_s: float,
    stream: random.Random,
    local_epoch_us: int,
    end_us: int,
) -> Iterator[int]:
    hours = settings.hours or (1.0,)
    weekdays = settings.weekdays or (1.0,)
    peak = rate_per_s * max(hours) * max(weekdays)
    until_us = end_us if settings.until_us is None else min(settings.until_us, end_us)
    at = float(settings.at_us)
    while True:
        at += -math.log1p(-stream.random()) / peak * 1e6
        if at >= until_us:
            return
        at_us = int(at)
        local_us = local_epoch_us + at_us
        hour = local_us // _HOUR_US % 24
        weekday = (local_us // _DAY_US + _EPOCH_WEEKDAY) % 7
        weight = hours[hour % len(hours)] * weekdays[weekday % len(weekdays)]
        if stream.random() * peak < rate_per_s * weight:
            yield at_us
