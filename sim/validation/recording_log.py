"""What a Postfix log tells that no table of a recording does: connections made, and when the queue was scanned.

A line of a delivery attempt names the host it was made to (`relay=`) and, where the connection had served before,
how often (`conn_use=`). One without `conn_use=` is the first delivery over a new connection, unless the host did
not let the client in. The queue manager writes `(queue active)` each time that a letter enters the active queue;
when a letter that it knows does so, it was scanned out of the deferred queue in that second.
"""

import gzip
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sim.errors import RecordingError

FILE: Final = "maillog.gz"
_RESULT: Final = re.compile(
    r"postfix/\S*smtp\[\d+\]: (?P<id>\w+): to=<[^>]*>, (?:orig_to=<[^>]*>, )?relay=(?P<relay>[^,]+),"
    r" (?P<used>conn_use=\d+, )?.*status=\w+ \((?P<text>.*)"
)
_NOT_LET_IN: Final = re.compile(
    r"refused to talk to me|while receiving the initial server greeting|while performing the \w+ handshake"
)
_ACTIVE: Final = re.compile(r"postfix/\S*qmgr\[\d+\]: (?P<id>\w+): from=.*\(queue active\)")
_REMOVED: Final = re.compile(r"postfix/\S*qmgr\[\d+\]: (?P<id>\w+): removed")
_QUARTER_S: Final = 900
"""Time zones differ by whole quarters of an hour."""


@dataclass(frozen=True)
class RecordedLog:
    """What a log tells.

    Attributes:
        new_connections: connections that carried at least one delivery attempt.
        scans_s: the whole seconds in which letters came out of the deferred queue, in seconds since the start.
    """

    new_connections: int
    scans_s: tuple[float, ...]


def read_log(folder: Path, epoch_s: float) -> RecordedLog | None:
    """Read a recording's log, if it has one.

    Args:
        folder: the recording.
        epoch_s: UNIX time of the moment from which its times count; lines have neither year nor time zone.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except (EOFError, gzip.BadGzipFile):
        raise RecordingError(
            "recording_bad_log", f"{path}: this is not a zipped log. Zip it with gzip.", file=str(path)
        ) from None
    return _told(lines, epoch_s)


def _told(lines: list[str], epoch_s: float) -> RecordedLog:
    new_connections = 0
    known: set[str] = set()
    scanned: set[float] = set()
    # The log begins when the recording does, so its first line tells the time zone.
    first_s = next((moment for line in lines[:1] if (moment := _second(line, epoch_s)) is not None), epoch_s)
    zone_s = _QUARTER_S * round((first_s - epoch_s) / _QUARTER_S)
    for line in lines:
        result = _RESULT.search(line)
        if result is not None:
            is_new = result["relay"] != "none" and result["used"] is None
            new_connections += is_new and _NOT_LET_IN.search(result["text"]) is None
            continue
        active = _ACTIVE.search(line)
        if active is not None:
            if active["id"] in known:
                moment_s = _second(line, epoch_s)
                if moment_s is not None:
                    scanned.add(moment_s - zone_s - epoch_s)
            known.add(active["id"])
            continue
        removed = _REMOVED.search(line)
        if removed is not None:
            known.discard(removed["id"])
    return RecordedLog(new_connections, tuple(sorted(scanned)))


def _second(line: str, epoch_s: float) -> float | None:
    """Read a line's time stamp, `Nov 25 01:10:09`, as if the clock were UTC's."""
    year = datetime.fromtimestamp(epoch_s, UTC).year
    try:
        return datetime.strptime(f"{year} {line[:15]} +0000", "%Y %b %d %H:%M:%S %z").timestamp()
    except ValueError:
        return None
