"""The queues of a recorded Postfix over time, and how far a replay's are from them.

Every half second the files in incoming, active and deferred were counted. A replay tells when letters enter each
queue and when they leave it, and as for the curves of delivery, each of these may happen a little sooner or later
for nothing: at each look a queue may be as long as comes of any entries and exits shifted by up to `slack_s`. What
the recorded count is outside of that, as a share of all letters, is the distance at that look; the largest of all
looks and queues is the distance of the queue curves.

Returned letters are files, too. The recorded machine had no mailbox for them: where it had no DNS it could not
look its own domain up, and they stayed in the deferred queue. There a replay counts them as they lay.
"""

import csv
import gzip
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.errors import RecordingError
from sim.kernel.recorder import RunRecord
from sim.vocabulary.kinds import LETTER

QUEUES: Final = ("incoming", "active", "deferred")
QUEUE_SLACK_S: Final = 1.0
"""How much sooner or later letters may come and go for nothing: a scan of the deferred queue may be so far off."""
_FILES: Final = ("queue.csv", "queue.csv.gz")
_ADVICE: Final = "The heading names t, incoming, active, deferred; all below it are numbers."


@dataclass(frozen=True)
class RecordedQueues:
    """How many files were in which queue at each look, in order of time."""

    moments_s: tuple[float, ...]
    lengths: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Passage:
    """When letters entered a queue, and when they left it, each in order of time."""

    entered_s: Sequence[float]
    left_s: Sequence[float]

    def length(self, at_s: float) -> int:
        """Give how many letters are in the queue at a moment."""
        return bisect_right(self.entered_s, at_s) - bisect_right(self.left_s, at_s)

    def bounds(self, at_s: float, slack_s: float) -> tuple[int, int]:
        """Give the least and the most it can be at a moment if all may come and go up to `slack_s` off."""
        early, late = at_s - slack_s, at_s + slack_s
        least = bisect_right(self.entered_s, early) - bisect_right(self.left_s, late)
        most = bisect_right(self.entered_s, late) - bisect_left(self.left_s, early)
        return max(least, 0), most


def read_queues(folder: Path) -> RecordedQueues | None:
    """Read the lengths of a recording's queues, if it has them."""
    path = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    if path is None:
        return None
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        looks = sorted((float(row["t"]), *(int(row[name]) for name in QUEUES)) for row in rows)
    except (
        csv.Error,
        EOFError,
        gzip.BadGzipFile,
        UnicodeDecodeError,
        KeyError,
        ValueError,
        TypeError,
    ) as error:
        raise RecordingError(
            "recording_bad_csv",
            f"{path}: this is not a table of queue lengths: {error}. {_ADVICE}",
            file=str(path),
            found=str(error),
        ) from None
    lengths = {name: tuple(int(look[place]) for look in looks) for place, name in enumerate(QUEUES, 1)}
    return RecordedQueues(tuple(look[0] for look in looks), lengths)


def replayed_queues(record: RunRecord, *, returned_stay: bool, carried: int = LETTER) -> dict[str, Passage]:
    """Give when letters entered and left a replay's queues.

    Args:
        record: the run; its letters of that kind are all of one sender.
        returned_stay: whether letters that went back to the sender stay in its deferred queue.
        carried: the kind of letters that are carried: those of a sender, or those that a gateway carries on.
    """
    entered: dict[str, list[float]] = {name: [] for name in QUEUES}
    left: dict[str, list[float]] = {name: [] for name in QUEUES}

    def stay(queue: str, begin_us: int, end_us: int) -> None:
        entered[queue].append(begin_us / 1e6)
        if end_us >= 0:
            left[queue].append(end_us / 1e6)

    kinds, accepted = record.letters["kind"], record.letters["accepted_us"]
    ended = record.letters["ended_us"]
    tried = _tries(record)
    for row, kind in enumerate(kinds):
        tries = tried.get(row, [])
        if kind != carried:
            if tries and returned_stay and kind != LETTER:
                stay("deferred", tries[0][0], -1)
            continue
        if accepted[row] < 0:
            continue
        stay("incoming", accepted[row], tries[0][0] if tries else -1)
        for place, (activated_us, ended_us) in enumerate(tries):
            stay("active", activated_us, ended_us)
            is_last = place + 1 == len(tries)
            is_over = is_last and (ended[row] >= 0 or record.letters["delivered_us"][row] >= 0)
            if ended_us >= 0 and not is_over:
                stay("deferred", ended_us, -1 if is_last else tries[place + 1][0])
    return {name: Passage(sorted(entered[name]), sorted(left[name])) for name in QUEUES}


def queue_distance(
    recorded: RecordedQueues, replayed: Mapping[str, Passage], letters: int, until_s: float
) -> tuple[float, str]:
    """Give how far the queues are apart at worst, as a share of all letters, and which queue that is."""
    worst, which = 0.0, QUEUES[0]
    looks = bisect_left(recorded.moments_s, until_s)
    for name in QUEUES:
        passage = replayed[name]
        for moment_s, length in zip(recorded.moments_s[:looks], recorded.lengths[name], strict=False):
            least, most = passage.bounds(moment_s, QUEUE_SLACK_S)
            apart = max(least - length, length - most, 0) / letters
            if apart > worst:
                worst, which = apart, name
    return worst, which


def _tries(record: RunRecord) -> dict[int, list[tuple[int, int]]]:
    """Give when each letter's tries began and ended, by its row; one under way at the end has the end -1."""
    found: dict[int, list[tuple[int, int]]] = {}
    attempts, still = record.attempts, record.open
    for row, began, over in zip(
        attempts["letter"], attempts["activated_us"], attempts["ended_us"], strict=True
    ):
        found.setdefault(row, []).append((began, over))
    for row, began in zip(still["letter"], still["activated_us"], strict=True):
        found.setdefault(row, []).append((began, -1))
    for tries in found.values():
        tries.sort(key=lambda tried: (tried[0], tried[1] < 0))
    return found


def as_rows(recorded: RecordedQueues) -> list[Sequence[Any]]:
    """Give the lengths as the rows of a table that `read_queues` reads, heading first."""
    columns = [recorded.lengths[name] for name in QUEUES]
    return [("t", *QUEUES), *zip(recorded.moments_s, *columns, strict=True)]
