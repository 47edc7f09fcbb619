"""When a letter is tried again, and when it is given up: Postfix's clock, and that of MTAs with a rule.

Part of the queue manager. Both give a letter the number of the queue scan that brings it back; scan number n
comes at `phase + n * interval`.
See: Postfix's qmgr_active.c; minimal_backoff_time, maximal_backoff_time, queue_run_delay,
maximal_queue_lifetime in postconf(5); Exim's specification, chapter "Retry configuration"; KumoMTA's
make_queue_config.
Left out: Exim's retry times of hosts, which hold for all letters to a host together; a queue run that takes
so long that the next one begins late.
"""

import math
from collections.abc import Iterator
from typing import Protocol

from sim.kernel.draws import uniform
from sim.kernel.world import SECOND_US, World
from sim.scenario.postconf import Postconf
from sim.scenario.retry import Retry
from sim.scenario.sender import Sender


class RetryClock(Protocol):
    """What the queue manager asks about a letter whose attempt failed now."""

    phase_us: int
    interval_us: int

    def ready_us(self, row: int, now_us: int) -> int:
        """Give from when on it may be tried again."""
        ...

    def scan_at(self, ready_us: int, now_us: int) -> int:
        """Give the number of the scan that brings back what may be tried again then; never one that has been."""
        ...

    def gives_up(self, row: int, now_us: int) -> bool:
        """Tell whether it is not tried again."""
        ...


class PostfixClock:
    """The wait is as long as the letter is old, within two bounds, and ends at the next scan.

    A letter that failed at second t, and arrived at second a, gets the file time
    t + clamp(t - a, minimal_backoff_time, maximal_backoff_time); the first scan that is not more than one
    second before that brings it back.

    Args:
        world: the run.
        postconf: the bounds, the time between scans, the lifetime.
        phase_us: time of the scan with number 0.
    """

    def __init__(self, world: World, postconf: Postconf, phase_us: int) -> None:
        self._world = world
        self._accepted_us = world.letters.accepted_us
        self.interval_us = postconf.queue_run_delay * SECOND_US
        self.phase_us = phase_us
        self._minimal_s, self._maximal_s = postconf.minimal_backoff_time, postconf.maximal_backoff_time
        self._lifetime_s = postconf.maximal_queue_lifetime

    def ready_us(self, row: int, now_us: int) -> int:
        """Give the earliest moment of a scan that brings a letter back."""
        world = self._world
        now_s = world.second(now_us)
        age_s = now_s - world.second(self._accepted_us[row])
        cool_off_s = min(max(age_s, self._minimal_s), self._maximal_s)
        return (now_s + cool_off_s - 1) * SECOND_US - world.epoch_us

    def scan_at(self, ready_us: int, now_us: int) -> int:
        """Give the number of the first scan from a moment on that has not been."""
        return max(
            -((self.phase_us - ready_us) // self.interval_us),
            (now_us - self.phase_us) // self.interval_us + 1,
            0,
        )

    def gives_up(self, row: int, now_us: int) -> bool:
        """Tell whether a letter has expired; Postfix looks only after a failed attempt."""
        second = self._world.second
        return second(now_us) >= second(self._accepted_us[row]) + self._lifetime_s


def nominal_waits_us(rule: Retry) -> Iterator[float]:
    """Give the waits after the first, second, ... failed attempt, each attempt taking no time.

    Where letters are tried at queue runs only, a wait makes a letter older by whole runs: so the step that
    holds is that of the letter's real age, or a little younger.

    Args:
        rule: the steps; in each the first wait is `every`, each further one `factor` times as long.
    """
    age_us = 0.0
    for step in rule.steps:
        taken = 0
        while age_us < step.until_us:
            wait_us = step.every_us * step.factor**taken
            yield wait_us
            age_us += _whole_runs(wait_us, rule.queue_run_us)
            taken += 1


def _whole_runs(wait_us: float, queue_run_us: int | None) -> float:
    return queue_run_us * math.ceil(wait_us / queue_run_us) if queue_run_us else wait_us


class RuleClock:
    """The waits follow a rule by age; a letter comes back at a queue run, or at a moment of its own.

    Args:
        world: the run.
        rule: the steps, the jitter, the time between queue runs.
        phase_us: time of the queue run with number 0.
    """

    def __init__(self, world: World, rule: Retry, phase_us: int) -> None:
        self._letters = world.letters
        self._waits_us: list[float] = []
        self._more_us = nominal_waits_us(rule)
        self._jitter_ratio = rule.jitter_ratio
        self._base = world.draws.purpose("retry")
        self._lifetime_us = rule.lifetime_us
        # A letter with a moment of its own is one for which scans come every microsecond.
        self.interval_us = rule.queue_run_us or 1
        self.phase_us = phase_us if rule.queue_run_us else 0

    def ready_us(self, row: int, now_us: int) -> int:
        """Give the moment at which a letter's wait is over."""
        failed = self._letters.attempts[row]
        wait_us = self._waits_us[failed - 1]
        if self._jitter_ratio:
            wait_us *= 1 + self._jitter_ratio * uniform(self._base, self._letters.key(row), failed)
        return now_us + int(wait_us)

    def scan_at(self, ready_us: int, now_us: int) -> int:
        """Give the number of the first run from a moment on; one whose wait is not over yet has not been."""
        return max(-((self.phase_us - ready_us) // self.interval_us), 0)

    def gives_up(self, row: int, now_us: int) -> bool:
        """Tell whether a letter is past the last step, or has had all its waits."""
        letters = self._letters
        failed = letters.attempts[row]
        while len(self._waits_us) < failed:
            wait_us = next(self._more_us, None)
            if wait_us is None:
                return True
            self._waits_us.append(wait_us)
        return now_us - letters.accepted_us[row] >= self._lifetime_us


def retry_clock(world: World, settings: Sender, phase_us: int) -> RetryClock:
    """Give a sender's clock: that of its rule, if it has one, else Postfix's."""
    if settings.retry is None:
        return PostfixClock(world, settings.postconf, phase_us)
    return RuleClock(world, settings.retry, phase_us)
