"""Messages with several recipients in the active queue: into how many deliveries each falls, and when it leaves.

Part of the queue manager. A message's recipients are grouped by destination and cut into entries of at most
`default_destination_recipient_limit`; those of a dead destination are deferred at once. When its last entry is
done the message leaves the active queue as a whole: its cool-off, its age and its notices are those of the message.
See: Postfix's qmgr_message.c, qmgr_active.c, qmgr_entry.c.
Left out: sorting recipients by name (they stay in their order); qmgr_message_recipient_limit.
"""

from collections import deque
from collections.abc import Callable

from sim.kernel.queue_length import QueueLength
from sim.kernel.world import World
from sim.mail.batch import Batch, Entry, Round, Settled
from sim.mail.delivery import Delivery
from sim.mail.fates import Fates
from sim.mail.job_scheduler import Job, JobScheduler, Line
from sim.mail.window import Destination, DestinationKey
from sim.vocabulary import stages
from sim.vocabulary.connections import SHARED, SUSPENDED
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.replies import ACCEPTED


class Rounds:
    """The messages in the active queue of one sender.

    Args:
        world: the run.
        recipient_limit: the most recipients of one entry; 0 is no limit, with 1 each is a destination of its own.
        permanent: replies that are final.
        scheduler: which entry goes next.
        destination: gives a provider's or a mailbox's destination, made new if nothing is known of it.
        active: the active queue.
        fates: what becomes of letters that were not accepted.
    """

    def __init__(
        self,
        world: World,
        recipient_limit: int,
        permanent: frozenset[int],
        scheduler: JobScheduler,
        destination: Callable[[DestinationKey, int, int], Destination],
        active: QueueLength,
        fates: Fates,
    ) -> None:
        self._letters = world.letters
        self._attempts = world.recorder.attempts
        self._limit = recipient_limit
        self._permanent = permanent
        self._scheduler = scheduler
        self._destination = destination
        self._active = active
        self._fates = fates
        self._jobs: dict[Round, Job] = {}
        self.owed: dict[int, list[int]] = {}
        """By message, the letters that were refused for good before a crash, and are not returned yet."""
        self._orders = 0

    def begin(self, row: int, now_us: int) -> None:
        """Let the recipients of a message that entered the active queue wait for their destinations."""
        stay = Round(now_us)
        stay.bounced = self.owed.pop(self._letters.message[row], [])
        lines: list[Line] = []
        for key, rows in self._groups(row).items():
            destination = self._destination(key, rows[0], now_us)
            if destination.dead:
                self._suspend(stay, rows, now_us, destination.reason)
            else:
                lines.append((destination, self._entries(stay, rows)))
        for destination, entries in lines:
            destination.todo.extend(entries)
            stay.left += len(entries)
        if lines:
            self._jobs[stay] = self._scheduler.add(lines, now_us)
        else:
            self._end(stay, now_us)

    def _groups(self, row: int) -> dict[DestinationKey, list[int]]:
        """Group the letters of a message that are still to be delivered, in the order of the providers."""
        letters = self._letters
        provider, mailbox = letters.provider, letters.mailbox
        rows = [one for one in letters.copies(row) if letters.is_open(one)]
        rows.sort(key=provider.__getitem__)
        groups: dict[DestinationKey, list[int]] = {}
        for one in rows:
            key: DestinationKey = (provider[one], mailbox[one]) if self._limit == 1 else provider[one]
            groups.setdefault(key, []).append(one)
        return groups

    def _entries(self, stay: Round, rows: list[int]) -> deque[Entry]:
        size = self._limit or len(rows)
        entries: deque[Entry] = deque()
        for begin in range(0, len(rows), size):
            batch = Batch(stay, rows[begin : begin + size])
            self._orders += 1
            entries.append((self._orders, batch.all[0], stay.activated_us, batch))
        return entries

    def bury(self, destination: Destination, entries: list[Entry], now_us: int) -> None:
        """Defer what waits for a destination that is dead from now on."""
        batches = [entry[3] for entry in entries if entry[3] is not None]
        self._scheduler.withdraw(destination, [self._jobs[batch.stay] for batch in batches])
        for batch in batches:
            self._suspend(batch.stay, batch.rows, now_us, destination.reason)
            self._leave(batch.stay, now_us)

    def _suspend(self, stay: Round, rows: list[int], now_us: int, reply: int) -> None:
        """Defer recipients at a dead destination without trying."""
        for row in rows:
            self._letters.attempts[row] += 1
            self._attempts.add(
                row, stay.activated_us, now_us, now_us, NO_HOST, 0, SUSPENDED, 0, 0, 0, stages.CONNECT, reply
            )
            self._file(stay, row, reply, now_us)

    def _file(self, stay: Round, row: int, reply: int, now_us: int) -> None:
        if reply in self._permanent:
            self._fates.refuse(row, now_us)
            stay.bounced.append(row)
        elif reply != ACCEPTED:
            stay.put_off.append(row)

    def record(self, delivery: Delivery, now_us: int) -> None:
        """Write down what each recipient of a delivery got that is over now."""
        batch = delivery.batch
        assert batch is not None
        for row in batch.rows:
            batch.settled.append(
                Settled(
                    row,
                    delivery.host,
                    delivery.client,
                    delivery.how,
                    delivery.setup_us,
                    delivery.stage,
                    delivery.reply,
                )
            )
        batch.rows.clear()
        for one in batch.settled:
            self.write_down(delivery, one, now_us)

    def write_down(self, delivery: Delivery, one: Settled, now_us: int) -> None:
        """Write down what one recipient of a delivery got."""
        assert delivery.batch is not None
        self._letters.attempts[one.row] += 1
        leads = one.row == delivery.batch.all[0]
        self._attempts.add(
            one.row,
            delivery.activated_us,
            delivery.handed_us,
            now_us,
            one.host,
            one.client,
            one.how if leads else SHARED,
            delivery.dns_us,
            delivery.dns_queries if leads else 0,
            one.setup_us,
            one.stage,
            one.reply,
        )

    def write_down_known(self, delivery: Delivery, now_us: int) -> set[int]:
        """Write down who has the letter, as far as the client of a delivery has heard of it by now, and give them."""
        known = delivery.known_as_taken(now_us)
        for one in known:
            self.write_down(delivery, one, now_us)
        return {one.row for one in known}

    def done(self, batch: Batch, now_us: int) -> None:
        """Take account of a delivery that is over now."""
        for one in batch.settled:
            self._file(batch.stay, one.row, one.reply, now_us)
        self._leave(batch.stay, now_us)

    def _leave(self, stay: Round, now_us: int) -> None:
        """One entry of a message is done; with the last one the message leaves the active queue."""
        stay.left -= 1
        if not stay.left:
            self._scheduler.forget(self._jobs.pop(stay))
            self._end(stay, now_us)

    def _end(self, stay: Round, now_us: int) -> None:
        self._active.leave(now_us)
        self._fates.settle(stay.bounced, sorted(stay.put_off), now_us)

    def crash(self) -> None:
        """End with the machine; what was refused for good is written down, and is returned later."""
        for stay in self._jobs:
            if stay.bounced:
                self.owed[self._letters.message[stay.bounced[0]]] = stay.bounced
        self._jobs.clear()

    def tried(self) -> list[int]:
        """Give the letters that were put off while others of their message are still active."""
        return [row for stay in self._jobs for row in stay.put_off]
