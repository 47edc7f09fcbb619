"""When the letters of an entry are submitted: at once, paced, as everyday life goes, or listed."""

import math
from collections.abc import Iterator
from datetime import timedelta

from sim.reference.chance import Chance
from sim.scenario.letters import Letters
from sim.scenario.schema import Scenario
from sim.scenario.warm_up import WarmUp

DAY_US = 86_400_000_000
HOURS_A_DAY, DAYS_A_WEEK = 24, 7


def arrivals(scenario: Scenario, entry: str, chance: Chance) -> Iterator[tuple[int, int]]:
    """Give (time in us, number) of each letter of an entry, in order of time."""
    letters = scenario.letters[entry]
    if letters.times_us is not None:
        return ((at, number) for number, at in enumerate(letters.times_us, start=1))
    if letters.count is not None:
        if letters.warm_up is not None:
            return _warm_up(letters.at_us, letters.count, letters.warm_up)
        return _campaign(letters, letters.count)
    return _everyday(scenario, entry, letters, chance)


def _campaign(letters: Letters, count: int) -> Iterator[tuple[int, int]]:
    for before in range(count):
        if letters.over_us is not None:
            later = before * letters.over_us // count
        elif letters.pace_per_s is not None:
            later = int(before * 1e6 / letters.pace_per_s)
        else:
            later = 0
        yield letters.at_us + later, before + 1


def _warm_up(at_us: int, count: int, schedule: WarmUp) -> Iterator[tuple[int, int]]:
    """Spread each day's letters evenly over it; the last number of the schedule holds on."""
    day = number = 0
    while number < count:
        letters_today = schedule.letters_a_day[min(day, len(schedule.letters_a_day) - 1)]
        for before in range(min(letters_today, count - number)):
            number += 1
            yield at_us + day * DAY_US + before * DAY_US // letters_today, number
        day += 1


def _everyday(scenario: Scenario, entry: str, letters: Letters, chance: Chance) -> Iterator[tuple[int, int]]:
    """Draw a Poisson process at the busiest rate, and keep each arrival with the share that its hour has."""
    assert letters.rate_per_s is not None
    rate = letters.rate_per_s
    hours = letters.hours or (1.0,) * HOURS_A_DAY
    weekdays = letters.weekdays or (1.0,) * DAYS_A_WEEK
    busiest = rate * max(hours) * max(weekdays)
    if not busiest:
        return
    until = scenario.duration_us if letters.until_us is None else min(letters.until_us, scenario.duration_us)
    stream = chance.stream(f"letters.{entry}.arrivals")
    moment = float(letters.at_us)
    number = 0
    while True:
        moment += -math.log1p(-stream.random()) / busiest * 1e6
        if moment >= until:
            return
        keep = stream.random()
        clock = scenario.start + timedelta(microseconds=int(moment))
        if keep * busiest < rate * hours[clock.hour] * weekdays[clock.weekday()]:
            number += 1
            yield int(moment), number
