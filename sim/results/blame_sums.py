"""Blame of many letters together: sums by part, of those that were delivered and of those that were not.

Sums, not means: they add up in every group and in every mean of replications. A mean delay is `delay_s` by `letters`.
"""

from typing import Any

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.blame import Blame
from sim.results.columns import NEVER, Whole, column
from sim.vocabulary.delay_parts import CAUSES, PARTS, PUT_OFF_UNTRIED, UNFINISHED
from sim.vocabulary.kinds import DSN, LETTER, WARNING
from sim.vocabulary.replies import REPLIES

Tree = dict[str, Any]

SECOND = 1_000_000
WAITING_KEYS = (*(f"{known.key} {known.name}" for known in REPLIES), *CAUSES[PUT_OFF_UNTRIED:])
"""How summaries write what letters waited after: `450 4.2.0 greylisted`, `4.4.1 no_route`, `suspended`, `crash`."""


def blame_sums(record: RunRecord, blame: Blame) -> Tree:
    """Sum the parts of a run's delays; DSNs and notices of delay apart from what people wrote."""
    providers = record.names.providers
    size = len(providers)
    group = _groups(record, size)
    letters = np.bincount(group, minlength=2 * size + 3)
    fixed, waiting = _fixed(blame, group, len(letters)), _waiting(blame, group, len(letters))

    def node(rows: slice) -> Tree:
        parts, waits = fixed[rows].sum(axis=0), waiting[rows].sum(axis=0)
        seconds = (int(lasted) / SECOND for lasted in parts)
        return {
            "letters": int(letters[rows].sum()),
            "delay_s": (int(parts.sum()) + int(waits.sum())) / SECOND,
            **dict(zip((f"{part}_s" for part in (*PARTS, UNFINISHED)), seconds, strict=True)),
            "waiting_s": {WAITING_KEYS[cause]: int(waits[cause]) / SECOND for cause in np.flatnonzero(waits)},
        }

    return {
        "delivered": node(slice(0, size)),
        "undelivered": node(slice(size, 2 * size)),
        "by_destination": {name: node(slice(place, place + 1)) for place, name in enumerate(providers)},
        "dsns": node(slice(2 * size, 2 * size + 1)),
        "warnings": node(slice(2 * size + 1, 2 * size + 2)),
    }


def _groups(record: RunRecord, size: int) -> Whole:
    """Give each letter its group: delivered by provider, undelivered by provider, DSNs, notices, and the rest."""
    kind = column(record.letters, "kind")
    missing = column(record.letters, "delivered_us") == NEVER
    own = column(record.letters, "provider") + missing * size
    return np.select(
        [kind == LETTER, kind == DSN, kind == WARNING], [own, 2 * size, 2 * size + 1], 2 * size + 2
    )


def _fixed(blame: Blame, group: Whole, groups: int) -> Whole:
    """Sum by group the parts that are no waits; in whole numbers, since a million letters' may go beyond 2**53."""
    sums = np.zeros((groups, len(PARTS) + 1), dtype=np.int64)
    of_stay = group[blame.letter]
    for place, part in enumerate(PARTS[1:], start=1):
        np.add.at(sums[:, place], of_stay, getattr(blame, part))
    for place, lasted in ((0, blame.submission), (1, blame.standing), (len(PARTS), blame.unfinished)):
        np.add.at(sums[:, place], group, lasted)
    return sums


def _waiting(blame: Blame, group: Whole, groups: int) -> Whole:
    sums = np.zeros((groups, len(CAUSES)), dtype=np.int64)
    waited = np.flatnonzero(blame.waiting)
    np.add.at(sums, (group[blame.letter[waited]], blame.cause[waited]), blame.waiting[waited])
    return sums
