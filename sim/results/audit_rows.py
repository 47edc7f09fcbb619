"""The columns of a record as the audit needs them, and what several of its checks share."""

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.audit_checks import LetterNames
from sim.results.columns import Bools, Whole, whole
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import EXPIRED
from sim.vocabulary.replies import ACCEPTED, PERMANENT


class AuditedRows:
    """A record's rows; attempts are sorted by letter and, within a letter, stay in the order of the table."""

    def __init__(self, record: RunRecord) -> None:
        letters, attempts = record.letters, record.attempts
        self.record = record
        self.end_us = record.simulated_us
        self.kind = whole(letters, "kind")
        self.entry = whole(letters, "entry")
        self.number = whole(letters, "number")
        self.sender = whole(letters, "sender")
        self.provider = whole(letters, "provider")
        self.parent = whole(letters, "parent")
        self.submitted = whole(letters, "submitted_us")
        self.accepted = whole(letters, "accepted_us")
        self.delivered = whole(letters, "delivered_us")
        self.ended = whole(letters, "ended_us")
        self.outcome = whole(letters, "outcome")
        self.attempts = whole(letters, "attempts")
        self.is_letter: Bools = self.kind == LETTER
        self.name = LetterNames(record.names.entries, self.entry, self.number, self.kind)

        tried = whole(attempts, "letter")
        order = np.argsort(tried, kind="stable")
        self.tried: Whole = tried[order]
        self.activated = whole(attempts, "activated_us")[order]
        self.handed = whole(attempts, "handed_us")[order]
        self.done = whole(attempts, "ended_us")[order]
        self.setup = whole(attempts, "setup_us")[order]
        self.dns = whole(attempts, "dns_us")[order]
        self.host = whole(attempts, "host")[order]
        self.connection = whole(attempts, "connection")[order]
        self.reply = whole(attempts, "reply")[order]
        self.is_first: Bools = np.ones(len(tried), dtype=np.bool_)
        self.is_first[1:] = self.tried[1:] != self.tried[:-1]
        self.is_last: Bools = np.ones(len(tried), dtype=np.bool_)
        self.is_last[:-1] = self.is_first[1:]
        self.said_yes: Bools = self.reply == ACCEPTED
        self.said_never: Bools = np.isin(self.reply, list(PERMANENT))

        self.open_letter, self.open_since = whole(record.open, "letter"), whole(record.open, "activated_us")

    def deferred(self) -> Bools:
        """Tell for each attempt whether its letter went to the deferred queue afterwards."""
        gave_up = self.is_last & (self.outcome[self.tried] == EXPIRED)
        put_off: Bools = ~(self.said_yes | self.said_never | gave_up)
        return put_off

    def rows_of(self) -> Whole:
        """Count the attempts of each letter."""
        return np.bincount(self.tried, minlength=len(self.kind))

    def is_open(self) -> Bools:
        """Tell for each letter whether it was in the active queue when the run ended."""
        marked = np.zeros(len(self.kind), dtype=np.bool_)
        marked[self.open_letter] = True
        return marked
