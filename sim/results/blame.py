"""Blame: where each letter's time went, in parts that add up to it, in whole microseconds.

The time from submission to the receiver's 250 is cut where something changed: on the way into the active queue
(post box, takeover, incoming queue), in the active queue, asking DNS, setting up a connection, handing the letter
over; and after each attempt that failed, waiting for the next one, which belongs to the answer that put the letter
off. A letter that was not delivered is followed until it was returned or given up, or until the run ended; one that
was taken without its sender's hearing of it, until it was taken, whatever was tried with it later.
These are Postfix's delays=a/b/c/d: submission is a of the first attempt, counted from submission and not from
acceptance; queue is b; dns and connection together are c; transfer is d. Postfix's a of a later attempt is all that
came before it.
Left out: what other hosts of the same attempt took is part of its connection, conversations included, as in Postfix's
c; the wait of a put-off letter for the other recipients of its message is part of the wait after its refusal; of an
attempt that the end of the run cut off the tables know the beginning alone, so it is a part of its own, `unfinished`.
See: Postfix's log_adhoc.c, postconf(5) delay_logging_resolution_limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER, Bools, Whole, column, whole
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.delay_parts import CAUSES, PUT_OFF_UNTRIED, UNFINISHED, WAITING_AFTER
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.places import WAITING


@dataclass(frozen=True)
class Blame:
    """The parts of the delays of one run, in microseconds.

    Attributes:
        total: of each letter, its whole delay.
        submission: of each letter, until it first was in the active queue.
        standing: of each letter, in the active queue when the run ended, not yet with a delivery agent.
        unfinished: of each letter, in an attempt that was not over when the run ended.
        open_since: of each letter, when it came into the active queue in which it was at the end; else NEVER.
        letter: of each attempt, the row of its letter.
        queue: of each attempt, from the active queue to a delivery agent.
        dns: of each attempt, asking for the way.
        connection: of each attempt, setting up a connection, or failing to.
        transfer: of each attempt, from MAIL on, and writing down what came of it; until the letter is taken, where its
            host took it after its sender had hung up and before the next attempt.
        waiting: of each attempt that did not deliver, from its end to the letter's next one.
        cause: of each attempt, the number in `CAUSES` of what its letter waited after.
        is_last: of each attempt, whether it is its letter's last one that was finished.
    """

    total: Whole
    submission: Whole
    standing: Whole
    unfinished: Whole
    open_since: Whole
    letter: Whole
    queue: Whole
    dns: Whole
    connection: Whole
    transfer: Whole
    waiting: Whole
    cause: Whole
    is_last: Bools

    def by_letter(self) -> Mapping[str, Whole]:
        """Give the parts of each letter, summed over its attempts; the waits by what they came after.

        Returns:
            For each part its microseconds in each letter. Together they are `total`.
        """
        parts = {
            "submission": self.submission,
            "queue": self._summed(self.queue) + self.standing,
            "dns": self._summed(self.dns),
            "connection": self._summed(self.connection),
            "transfer": self._summed(self.transfer),
            UNFINISHED: self.unfinished,
        }
        for cause in np.unique(self.cause[self.waiting > 0]):
            parts[WAITING_AFTER + CAUSES[cause]] = self._summed(
                np.where(self.cause == cause, self.waiting, 0)
            )
        return parts

    def _summed(self, lasted: Whole) -> Whole:
        # Sums of whole numbers below 2**53 are exact in floating point; one letter's are.
        return np.bincount(self.letter, weights=lasted, minlength=len(self.total)).astype(np.int64)


def followed_until(record: RunRecord) -> Whole:
    """Give for each letter until when its delay counts: the receiver's 250, its end, or the end of the run.

    What is another copy of a letter has no delay of its own.
    """
    delivered, ended = whole(record.letters, "delivered_us"), whole(record.letters, "ended_us")
    over = np.where(ended == NEVER, record.simulated_us, ended)
    until: Whole = np.where(delivered == NEVER, over, delivered)
    submitted = whole(record.letters, "submitted_us")
    return np.where(column(record.letters, "kind") == DUPLICATE, submitted, np.maximum(until, submitted))


def blame_of(record: RunRecord) -> Blame:
    """Cut the delays of all letters of a run into parts."""
    attempts, submitted = record.attempts, whole(record.letters, "submitted_us")
    until, open_since = followed_until(record), _open_since(record)
    letter = whole(attempts, "letter")
    following, is_first, is_last = _followed(letter, whole(attempts, "activated_us"), open_since)
    cut = until[letter]
    activated, handed, ended = (
        np.minimum(whole(attempts, f"{name}_us"), cut) for name in ("activated", "handed", "ended")
    )
    asked = np.minimum(whole(attempts, "handed_us") + whole(attempts, "dns_us"), cut)
    set_up = np.minimum(whole(attempts, "handed_us") + whole(attempts, "setup_us"), cut)
    first = open_since.copy()
    first[letter[is_first]] = whole(attempts, "activated_us")[is_first]
    first = np.where(first == NEVER, until, np.minimum(first, until))
    standing, unfinished = _open_at_the_end(record, until)
    waited_until = np.where(following == NEVER, cut, np.minimum(following, cut))
    # If the host took the letter meanwhile, it was still at work on it when its sender had hung up.
    taken = (waited_until == cut) & (column(record.letters, "delivered_us")[letter] != NEVER)
    over = np.where(taken, waited_until, ended)
    suspended = column(attempts, "connection") == SUSPENDED
    return Blame(
        total=until - submitted,
        submission=first - submitted,
        standing=standing,
        unfinished=unfinished,
        open_since=open_since,
        letter=letter,
        queue=handed - activated,
        dns=asked - handed,
        connection=set_up - asked,
        transfer=over - set_up,
        waiting=waited_until - over,
        cause=np.where(suspended, PUT_OFF_UNTRIED, column(attempts, "reply")),
        is_last=is_last,
    )


def _open_since(record: RunRecord) -> Whole:
    since = np.full(len(record.letters), NEVER, dtype=np.int64)
    since[column(record.open, "letter")] = whole(record.open, "activated_us")
    return since


def _followed(letter: Whole, activated: Whole, open_since: Whole) -> tuple[Whole, Bools, Bools]:
    """Give for each attempt when its letter's next one began, finished or not; and whether it is the first, the last.

    Args:
        letter: of each attempt.
        activated: of each attempt.
        open_since: of each letter.
    """
    # Stable: the attempts of one letter stay in the order of the table.
    order = np.argsort(letter, kind="stable")
    goes_on = letter[order[1:]] == letter[order[:-1]]
    is_first, is_last = np.ones(len(letter), dtype=np.bool_), np.ones(len(letter), dtype=np.bool_)
    is_first[order[1:][goes_on]] = False
    is_last[order[:-1][goes_on]] = False
    following = open_since[letter]
    following[order[:-1][goes_on]] = activated[order[1:][goes_on]]
    return following, is_first, is_last


def _open_at_the_end(record: RunRecord, until: Whole) -> tuple[Whole, Whole]:
    """Give for each letter how long it had been in the active queue at the end: without an agent, and with one."""
    letter = column(record.open, "letter")
    stayed = np.maximum(until[letter] - whole(record.open, "activated_us"), 0)
    waits = np.zeros(len(until), dtype=np.bool_)
    waits[column(record.census, "letter")[column(record.census, "place") == WAITING]] = True
    standing, unfinished = np.zeros(len(until), dtype=np.int64), np.zeros(len(until), dtype=np.int64)
    standing[letter] = np.where(waits[letter], stayed, 0)
    unfinished[letter] = np.where(waits[letter], 0, stayed)
    return standing, unfinished
