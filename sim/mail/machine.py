"""The sender's machine as a whole: a crash takes what is in memory, and leaves what is on disk.

From: faults, with its timetable; memory, when it is used up.
To:   spool, with what was active; queue_manager, of which another one begins when the machine is up again.

Letters that were accepted are on disk: those of the incoming and the deferred queue stay there, those of the active
queue are moved back to incoming. Letters that were just being written are not accepted; whoever handed them in does so
again. Of a letter that a receiver was just taking the sender does not know that it was taken: it is sent again, and the
receiver has a duplicate. Connections end without a word, and their hosts wait for five minutes.
See: Postfix's qmgr.c (qmgr_post_init), QSHAPE_README; RFC 5321 6.1; RFC 1047.
Left out: a disk that loses what was written; the time that reading the queue again takes, but for its imports; of a
delivery to several, those who were refused by an earlier host are written down at its end only, and so asked again.
"""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.kernel.condition import CRASHED, Condition
from sim.mail.handoff import KeepsLettersSafe


class EndsWithACrash(Protocol):
    """A queue manager, as its machine knows it."""

    def crash(self, up_us: int) -> tuple[list[int], int | None]:
        """End, and give the messages of the active queue, and the one that was being imported."""
        ...


class BeginsAgain(Protocol):
    """A content filter, as its machine knows it."""

    def crash(self) -> None:
        """End."""
        ...

    def go_on_at(self, up_us: int) -> None:
        """Go on when the machine is up."""
        ...


Manager = TypeVar("Manager", bound=EndsWithACrash)


class Machine(Generic[Manager]):
    """The machine of one sender.

    Args:
        env: the simulation's environment.
        condition: the machine's, over time.
        manager: its first queue manager.
        spool: what it has on disk.
        begin: makes the queue manager that follows one which ended with a crash.
        restart_us: how long it is down when its memory is used up.
        tell: told of each such crash: from when to when, and who took most.

    Attributes:
        manager: its queue manager.
        content_filter: the filter before its spool, if it has one.
    """

    def __init__(
        self,
        env: Clock,
        condition: Condition,
        manager: Manager,
        spool: KeepsLettersSafe,
        begin: Callable[[Manager], Manager],
        restart_us: int,
        tell: Callable[[int, int, str], None],
    ) -> None:
        self._env = env
        self._restart_us = restart_us
        self._tell = tell
        self.content_filter: BeginsAgain | None = None
        self._condition = condition
        self.manager = manager
        self._spool = spool
        self._begin = begin
        for at_us in condition.begins_us(CRASHED):
            ring_once(env, at_us, self._crash)

    def _crash(self, _: Any) -> None:
        now_us = self._env.now
        up_us = self._condition.up_again_us(now_us)
        messages, in_hand = self.manager.crash(up_us)
        self._spool.crash(now_us, up_us, messages, in_hand)
        self.manager = self._begin(self.manager)
        if self.content_filter is not None:
            again = self.content_filter
            again.crash()
            again.go_on_at(up_us)

    def run_out_of_memory(self, who: str) -> None:
        """Crash now, since the memory is used up; who took most is told."""
        now_us = self._env.now
        up_us = now_us + self._restart_us
        self._condition.add((now_us, up_us, CRASHED, 0, 0.0))
        self._tell(now_us, up_us, who)
        self._crash(None)
