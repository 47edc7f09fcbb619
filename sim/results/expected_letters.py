"""How many letters an entry of a scenario must have submitted by the end of a run, where that is certain."""

from bisect import bisect_left

from sim.scenario.schema import Scenario

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US


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

    if letters.warm_up is not None:
        return _warmed_up(letters.warm_up.letters_a_day, count, scenario.duration_us - letters.at_us) * (
            letters.recipients
        )

    def due_us(position: int) -> int:
        if over_us is not None:
            return letters.at_us + position * over_us // count
        if pace_per_s is not None:
            return letters.at_us + int(position * SECOND_US / pace_per_s)
        return letters.at_us

    return bisect_left(range(count), scenario.duration_us, key=due_us) * letters.recipients


def _warmed_up(letters_a_day: tuple[int, ...], count: int, lasts_us: int) -> int:
    """Give how many of `count` are due within a time, on each day so many, the n-th of q at n/q of the day."""
    due, day = 0, 0
    while due < count and day * DAY_US < lasts_us:
        quota = letters_a_day[min(day, len(letters_a_day) - 1)]
        # n/q of a day, cut to microseconds, is before a moment exactly if n is less than q times its share of a day.
        of_day = min(quota, -(-quota * (lasts_us - day * DAY_US) // DAY_US))
        due += min(of_day, count - due)
        day += 1
    return due
