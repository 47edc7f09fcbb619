"""What a crash of the sender's machine does to the active queue: nothing is finished, and every message is still there.

Part of the queue manager. Deliveries under way are broken off; messages that were active stand in the incoming queue
again, since the active queue is only in memory and its files are moved back at the restart.
See: Postfix's qmgr.c (qmgr_post_init), QSHAPE_README "active".
"""

from collections.abc import Iterable
from typing import Final, Protocol

from sim.kernel.world import World
from sim.mail.delivery import CarriesLetters, Delivery
from sim.mail.window import Destination

_NOT_HANDED: Final = -1


class WritesDown(Protocol):
    """The rounds of messages with several recipients, as a crash knows them."""

    def write_down_known(self, delivery: Delivery, now_us: int) -> set[int]:
        """Write down who has the letter, as far as that is known by now, and give them."""
        ...


def break_off(
    world: World,
    deliveries: Iterable[Delivery],
    destinations: Iterable[Destination],
    client: CarriesLetters,
    rounds: WritesDown | None,
    now_us: int,
) -> list[int]:
    """End all stays in an active queue now, and give its messages by the first rows that the spool has taken.

    Args:
        world: the run.
        deliveries: those under way.
        destinations: those with letters that wait, or that are dead.
        client: who carries the deliveries.
        rounds: where messages may have several recipients, who writes down those of whom the client has heard that they
            have the letter: Postfix marks them as done in the queue file at once (deliver_completed).
        now_us: the moment of the crash.
    """
    aborted, message = world.recorder.aborted, world.letters.message
    messages: dict[int, None] = {}
    under_way = list(deliveries)
    client.crash(under_way)
    for delivery in under_way:
        rows = delivery.rows()
        messages.setdefault(message[rows[0]])
        known = set() if rounds is None else rounds.write_down_known(delivery, now_us)
        for row in rows:
            if row not in known:
                aborted.add(row, delivery.activated_us, min(delivery.handed_us, now_us), now_us)
    for destination in destinations:
        for _, row, activated_us, batch in destination.todo:
            messages.setdefault(message[row])
            for one in [row] if batch is None else batch.all:
                aborted.add(one, activated_us, _NOT_HANDED, now_us)
        destination.todo.clear()
        if destination.dead:
            world.recorder.incidents["to_us"][destination.incident] = now_us
            destination.dead = False
            destination.deaths += 1
    letters = world.letters
    return [next(row for row in letters.copies(first) if letters.accepted_us[row] >= 0) for first in messages]
