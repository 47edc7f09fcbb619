"""Which entry goes next: the one that came first, or, with several recipients a message, as jobs let each other pass.

Postfix's job scheduler, told plainly: a list of jobs, looked through from the present one on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from sim.reference.message import Entry, Message
from sim.reference.window import Destination
from sim.scenario.postconf import Postconf


class Choice(Protocol):
    """What the sorting room asks, and tells."""

    def add(self, message: Message, entries: list[tuple[Destination, Entry]]) -> None:
        """Take in what has become active."""
        ...

    def choose(self, ready: Iterable[Destination]) -> tuple[Destination, Entry] | None:
        """Give the entry that goes next, of destinations that may send."""
        ...

    def held_back(self, entry: Entry) -> None:
        """An entry of a dead destination is not tried."""
        ...

    def freed(self, destination: Destination) -> None:
        """A delivery or a pause is over there."""
        ...

    def gone(self, message: Message) -> None:
        """A message has left the active queue."""
        ...


class FirstCome:
    """For senders whose messages all have one recipient."""

    def add(self, message: Message, entries: list[tuple[Destination, Entry]]) -> None:
        """Nothing to remember: destinations know who waits."""

    def choose(self, ready: Iterable[Destination]) -> tuple[Destination, Entry] | None:
        """Give the entry that became active first."""
        destination = min(ready, key=lambda each: each.waiting[0].activation)
        return destination, destination.waiting[0]

    def held_back(self, entry: Entry) -> None:
        """Nothing to remember."""

    def freed(self, destination: Destination) -> None:
        """Nothing to remember."""

    def gone(self, message: Message) -> None:
        """Nothing to remember."""


@dataclass(eq=False)
class Job:
    """A message that is being sent, as others see it that want to pass."""

    queued_s: int
    entries: int
    lines: list[tuple[Destination, list[Entry]]]
    """Who waits for which destination; the first line is the next to have its turn."""
    selected: int = 0
    earned: int = 0
    """Entries selected, less those for which smaller jobs have paid or owe: so many times the cost is a slot."""
    used: int = 0
    level: int = 0
    tag: int = 0
    parent: "Job | None" = None
    children: "list[Job]" = field(default_factory=list)


class JobList:
    """For senders with messages to several recipients."""

    def __init__(self, postconf: Postconf, clock_s: Callable[[], int]) -> None:
        self._postconf = postconf
        self._clock_s = clock_s
        self._jobs: list[Job] = []
        self._current: Job | None = None
        self._tag = 1
        self._job_of: dict[int, Job] = {}

    def add(self, message: Message, entries: list[tuple[Destination, Entry]]) -> None:
        """Put a message at the end of the list."""
        lines: list[tuple[Destination, list[Entry]]] = []
        for destination, entry in entries:
            if not lines or lines[-1][0] is not destination:
                lines.append((destination, []))
            lines[-1][1].append(entry)
        job = Job(self._clock_s(), len(entries), lines)
        self._job_of[id(message)] = job
        self._jobs.append(job)
        if self._current is None:
            self._current = job

    def choose(self, ready: Iterable[Destination]) -> tuple[Destination, Entry] | None:
        """Look through the list from the present job on, after those that may have passed it."""
        if self._current is None:
            return None
        if self._postconf.default_delivery_slot_cost >= 2:
            self._let_pass()
        for job in self._from(self._current):
            if job.tag == self._tag:
                continue
            found = self._take_turn(job)
            if found is not None:
                self._current = job
                job.selected += 1
                job.earned += 1
                job.used += 1
                if job.selected == job.entries:
                    self._retire(job)
                return found
            if job.selected < job.entries:
                job.tag = self._tag
                for destination, waiting in job.lines:
                    if waiting:
                        destination.tag = self._tag
            else:
                self._retire(job)
        self._current = None
        return None

    def held_back(self, entry: Entry) -> None:
        """What is not tried counts as selected."""
        job = self._job_of[id(entry.message)]
        job.selected += 1
        for _, waiting in job.lines:
            if entry in waiting:
                waiting.remove(entry)

    def freed(self, destination: Destination) -> None:
        """Jobs that were passed over for want of room there are looked at again, from the head of the list."""
        if destination.tag != self._tag:
            return
        has_room = destination.busy < destination.window and not destination.dead and not destination.pausing
        if has_room and destination.waiting:
            self._tag += 1
            self._current = self._jobs[0] if self._jobs else None
        if has_room or destination.dead:
            destination.tag = 0

    def gone(self, message: Message) -> None:
        """Take a message's job off the list, if it is still there."""
        job = self._job_of.pop(id(message), None)
        if job is not None and job in self._jobs:
            self._retire(job)

    def _from(self, job: Job) -> list[Job]:
        return self._jobs[self._jobs.index(job) :]

    @staticmethod
    def _take_turn(job: Job) -> tuple[Destination, Entry] | None:
        """Give the first entry of the next line that may send; that line goes to the end, with those before it."""
        for place, (destination, waiting) in enumerate(job.lines):
            if waiting and destination.may_send():
                job.lines = job.lines[place + 1 :] + job.lines[: place + 1]
                return destination, waiting.pop(0)
        return None

    # -- passing -----------------------------------------------------------------------------------------

    def _let_pass(self) -> None:
        """Let one smaller job pass the present one, if that has earned it."""
        postconf, current = self._postconf, self._current
        assert current is not None
        cost = postconf.default_delivery_slot_cost
        if current.earned <= 0 or current.entries < postconf.default_minimum_delivery_slots * cost:
            return
        passing = self._who_may_pass(current, (current.entries - current.selected + current.earned) // cost)
        if passing is None:
            return
        needed = passing.entries - passing.selected
        there = current.earned // cost + postconf.default_delivery_slot_loan
        if 100 * there < needed * (100 - postconf.default_delivery_slot_discount):
            return
        if passing.level:
            self._step_back(passing)
        self._jobs.remove(passing)
        self._jobs.insert(self._jobs.index(current), passing)
        passing.parent, passing.level = current, current.level + 1
        current.children.append(passing)
        current.earned -= needed * cost
        passing.used = -needed
        self._current = passing

    def _who_may_pass(self, current: Job, most: int) -> Job | None:
        """Find who has waited longest for its size, of the small ones behind; nobody with jobs before it."""
        best, best_score = None, 0.0
        if most <= 0:
            return None
        for job in self._from(current)[1:]:
            if job.children or job.tag == self._tag:
                continue
            waited_s = self._clock_s() - job.queued_s + 1
            if 0 < job.entries - job.selected <= most and waited_s / job.entries > best_score:
                best, best_score = job, waited_s / job.entries
            if waited_s <= best_score and not job.level:
                break
        return best

    def _step_back(self, job: Job) -> None:
        """A job that has passed another is done with that: what it really used is paid for."""
        parent = job.parent
        if parent is not None:
            if job.level == parent.level + 1:
                parent.earned -= job.used * self._postconf.default_delivery_slot_cost
            parent.children.remove(job)
            parent.children.extend(job.children)
        for child in job.children:
            child.parent = parent
        job.children, job.parent, job.level = [], None, 0

    def _retire(self, job: Job) -> None:
        if job.level:
            self._step_back(job)
        for child in job.children:
            child.parent = None
        job.children = []
        if self._current is job:
            following = self._from(job)[1:]
            self._current = following[0] if following else None
        self._jobs.remove(job)
