"""Checks of when deferred letters are tried again, and of when they are given up.

Postfix counts in whole seconds of the wall clock. A letter that was put off at second t, and had been accepted
at second a, rests until second t + clamp(t - a, minimal_backoff_time, maximal_backoff_time); a deferred scan
that comes one second before that takes it along. It is given up at the first failed attempt at which it is
maximal_queue_lifetime old, and not before.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from sim.results.audit_checks import Check, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column
from sim.scenario.sender import Sender
from sim.vocabulary.outcomes import EXPIRED
from sim.vocabulary.places import DEFERRED

SECOND_US = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def retry_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the retries."""
    put_off = np.flatnonzero(rows.put_off())
    letter = rows.tried[put_off]
    waits = _Waits(rows, put_off, letter)
    went = rows.back_after(put_off)
    early = (went != NEVER) & (went < waits.earliest())
    yield none_wrong("not_tried_again_too_early", early, rows.name, letter)
    yield none_wrong("scans_leave_nobody_behind", _left_behind(rows, waits, letter, went), rows.name, letter)
    yield none_wrong("put_off_only_while_young", waits.age_s >= waits.lifetime_s, rows.name, letter)
    last = np.flatnonzero(rows.is_last & (rows.outcome[rows.tried] == EXPIRED))
    letter = rows.tried[last]
    given_up = _Waits(rows, last, letter)
    yield none_wrong("given_up_only_when_old", given_up.age_s < given_up.lifetime_s, rows.name, letter)


class _Waits:
    """The attempts after which letters were put off, and what their senders' parameters make of them."""

    def __init__(self, rows: AuditedRows, which: Whole, letter: Whole) -> None:
        self._rows, self._sender = rows, rows.sender[letter]
        self._done: Whole = rows.done[which]
        epoch_us = (rows.record.scenario.start - _EPOCH) // timedelta(microseconds=1)
        done_s = (self._done + epoch_us) // SECOND_US
        self.age_s: Whole = done_s - (rows.accepted[letter] + epoch_us) // SECOND_US
        self.lifetime_s = self._of_sender(lambda sender: sender.postconf.maximal_queue_lifetime)
        cool_off_s = np.clip(
            self.age_s,
            self._of_sender(lambda sender: sender.postconf.minimal_backoff_time),
            self._of_sender(lambda sender: sender.postconf.maximal_backoff_time),
        )
        self._ready: Whole = (done_s + cool_off_s - 1) * SECOND_US - epoch_us
        self._interval = self._of_sender(lambda sender: sender.postconf.queue_run_delay * SECOND_US)
        self._phase = self._of_sender(
            lambda sender: NEVER if sender.scan_phase_us is None else sender.scan_phase_us
        )
        """Of the scans; NEVER where chance decides it."""

    def _of_sender(self, parameter: Callable[[Sender], int]) -> Whole:
        """Give for each row what its sender's settings say."""
        values = [parameter(sender) for sender in self._rows.record.scenario.senders.values()]
        by_sender: Whole = np.array(values, dtype=np.int64)
        of_rows: Whole = by_sender[self._sender]
        return of_rows

    def _scan(self) -> Whole:
        """Give the first scan that takes each letter along, where the scans' phase is known."""
        number = np.maximum(
            -((self._phase - self._ready) // self._interval),
            (self._done - self._phase) // self._interval + 1,
        )
        scan: Whole = self._phase + np.maximum(number, 0) * self._interval
        return scan

    def earliest(self) -> Whole:
        """Give the first moment at which each letter may be active again."""
        return np.where(self._phase == NEVER, self._ready, self._scan())

    def latest_scan(self) -> Whole:
        """Give a moment by which a scan has come that takes the letter along, if the machine is up.

        One of any `interval` moments in a row has a scan, except before the first one, which comes within
        the first interval; and the scan must come after the letter was put off.
        """
        by_then = np.maximum(self._ready + self._interval - 1, self._done + self._interval)
        return np.where(self._phase == NEVER, by_then, self._scan())


def _left_behind(rows: AuditedRows, waits: _Waits, letter: Whole, went: Whole) -> Bools:
    """Mark those who lie in the deferred queue at the end though a scan should have taken them along."""
    census = rows.record.census
    here = rows.marked(column(census, "letter")[column(census, "place") == DEFERRED])
    always_up = np.array([rows.is_always_up(name) for name in rows.record.names.senders], dtype=np.bool_)
    behind: Bools = here[letter] & (went == NEVER) & (waits.latest_scan() < rows.end_us)
    behind &= always_up[rows.sender[letter]]
    return behind
