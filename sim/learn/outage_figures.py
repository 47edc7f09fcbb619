"""What an outage came to: how many letters waited, when the last of them arrived, when all was as before.

And what the formula for a queue that empties says: while more leave than come, a backlog goes at the difference of the
two rates, so after an outage it is over within backlog / (capacity - arrivals).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER, Bools, Whole, column, submitted_letters, whole
from sim.scenario.schema import Scenario
from sim.scenario.troubles import regular_spells
from sim.validation.intervals import Floats
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import BOUNCED, EXPIRED
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED

MINUTE_US: Final = 60_000_000
_OUTAGE: Final = "providers.carrier"


@dataclass(frozen=True)
class Outage:
    """What one run came to; times are in minutes after the carrier was back.

    Attributes:
        waiting: how many letters were waiting when the carrier was back.
        letters: how many letters had been written by then, from the beginning of the outage on.
        arrived: how many of these arrived within the run.
        returned: how many of these were given up, and went back to their writers.
        twice: how many letters, of all, their readers have twice.
        last_min: when the last of these letters arrived; 0 where none did.
        as_before_min: when fewer letters were waiting than come in a minute; None if that was not so within the run.
        formula_min: when that should be so, by the formula; None where the carrier takes everything at once.
        mean_min: the mean delay of all letters that arrived.
        tries: how often a letter was brought to the carrier, in all.
    """

    waiting: int
    letters: int
    arrived: int
    returned: int
    twice: int
    last_min: float
    as_before_min: float | None
    formula_min: float | None
    mean_min: float
    tries: int


def outage_of(record: RunRecord) -> Outage:
    """Give what a run came to."""
    from_us, back_us = outage_us(record.scenario)
    own = submitted_letters(record)
    submitted, delivered = (whole(record.letters, name)[own] for name in ("submitted_us", "delivered_us"))
    outcome = column(record.letters, "outcome")[own]
    there = delivered != NEVER
    during = (submitted >= from_us) & (submitted < back_us)
    moments, waiting = queue_length(record)
    at_return = int(waiting[max(int(np.searchsorted(moments, back_us)) - 1, 0)])
    arrivals = arrivals_per_min(record.scenario)
    emptied = np.flatnonzero((moments > back_us) & (waiting < arrivals))
    return Outage(
        waiting=at_return,
        letters=int(np.count_nonzero(during)),
        arrived=int(np.count_nonzero(during & there)),
        returned=int(np.count_nonzero(during & ((outcome == EXPIRED) | (outcome == BOUNCED)))),
        twice=int(np.count_nonzero(column(record.letters, "kind") == DUPLICATE)),
        last_min=max(0.0, float(delivered[during].max(initial=0) - back_us) / MINUTE_US),
        as_before_min=float(moments[emptied[0]] - back_us) / MINUTE_US if len(emptied) else None,
        formula_min=_formula_min(at_return, arrivals, capacity_per_min(record.scenario)),
        mean_min=float((delivered - submitted)[there].mean()) / MINUTE_US if there.any() else 0.0,
        tries=len(tries_us(record)[0]),
    )


def outage_us(scenario: Scenario) -> tuple[int, int]:
    """Give when the carrier's outage begins and ends, in microseconds since the start."""
    fault = next(one for one in scenario.faults if one.where == _OUTAGE)
    return next(regular_spells(fault, scenario.duration_us))


def arrivals_per_min(scenario: Scenario) -> float:
    """Give how many letters come in a minute, those left out that come all at once."""
    steady = [one for one in scenario.letters.values() if one.over_us]
    return sum((one.count or 0) / (one.over_us or 1) for one in steady) * MINUTE_US


def capacity_per_min(scenario: Scenario) -> float | None:
    """Give how many letters the carrier takes in a minute; None where it takes everything at once."""
    carrier = scenario.providers["carrier"]
    if carrier.checking is not None:
        return carrier.checking.workers * MINUTE_US / carrier.checking.time.mean_us
    return None if carrier.rate_limit is None else carrier.rate_limit.rate_per_s * 60


def queue_length(record: RunRecord) -> tuple[Whole, Whole]:
    """Give the moments at which the number of letters that wait at the office changes, and the number then."""
    own = submitted_letters(record)
    submitted, ended = (whole(record.letters, name)[own] for name in ("submitted_us", "ended_us"))
    gone = ended[ended != NEVER]
    moments = np.concatenate([submitted, gone])
    changes = np.concatenate([np.ones(len(submitted), dtype=np.int64), -np.ones(len(gone), dtype=np.int64)])
    order = np.argsort(moments, kind="stable")
    return moments[order], np.cumsum(changes[order])


def tries_us(record: RunRecord) -> tuple[Whole, Bools, Bools]:
    """Give when letters were brought to the carrier, which it took, and which found it closed.

    A letter that its server puts off without going there is no try.
    """
    attempts = record.attempts
    went = column(attempts, "connection") != SUSPENDED
    reply = column(attempts, "reply")[went]
    return whole(attempts, "ended_us")[went], reply == ACCEPTED, reply == CONNECTION_REFUSED


def delays_min(record: RunRecord) -> tuple[Floats, Floats, Bools]:
    """Give for each letter when it was written, in seconds, its delay in minutes, and whether it arrived.

    Of a letter that was given up it is the age at which it was; letters that wait at the end are left out.
    """
    own = submitted_letters(record)
    submitted, delivered, ended = (
        whole(record.letters, name)[own] for name in ("submitted_us", "delivered_us", "ended_us")
    )
    over = ended != NEVER
    arrived = (delivered != NEVER)[over]
    until = np.where(arrived, delivered[over], ended[over])
    return submitted[over] / 1e6, (until - submitted[over]) / MINUTE_US, arrived


def _formula_min(waiting: int, arrivals: float, capacity: float | None) -> float | None:
    return None if capacity is None or capacity <= arrivals else waiting / (capacity - arrivals)
