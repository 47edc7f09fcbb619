"""Bring letters into the active queue: one a turn, from the incoming queue and from the deferred one.

Part of the queue manager. While the active queue has room, incoming letters and those that a deferred
scan has brought back are taken in turn; when it was full, incoming goes first. Each takes `import_time`.
While the machine is down no import is begun and no scan is made.
See: Postfix's qmgr.c (qmgr_loop), qmgr_scan.c; qmgr_message_active_limit, queue_run_delay in postconf(5).
Left out: files in the order of a directory; they are taken in order of arrival.
"""

from collections.abc import Callable
from typing import Any

from sim.kernel.alarm import Alarm, Ring, ring_once
from sim.kernel.condition import UP, Condition
from sim.kernel.queue_length import QueueLength
from sim.kernel.row_queue import RowQueue
from sim.kernel.world import World
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.handoff import NOBODY_US, HearsOfImports, HoldsIncoming
from sim.vocabulary.places import DUE, IN_HAND


class Importer:
    """The importing half of one sender's queue manager.

    Args:
        world: the run.
        condition: the machine's, over time.
        import_us: what one import takes.
        deferred: the deferred queue.
        active: the active queue.
        active_limit: the most letters in it.
        activate: called with a row and the moment at which it becomes active.
    """

    spool: HoldsIncoming
    flow: HearsOfImports | None = None
    """Told of imports, where letters come over SMTP."""

    def __init__(
        self,
        world: World,
        condition: Condition,
        import_us: int,
        deferred: DeferredQueue,
        active: QueueLength,
        active_limit: int,
        activate: Callable[[int, int], None],
    ) -> None:
        self._env = world.env
        self._condition = condition
        self._eventful = condition.eventful
        self._import_us = import_us
        self._deferred = deferred
        self._active = active
        self._active_limit = active_limit
        self._activate = activate
        self._due = RowQueue()
        self._next_scan: int | None = None
        self._incoming_next = True
        self._in_hand: tuple[int, bool] = (0, False)
        self._alarm = Alarm(world.env)
        self._at_end: Ring = [self._imported]
        self._looker = Alarm(world.env)
        self._at_look: Ring = [self._looked]
        self._looking, self._look_us = False, 0
        self.busy_us = 0
        self.held = False
        """Whether no import may begin: one is under way, or a letter's fate is being settled."""

    def expect(self, scan: int) -> None:
        """Make a deferred scan, unless an earlier one is expected; scans that bring nothing back are not made."""
        if self._next_scan is None or scan < self._next_scan:
            self._next_scan = scan
            ring_once(self._env, self._deferred.scan_us(scan), lambda _: self._scan_deferred(scan))

    def look(self, _: Any = None) -> None:
        """Look at the incoming queue: something stands in it, or its head is accepted now."""
        self.import_some(self._env.now)

    def _looked(self, _: Any) -> None:
        self._looking = False
        self.look()

    def _look_at(self, at_us: int, now_us: int) -> None:
        """Look again when the head of the line is accepted."""
        if at_us == NOBODY_US or now_us < self._look_us <= at_us:
            return
        self._look_us = at_us
        if not self._looking:
            self._looking = True
            self._looker.set(at_us, self._at_look)
        else:
            # Somebody stands before the one that the alarm waits for: the later look finds nothing new.
            ring_once(self._env, at_us, self.look)

    def import_some(self, now_us: int) -> None:
        """Import while there is something to import and room for it."""
        if self.held or (self._eventful and self._condition.state_at(now_us) != UP):
            return
        # Letters that are deferred at once while this loop runs must not start a second one.
        self.held = True
        spool, due = self.spool, self._due
        while True:
            if self._active.length >= self._active_limit:
                self._incoming_next = True
                break
            has_incoming = spool.head_us <= now_us
            if has_incoming and (self._incoming_next or not due):
                self._in_hand = (spool.pop(), True)
                self._incoming_next = False
            elif due:
                self._in_hand = (due.pop(), False)
                self._incoming_next = True
            else:
                if self.flow is not None:
                    self.flow.line_is_empty()
                self._look_at(spool.head_us, now_us)
                break
            if self._import_us:
                self._alarm.set(now_us + self._import_us, self._at_end)
                return
            self._let_in(now_us)
        self.held = False

    def _imported(self, _: Any) -> None:
        """One import is finished; go on with the next."""
        now_us = self._env.now
        self._let_in(now_us)
        self.held = False
        self.import_some(now_us)

    def _let_in(self, now_us: int) -> None:
        """Let the letter in hand change its queue."""
        row, was_incoming = self._in_hand
        self.busy_us += self._import_us
        if was_incoming:
            self.spool.leave(now_us)
            if self.flow is not None:
                self.flow.imported()
        else:
            self._deferred.length.leave(now_us)
        self._active.enter(now_us)
        self._activate(row, now_us)

    def crash(self) -> tuple[int | None, list[int]]:
        """End with the machine.

        Returns:
            The incoming message that was in hand, if one was; and the deferred ones that were due or in hand.
        """
        row, was_incoming = self._in_hand
        in_hand = self.held
        self._alarm.callbacks = []
        self._looker.callbacks = []
        self._next_scan = None
        self.held = True
        due = self._due.rows()
        if in_hand and was_incoming:
            return row, due
        return None, [row, *due] if in_hand else due

    def follow(self, due: list[int]) -> None:
        """Know, after a crash, which deferred messages are due: they are on disk, and their time has come."""
        self._due.extend(due)

    def start_again(self) -> None:
        """Begin when the machine is up again: the deferred queue is looked through at once."""
        rows = [*self._due.rows(), *self._deferred.due_by(self._env.now)]
        self._due = RowQueue()
        self._due.extend(self._deferred.in_order_of_arrival(rows))
        following = self._deferred.first_scan()
        if following is not None:
            self.expect(following)

    def rows(self) -> list[tuple[int, int]]:
        """Give the letters here with their places: due, or in hand."""
        here = [(row, DUE) for row in self._due.rows()]
        return [*here, (self._in_hand[0], IN_HAND)] if self.held else here

    def _scan_deferred(self, scan: int) -> None:
        """Bring back the deferred letters whose time has come."""
        if scan != self._next_scan:
            return  # An earlier one was wanted meanwhile.
        now_us = self._env.now
        self._next_scan = None
        if self._eventful and self._condition.state_at(now_us) != UP:
            change_us = self._condition.next_change_us(now_us)
            if change_us is not None:
                self.expect(max(scan + 1, self._deferred.scan_from(change_us)))
            return
        self._due.extend(self._deferred.due(scan))
        following = self._deferred.first_scan()
        if following is not None:
            self.expect(following)
        self.import_some(now_us)
