"""When places are shut by the timetable of faults, and when letters set out."""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from sim.mail.warm_up import warm_up_times_us
from sim.scenario.letters import Letters
from sim.scenario.schema import Scenario
from sim.scenario.troubles import regular_spells

_S = 1_000_000
Intervals: TypeAlias = list[tuple[int, int]]
"""From and to (exclusive), in microseconds."""


def intervals(scenario: Scenario, places: Collection[str], kinds: Collection[str]) -> Intervals:
    """Return when something of these kinds is wrong at one of these places; what comes by chance may not come."""
    return [
        spell
        for fault in scenario.faults
        if fault.where in places and fault.what in kinds
        for spell in regular_spells(fault, scenario.duration_us)
    ]


def covered_until(shut: Iterable[tuple[int, int]], from_us: int) -> int:
    """Return the first moment at or after `from_us` that lies in none of the intervals."""
    reached = from_us
    for begin, end in sorted(shut):
        if begin > reached:
            break
        reached = max(reached, end)
    return reached


def first_submission_us(letters: Letters) -> int:
    """Return when a stream's first letter comes, at the earliest."""
    return letters.times_us[0] if letters.times_us is not None else letters.at_us


def handed_in(scenario: Scenario, name: str) -> int | None:
    """Return how many letters of a stream come before the end of the run; None for everyday mail in time."""
    letters = scenario.letters[name]
    if first_submission_us(letters) >= scenario.duration_us:
        return 0
    if letters.number is None:
        return None
    return letters.number - submitted_too_late(letters, scenario.duration_us)


def submitted_too_late(letters: Letters, end_us: int) -> int:
    """Return how many letters of a campaign or a list would come after the end."""
    if letters.times_us is not None:
        return sum(letters.recipients for time in letters.times_us if time >= end_us)
    count = letters.count or 0
    if letters.warm_up is not None:
        in_time = sum(1 for _ in warm_up_times_us(letters.warm_up, count, letters.at_us, end_us))
    elif letters.over_us is not None:
        in_time = -(-(end_us - letters.at_us) * count // letters.over_us)
    elif letters.pace_per_s is not None:
        in_time = int((end_us - letters.at_us) / _S * letters.pace_per_s) + 1
    else:
        in_time = count
    return max(0, count - in_time) * letters.recipients
