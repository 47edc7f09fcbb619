"""Which entry goes next, where messages may have several recipients: large messages let small ones pass.

Part of the queue manager. A message in the active queue is a job; its entries stand in lines, one for each of its
destinations, which take turns. Jobs are served in the order in which they became active. For every
`default_delivery_slot_cost` entries selected from a job it has earned one that smaller jobs may have first: then
the job that has waited longest, measured by its size, goes before it. A job whose destinations have no room is
passed over until one of them has room again.
See: Postfix's SCHEDULER_README, qmgr_job.c, qmgr_peer.c; default_delivery_slot_* in postconf(5).
Left out: several transports; messages of which not all recipients fit into memory.
"""

from collections import deque
from collections.abc import Callable, Sequence

from sim.mail.batch import Entry
from sim.mail.window import Destination, DestinationKey
from sim.scenario.postconf import Postconf

Line = tuple[Destination, deque[Entry]]
"""The entries of a job that wait for one destination."""


class Job:
    """A message in the active queue, as the scheduler knows it.

    Attributes:
        entries: how many it has, and `selected` how many of them were.
        available: what it has earned, times the cost; less what smaller jobs had before it was earned.
        used: entries selected; of a job that went before another, less those that it was expected to need.
        level: 0, or how many jobs it stands before, one having gone before the other.
        tag: that of the scheduler where it is known to have no destination with room.
    """

    __slots__ = (
        "after",
        "available",
        "before",
        "children",
        "entries",
        "level",
        "lines",
        "listed",
        "parent",
        "queued_s",
        "selected",
        "tag",
        "used",
    )

    def __init__(self, lines: Sequence[Line], queued_s: int) -> None:
        self.lines = deque(lines)
        self.entries = sum(len(line) for _, line in lines)
        self.queued_s = queued_s
        self.selected = self.available = self.used = self.level = self.tag = 0
        self.parent: Job | None = None
        self.children: list[Job] = []
        self.before: Job | None = None
        self.after: Job | None = None
        self.listed = False

    def take_turn(self) -> Line | None:
        """Give the next line whose destination has room, and let it be the last one from now on."""
        for place, line in enumerate(self.lines):
            destination, entries = line
            if entries and destination.busy < destination.window:
                self.lines.rotate(-place - 1)
                return line
        return None


class JobScheduler:
    """The jobs of one sender.

    Args:
        postconf: cost, loan, discount and least size.
        second: gives a moment in whole seconds of the wall clock, in which Postfix tells who has waited longer.

    Attributes:
        ready: the destinations that may send, by key.
    """

    def __init__(self, postconf: Postconf, second: Callable[[int], int]) -> None:
        self._cost = postconf.default_delivery_slot_cost
        self._loan = postconf.default_delivery_slot_loan
        self._due_percent = 100 - postconf.default_delivery_slot_discount
        self._least_entries = postconf.default_minimum_delivery_slots * self._cost
        self._second = second
        self._first: Job | None = None
        self._last: Job | None = None
        self._current: Job | None = None
        self._tag = 1
        # Who may go before whom is looked up again only when something has changed, or the second has.
        self._candidate: Job | None = None
        self._candidate_for: Job | None = None
        self._candidate_s = 0
        self.ready: dict[DestinationKey, Destination] = {}

    def add(self, lines: Sequence[Line], now_us: int) -> Job:
        """Put a message at the end of the list; its entries stand behind their destinations' lines already."""
        job = Job(lines, self._second(now_us))
        self._insert(job, None)
        if self._current is None:
            self._current = job
        self._candidate_for = None
        for destination, _ in lines:
            self._look_at(destination)
        return job

    def offer(self, destination: Destination) -> None:
        """Look at a destination for which a delivery or a pause is over: who waited for it may be next."""
        if destination.tag == self._tag:
            has_room = destination.busy < destination.window
            if has_room and destination.todo:
                self._tag += 1
                self._current = self._first
                self._candidate_for = None
            if has_room or destination.dead:
                destination.tag = 0
        self._look_at(destination)

    def withdraw(self, destination: Destination, jobs: Sequence[Job]) -> None:
        """Take what waits for a dead destination out of the lines of its jobs, one job an entry."""
        for job in jobs:
            job.selected += 1
            for line in job.lines:
                if line[0] is destination:
                    line[1].clear()
        # A job that has lost entries may be small enough now.
        self._candidate_for = None
        self._look_at(destination)

    def forget(self, job: Job) -> None:
        """Take a job off the list whose message has left the active queue."""
        if job.listed:
            self._retire(job)

    def could_go(self) -> int:
        """Give how many entries could go now."""
        return sum(
            min(destination.window - destination.busy, len(destination.todo))
            for destination in self.ready.values()
        )

    def choose(self, now_us: int) -> tuple[Destination, Entry] | None:
        """Take the entry that goes next, if those who are not passed over have one."""
        job = self._current
        if job is not None and self._cost >= 2:
            job = self._preempted(job, self._second(now_us))
        while job is not None:
            following = job.after
            if job.tag != self._tag:
                line = job.take_turn()
                if line is not None:
                    return self._select(job, line)
                if job.selected < job.entries:
                    self._pass_over(job)
                else:
                    self._retire(job)  # What was left of it has been deferred with a dead destination.
            job = following
        self._current = None
        return None

    def _select(self, job: Job, line: Line) -> tuple[Destination, Entry]:
        destination, entries = line
        entry = entries.popleft()
        destination.todo.remove(entry)
        destination.busy += 1
        self._look_at(destination)
        job.selected += 1
        job.available += 1
        job.used += 1
        if job is not self._candidate_for:
            self._candidate_for = None
        self._current = job
        if job.selected == job.entries:
            self._retire(job)
        return destination, entry

    def _pass_over(self, job: Job) -> None:
        """Mark a job, and those of its destinations that have no room for it."""
        job.tag = self._tag
        for destination, entries in job.lines:
            if entries:
                destination.tag = self._tag

    def _look_at(self, destination: Destination) -> None:
        if destination.todo and destination.busy < destination.window:
            self.ready[destination.key] = destination
        else:
            self.ready.pop(destination.key, None)

    # --- who goes before whom -----------------------------------------------------------------------

    def _preempted(self, current: Job, now_s: int) -> Job:
        """Let a smaller job go before the current one, if that has earned it; give the one to be served."""
        if current.available <= 0 or current.entries < self._least_entries:
            return current
        job = self._best_candidate(current, now_s)
        if job is None:
            return current
        needed = job.entries - job.selected
        if current.available // self._cost + self._loan < needed * self._due_percent / 100.0:
            return current
        if job.level:
            self._pop(job)
        self._remove(job)
        self._insert(job, current)
        job.parent = current
        current.children.append(job)
        job.level = current.level + 1
        self._current = job
        self._candidate_for = None
        current.available -= needed * self._cost
        job.used = -needed
        return job

    def _best_candidate(self, current: Job, now_s: int) -> Job | None:
        """Find the job behind the current one that has waited longest for its size, and is small enough."""
        if self._candidate_for is current and (self._candidate is None or self._candidate_s == now_s):
            return self._candidate
        best, best_score = None, 0.0
        most = (current.entries - current.selected + current.available) // self._cost
        job = current.after if most > 0 else None
        while job is not None:
            if not job.children and job.tag != self._tag:
                waited_s = now_s - job.queued_s + 1
                if 0 < job.entries - job.selected <= most and waited_s / job.entries > best_score:
                    best, best_score = job, waited_s / job.entries
                if waited_s <= best_score and not job.level:
                    break  # Those behind it became active later: none of them can be better.
            job = job.after
        self._candidate, self._candidate_for, self._candidate_s = best, current, now_s
        return best

    def _pop(self, job: Job) -> None:
        """End a job's going before another: that one pays for what was selected, no more and no less."""
        parent = job.parent
        if parent is not None:
            if job.level == parent.level + 1:
                parent.available -= job.used * self._cost
            parent.children.remove(job)
            job.parent = None
        self._leave_children(job, parent)
        job.level = 0
        self._candidate_for = None

    @staticmethod
    def _leave_children(job: Job, parent: Job | None) -> None:
        for child in job.children:
            child.parent = parent
            if parent is not None:
                parent.children.append(child)
        job.children.clear()

    def _retire(self, job: Job) -> None:
        """Take a job off the list that has nothing more to select."""
        if job.level:
            self._pop(job)
        self._leave_children(job, None)
        if self._current is job:
            self._current = job.after
        if job in (self._candidate, self._candidate_for):
            self._candidate_for = None
        self._remove(job)

    # --- the list -----------------------------------------------------------------------------------

    def _insert(self, job: Job, after: Job | None) -> None:
        """Put a job right before another one, or at the end."""
        before = self._last if after is None else after.before
        job.before, job.after, job.listed = before, after, True
        if before is None:
            self._first = job
        else:
            before.after = job
        if after is None:
            self._last = job
        else:
            after.before = job

    def _remove(self, job: Job) -> None:
        before, after = job.before, job.after
        if before is None:
            self._first = after
        else:
            before.after = after
        if after is None:
            self._last = before
        else:
            after.before = before
        job.before = job.after = None
        job.listed = False
