"""Take letters over: commit each to disk, then let it stand in the incoming queue.

From: submission, with letters; bounce, with a DSN.
To:   queue_manager, which imports from the incoming queue.

A letter larger than `message_size_limit` is refused, a DSN never; and so is one to an address on the suppression
list, before anything is written. The others pass `commit_workers` who write each to
disk (cleanup's fsync), first come first served; the letter is accepted when it is there. A message to several
recipients is one file: it is written once, and stands in line as one. While the machine is down letters wait
outside, in order. A crash leaves what is on disk, and takes what was being written: that is handed in again when the
machine is up. What was in the active queue stands in line again, where its acceptance belongs.
See: Postfix's cleanup(8), QSHAPE_README "incoming"; message_size_limit in postconf(5).
Left out: queue_minfree and the disk's space, flow control of what is handed in here (see flow_control); commits that
are under way or in line when the machine goes down without a crash are finished.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sim.kernel.condition import UP, Condition
from sim.kernel.draws import uniform
from sim.kernel.first_come import FirstCome
from sim.kernel.queue_length import QueueLength
from sim.kernel.row_queue import RowQueue
from sim.kernel.variates import duration_sampler
from sim.kernel.world import World
from sim.mail.handoff import NOBODY_US, KnowsWhoWantsNothing
from sim.scenario.host import Host
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import REFUSED, UNDER_WAY


class Spool:
    """The spool of one sender.

    Args:
        world: the run.
        name: the sender's.
        host: what a commit costs.
        size_limit_bytes: the largest letter that is taken; 0 is no limit.
        condition: the machine's.
        arrived: told when letters stand in line, so that the queue manager can look.
    """

    suppressions: KnowsWhoWantsNothing | None = None

    def __init__(
        self,
        world: World,
        name: str,
        host: Host,
        size_limit_bytes: int,
        condition: Condition,
        arrived: Callable[[], None],
    ) -> None:
        self._letters = world.letters
        self._env = world.env
        self._size_limit_bytes = size_limit_bytes
        self._sample = duration_sampler(host.commit_time)
        self._constant_us = host.commit_time.mean_us if host.commit_time.shape == "constant" else None
        self._base = world.draws.purpose("commit")
        self.workers = FirstCome(host.commit_workers)
        self._condition = condition
        self._arrived = arrived
        self._last_us = 0
        self._counted = 0
        self._incoming = RowQueue()
        self.head_us = NOBODY_US
        """When the first letter in line is or was accepted."""
        self.length = QueueLength(f"{name}.incoming")

    def take(self, rows: range, recipients: int = 1) -> None:
        """Take over messages that are submitted now, or refuse them.

        Args:
            rows: their letters.
            recipients: so many of them in a line are one message.
        """
        self.write(self.admit(rows, recipients))

    def admit(self, rows: range, recipients: int) -> Iterator[Sequence[int]]:
        """Refuse what is not taken; give the letters of each message that is, at this moment."""
        letters = self._letters
        limit, sizes_bytes = self._size_limit_bytes, letters.size_bytes
        for row in rows[::recipients]:
            if limit and sizes_bytes[row] > limit and letters.kind[row] == LETTER:
                self._refuse(range(row, row + recipients), self._env.now)
                continue
            wanted: Sequence[int] = (row,) if recipients == 1 else range(row, row + recipients)
            if self.suppressions is not None:
                wanted = self._wanted(wanted, self._env.now)
            if wanted:
                yield wanted

    def write(self, messages: Iterable[Sequence[int]]) -> None:
        """Write messages, each given by its letters, in this order, and let them stand in line."""
        now_us = self._env.now
        arrival_us = self._back_up(now_us) if self._condition.eventful else now_us
        commit_us = self._constant_us
        depart = self.workers.depart
        for wanted in messages:
            if self._constant_us is None:
                commit_us = self._sample(uniform(self._base, self._letters.message_key(wanted[0])))
            self._stand(wanted, depart(arrival_us, commit_us or 0))
        self._arrived()

    def take_accepted(self, rows: range, recipients: int, accepted_us: int) -> None:
        """Take messages whose moment of acceptance is given, each of so many rows."""
        limit, letters = self._size_limit_bytes, self._letters
        for row in rows[::recipients]:
            wanted: Sequence[int] = range(row, row + recipients)
            if limit and letters.size_bytes[row] > limit:
                self._refuse(wanted, accepted_us)
                continue
            if self.suppressions is not None:
                wanted = self._wanted(wanted, accepted_us)
            if wanted:
                self._stand(wanted, accepted_us)
        self._arrived()

    def _wanted(self, rows: Sequence[int], now_us: int) -> Sequence[int]:
        """Leave out those of a message to whom nothing is written any more; give the others."""
        assert self.suppressions is not None
        letters, holds = self._letters, self.suppressions.holds
        unwanted = [row for row in rows if letters.kind[row] == LETTER and holds(row)]
        self._refuse(unwanted, now_us)
        return [row for row in rows if row not in unwanted] if unwanted else rows

    def _refuse(self, rows: Sequence[int], now_us: int) -> None:
        """Refuse letters: over the limit, or to those who want none."""
        for row in rows:
            self._letters.outcome[row] = REFUSED
            self._letters.ended_us[row] = now_us

    def _stand(self, rows: Sequence[int], accepted_us: int) -> None:
        """Put a message, by its first row, in line for the queue manager, where its acceptance belongs."""
        row, times_us = rows[0], self._letters.accepted_us
        for one in rows:
            times_us[one] = accepted_us
        if accepted_us >= self._last_us:
            self._incoming.append(row)
            self._last_us = accepted_us
        else:
            self._incoming.insert_by(row, self._letters.accepted_us)
        if accepted_us < self.head_us:
            self.head_us = accepted_us

    def _back_up(self, now_us: int) -> int:
        """Give when the machine takes a letter that comes now."""
        while self._condition.state_at(now_us) != UP:
            change_us = self._condition.next_change_us(now_us)
            if change_us is None:
                break
            now_us = change_us
        return now_us

    def crash(self, now_us: int, up_us: int, from_active: Sequence[int], in_hand: int | None) -> None:
        """Lose what is being written now, until the machine is up again, and take back what was in memory.

        Args:
            now_us: the moment.
            up_us: when the machine is up again.
            from_active: messages of the active queue, by their first rows.
            in_hand: a message that was just leaving the line, if there is one.
        """
        self.catch_up(now_us)
        letters, accepted_us = self._letters, self._letters.accepted_us
        standing = self._incoming.rows()
        written, unwritten = standing[: self._counted], standing[self._counted :]
        for _ in from_active:
            self.length.enter(now_us)
        here = [*written, *from_active] if in_hand is None else [in_hand, *written, *from_active]
        self.workers.break_off(now_us, up_us)
        here.sort(key=lambda row: (accepted_us[row], letters.order_of_arrival(row)))
        self._incoming = RowQueue()
        self._incoming.extend(here)
        self._counted = len(here)
        self.head_us = accepted_us[here[0]] if here else NOBODY_US
        self._last_us = accepted_us[here[-1]] if here else 0
        for row in sorted(unwritten, key=letters.order_of_arrival):
            commit_us = self._constant_us
            if commit_us is None:
                commit_us = self._sample(uniform(self._base, letters.message_key(row)))
            wanted = [one for one in letters.copies(row) if letters.outcome[one] == UNDER_WAY]
            self._stand(wanted, self.workers.depart(up_us, commit_us))

    def pop(self) -> int:
        """Take the head of the line for the queue manager; it counts as incoming until `leave`."""
        if self._counted:
            self._counted -= 1
        else:
            self.length.enter(self.head_us)
        row = self._incoming.pop()
        self.head_us = self._letters.accepted_us[self._incoming.first()] if self._incoming else NOBODY_US
        return row

    def rows(self) -> list[int]:
        """Give the letters in line, accepted or about to be."""
        return self._incoming.rows()

    def leave(self, now_us: int) -> None:
        """Count out the letter that was taken, after those who came meanwhile."""
        self.catch_up(now_us)
        self.length.leave(now_us)

    def catch_up(self, now_us: int) -> None:
        """Count in the letters that were accepted by now."""
        accepted_us = self._letters.accepted_us
        incoming, counted = self._incoming, self._counted
        for offset in range(counted, len(incoming)):
            at_us = accepted_us[incoming.at(offset)]
            if at_us > now_us:
                break
            self.length.enter(at_us)
            counted += 1
        self._counted = counted
