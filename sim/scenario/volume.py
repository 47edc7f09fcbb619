"""Checks of amounts that only make sense once all values are known."""

from collections.abc import Iterator
from typing import Final

from sim.scenario.cross_checks import Found
from sim.scenario.schema import Scenario
from sim.units import format_duration

MOST_LETTERS: Final = 100_000_000
"""More than this in one run is a slip of the keyboard: it would need tens of gigabytes."""


def volume_checks(scenario: Scenario) -> Iterator[Found]:
    """Yield what is too much, or too late to be answered."""
    if scenario.deadline_us is not None and scenario.deadline_us > scenario.duration_us:
        fields = {
            "found": format_duration(scenario.deadline_us),
            "expected": format_duration(scenario.duration_us),
        }
        yield Found("deadline_after_end", ("deadline",), fields)
    total = 0.0
    for name in scenario.letters:
        number = expected_letters(scenario, name)
        total += number
        if number > MOST_LETTERS:
            yield Found("too_many_letters", ("letters", name), _amount(number))
            return
    if total > MOST_LETTERS:
        yield Found("too_many_letters", ("letters",), _amount(total))


def _amount(number: float) -> dict[str, str]:
    return {"found": f"{number:,.0f}", "expected": f"{MOST_LETTERS:,}"}


def expected_letters(scenario: Scenario, name: str) -> float:
    """Return about how many letters an entry will have; of everyday mail, at most the mean at its busiest hour."""
    letters = scenario.letters[name]
    if letters.number is not None:
        return letters.number
    until = min(letters.until_us or scenario.duration_us, scenario.duration_us)
    seconds = max(0, until - letters.at_us) / 1e6
    peak = max(letters.hours or (1.0,)) * max(letters.weekdays or (1.0,))
    return (letters.rate_per_s or 0.0) * peak * seconds * letters.recipients
