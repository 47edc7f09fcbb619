"""For how long nothing goes to a destination after a delivery: a rate delay, or what a reply was taken for.

Part of the queue manager.
See: Postfix's default_destination_rate_delay, qmgr_entry.c; KumoMTA's traffic shaping automation for `suspensions`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.mail.delivery import Delivery
from sim.mail.window import Destination
from sim.vocabulary.replies import REPLIES


class Pauses:
    """The pauses of one sender's destinations.

    Args:
        env: the simulation's environment.
        rate_delay_us: the pause after each delivery; 0 is none.
        by_reply_us: the pause after a delivery that was given a reply, by the reply's key.
        over: told of a destination whose pause is over now.
    """

    def __init__(
        self,
        env: Clock,
        rate_delay_us: int,
        by_reply_us: Mapping[str, int],
        over: Callable[[Destination, int], None],
    ) -> None:
        self._env = env
        self._rate_delay_us = rate_delay_us
        self._by_reply_us = by_reply_us
        self._over = over
        self.always = bool(rate_delay_us or by_reply_us)
        """Whether any delivery may be followed by a pause."""

    def begin_after(self, delivery: Delivery, now_us: int) -> None:
        """Let a pause begin now, if a delivery is followed by one; that is also all of a dead site's time as dead."""
        told = [delivery.reply]
        if delivery.batch is not None:
            told = [one.reply for one in delivery.batch.settled]
        lasts_us = max(self._rate_delay_us, *(self._by_reply_us.get(REPLIES[reply].key, 0) for reply in told))
        if not lasts_us:
            return
        destination = delivery.destination
        if destination.dead:
            destination.revive()
        destination.suspend(now_us + lasts_us)

        def resume(_: Any) -> None:
            now_us = self._env.now
            if now_us >= destination.suspended_until_us:  # Else it was made longer meanwhile.
                destination.resume()
                self._over(destination, now_us)

        ring_once(self._env, now_us + lasts_us, resume)
