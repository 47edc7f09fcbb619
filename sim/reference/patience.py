"""A sender's patience: when a letter that could not be delivered is tried again, and when it is given up."""

import math
from collections.abc import Callable

from sim.reference.chance import Chance
from sim.reference.letter import Letter
from sim.scenario.retry import Retry
from sim.scenario.sender import Sender

SECOND_US = 1_000_000


class Patience:
    """The retry rule of one sender: Postfix's, or that of another MTA.

    Letters are looked through once in `period_us`; None means that each has an alarm clock of its own.
    """

    def __init__(self, sender: Sender, chance: Chance, seconds: Callable[[int], int]) -> None:
        self._postconf = sender.postconf
        self._rule = sender.retry
        self._chance = chance
        self.seconds = seconds
        self.period_us: int | None = self._postconf.queue_run_delay * SECOND_US
        self._waits_us: list[float] = []
        if self._rule is not None:
            self.period_us = self._rule.queue_run_us
            self._waits_us = waits_us(self._rule)

    def is_over(self, letter: Letter, now: int) -> bool:
        """Say whether a letter that has failed now is given up."""
        accepted = letter.record.accepted_us
        if self._rule is None:
            return self.seconds(now) - self.seconds(accepted) >= self._postconf.maximal_queue_lifetime
        if now - accepted >= self._rule.steps[-1].until_us:
            return True
        return len(letter.record.attempts) > len(self._waits_us)

    def again_us(self, letter: Letter, now: int) -> int:
        """Say from when on a letter that has failed now may be tried again.

        Postfix waits as long as the letter is old, within two bounds, so that the wait about doubles each time.
        """
        if self._rule is None:
            age_s = self.seconds(now) - self.seconds(letter.record.accepted_us)
            postconf = self._postconf
            wait_s = min(max(age_s, postconf.minimal_backoff_time), postconf.maximal_backoff_time)
            # A scan takes what is due within a second; moments count here as the seconds they lie in.
            return (self.seconds(now) + wait_s - 1) * SECOND_US
        failed = len(letter.record.attempts)
        wait_us = self._waits_us[failed - 1]
        if self._rule.jitter_ratio:
            wait_us *= 1 + self._rule.jitter_ratio * self._chance.u("retry", letter.key, failed)
        return now + int(wait_us)

    def reads(self, now: int) -> int:
        """Give a moment as this clock shows it: in whole seconds of the day, or exactly."""
        return self.seconds(now) * SECOND_US if self._rule is None else now


def waits_us(rule: Retry) -> list[float]:
    """List the waits of a rule, from the first; the age that decides the step grows by whole queue runs."""
    waits: list[float] = []
    age = 0.0
    for step in rule.steps:
        in_this_step = 0
        while age < step.until_us:
            wait = step.every_us * step.factor**in_this_step
            in_this_step += 1
            waits.append(wait)
            age += math.ceil(wait / rule.queue_run_us) * rule.queue_run_us if rule.queue_run_us else wait
    return waits
