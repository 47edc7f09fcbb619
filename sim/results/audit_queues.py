"""Little's law for each queue: what it kept of its own length against what the rows say of its letters.

Left side: the queue's own time integral of its length, from its events. Right side: the sum of all waits
within the run, from rows. Both are whole microseconds, so equal means equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.kernel.recorder import QueueRecord, RunRecord
from sim.results.audit_checks import Check, same
from sim.results.audit_rounds import firsts
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Stays:
    """The stays of letters in queues of one kind: whose queue, from when, until when (NEVER: to the end)."""

    owner: Whole
    came: Whole
    went: Whole

    def of(self, owner: int, end_us: int) -> tuple[int, int, int]:
        """Give for one queue how many came, how many went, and the sum of their waits."""
        own: Bools = self.owner == owner
        gone: Bools = own & (self.went != NEVER)
        entered, left = int(np.count_nonzero(own)), int(np.count_nonzero(gone))
        until_us = int(self.went.sum(where=gone)) + (entered - left) * end_us
        return entered, left, until_us - int(self.came.sum(where=own))


def queue_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check every queue of the record."""
    stays_of = {"incoming": _incoming, "active": _active, "deferred": _deferred}
    senders = rows.record.names.senders
    stations = station_queues(rows.record)
    for queue in rows.record.queues:
        if queue.where_rows in stays_of:
            parts = stays_of[queue.where_rows](rows)
            owner = senders.index(queue.owner)
        else:
            parts, owner = _visits(rows), stations.index(queue)
        found = [part.of(owner, rows.end_us) for part in parts]
        entered, left, waited_us = (sum(numbers) for numbers in zip(*found, strict=True))
        yield _little(queue, waited_us)
        yield same(
            f"queue_counts.{queue.name}",
            f"{queue.entered} entered, {queue.left} left",
            f"{entered} entered, {left} left",
        )


def station_queues(record: RunRecord) -> list[QueueRecord]:
    """Give the queues whose waits stand in `visits`, in the order in which that table numbers them."""
    return [queue for queue in record.queues if queue.where_rows not in ("incoming", "active", "deferred")]


def _little(queue: QueueRecord, waited_us: int) -> Check:
    difference = abs(waited_us - queue.integral_us) / max(1, abs(queue.integral_us))
    return Check(f"little_law.{queue.name}", difference <= TOLERANCE, queue.integral_us, waited_us)


def _incoming(rows: AuditedRows) -> tuple[Stays, ...]:
    """From acceptance to the first activation, and from a crash in the active queue to the next."""
    activated = np.full(len(rows.kind), NEVER, dtype=np.int64)
    activated[rows.open_letter] = rows.open_since
    # Backwards, so that the first stay of a letter is what remains.
    latest = np.argsort(rows.aborted_since)[::-1]
    activated[rows.aborted[latest]] = rows.aborted_since[latest]
    activated[rows.tried[rows.is_first]] = rows.activated[rows.is_first]
    came = (rows.accepted != NEVER) & ~rows.is_duplicate
    if rows.rounds is not None:
        # A message is one file: it stands for all of its recipients that were taken.
        taken = np.flatnonzero(came)
        came = rows.marked(taken[firsts(rows.message[taken])])
    if came.all():
        return (Stays(rows.sender, rows.accepted, activated), _again(rows))
    return (Stays(rows.sender[came], rows.accepted[came], activated[came]), _again(rows))


def _again(rows: AuditedRows) -> Stays:
    """From each crash in the active queue to the next activation."""
    rounds = rows.rounds
    if rounds is None:
        return Stays(rows.sender[rows.aborted], rows.aborted_us, rows.aborted_next)
    crashed = np.flatnonzero(rounds.aborted)
    following = np.minimum(crashed + 1, len(rounds.message) - 1)
    same = (following > crashed) & (rounds.message[following] == rounds.message[crashed])
    went = np.where(same, rounds.activated[following], NEVER)
    return Stays(rows.sender[rounds.message[crashed]], rounds.ended[crashed], went)


def _active(rows: AuditedRows) -> tuple[Stays, ...]:
    """From each activation to the end of that attempt, or of its round."""
    if rows.rounds is not None:
        return (Stays(rows.sender[rows.rounds.message], rows.rounds.activated, rows.rounds.ended),)
    still = np.full(len(rows.open_letter), NEVER, dtype=np.int64)
    return (
        Stays(rows.sender[rows.tried], rows.activated, rows.done),
        Stays(rows.sender[rows.open_letter], rows.open_since, still),
        Stays(rows.sender[rows.aborted], rows.aborted_since, rows.aborted_us),
    )


def _deferred(rows: AuditedRows) -> tuple[Stays, ...]:
    """From the end of an attempt that put its letter off to the letter's next activation."""
    put_off = np.flatnonzero(rows.put_off())
    if rows.rounds is not None:
        put_off = put_off[firsts(rows.rounds.of[put_off])]
    return (Stays(rows.sender[rows.tried[put_off]], rows.settled[put_off], rows.back_after(put_off)),)


def _visits(rows: AuditedRows) -> tuple[Stays, ...]:
    """From arrival at a first-come station to departure."""
    visits = rows.record.visits
    leaves: Whole = column(visits, "to_us")
    went = np.where(leaves < rows.end_us, leaves, NEVER)
    return (Stays(column(visits, "queue"), column(visits, "from_us"), went),)
