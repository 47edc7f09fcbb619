"""How fast a replay plays, and what it counts: moments that are close together where much happens."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.results.columns import NEVER, Whole
from sim.results.movements import Movements
from sim.results.statistics import percentile
from sim.vocabulary.kinds import READER_NAMES
from sim.vocabulary.outcomes import REFUSED
from sim.vocabulary.replies import REPLIES

Moments = NDArray[np.float64]

STEPS = 360
"""A replay at its own pace goes through so many moments, one after the other in equal times."""
QUIET_SHARE = 0.4
"""So much of the playing time goes by the clock, the rest by how many letters move."""
MICRO = 1e-6
LEAST_S = 0.001
"""The least time between two of them."""
DELAY_BINS = 120
ROOM = 3
"""Digits after the point of seconds."""


def pace(moved: Movements, end_s: float, steps: int = STEPS) -> Moments:
    """Give the moments of a replay in seconds, from 0 to its end."""
    begun = np.sort(moved.attempts["handed_us"]) * MICRO
    begun = begun[(begun >= 0) & (begun <= end_s)]
    points = np.unique(
        np.concatenate([np.linspace(0.0, end_s, 4 * steps + 1), begun[:: max(1, len(begun) // 4000)]])
    )
    done = np.searchsorted(begun, points, side="right") / max(1, len(begun))
    share = QUIET_SHARE if len(begun) else 1.0
    progress = share * points / end_s + (1 - share) * done
    moments: Moments = np.interp(np.linspace(0.0, progress[-1], steps + 1), progress, points)
    moments[0], moments[-1] = 0.0, end_s
    # Time never stands still, even where a thousand letters move at one instant.
    least = min(LEAST_S, end_s / steps / 10)
    line = least * np.arange(steps + 1)
    flat = np.minimum(np.maximum.accumulate(moments - line), end_s - line[-1])
    on: Moments = (flat + line).round(6)
    return on


@dataclass(frozen=True)
class Queue:
    """The lengths of a queue.

    Attributes:
        lengths: at each moment of the replay.
        peak: the most at any time.
        peak_s: when that was, the first time.
    """

    lengths: list[int]
    peak: int
    peak_s: float


def queues_at(moved: Movements, moments: Moments) -> dict[str, dict[str, Queue]]:
    """Follow the letters that each sender takes over, and those in its incoming, active and deferred queue.

    A letter is in the active queue until its attempt has ended, as Postfix has it.
    """
    letters, attempts = moved.letters, moved.attempts
    letter = attempts["letter"]
    rows, by = np.arange(len(letter)), letters["sender"][letter]
    first, last = np.full((2, len(letters["kind"])), NEVER, dtype=np.int64)
    first[letter[::-1]] = rows[::-1]
    last[letter] = rows
    is_first = first[letter] == rows
    is_open = (letters["ended_us"] == NEVER) & (letters["delivered_us"] == NEVER)
    goes_on = (last[letter] != rows) | is_open[letter]
    found = {}
    for code, name in enumerate(moved.senders):
        mine = by == code
        own = letters["sender"] == code
        accepted = letters["accepted_us"][own & (letters["accepted_us"] != NEVER)]
        refused = letters["ended_us"][own & (letters["outcome"] == REFUSED)]
        activated, ended = attempts["activated_us"], attempts["ended_us"]
        found[name] = {
            "spool": _queue(letters["submitted_us"][own], np.concatenate([accepted, refused]), moments),
            "incoming": _queue(accepted, activated[mine & is_first], moments),
            "active": _queue(activated[mine], ended[mine], moments),
            "deferred": _queue(ended[mine & goes_on], activated[mine & ~is_first], moments),
        }
    return found


def _queue(came: Whole, went: Whole, moments: Moments) -> Queue:
    came, went = np.sort(came), np.sort(went)
    at_us = np.round(moments / MICRO)
    lengths = _up_to(came, at_us) - _up_to(went, at_us)
    if not len(came):
        return Queue(lengths.tolist(), 0, 0.0)
    at_arrivals = np.arange(1, len(came) + 1) - _up_to(went, came)
    place = int(at_arrivals.argmax())
    return Queue(lengths.tolist(), int(at_arrivals[place]), float(came[place]) * MICRO)


def deliveries_at(moved: Movements, moments: Moments) -> list[list[int]]:
    """Count the deliveries that are under way at each host at some moments."""
    attempts, at_us = moved.attempts, np.round(moments / MICRO)
    return [
        _between(attempts["handed_us"][own], attempts["ended_us"][own], at_us)
        for own in (attempts["host"] == code for code in range(len(moved.hosts)))
    ]


def answers_at(moved: Movements, moments: Moments) -> list[dict[str, list[int]]]:
    """Count how many attempts at each host had ended with which reply by some moments."""
    attempts, at_us = moved.attempts, np.round(moments / MICRO)
    found = []
    for code in range(len(moved.hosts)):
        own = attempts["host"] == code
        ended, reply = attempts["ended_us"][own], attempts["reply"][own]
        found.append(
            {REPLIES[kind].name: _by(ended[reply == kind], at_us) for kind in np.unique(reply).tolist()}
        )
    return found


def arrived_at(moved: Movements, moments: Moments) -> list[list[int]]:
    """Count the letters that had arrived at each provider by some moments."""
    at_us, delivered = np.round(moments / MICRO), moved.letters["delivered_us"]
    there = moved.own & (delivered != NEVER)
    return [
        _by(delivered[there & (moved.letters["provider"] == code)], at_us)
        for code in range(len(moved.providers))
    ]


def fetched_at(moved: Movements, moments: Moments) -> dict[str, list[int]]:
    """Count the letters that readers of each kind had got by some moments, each letter once."""
    readings, at_us = moved.readings, np.round(moments / MICRO)
    first = moved.first_readings()
    reader, fetched = readings["reader"][first], readings["fetched_us"][first]
    return {name: _by(fetched[reader == kind], at_us) for kind, name in READER_NAMES.items()}


def delay_curve(moved: Movements, end_s: float) -> list[list[float | None]]:
    """Give moment, median and 90 % of the delay in seconds of the letters that arrive then."""
    letters = moved.letters
    there = moved.own & (letters["delivered_us"] != NEVER)
    arrived = letters["delivered_us"][there] * MICRO
    took = (letters["delivered_us"][there] - letters["submitted_us"][there]) * MICRO
    bins = np.minimum(arrived / end_s * DELAY_BINS, DELAY_BINS).astype(np.int16)
    order = np.argsort(bins, kind="stable")
    took, edges = took[order], np.searchsorted(bins[order], np.arange(DELAY_BINS + 1))
    rows: list[list[float | None]] = []
    for place in range(DELAY_BINS):
        own = np.sort(took[edges[place] : edges[place + 1]])
        middle = (place + 0.5) * end_s / DELAY_BINS
        rows.append([round(middle, ROOM), *(_rounded(percentile(own, percent)) for percent in (50, 90))])
    return rows


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _between(came: Whole, went: Whole, at_us: Moments) -> list[int]:
    counts: list[int] = (_up_to(np.sort(came), at_us) - _up_to(np.sort(went), at_us)).tolist()
    return counts


def _by(times: Whole, at_us: Moments) -> list[int]:
    counts: list[int] = _up_to(np.sort(times), at_us).tolist()
    return counts


def _up_to(ascending: Whole, at_us: NDArray[Any]) -> Whole:
    """Count how many of some moments have come by each of others."""
    return np.searchsorted(ascending, at_us, side="right")
