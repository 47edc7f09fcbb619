"""What a sender's retry clock says of failed attempts: when their letters may be tried again, and until when at all.

Postfix counts in whole seconds of the wall clock. A letter that was put off at second t, and had been accepted
at second a, rests until second t + clamp(t - a, minimal_backoff_time, maximal_backoff_time); a deferred scan
that comes one second before that takes it along, and so does a restart after a crash. It is given up at the first
failed attempt at which it is maximal_queue_lifetime old.

With a retry rule the wait after the n-th failed attempt is the n-th of a list, longer by the jitter's share at
most. The step of each wait is that of the age which the waits before it sum up to, each taken as whole queue
runs where there are any. Then a queue run takes the letter along, or it goes at that moment. It is given up when
it is as old as the last step, or when the list is at its end.

A plain program waits always as long, and gives nothing up.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.results.audit_rows import SECOND_US, AuditedRows
from sim.results.columns import Bools, Whole, numbered
from sim.scenario.postconf import Postconf
from sim.scenario.retry import Retry
from sim.scenario.sender import Sender


@dataclass
class Waits:
    """For each of some failed attempts what its sender's clock says.

    Attributes:
        earliest: the first moment at which its letter may be active again.
        latest: a moment by which a scan has come that takes the letter along, if the machine is up.
        too_old: whether the letter is given up.
    """

    earliest: Whole
    latest: Whole
    too_old: Bools


def waits(rows: AuditedRows, which: Whole) -> Waits:
    """Ask the clocks about some attempts."""
    found = Waits(
        np.zeros(len(which), dtype=np.int64),
        np.zeros(len(which), dtype=np.int64),
        np.zeros(len(which), dtype=np.bool_),
    )
    owner = rows.sender[rows.tried[which]]
    for place, sender in enumerate(rows.record.scenario.senders.values()):
        mine = owner == place
        if not mine.any():
            continue
        own = _of_sender(rows, which[mine], sender, rows.restarts(rows.record.names.senders[place]))
        found.earliest[mine], found.latest[mine], found.too_old[mine] = own.earliest, own.latest, own.too_old
    return found


def _of_sender(rows: AuditedRows, which: Whole, sender: Sender, restarts: Whole) -> Waits:
    """Ask the clock of one sender, which also looks through its queue at restarts, about attempts of its own."""
    done: Whole = rows.settled[which]
    if sender.program is not None:
        again = done + sender.program.retry_after_us
        return Waits(again, again, np.zeros(len(which), dtype=np.bool_))
    if sender.retry is None:
        ready, too_old = _by_postfix(rows, which, sender.postconf)
        at_last, interval_us = ready, sender.postconf.queue_run_delay * SECOND_US
    else:
        ready, at_last, too_old = _by_rule(rows, which, sender.retry)
        if sender.retry.queue_run_us is None:
            return Waits(ready, at_last, too_old)
        interval_us = sender.retry.queue_run_us
    phase_us = sender.scan_phase_us
    if phase_us is None:
        # One of any `interval` moments in a row has a scan, except before the first one, which comes within
        # the first interval; and the scan must come after the letter was put off.
        return Waits(ready, np.maximum(at_last + interval_us - 1, done + interval_us), too_old)
    scan, never = _scan_from(ready, done, phase_us, interval_us), np.iinfo(np.int64).max
    restart = np.append(restarts, never)[np.searchsorted(restarts, ready)]
    return Waits(
        np.minimum(scan, restart),
        _scan_from(at_last, done, phase_us, interval_us),
        too_old,
    )


def _scan_from(ready: Whole, done: Whole, phase_us: int, interval_us: int) -> Whole:
    """Give the first scan that takes each letter along, where the scans' phase is known."""
    number = np.maximum(-((phase_us - ready) // interval_us), (done - phase_us) // interval_us + 1)
    scan: Whole = phase_us + np.maximum(number, 0) * interval_us
    return scan


def _by_postfix(rows: AuditedRows, which: Whole, postconf: Postconf) -> tuple[Whole, Bools]:
    age_s = rows.age_s(which)
    cool_off_s = np.clip(age_s, postconf.minimal_backoff_time, postconf.maximal_backoff_time)
    ready: Whole = (rows.seconds(rows.settled[which]) + cool_off_s - 1) * SECOND_US - rows.epoch_us
    return ready, age_s >= postconf.maximal_queue_lifetime


def _by_rule(rows: AuditedRows, which: Whole, rule: Retry) -> tuple[Whole, Whole, Bools]:
    failed = numbered(rows.tried)[which]
    listed = nominal_waits_us(rule, int(failed.max()))
    waits_us = np.array([*listed, 0.0])[np.minimum(failed - 1, len(listed))]
    done: Whole = rows.settled[which]
    age_us = done - rows.accepted[rows.tried[which]]
    too_old = (age_us >= rule.lifetime_us) | (failed > len(listed))
    longest_us = waits_us * (1 + rule.jitter_ratio)
    return done + waits_us.astype(np.int64), done + longest_us.astype(np.int64), too_old


def nominal_waits_us(rule: Retry, at_most: int) -> list[float]:
    """Give a rule's waits after the first, second, ... failed attempt, up to a number of them."""
    listed: list[float] = []
    age_us = 0.0
    for step in rule.steps:
        first = len(listed)
        while age_us < step.until_us and len(listed) < at_most:
            listed.append(step.every_us * step.factor ** (len(listed) - first))
            runs = 0 if rule.queue_run_us is None else math.ceil(listed[-1] / rule.queue_run_us)
            age_us += runs * rule.queue_run_us if rule.queue_run_us is not None else listed[-1]
    return listed
