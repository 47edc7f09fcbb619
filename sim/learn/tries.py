"""When letters were tried, and how each try ended: what the pictures of the sorting room are drawn from."""

from dataclasses import dataclass

import numpy as np

from sim.comparison.sweep_curves import SECOND, of_mailing
from sim.kernel.recorder import RunRecord
from sim.results.columns import column, whole
from sim.vocabulary.replies import ACCEPTED

BURST_GAP_S = 45.0
"""Tries with no longer pause between them belong to one burst."""


@dataclass(frozen=True)
class Try:
    """One try of one letter: when it began, in seconds since the start, and whether the letter was taken."""

    began_s: float
    taken: bool


@dataclass(frozen=True)
class Burst:
    """Tries that come together: when they began, in seconds since the start, and how they ended."""

    began_s: float
    taken: int
    refused: int


def tries(record: RunRecord) -> list[list[Try]]:
    """Give the tries of each letter of the mailing, in order of submission."""
    found: dict[int, list[Try]] = {int(row): [] for row in np.flatnonzero(of_mailing(record))}
    attempts = record.attempts
    rows = zip(
        column(attempts, "letter").tolist(),
        whole(attempts, "activated_us").tolist(),
        column(attempts, "reply").tolist(),
        strict=True,
    )
    for letter, began_us, reply in rows:
        if letter in found:
            found[letter].append(Try(began_us / SECOND, reply == ACCEPTED))
    return [sorted(of_letter, key=lambda one: one.began_s) for of_letter in found.values()]


def bursts(of_letters: list[list[Try]]) -> list[Burst]:
    """Put tries together that follow each other without a pause."""
    together: list[list[Try]] = []
    last_s = -np.inf
    for one in sorted((one for tried in of_letters for one in tried), key=lambda one: one.began_s):
        if one.began_s - last_s > BURST_GAP_S:
            together.append([])
        together[-1].append(one)
        last_s = one.began_s
    return [
        Burst(burst[0].began_s, sum(one.taken for one in burst), sum(not one.taken for one in burst))
        for burst in together
    ]
