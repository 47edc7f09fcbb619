"""Which entry goes next, where every message has one recipient: the one that became active first.

Part of the queue manager: what Postfix's scheduler comes down to when there is nothing to preempt. Destinations
that may send stand in line by the place of their first letter.
See: Postfix's qmgr_job.c.
"""

from heapq import heappop, heappush

from sim.mail.batch import Entry
from sim.mail.window import Destination


class FirstComeLine:
    """The destinations of one sender that may send.

    Attributes:
        ready: empty if and only if nothing may go.
    """

    def __init__(self) -> None:
        self.ready: list[tuple[int, int, Destination]] = []

    def offer(self, destination: Destination) -> None:
        """Let a destination that may go stand in line, by its first letter."""
        if destination.todo and not destination.in_line and destination.busy < destination.window:
            destination.in_line = True
            heappush(self.ready, (destination.todo[0][0], destination.route.provider, destination))

    def could_go(self) -> int:
        """Give how many letters could go now."""
        return sum(
            max(0, min(destination.window - destination.busy, len(destination.todo)))
            for _, _, destination in self.ready
        )

    def choose(self, now_us: int) -> tuple[Destination, Entry] | None:
        """Take the entry that goes next."""
        del now_us  # Nobody is preferred for having waited long.
        ready = self.ready
        while ready:
            order, _, destination = heappop(ready)
            destination.in_line = False
            todo = destination.todo
            # A destination that was dead meanwhile has lost its place: it stood there for another letter.
            if todo and todo[0][0] == order and destination.busy < destination.window:
                entry = todo.popleft()
                destination.busy += 1
                self.offer(destination)
                return destination, entry
            self.offer(destination)
        return None
