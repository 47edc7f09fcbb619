"""Where the letters in an active queue stand when a run ends.

Part of the queue manager; nothing here changes anything.
"""

from collections.abc import Iterable, Iterator

from sim.mail.delivery import Delivery
from sim.mail.window import Destination
from sim.vocabulary.places import AT_WORK, WAITING


def letters_in(
    deliveries: Iterable[Delivery], destinations: Iterable[Destination]
) -> Iterator[tuple[int, int, int]]:
    """Give each letter with the moment at which it became active and its place.

    Args:
        deliveries: those under way.
        destinations: those with letters that wait.
    """
    for delivery in deliveries:
        for row in delivery.rows():
            yield row, delivery.activated_us, AT_WORK
    for destination in destinations:
        for _, row, activated_us, batch in destination.todo:
            rows = [row] if batch is None else batch.all
            for one in rows:
                yield one, activated_us, WAITING
