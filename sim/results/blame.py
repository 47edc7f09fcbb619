"""Blame: where each letter's time went, in parts that add up to it, in whole microseconds.

The time from submission to the receiver's 250 is cut where something changed: on the way into the active queue
(post box, takeover, incoming queue), in the active queue, asking DNS, setting up a connection, handing the letter
over; and after each attempt that failed, waiting for the next one, which belongs to the answer that put the letter
off. A letter that was not delivered is followed until it was returned or given up, or until the run ended; one that
was taken without its sender's hearing of it, until it was taken, whatever was tried with it later.
These are Postfix's delays=a/b/c/d: submission is a of the first attempt, counted from submission and not from
acceptance; queue is b; dns and connection together are c; transfer is d. Postfix's a of a later attempt is all that
came before it.
A stay in the active queue that a crash of the machine ended is no attempt in Postfix's log. Here it is in the queue
until it was handed to a delivery agent, and from then on, or from the crash on, it waits after the crash.
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
from sim.vocabulary.delay_parts import AFTER_A_CRASH, CAUSES, PUT_OFF_UNTRIED, UNFINISHED, WAITING_AFTER
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
        letter: of each stay in the active queue, the row of its letter: of the attempts, in the order of their
            table, and after them of the stays that a crash ended.
        queue: of each stay, from the active queue to a delivery agent.
        dns: of each stay, asking for the way.
        connection: of each stay, setting up a connection, or failing to.
        transfer: of each stay, from MAIL on, and writing down what came of it; until the letter is taken, where its
            host took it after its sender had hung up and before the next attempt.
        waiting: of each stay that did not deliver, from its end to the letter's next one.
        cause: of each stay, the number in `CAUSES` of what its letter waited after.
        is_last: of each stay, whether it is its letter's last one that is over.
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
        """Give the parts of each letter, summed over its stays; the waits by what they came after.

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
    submitted = whole(record.letters, "submitted_us")
    until, open_since = followed_until(record), _open_since(record)
    stays = _stays(record)
    letter = stays.letter
    following, is_first, is_last = _followed(letter, stays.activated, open_since)
    cut = until[letter]
    activated, handed, asked, set_up, ended = (
        np.minimum(moment, cut)
        for moment in (stays.activated, stays.handed, stays.asked, stays.set_up, stays.ended)
    )
    first = open_since.copy()
    first[letter[is_first]] = stays.activated[is_first]
    first = np.where(first == NEVER, until, np.minimum(first, until))
    standing, unfinished = _open_at_the_end(record, until)
    waited_until = np.where(following == NEVER, cut, np.minimum(following, cut))
    # If the host took the letter meanwhile, it was still at work on it when its sender had hung up.
    taken = (waited_until == cut) & (column(record.letters, "delivered_us")[letter] != NEVER)
    over = np.where(taken, waited_until, ended)
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
        cause=stays.cause,
        is_last=is_last,
    )


@dataclass(frozen=True)
class _Stays:
    """Stays in the active queue that are over, attempts first: their moments, and what the letter waits after."""

    letter: Whole
    activated: Whole
    handed: Whole
    asked: Whole
    set_up: Whole
    ended: Whole
    cause: Whole


def _stays(record: RunRecord) -> _Stays:
    attempts, aborted = record.attempts, record.aborted
    handed = whole(attempts, "handed_us")
    suspended = column(attempts, "connection") == SUSPENDED
    broken_off = np.where(
        whole(aborted, "handed_us") == NEVER, whole(aborted, "at_us"), whole(aborted, "handed_us")
    )

    def both(of_attempts: Whole, of_aborted: Whole) -> Whole:
        return np.concatenate((of_attempts, of_aborted)) if len(aborted) else of_attempts

    return _Stays(
        letter=both(whole(attempts, "letter"), whole(aborted, "letter")),
        activated=both(whole(attempts, "activated_us"), whole(aborted, "activated_us")),
        handed=both(handed, broken_off),
        asked=both(handed + whole(attempts, "dns_us"), broken_off),
        set_up=both(handed + whole(attempts, "setup_us"), broken_off),
        ended=both(whole(attempts, "ended_us"), broken_off),
        cause=both(
            np.where(suspended, PUT_OFF_UNTRIED, whole(attempts, "reply")),
            np.full(len(aborted), AFTER_A_CRASH, dtype=np.int64),
        ),
    )


def _open_since(record: RunRecord) -> Whole:
    since = np.full(len(record.letters), NEVER, dtype=np.int64)
    since[column(record.open, "letter")] = whole(record.open, "activated_us")
    return since


def _followed(letter: Whole, activated: Whole, open_since: Whole) -> tuple[Whole, Bools, Bools]:
    """Give for each stay when its letter's next one began, finished or not; and whether it is the first, the last.

    Args:
        letter: of each stay.
        activated: of each stay.
        open_since: of each letter.
    """
    order = np.lexsort((activated, letter))
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
