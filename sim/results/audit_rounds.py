"""The stays of messages in the active queue, told from the rows of their recipients.

A message leaves the active queue as a whole. So what holds for letters one by one, where each message has one
recipient, holds for rounds where messages have several: a round is what the attempts of one message have in common
that became active at one moment, and it ends with the last of them.
"""

from dataclasses import dataclass

import numpy as np

from sim.results.columns import NEVER, Bools, Whole


@dataclass
class Rounds:
    """The rounds of a record, in order of message and moment.

    Attributes:
        of: for each attempt the place of its round.
        message: the row of the message's first letter.
        activated: when the round began.
        ended: when its last attempt was over; NEVER where an attempt of it is still open.
    """

    of: Whole
    message: Whole
    activated: Whole
    ended: Whole


def rounds_of(
    message: Whole, activated: Whole, done: Whole, open_message: Whole, open_since: Whole
) -> Rounds:
    """Group attempts into rounds.

    Args:
        message: of each attempt.
        activated: of each attempt.
        done: of each attempt, when it was over.
        open_message: of each letter that was in the active queue at the end.
        open_since: since when.
    """
    keys = np.stack(
        [np.concatenate([message, open_message]).astype(np.int64), np.concatenate([activated, open_since])]
    )
    found, place = np.unique(keys, axis=1, return_inverse=True)
    place = place.reshape(-1)
    ended = np.full(found.shape[1], NEVER, dtype=np.int64)
    np.maximum.at(ended, place[: len(message)], done)
    ended[place[len(message) :]] = NEVER
    return Rounds(place[: len(message)], found[0], found[1], ended)


def firsts(groups: Whole) -> Bools:
    """Mark the first row of each group, in the order in which they stand."""
    marked = np.zeros(len(groups), dtype=np.bool_)
    marked[np.unique(groups, return_index=True)[1]] = True
    return marked
