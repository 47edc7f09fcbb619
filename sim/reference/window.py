"""A destination as its sender's sorting room sees it: who waits, and how many vans may go at once.

The window follows Postfix's feedback: it opens with each success, closes with each failure to get a
conversation at all, and after enough failures the destination is left alone for a while.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sim.reference.message import Entry
from sim.scenario.postconf import Postconf
from sim.scenario.suspension import Suspension
from sim.vocabulary.replies import REPLIES


def feedback(written: str) -> Callable[[int], float]:
    """Read `x`, `x/concurrency` or `x/sqrt_concurrency` as a function of the window."""
    number, _, divisor = written.partition("/")
    x = float(number)
    if divisor == "concurrency":
        return lambda window: x / window
    if divisor == "sqrt_concurrency":
        return lambda window: x / math.sqrt(window)
    return lambda window: x


class WindowLaw:
    """A sender's settings of the feedback."""

    def __init__(self, postconf: Postconf, suspensions: tuple[Suspension, ...] = ()) -> None:
        limit = postconf.smtp_destination_concurrency_limit
        self.limit: float = postconf.default_destination_concurrency_limit if limit is None else limit
        if self.limit == 0:
            self.limit = math.inf
        self.initial = min(postconf.initial_destination_concurrency, int(min(self.limit, 2**31)))
        self.pause_us = postconf.rate_delay_s * 1_000_000
        if self.pause_us:
            self.limit = self.initial = 1
        self._suspensions_us = {suspension.reply: suspension.lasts_us for suspension in suspensions}
        self.positive = feedback(postconf.default_destination_concurrency_positive_feedback)
        self.negative = feedback(postconf.default_destination_concurrency_negative_feedback)
        self.cohort_limit = postconf.default_destination_concurrency_failed_cohort_limit
        if self.cohort_limit == 0:
            self.cohort_limit = math.inf  # Never dead.

    def pause_after_us(self, replies: Iterable[int]) -> int:
        """Say how long nothing goes to a destination after a delivery that got these replies."""
        if not self._suspensions_us:
            return self.pause_us
        told = (self._suspensions_us.get(REPLIES[reply].key, 0) for reply in replies)
        return max(self.pause_us, *told)


@dataclass(slots=True)
class Destination:
    """The state of one destination, forgotten when nothing waits or is under way and it is not dead."""

    key: tuple[str, int]
    """The provider, and where each recipient is a destination of its own the mailbox, else -1."""
    provider: str
    law: WindowLaw
    window: int
    waiting: deque[Entry] = field(default_factory=deque)
    busy: int = 0
    success: float = 0.0
    failure: float = 0.0
    cohorts: float = 0.0
    dead: bool = False
    dead_until_us: int = 0
    pausing: bool = False
    """Between two deliveries, where a rate delay keeps them apart or a reply has asked for patience."""
    paused_until_us: int = 0
    tag: int = 0
    """Says whether jobs were passed over because there was no room here; see choice."""
    reason: int = 0
    """The reply that made it dead."""
    last_done_s: int | None = None
    load: bool = False
    """Whether a parked connection may be used."""
    store: bool = False
    """Whether a connection is parked after use."""

    def may_send(self) -> bool:
        """Say whether a letter may go out now."""
        return bool(self.waiting) and not self.dead and not self.pausing and self.busy < self.window

    def is_forgettable(self) -> bool:
        """Say whether nothing is left to remember."""
        return not self.waiting and self.busy == 0 and not self.dead and not self.pausing

    def succeed(self) -> None:
        """Feed back that a conversation was had, whatever became of the letter (qmgr_queue_unthrottle).

        A destination that pauses has no window that could change.
        """
        if self.pausing:
            return
        self.cohorts = 0.0
        if self.dead:
            self.revive()
            return
        if self.window < self.law.limit and self.window < self.busy + self.law.initial:
            gain = self.law.positive(self.window)
            self.success += gain
            while self.success + gain / 2 >= 1:
                self.window += 1
                self.success -= 1
                self.failure = 0.0
            if self.window > self.law.limit:
                self.window = int(self.law.limit)

    def fail(self, rest_until_us: int) -> bool:
        """Feed back that no conversation was had; say whether the destination died (qmgr_queue_throttle).

        One that dies rests until the given moment.
        """
        if self.dead or self.pausing:
            return False
        self.cohorts += 1 / self.window
        if self.cohorts >= self.law.cohort_limit:
            self.dead = True
            self.dead_until_us = rest_until_us
            self.load = self.store = False
            return True
        loss = self.law.negative(self.window)
        self.failure -= loss
        while self.failure - loss / 2 < 0:
            self.window -= 1
            self.success = 0.0
            self.failure += 1
        self.window = max(self.window, 1)
        return False

    def decide_about_parking(self, now_s: int) -> None:
        """Keep connections only where work follows upon work."""
        last = self.last_done_s
        back_to_back = last is not None and last + 1 >= now_s
        if not self.store:
            if back_to_back:
                self.load = self.store = True
        elif self.busy <= 1 and not back_to_back:
            self.store = False

    def pause_until(self, moment: int) -> None:
        """Begin a pause, or make it longer."""
        self.pausing = True
        self.paused_until_us = max(self.paused_until_us, moment)

    def has_paused(self, now: int) -> bool:
        """Say whether a pause is over: end it, unless it was made longer."""
        if now < self.paused_until_us or not self.pausing:
            return False
        self.pausing = False
        self.window = self.law.initial
        return True

    def has_rested(self, now: int) -> bool:
        """Say whether a dead destination has rested long enough."""
        return self.dead and now >= self.dead_until_us

    def revive(self) -> None:
        """Open the destination again."""
        self.dead = False
        self.window = self.busy if self.busy > 0 else self.law.initial
        self.success = self.failure = self.cohorts = 0.0
