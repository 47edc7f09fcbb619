"""The stays of messages in the active queue, told from the rows of their recipients.

A message leaves the active queue as a whole. So what holds for letters one by one, where each message has one
recipient, holds for rounds where messages have several: a round is what the attempts of one message have in common
that became active at one moment, and it ends with the last of them.
"""

from dataclasses import dataclass

import numpy as np

from sim.results.columns import NEVER, Bools, Whole, numbered


@dataclass
class Rounds:
    """The rounds of a record, in order of message and moment.

    Attributes:
        of: for each attempt the place of its round.
        of_open: for each letter that was in the active queue at the end the place of the round that goes on.
        number: of each round, among those of its message, counted from 1.
        message: the row of the message's first letter.
        activated: when the round began.
        ended: when its last attempt was over, or a crash ended it; NEVER where an attempt of it is still open.
        aborted: whether a crash ended it.
        closing: the round with which its message left the active queue, itself or, after a crash, a later one.
        of_aborted: for each stay that a crash ended the place of its round.
    """

    of: Whole
    of_open: Whole
    number: Whole
    message: Whole
    activated: Whole
    ended: Whole
    aborted: Bools
    closing: Whole
    of_aborted: Whole


def rounds_of(
    message: Whole,
    activated: Whole,
    done: Whole,
    open_message: Whole,
    open_since: Whole,
    aborted: tuple[Whole, Whole, Whole],
) -> Rounds:
    """Group attempts into rounds.

    Args:
        message: of each attempt.
        activated: of each attempt.
        done: of each attempt, when it was over.
        open_message: of each letter that was in the active queue at the end.
        open_since: since when.
        aborted: of each stay that a crash ended the message, since when it was active, and the moment of the crash.
    """
    owner = np.concatenate([message, open_message, aborted[0]])
    began = np.concatenate([activated, open_since, aborted[1]])
    place, first = grouped(owner, began)
    of, of_open, of_aborted = np.split(place, [len(message), len(message) + len(open_message)])
    ended = np.full(len(first), NEVER, dtype=np.int64)
    np.maximum.at(ended, of, done)
    ended[of_aborted] = aborted[2]
    ended[of_open] = NEVER
    crashed = np.zeros(len(first), dtype=np.bool_)
    crashed[of_aborted] = True
    # Rounds of one message stand together, in order of time.
    closing = np.arange(len(first))
    for round_ in np.flatnonzero(crashed)[::-1]:
        again = round_ + 1 < len(first) and owner[first[round_ + 1]] == owner[first[round_]]
        closing[round_] = closing[round_ + 1] if again else round_
    number = numbered(owner[first])
    return Rounds(of, of_open, number, owner[first], began[first], ended, crashed, closing, of_aborted)


def grouped(*columns: Whole) -> tuple[Whole, Whole]:
    """Group rows that agree in all columns.

    Returns:
        For each row the place of its group; for each group its first row. Groups are in the order of what their
        rows have in the columns, the first column being the most significant one.
    """
    order = np.lexsort(columns[::-1])
    begins = np.zeros(len(order), dtype=np.bool_)
    begins[:1] = True
    for column in columns:
        ordered = column[order]
        begins[1:] |= ordered[1:] != ordered[:-1]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(begins) - 1
    return place, order[begins]


def firsts(groups: Whole) -> Bools:
    """Mark the first row of each group, in the order in which they stand."""
    marked = np.zeros(len(groups), dtype=np.bool_)
    marked[np.unique(groups, return_index=True)[1]] = True
    return marked
