"""When a recorded Postfix scanned its deferred queue: the one accident that a replay takes from the recording.

Scans come every `queue_run_delay`, beginning when Postfix was started. Its timers count whole seconds and it
sleeps whole seconds from the last thing that it did (events.c), so one scan comes up to a second later than the
grid says. The log tells the second of each scan in which letters came back; the first delivery after that, less
what a delivery takes, tells the moment. What counts is the median over all scans.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from statistics import median
from typing import Final

from sim.validation.recording_folder import RecordedLetter, Recording
from sim.validation.recording_settings import bad, number, parameters, receivers, section

KEY: Final = "scan_phase_s"
"""Where a small copy, which has no log, keeps the phase: in `recorded` of its run.json."""
_LETTER_TIME_S: Final = 0.006
"""From a scan to the earliest end of a delivery, the provider's own time excluded: about one letter's work."""
_SECOND_S: Final = 1.0
_ALMOST_S: Final = 1e-3
_QUIET_S: Final = 1.0
"""A delivery after so long a silence is the first of a scan."""


def scan_phase_s(recording: Recording) -> float:
    """Give when the deferred queue was scanned, in seconds after a multiple of `queue_run_delay`; at least -1.

    0 where nothing tells it: Postfix was started with the recording.
    """
    if recording.receiver is not None:
        return 0.0
    noted = section(recording.settings, "recorded").get(KEY)
    if noted is not None:
        return number(noted + _SECOND_S, f"{KEY} in recorded") - _SECOND_S
    every_s = scan_every_s(recording)
    if recording.log is not None and recording.log.scans_s:
        moments = scan_moments_s(recording.log.scans_s, recording.letters, _services_s(recording))
    else:
        moments = _from_deliveries_s(recording)
    offsets = [(moment + _SECOND_S) % every_s - _SECOND_S for moment in moments]
    near = [offset for offset in offsets if offset < _SECOND_S]
    return median(near) if near else 0.0


def scan_moments_s(
    seconds_s: Sequence[float], letters: Sequence[RecordedLetter], services_s: dict[str, float]
) -> list[float]:
    """Give the moments of scans of which the log gives the seconds.

    A scan that runs over into the next second is one scan. One after which nothing was delivered tells no moment.

    Args:
        seconds_s: the beginnings of the seconds in which letters came back, ascending.
        letters: all letters.
        services_s: how long the provider of a destination takes for a letter.
    """
    begun = sorted(
        letter.delivered_s - services_s.get(letter.destination, 0.0) - _LETTER_TIME_S
        for letter in letters
        if letter.attempts > 1 and letter.delivered_s is not None
    )
    scans: list[tuple[float, float]] = []
    for second_s in seconds_s:
        if scans and second_s - scans[-1][1] < _ALMOST_S:
            scans[-1] = (scans[-1][0], second_s + _SECOND_S)
        else:
            scans.append((second_s, second_s + _SECOND_S))
    seen = []
    for from_s, to_s in scans:
        following = begun[bisect_left(begun, from_s) :][:1]
        if following and following[0] < to_s:
            seen.append(min(following[0], from_s + _SECOND_S))
    return seen


def scan_every_s(recording: Recording) -> int:
    """Give the time between two scans, in seconds."""
    value = parameters(recording).get("queue_run_delay", "300s")
    match = re.fullmatch(r"([1-9][0-9]{0,7})s?", str(value))
    if match is None:
        raise bad("queue_run_delay", value, "seconds, as in 5s")
    return int(match[1])


def _from_deliveries_s(recording: Recording) -> list[float]:
    """Give the moments of scans as far as deliveries tell them: a retried letter after a silence is the first."""
    services_s = _services_s(recording)
    retried = sorted(
        (letter.delivered_s, services_s.get(letter.destination, 0.0))
        for letter in recording.letters
        if letter.attempts > 1 and letter.delivered_s is not None
    )
    moments: list[float] = []
    last_s = -_QUIET_S
    for delivered_s, service_s in retried:
        if delivered_s - last_s >= _QUIET_S:
            moments.append(delivered_s - service_s - _LETTER_TIME_S)
        last_s = delivered_s
    return moments


def _services_s(recording: Recording) -> dict[str, float]:
    """Give how long a delivery takes at each destination that is a server itself."""
    return {
        name: number(behaviour.get("data_s", 0), f"data_s at {name}")
        for name, behaviour in receivers(recording).items()
        if behaviour.get("data_dist") != "exp"
    }
