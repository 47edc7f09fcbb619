"""The columns of a record as the audit needs them, and what several of its checks share.

The audit of a million letters must not need much more memory than the letters themselves, so columns are
looked at where they lie, and what is computed once is no wider than it must be.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.audit_checks import LetterNames
from sim.results.audit_rounds import Rounds, grouped, rounds_of
from sim.results.columns import NEVER, Bools, Whole, column, numbered, whole
from sim.scenario.sender import Sender
from sim.vocabulary.connections import SHARED
from sim.vocabulary.incidents import OUT_OF_MEMORY
from sim.vocabulary.kinds import DUPLICATE, LETTER
from sim.vocabulary.outcomes import EXPIRED
from sim.vocabulary.places import AT_WORK
from sim.vocabulary.replies import ACCEPTED, PERMANENT

SECOND_US: Final = 1_000_000
CRASHES: Final = ("crash", OUT_OF_MEMORY)
"""Kinds of incidents at a sender in which its machine crashes."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class AuditedRows:
    """A record's rows, each column in the order of its table."""

    def __init__(self, record: RunRecord) -> None:
        letters, attempts = record.letters, record.attempts
        self.record = record
        self.end_us = record.simulated_us
        self.epoch_us = (record.scenario.start - _EPOCH) // timedelta(microseconds=1)
        self.kind = column(letters, "kind")
        self.entry = column(letters, "entry")
        self.number = column(letters, "number")
        self.sender = column(letters, "sender")
        self.provider = column(letters, "provider")
        self.mailbox = column(letters, "mailbox")
        self.parent = column(letters, "parent")
        self.message = column(letters, "message")
        self.size_bytes = column(letters, "size_bytes")
        self.submitted: Whole = column(letters, "submitted_us")
        self.accepted: Whole = column(letters, "accepted_us")
        self.delivered: Whole = column(letters, "delivered_us")
        self.ended: Whole = column(letters, "ended_us")
        self.outcome = column(letters, "outcome")
        self.attempts = column(letters, "attempts")
        self.taken, self.filed, self.lies_in = self.delivered, self.ended, self.outcome
        """When each row was really taken and filed, and where; `delivered`, `ended` and `outcome` are what its sender
        knows of that."""
        self._believe_senders()
        self.is_letter: Bools = self.kind == LETTER
        self.is_duplicate: Bools = self.kind == DUPLICATE
        self.name = LetterNames(record.names.entries, self.entry, self.number, self.kind)

        self.tried = column(attempts, "letter")
        self.activated: Whole = column(attempts, "activated_us")
        self.handed: Whole = column(attempts, "handed_us")
        self.done: Whole = column(attempts, "ended_us")
        self.setup = column(attempts, "setup_us")
        self.dns = column(attempts, "dns_us")
        self.host = column(attempts, "host")
        self.connection = column(attempts, "connection")
        reply = column(attempts, "reply")
        self.said_yes: Bools = reply == ACCEPTED
        self.reply = reply
        self.said_never: Bools = np.isin(reply, list(PERMANENT))
        soft = self.by_sender(lambda sender: sender.postconf.soft_bounce)
        if soft.any():
            self.said_never &= soft[self.sender[self.tried]] == 0

        self.open_letter = column(record.open, "letter")
        self.open_since: Whole = column(record.open, "activated_us")
        aborted = record.aborted
        self.aborted: Whole = whole(aborted, "letter")
        """The letters whose stays in the active queue a crash ended; the columns that follow belong to it."""
        self.aborted_since, self.aborted_us = whole(aborted, "activated_us"), whole(aborted, "at_us")
        self.aborted_handed = whole(aborted, "handed_us")
        self._follow_each_letter()
        recipients = [entry.recipients for entry in record.scenario.letters.values()]
        self.recipients: Whole = np.array(recipients, dtype=np.int64)
        self.rounds: Rounds | None = None
        """The stays of messages, where some have several recipients."""
        self.settled: Whole = self.done
        """When each attempt's message left the active queue; NEVER if it is still there."""
        self.leads: Bools = self.is_letter[:0]
        """Where some messages have several recipients: the attempts that each stand for a delivery; the others went
        along with another recipient."""
        if (self.recipients > 1).any():
            self.rounds = rounds_of(
                self.message[self.tried],
                self.activated,
                self.done,
                self.message[self.open_letter],
                self.open_since,
                (self.message[self.aborted].astype(np.int64), self.aborted_since, self.aborted_us),
            )
            self.settled = np.where(
                self.rounds.aborted[self.rounds.closing], NEVER, self.rounds.ended[self.rounds.closing]
            )[self.rounds.of]
            self.leads = self.connection != SHARED

    def _believe_senders(self) -> None:
        """Take what senders know of letters that were taken without their hearing of it.

        Who heard of a later copy takes that for the letter; the others have given it up, or still have it.
        """
        doubts = self.record.doubts
        if not len(doubts):
            return
        letter, copy = whole(doubts, "letter"), whole(doubts, "copy")
        heard = copy != NEVER
        for name, unheard in (
            ("delivered", NEVER),
            ("ended", doubts["ended_us"]),
            ("outcome", doubts["outcome"]),
        ):
            values = np.array(getattr(self, name))
            believed = np.array(np.broadcast_to(np.asarray(unheard), letter.shape), dtype=values.dtype)
            believed[heard] = values[copy[heard]]
            values[letter] = believed
            setattr(self, name, values)

    def _follow_each_letter(self) -> None:
        """Find for each attempt whether it is its letter's first and last, and when the next one began.

        A stay in the active queue that a crash ended counts as the next one, too; it is not the last attempt.
        """
        # Stable: the attempts of one letter stay in the order of the table.
        order = np.argsort(self.tried, kind="stable")
        same_letter = self.tried[order[1:]] == self.tried[order[:-1]]
        self.is_first: Bools = np.ones(len(order), dtype=np.bool_)
        self.is_last: Bools = np.ones(len(order), dtype=np.bool_)
        self.is_first[order[1:][same_letter]] = False
        self.is_last[order[:-1][same_letter]] = False
        self.next_activated: Whole = np.full(len(order), NEVER, dtype=np.int64)
        self.next_activated[order[:-1][same_letter]] = self.activated[order[1:][same_letter]]
        self.aborted_next: Whole = np.full(len(self.aborted), NEVER, dtype=np.int64)
        if len(self.aborted):
            self._follow_over_crashes()

    def _follow_over_crashes(self) -> None:
        """Find the same where stays that a crash ended stand between the attempts."""
        letter = np.concatenate([self.tried, self.aborted])
        since = np.concatenate([self.activated, self.aborted_since])
        order = np.lexsort((since, letter))
        same_letter = letter[order[1:]] == letter[order[:-1]]
        following = np.full(len(order), NEVER, dtype=np.int64)
        following[order[:-1][same_letter]] = since[order[1:][same_letter]]
        first = np.ones(len(order), dtype=np.bool_)
        first[order[1:][same_letter]] = False
        tried = len(self.tried)
        self.next_activated, self.aborted_next = following[:tried], following[tried:]
        self.is_first = first[:tried]
        reopened = self._reopened()[self.aborted]
        self.aborted_next = np.where(self.aborted_next == NEVER, reopened, self.aborted_next)

    def _reopened(self) -> Whole:
        """Give for each letter since when it was in the active queue at the end; NEVER if it was not."""
        reopened = np.full(len(self.kind), NEVER, dtype=np.int64)
        reopened[self.open_letter] = self.open_since
        return reopened

    def put_off(self) -> Bools:
        """Tell for each attempt whether its letter went to the deferred queue afterwards."""
        gave_up = self.is_last & (self.outcome[self.tried] == EXPIRED)
        deferred: Bools = ~(self.said_yes | self.said_never | gave_up)
        if self.rounds is not None:
            deferred &= (self.settled != NEVER) & ~self.rounds.aborted[self.rounds.of]
        return deferred

    def back_after(self, put_off: Whole) -> Whole:
        """Give when the letters of some attempts were next active, finished or not; NEVER: not in this run."""
        letter, went = self.tried[put_off], self.next_activated[put_off]
        found: Whole = np.where(went == NEVER, self._reopened()[letter], went)
        return found

    def is_one_of_several(self, letters: Whole) -> Bools:
        """Tell for some letters whether their messages have several recipients."""
        several: Bools = (self.recipients[self.entry[letters]] > 1) & (self.kind[letters] == LETTER)
        return several

    def under_way(self, sender: int, recipient_limit: int) -> Whole:
        """Give one letter of each delivery of one sender that was under way at the end.

        A message's recipients at one provider fall into deliveries of which all but the last are as large as the
        recipient limit allows; so of those who are under way, each that begins another such number is counted.
        """
        census = self.record.census
        letters: Whole = column(census, "letter")[column(census, "place") == AT_WORK]
        letters = letters[self.sender[letters] == sender]
        if self.rounds is None or not len(letters):
            return letters
        group, _ = grouped(self.message[letters], self.provider[letters])
        chosen: Whole = letters[(numbered(group) - 1) % (recipient_limit or len(letters)) == 0]
        return chosen

    def of_sender(self, place: int) -> Bools:
        """Mark the attempts of one sender's letters."""
        mine: Bools = self.sender[self.tried] == place
        return mine

    def by_sender(self, parameter: Callable[[Sender], int]) -> Whole:
        """Give for each sender what its settings say."""
        values = [parameter(sender) for sender in self.record.scenario.senders.values()]
        return np.array(values, dtype=np.int64)

    def seconds(self, times_us: Whole) -> Whole:
        """Give whole seconds of the wall clock, in which Postfix counts."""
        counted: Whole = (times_us + self.epoch_us) // SECOND_US
        return counted

    def age_s(self, which: Whole) -> Whole:
        """Give in whole seconds how old the messages of some attempts were when they left the active queue."""
        return self.seconds(self.settled[which]) - self.seconds(self.accepted[self.tried[which]])

    def crashes(self, sender: str) -> Whole:
        """Give the moments at which a sender's machine crashed, in order."""
        incidents = self.record.incidents
        told = zip(incidents["kind"], incidents["where"], incidents["from_us"], strict=True)
        mine = [at_us for kind, where, at_us in told if kind in CRASHES and where == f"senders.{sender}"]
        return np.array(sorted(mine), dtype=np.int64)

    def crashes_of_provider(self, provider: str) -> Whole:
        """Give the moments at which hosts of a provider crashed, in order."""
        incidents, place = self.record.incidents, f"providers.{provider}"
        told = zip(incidents["kind"], incidents["where"], incidents["from_us"], strict=True)
        mine = [
            at_us for kind, where, at_us in told if kind == "crash" and f"{where}.".startswith(f"{place}.")
        ]
        return np.array(sorted(mine), dtype=np.int64)

    def restarts(self, sender: str) -> Whole:
        """Give the moments at which a machine that crashes may have begun anew: the ends of all its troubles."""
        if not len(self.crashes(sender)):
            return np.zeros(0, dtype=np.int64)
        incidents = self.record.incidents
        ends = zip(incidents["where"], incidents["to_us"], strict=True)
        return np.unique(np.array([at_us for where, at_us in ends if where == f"senders.{sender}"], np.int64))

    def is_always_up(self, sender: str) -> bool:
        """Tell whether no fault ever stops a sender's machine."""
        if len(self.crashes(sender)):
            return False
        faults = self.record.scenario.faults
        return not any(fault.where == f"senders.{sender}" and fault.what != "slow" for fault in faults)

    def was_tried(self) -> Bools:
        """Tell for each letter whether it has a finished attempt."""
        return self.marked(self.tried)

    def is_open(self) -> Bools:
        """Tell for each letter whether it was in the active queue when the run ended."""
        return self.marked(self.open_letter)

    def marked(self, letters: Whole) -> Bools:
        """Mark the letters whose rows are listed."""
        found = np.zeros(len(self.kind), dtype=np.bool_)
        found[letters] = True
        return found
