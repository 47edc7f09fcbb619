"""When a provider's mailbox server let no reader in, as the incidents tell it, and what readers could do then."""

import itertools
from collections.abc import Sequence

from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER

Spell = tuple[int, int]
"""From, to (exclusive), in microseconds."""
Shut = dict[int, list[Spell]]
"""By the place of each provider that was ever shut, its times."""


def shut_spells(record: RunRecord) -> Shut:
    """Give for the place of each provider that was ever shut to readers the times, apart from each other, in order."""
    table, found = record.incidents, Shut()
    rows = zip(table["where"], table["from_us"], table["to_us"], strict=True)
    for where, from_us, to_us in sorted(row for row in rows if row[0].startswith("readers.")):
        name = where.partition(".")[2]
        spells = found.setdefault(record.names.providers.index(name), [])
        until_us = record.simulated_us if to_us == NEVER else to_us
        if spells and from_us <= spells[-1][1]:
            spells[-1] = (spells[-1][0], max(spells[-1][1], until_us))
        else:
            spells.append((from_us, until_us))
    return found


def is_shut(spells: Sequence[Spell], at_us: int) -> bool:
    """Tell whether nobody is let in at a moment."""
    return any(from_us <= at_us < until_us for from_us, until_us in spells)


def opens_us(spells: Sequence[Spell], at_us: int) -> int:
    """Give the first moment from `at_us` on at which readers are let in."""
    return next((until_us for from_us, until_us in spells if from_us <= at_us < until_us), at_us)


def may_be_fetched(spells: Sequence[Spell], filed_us: int, fetched_us: int, poll_us: int) -> bool:
    """Tell whether a letter may be fetched at a moment: at the first poll that is let in, where there are polls.

    Args:
        spells: when nobody is let in.
        filed_us: when the letter lay there.
        fetched_us: when it was fetched.
        poll_us: time between two polls; 0 where a letter is seen at once.
    """
    if not poll_us:
        return fetched_us == opens_us(spells, filed_us)
    if fetched_us < filed_us or is_shut(spells, fetched_us):
        return False
    in_vain = range(fetched_us - poll_us, filed_us - 1, -poll_us)
    return all(is_shut(spells, moment) for moment in in_vain)


def may_be_left(spells: Sequence[Spell], filed_us: int, end_us: int, poll_us: int) -> bool:
    """Tell whether a letter may not have been fetched by the end: nobody was let in for as long as a poll takes."""
    edges = [filed_us, *(edge for spell in spells for edge in spell if edge > filed_us), end_us]
    longest_us = max(
        (later - earlier for earlier, later in itertools.pairwise(edges) if not is_shut(spells, earlier)),
        default=0,
    )
    return longest_us < max(poll_us, 1)
