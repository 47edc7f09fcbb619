"""How many letters an entry of a scenario must have submitted by the end of a run, where that is certain."""

from bisect import bisect_left

from sim.scenario.schema import Scenario

SECOND_US = 1_000_000


def expected_letters(scenario: Scenario, entry: str) -> int | None:
    """Give the number of letters that were due before the end; None where chance decides.

    A campaign's message n is due at `at + (n - 1) * over // count`, or `at + (n - 1) / pace`; each recipient of it
    is a letter.
    """
    letters = scenario.letters[entry]
    if letters.times_us is not None:
        return sum(letters.recipients for at_us in letters.times_us if at_us < scenario.duration_us)
    count, pace_per_s, over_us = letters.count, letters.pace_per_s, letters.over_us
    if count is None:
        return None

    def due_us(position: int) -> int:
        if over_us is not None:
            return letters.at_us + position * over_us // count
        if pace_per_s is not None:
            return letters.at_us + int(position * SECOND_US / pace_per_s)
        return letters.at_us

    return bisect_left(range(count), scenario.duration_us, key=due_us) * letters.recipients
