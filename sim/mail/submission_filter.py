"""A content filter on the sender's machine: each letter is looked into before it is taken over.

From: submission, with letters.
To:   spool, with each letter that was looked into; machine, whose memory its processes take.

What the spool refuses is refused at once. One process a letter, at most `processes` at the same time; the others wait
outside, first come first served, and are not accepted yet. While the machine is down nobody looks into anything. A
crash ends what is under way: those letters are handed in again, before the others, when the machine is up. What the
filter thinks of a letter is not asked: it lets everything pass.
See: Postfix's FILTER_README and SMTPD_PROXY_README (before-queue filters); default_process_limit in postconf(5).
Left out: letters that it refuses; notices, which the machine writes itself, go past it; after a crash, what was looked
into and not yet on disk is written without being looked into again.
"""

from collections.abc import Callable
from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.condition import UP, Condition
from sim.kernel.draws import uniform
from sim.kernel.queue_length import QueueLength
from sim.kernel.row_queue import RowQueue
from sim.kernel.variates import duration_sampler
from sim.kernel.world import World
from sim.mail.handoff import WritesLetters
from sim.scenario.submission_filter import SubmissionFilter as SubmissionFilterSettings
from sim.vocabulary.outcomes import UNDER_WAY


class SubmissionFilter:
    """The filter of one sender.

    Args:
        world: the run.
        name: the sender's.
        settings: what it takes.
        condition: the machine's.
        spool: where letters go that were looked into.
        grown: told after each process that begins; the machine may crash of it.
        queue_index: the place of its queue in the table of visits.
    """

    def __init__(
        self,
        world: World,
        name: str,
        settings: SubmissionFilterSettings,
        condition: Condition,
        spool: WritesLetters,
        grown: Callable[[], None],
        queue_index: int,
    ) -> None:
        self._env = world.env
        self._letters = world.letters
        self._sample = duration_sampler(settings.time)
        self._base = world.draws.purpose("submission_filter")
        self._limit = settings.processes
        self._condition = condition
        self._spool = spool
        self._grown = grown
        self._line = RowQueue()
        self._at_work: dict[int, None] = {}
        self._life = 0
        self._queue_index, self._visits = queue_index, world.recorder.visits
        self.length = QueueLength(f"{name}.content_filter")

    @property
    def busy(self) -> int:
        """Give how many processes are at work."""
        return len(self._at_work)

    def take(self, rows: range, recipients: int = 1) -> None:
        """Take messages that are handed in now, each of so many letters."""
        now_us = self._env.now
        for wanted in self._spool.admit(rows, recipients):
            self._line.append(wanted[0])
            self.length.enter(now_us)
        self.begin()

    def take_accepted(self, rows: range, recipients: int, accepted_us: int) -> None:
        """Let messages pass whose moment of acceptance is given."""
        self._spool.take_accepted(rows, recipients, accepted_us)

    def go_on_at(self, up_us: int) -> None:
        """Go on when the machine is up, after whoever else goes on at that moment."""
        env = self._env
        ring_once(env, up_us, lambda _: ring_once(env, up_us, lambda _: self.begin()))

    def begin(self) -> None:
        """Look into as many as there are processes for, while the machine is up."""
        now_us = self._env.now
        while self._line and len(self._at_work) < self._limit and self._condition.state_at(now_us) == UP:
            row = self._line.pop()
            self._at_work[row] = None
            service_us = self._sample(uniform(self._base, self._letters.message_key(row)))
            ring_once(self._env, now_us + service_us, self._end_of(row))
            self._grown()

    def _end_of(self, row: int) -> Callable[[Any], None]:
        life = self._life

        def end(_: Any) -> None:
            if life != self._life:
                return  # The machine has crashed meanwhile.
            del self._at_work[row]
            now_us = self._env.now
            self.length.leave(now_us)
            self._visits.add(self._queue_index, row, self._letters.submitted_us[row], now_us)
            outcome = self._letters.outcome
            self._spool.write([[one for one in self._letters.copies(row) if outcome[one] == UNDER_WAY]])
            self.begin()

        return end

    def crash(self) -> None:
        """End with the machine; what was under way comes first when it is up again."""
        self._life += 1
        waiting = self._line.rows()
        self._line = RowQueue()
        self._line.extend([*self._at_work, *waiting])
        self._at_work.clear()

    def close(self, end_us: int) -> None:
        """Write down the stays of those who are still here at the end of the run."""
        for row in self.rows():
            self._visits.add(self._queue_index, row, self._letters.submitted_us[row], end_us)

    def rows(self) -> list[int]:
        """Give the messages here, by their first letters."""
        return [*self._at_work, *self._line.rows()]
