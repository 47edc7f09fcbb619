"""D01: a limit of 40 letters a minute turns a job of ten minutes into one of eight hours.

A newsletter went to a provider that takes 20 letters a minute from one client at each of its two hosts. What it
refused came back in step, since Postfix retries at the scans of its deferred queue and adds no chance: each time
the whole herd met the same 40 places, and each time the next meeting was farther away.

The file beside this one is a real sender's record of that day, anonymous: a line for each of 575 letters, with
the seconds at which it was tried and the last reply. Every reply before the last one was 450. Some tries on the
way are missing from the record, and of 35 letters the end.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_most, exactly, within
from sim.validation.cases.world import (
    SECOND_US,
    delivered_s,
    letters,
    provider,
    run,
    sender,
    tries_us,
)
from sim.validation.curves import curve_distance
from sim.validation.row import Row

COUNT: Final = 8
RECORDED: Final = Path(__file__).with_name("retry_herd_tries.csv")
SCAN_PHASE_S: Final = 43
"""The record's retries lie at 643, 943, 1243 s and so on: 43 s past whole scans."""
PROCESSING_S: Final = 5
"""A burst takes the real sender some seconds; 99 % of all late gaps of that day's log agree within 5 s."""
HERD: Final = 384
ALLOWANCE: Final = 40
FIRST_RETRY_S: Final = 643
_TWO_HOSTS: Final = {"mx": [{"host": "mx1"}, {"host": "mx2"}]}
_LIMIT: Final = {"rate_limit": {"rate": "40/min", "burst": ALLOWANCE}}
_FIRST_TRY_REFUSED: Final = {"greylisting": "1 min"}
"""Refuses each letter once and takes nothing of the allowance, as the record has it of these letters."""


@dataclass(frozen=True)
class RecordedLetter:
    """What the record says of one letter."""

    tries_s: tuple[int, ...]
    last_reply: int

    @property
    def of_the_herd(self) -> bool:
        """Whether its first try was refused for the time being, and the record says when it went in the end."""
        return len(self.tries_s) > 1 and self.last_reply != 450


@cache
def recorded() -> tuple[RecordedLetter, ...]:
    """Read the record, in order of first tries."""
    with RECORDED.open(encoding="ascii", newline="") as file:
        found = [
            RecordedLetter(tuple(map(int, line["tries_s"].split())), int(line["last_reply"]))
            for line in csv.DictReader(file)
        ]
    return tuple(sorted(found, key=lambda letter: letter.tries_s))


def rows() -> Iterable[Row]:
    """Compare the herd with its arithmetic, the retries with the record, and three ways out of the herd."""
    yield _retries_as_recorded()
    yield _deliveries_as_recorded()
    yield from _herd_by_arithmetic()
    yield from _ways_out()


def retry_grid() -> RunRecord:
    """Let every recorded letter arrive when it did, at a provider that refuses all: each one's whole grid of tries."""
    return _simulated(
        [letter.tries_s[0] for letter in recorded()],
        {"greylisting": {"delay": "30 d", "retry_window": "60 d"}},
        "30100 s",
    )


def replay() -> RunRecord:
    """Let the recorded letters that were refused at first, and went in the end, meet a limit of 40 a minute."""
    moments = [letter.tries_s[0] for letter in recorded() if letter.of_the_herd]
    return _simulated(moments, {**_FIRST_TRY_REFUSED, **_LIMIT}, "12 h")


def herd(limit: Mapping[str, Any], **more: Any) -> RunRecord:
    """Let 384 letters be refused within one interval between two scans, and come back together."""
    return run(
        "12 h",
        senders={"shop": sender(scan_phase=f"{SCAN_PHASE_S} s", **more)},
        providers={"office": provider(**_TWO_HOSTS, **_FIRST_TRY_REFUSED, **limit)},
        letters={"newsletter": letters(at="60 s", count=HERD, over="250 s")},
    )


def bursts(record: RunRecord) -> list[tuple[float, int]]:
    """Give when letters were delivered and how many at a time: moments at least a minute apart, in seconds."""
    found: list[tuple[float, int]] = []
    for moment in delivered_s(record):
        if found and moment - found[-1][0] < 60:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((moment, 1))
    return found


def _simulated(moments: list[int], rules: Mapping[str, Any], duration: str) -> RunRecord:
    return run(
        duration,
        senders={"shop": sender(scan_phase=f"{SCAN_PHASE_S} s")},
        providers={"office": provider(**_TWO_HOSTS, **rules)},
        letters={"newsletter": letters(times=[f"{moment} s" for moment in moments])},
    )


def _retries_as_recorded() -> Row:
    tried_us = tries_us(retry_grid())
    retries = on_time = 0
    for row, letter in enumerate(recorded()):
        simulated_s = [moment / SECOND_US for moment in tried_us[row]]
        for moment in letter.tries_s[1:]:
            retries += 1
            on_time += any(0 <= moment - at <= PROCESSING_S for at in simulated_s)
    return within(
        f"D01 retry herd: recorded retries that a simulated one explains, of {retries}",
        1.0,
        on_time / retries,
        0.01,
        f"letter by letter, at most {PROCESSING_S} s after it; a real sender's log, 575 letters",
    )


def _deliveries_as_recorded() -> Row:
    # A letter that ended with 5xx took its place in the allowance, too.
    herd_ends = sorted(letter.tries_s[-1] for letter in recorded() if letter.of_the_herd)
    simulated = delivered_s(replay())
    return within(
        f"D01 retry herd: recorded and simulated curve of {len(herd_ends)} letters that got through, distance",
        0.0,
        curve_distance(herd_ends, simulated, len(herd_ends), len(simulated), PROCESSING_S),
        0.05,
        "letters refused at their first try whose end the record tells; 40 at once and 40 a minute are taken",
    )


def _herd_by_arithmetic() -> Iterable[Row]:
    found = bursts(herd(_LIMIT))
    yield exactly(
        "D01 retry herd: bursts until 384 letters are through",
        10,
        len(found),
        "384 / 40, rounded up: each burst empties the allowance at once",
    )
    yield exactly(
        "D01 retry herd: last burst after the first, s",
        29_400,
        found[-1][0] - found[0][0],
        "0, 600, 1800, 4200, then 4200 s more each time; 29,400 or 29,401 s in the record",
    )
    yield within(
        "D01 retry herd: share of the allowance that is used from the second hour on",
        40 / (40 * 70),
        _used_share(found),
        0.0001,
        "40 letters every 4200 s, where 40 a minute would go through: 1.4 %",
    )


def _used_share(found: list[tuple[float, int]]) -> float:
    late = [(moment, size) for moment, size in found if 3600 < moment - found[0][0] < 29_400]
    span_min = (late[-1][0] - late[0][0]) / 60
    return sum(size for _, size in late[:-1]) / (span_min * ALLOWANCE)


def _ways_out() -> Iterable[Row]:
    yield exactly(
        "D01 retry herd: bursts without a limit", 1, len(bursts(herd({}))), "all go at the first retry"
    )
    own_timers = herd(_LIMIT, retry={"steps": [{"until": "5 d", "every": "5 min"}], "jitter": "100 %"})
    first_us = min(moments[1] for moments in tries_us(own_timers).values())
    yield at_most(
        "D01 retry herd: last letter after the first retry, each letter with a timer of its own, min",
        20,
        (delivered_s(own_timers)[-1] - first_us / SECOND_US) / 60,
        "every 5 min plus up to 5 min by chance, and no scan that gathers the letters",
    )
    paced = run(
        "12 h",
        senders={"shop": sender()},
        providers={"office": provider(**_TWO_HOSTS, **_LIMIT)},
        letters={"newsletter": letters(count=HERD, pace="30/min")},
    )
    yield exactly(
        "D01 retry herd: tries beyond the first when one letter is handed in every 2 s",
        0,
        len(paced.attempts) - HERD,
        "30 a minute is below 40: nothing is refused, and 384 letters take 12.8 min",
    )
