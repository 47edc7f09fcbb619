"""What becomes of letters that were not accepted: returned, given up, or put away for later.

Part of the queue manager: the end of a message's stay in the active queue. Letters that were refused for good go
back to the sender with one DSN. What is left goes back if it is too old, else it is deferred; if it is late, its
writer is told so once.
See: Postfix's qmgr_active.c; delay_warning_time in postconf(5).
"""

from collections.abc import Callable, Sequence

from sim.kernel.world import World
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.handoff import KnowsWhoWantsNothing, ReturnsLetters
from sim.mail.retry_clock import RetryClock
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED, EXPIRED


class Fates:
    """The ends of one sender's messages.

    Args:
        world: the run.
        warning_s: the age at which a writer is told; 0 for never.
        clock: when letters are given up.
        deferred: where messages are put away.
        expect: told the scan that will bring a message back.
    """

    bounce: ReturnsLetters
    suppressions: KnowsWhoWantsNothing | None = None

    def __init__(
        self,
        world: World,
        warning_s: int,
        clock: RetryClock,
        deferred: DeferredQueue,
        expect: Callable[[int], None],
    ) -> None:
        self._letters = world.letters
        self._second = world.second
        self._warning_s = warning_s
        self._clock = clock
        self._deferred = deferred
        self._expect = expect
        self._warned: set[int] = set()

    def follow(self, earlier: "Fates") -> None:
        """Know whom an earlier queue manager has warned."""
        self._warned = earlier._warned

    def refuse(self, row: int, now_us: int) -> None:
        """Note that a letter was refused for good."""
        self._letters.give_up(row, BOUNCED, now_us)
        if self.suppressions is not None:
            self.suppressions.bounced(row, now_us)

    def settle(self, bounced: Sequence[int], left: Sequence[int], now_us: int) -> None:
        """End a message's stay in the active queue now.

        Args:
            bounced: its letters that were refused for good meanwhile.
            left: those that are neither delivered nor refused for good, in order.
            now_us: the moment.
        """
        if bounced:
            self.bounce.return_to_sender(min(bounced), now_us)
        if not left:
            return
        first, letters = left[0], self._letters
        if self._clock.gives_up(first, now_us):
            for row in left:
                letters.give_up(row, EXPIRED, now_us)
            self.bounce.return_to_sender(first, now_us)
            return
        self._expect(self._deferred.put(first, now_us))
        if self._warning_s:
            self._warn_if_late(first, now_us)

    def _warn_if_late(self, row: int, now_us: int) -> None:
        """Send the writer of a message a notice, once, when it is late."""
        letters, message = self._letters, self._letters.message[row]
        # Like a cool-off, the time before the notice ends one second early (qmgr_active.c).
        late = self._second(now_us) >= self._second(letters.accepted_us[row]) + self._warning_s - 1
        if late and letters.kind[row] == LETTER and message not in self._warned:
            self._warned.add(message)
            self.bounce.warn_sender(row, now_us)
