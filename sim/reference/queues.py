"""The queues of one sender that are on disk: incoming and deferred; and what a scan has found in the latter.

A crash takes nothing from the disk. What was only in memory (which messages are due, whose turn it is) is forgotten.
"""

from collections import deque
from heapq import heappop, heappush

from sim.reference.message import Message

INCOMING, DEFERRED = "incoming", "deferred"
LONG_AGO_US = 0
"""The moment from which a message may be tried again, where that is over anyway."""


class Queues:
    """Incoming and deferred messages, each by its order."""

    def __init__(self) -> None:
        self._incoming: list[tuple[tuple[int, int], Message]] = []
        self._deferred: list[tuple[int, tuple[int, int], Message]] = []
        """By the moment from which a message may be tried again, then by order."""
        self._due: deque[Message] = deque()
        self._last_taken = DEFERRED

    def take_in(self, message: Message) -> None:
        """Let a message stand in the incoming queue."""
        heappush(self._incoming, (message.order, message))

    def put_aside(self, message: Message, again_us: int) -> None:
        """Keep a message that may be tried again from a moment on."""
        heappush(self._deferred, (again_us, message.order, message))

    def waits_us(self) -> list[int]:
        """List from when on the deferred messages may be tried again."""
        return [again_us for again_us, _, _ in self._deferred]

    def scan(self, clock: int) -> None:
        """Put the messages whose wait is over on the pile of those that are due."""
        due = []
        while self._deferred and self._deferred[0][0] <= clock:
            _, order, message = heappop(self._deferred)
            due.append((order, message))
        due.sort(key=lambda each: each[0])
        self._due.extend(message for _, message in due)

    def hold_anything(self) -> bool:
        """Say whether there is a message that may become active."""
        return bool(self._incoming or self._due)

    def let_new_mail_go_first(self) -> None:
        """Begin the turns anew: once the active queue was full, new mail goes first."""
        self._last_taken = DEFERRED

    def take_out(self) -> Message:
        """Take turns between new and deferred mail while there is both."""
        if self._incoming and (not self._due or self._last_taken == DEFERRED):
            self._last_taken = INCOMING
            return heappop(self._incoming)[1]
        self._last_taken = DEFERRED
        return self._due.popleft()

    def crash(self, active: list[Message], in_hand: Message | None) -> None:
        """Have active messages back, and the one that was just leaving its queue; forget what was in memory."""
        for message in active:
            self.take_in(message)
        if in_hand is not None and self._last_taken == INCOMING:
            self.take_in(in_hand)
        elif in_hand is not None:
            self.put_aside(in_hand, LONG_AGO_US)
        while self._due:
            self.put_aside(self._due.popleft(), LONG_AGO_US)
        self._last_taken = DEFERRED
