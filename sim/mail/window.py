"""The sending MTA's view of one destination: how many deliveries at once, and whether it is dead.

Part of the queue manager, as `qmgr_queue.c` and `qmgr_feedback.c` are part of Postfix's qmgr. A success
grows the window, a failed handshake shrinks it; a cohort of failures makes the site dead. The state
lives only as long as letters wait for the destination or are under way to it, or it is dead or pauses.
With a rate delay it pauses after each delivery, and there is one delivery at a time.
See: Postfix SCHEDULER_README; default_destination_concurrency_* in postconf(5).
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sim.kernel.world import SECOND_US
from sim.mail.batch import Entry
from sim.mail.routes import Route
from sim.scenario.postconf import Postconf

_NEVER_US: Final = -(10**18)
_NO_LIMIT: Final = 1 << 31


def feedback(form: str) -> Callable[[int], float]:
    """Give the feedback function of the window for one of Postfix's forms.

    Args:
        form: `x`, `x/concurrency` or `x/sqrt_concurrency`.
    """
    number, _, divisor = form.partition("/")
    x = float(number)
    if divisor == "concurrency":
        return lambda window: x / window
    if divisor == "sqrt_concurrency":
        return lambda window: x / math.sqrt(window)
    return lambda window: x


DestinationKey = int | tuple[int, int]


@dataclass(frozen=True)
class WindowRules:
    """The parameters of every window of one sender."""

    initial: int
    limit: int
    positive: Callable[[int], float]
    negative: Callable[[int], float]
    cohort_limit: float
    rate_delay_us: int

    @classmethod
    def of(cls, postconf: Postconf) -> "WindowRules":
        """Read them from Postfix's parameters."""
        # A rate delay forces one delivery at a time; a limit below the initial window lowers that, too
        # (qmgr_transport.c).
        limit = 1 if postconf.rate_delay_s > 0 else postconf.destination_limit or _NO_LIMIT
        return cls(
            initial=min(postconf.initial_destination_concurrency, limit),
            limit=limit,
            positive=feedback(postconf.default_destination_concurrency_positive_feedback),
            negative=feedback(postconf.default_destination_concurrency_negative_feedback),
            cohort_limit=postconf.default_destination_concurrency_failed_cohort_limit or math.inf,
            rate_delay_us=postconf.rate_delay_s * SECOND_US,
        )


class Destination:
    """One destination of one sender, from its first letter until nothing of it is left.

    Args:
        key: what it is known by: the provider's place, or that and a mailbox where each recipient is a
            destination of its own.
        route: how to get there.
        rules: the sender's.
    """

    __slots__ = (
        "busy",
        "cohorts",
        "dead",
        "dead_until_us",
        "deaths",
        "failure",
        "in_line",
        "incident",
        "key",
        "last_done_us",
        "load",
        "reason",
        "route",
        "rules",
        "store",
        "success",
        "suspended",
        "suspended_until_us",
        "tag",
        "todo",
        "window",
    )

    def __init__(self, key: DestinationKey, route: Route, rules: WindowRules) -> None:
        self.key = key
        self.route = route
        self.rules = rules
        self.window = rules.initial
        self.success = 0.0
        self.failure = 0.0
        self.cohorts = 0.0
        self.busy = 0
        self.todo: deque[Entry] = deque()
        self.tag = 0
        self.dead = False
        self.dead_until_us = 0
        self.suspended = False
        self.suspended_until_us = 0
        self.deaths = 0
        self.last_done_us = _NEVER_US
        self.load = False
        self.store = False
        self.in_line = False
        self.reason = 0
        self.incident = 0

    def succeeded(self) -> None:
        """Take one delivery in which a session came about; the letter itself may have been refused."""
        if self.suspended:
            return
        self.cohorts = 0.0
        rules = self.rules
        if self.dead:
            self.deaths += 1
            self.revive()
        elif self.window < rules.limit and self.window < self.busy + rules.initial:
            gain = rules.positive(self.window)
            self.success += gain
            while self.success + gain / 2 >= 1:
                self.window += 1
                self.success -= 1
                self.failure = 0.0
            if self.window > rules.limit:
                self.window = rules.limit

    def failed(self) -> bool:
        """Take one delivery in which no session came about, or one broke; tell whether that was the end."""
        if self.dead or self.suspended:
            return False
        rules = self.rules
        self.cohorts += 1.0 / self.window
        # The source compares with >=, its document prints >.
        if self.cohorts >= rules.cohort_limit:
            self.dead = True
            self.deaths += 1
            self.load = self.store = False
            return True
        loss = rules.negative(self.window)
        self.failure -= loss
        while self.failure - loss / 2 < 0:
            self.window -= 1
            self.success = 0.0
            self.failure += 1
        if self.window < 1:
            self.window = 1
        return False

    def revive(self) -> None:
        """End the time as a dead site."""
        self.dead = False
        self.window = self.busy if self.busy > 0 else self.rules.initial
        self.success = self.failure = self.cohorts = 0.0

    @property
    def forgettable(self) -> bool:
        """Whether nothing of it is left."""
        return not (self.busy or self.todo or self.dead or self.suspended)

    def suspend(self, until_us: int) -> None:
        """Begin a pause, or make it longer: with a window of 0 nothing is handed over."""
        self.suspended = True
        self.suspended_until_us = max(self.suspended_until_us, until_us)
        self.window = 0

    def resume(self) -> None:
        """End the pause."""
        self.suspended = False
        self.window = self.rules.initial

    def note_selection(self, now_us: int, epoch_us: int) -> None:
        """Switch on-demand connection caching, after a letter was selected (qmgr_entry_select).

        Args:
            now_us: the moment of selection.
            epoch_us: the start of the run, since Postfix compares whole seconds of the wall clock.
        """
        last_us = self.last_done_us
        # Back to back: the next second after the last delivery's end is not over yet.
        back_to_back = now_us - last_us < SECOND_US or (
            (epoch_us + last_us) // SECOND_US + 1 >= (epoch_us + now_us) // SECOND_US
        )
        if not self.store:
            if back_to_back:
                self.store = self.load = True
        elif self.busy <= 1 and not back_to_back:
            self.store = False
