"""Little's law for each queue: what it kept of its own length against what the rows say of its letters.

Left side: the queue's own time integral of its length, from its events. Right side: the sum of all waits
within the run, from rows. Both are whole microseconds, so equal means equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.kernel.recorder import QueueRecord
from sim.results.audit_checks import Check, same
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, whole

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Stays:
    """The stays of letters in one kind of queue: from when, to when (the end of the run if it stayed)."""

    owner: Whole
    came: Whole
    went: Whole
    gone: Bools

    def of(self, owner: int) -> "Stays":
        """Give the stays in the queue of one owner."""
        own = self.owner == owner
        return Stays(self.owner[own], self.came[own], self.went[own], self.gone[own])

    def waited_us(self) -> int:
        """Give the sum of all waits."""
        return int((self.went - self.came).sum())


def queue_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check every queue of the record."""
    stays = {"incoming": _incoming(rows), "active": _active(rows), "deferred": _deferred(rows)}
    visits = _visits(rows)
    senders = rows.record.names.senders
    for index, queue in enumerate(rows.record.queues):
        if queue.where_rows in stays:
            found = stays[queue.where_rows].of(senders.index(queue.owner))
        else:
            found = visits.of(index)
        yield _little(queue, found)
        yield _counts(queue, found)


def _little(queue: QueueRecord, found: Stays) -> Check:
    waited_us = found.waited_us()
    difference = abs(waited_us - queue.integral_us) / max(1, abs(queue.integral_us))
    return Check(f"little_law.{queue.name}", difference <= TOLERANCE, queue.integral_us, waited_us)


def _counts(queue: QueueRecord, found: Stays) -> Check:
    entered, left = len(found.came), int(np.count_nonzero(found.gone))
    return same(
        f"queue_counts.{queue.name}",
        f"{queue.entered} entered, {queue.left} left",
        f"{entered} entered, {left} left",
    )


def _incoming(rows: AuditedRows) -> Stays:
    """From acceptance to the first activation."""
    came = np.flatnonzero(rows.accepted != NEVER)
    activated = np.full(len(rows.kind), NEVER, dtype=np.int64)
    activated[rows.open_letter] = rows.open_since
    activated[rows.tried[rows.is_first]] = rows.activated[rows.is_first]
    gone = activated[came] != NEVER
    went = np.where(gone, activated[came], rows.end_us)
    return Stays(rows.sender[came], rows.accepted[came], went, gone)


def _active(rows: AuditedRows) -> Stays:
    """From each activation to the end of that attempt."""
    still = np.full(len(rows.open_letter), rows.end_us, dtype=np.int64)
    return Stays(
        np.concatenate([rows.sender[rows.tried], rows.sender[rows.open_letter]]),
        np.concatenate([rows.activated, rows.open_since]),
        np.concatenate([rows.done, still]),
        np.concatenate([np.ones(len(rows.done), dtype=np.bool_), np.zeros(len(still), dtype=np.bool_)]),
    )


def _deferred(rows: AuditedRows) -> Stays:
    """From the end of an attempt that put its letter off to the letter's next activation."""
    reopened = np.full(len(rows.kind), NEVER, dtype=np.int64)
    reopened[rows.open_letter] = rows.open_since
    following = np.append(rows.activated[1:], NEVER)
    again = np.where(rows.is_last, reopened[rows.tried], following)
    put_off = rows.deferred()
    gone = again[put_off] != NEVER
    went = np.where(gone, again[put_off], rows.end_us)
    return Stays(rows.sender[rows.tried[put_off]], rows.done[put_off], went, gone)


def _visits(rows: AuditedRows) -> Stays:
    """From arrival at a first-come station to departure."""
    visits = rows.record.visits
    came, leaves = whole(visits, "from_us"), whole(visits, "to_us")
    gone = leaves < rows.end_us
    return Stays(whole(visits, "queue"), came, np.minimum(leaves, rows.end_us), gone)
