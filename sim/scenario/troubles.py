"""What is wrong, where, and from when until when: faults with each of their repetitions and each stroke of chance.

A fault with `every` comes again and again. One with `mtbf` and `mttr` comes by chance: the place works for a time, is
in trouble for a time, works again. Both times are exponential, and each is drawn by its number. So the whole timetable
is known before the run, and a fault that is added at another place moves none.
See: the alternating renewal process; its availability is mtbf / (mtbf + mttr) (Barlow and Proschan, 1965).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import log

from sim.scenario.faults import Fault, FaultKind

Chance = Callable[[str, int], float]
"""Gives for a purpose and a number a draw between 0 and 1."""


@dataclass(frozen=True)
class Trouble:
    """One time of trouble at one place.

    Attributes:
        at_us: when it begins.
        ends_us: when it is over.
        where: the place, as the fault names it.
        what: its kind.
        by_us: how much slower answers are.
        share_ratio: what share is struck.
        is_by_chance: whether nobody wrote when.
    """

    at_us: int
    ends_us: int
    where: str
    what: FaultKind
    by_us: int = 0
    share_ratio: float = 0.0
    is_by_chance: bool = False


def troubles_of(faults: Iterable[Fault], end_us: int, chance: Chance) -> list[Trouble]:
    """Give all that begins before the end of the run, fault by fault.

    Args:
        faults: the scenario's.
        end_us: the end of the run.
        chance: draws; what a fault draws depends on its place and kind, and on which one of its like it is.
    """
    found: list[Trouble] = []
    alike: Counter[tuple[str, str]] = Counter()
    for fault in faults:
        number = alike[fault.where, fault.what]
        alike[fault.where, fault.what] += 1
        spells = regular_spells(fault, end_us)
        if fault.mtbf_us is not None:
            spells = _spells_by_chance(fault, end_us, f"fault:{fault.where}:{fault.what}:{number}", chance)
        for at_us, ends_us in spells:
            found.append(
                Trouble(
                    at_us,
                    ends_us,
                    fault.where,
                    fault.what,
                    fault.by_us or 0,
                    fault.share_ratio or 0.0,
                    fault.mtbf_us is not None,
                )
            )
    return found


def regular_spells(fault: Fault, end_us: int) -> Iterator[tuple[int, int]]:
    """Give from when until when a fault is in force, as far as its times are written and lie before `end_us`."""
    if fault.for_us is None:
        return
    until_us = end_us if fault.until_us is None else min(fault.until_us, end_us)
    # One that comes once comes again only after the end.
    for at_us in range(fault.at_us, until_us, fault.every_us or end_us):
        yield at_us, at_us + fault.for_us


def _spells_by_chance(fault: Fault, end_us: int, purpose: str, chance: Chance) -> Iterator[tuple[int, int]]:
    assert fault.mtbf_us is not None
    assert fault.mttr_us is not None
    until_us = end_us if fault.until_us is None else min(fault.until_us, end_us)
    number, at_us = 0, fault.at_us
    while True:
        at_us += _exponential_us(fault.mtbf_us, chance(purpose, number))
        if at_us >= until_us:
            return
        ends_us = at_us + _exponential_us(fault.mttr_us, chance(purpose, number + 1))
        yield at_us, ends_us
        number, at_us = number + 2, ends_us


def _exponential_us(mean_us: int, draw: float) -> int:
    return max(1, round(-mean_us * log(draw)))
