"""What clients of a recorded receiver did and saw: their tries, and what its next hop took.

In this form `letters.csv` has one row a try: `client`, `letter`, `attempt`, `begin_s` (before connecting or, on an
open connection, before MAIL), `banner_s` (new connections only), `end_s` and `reply`, the last reply code, 000 where
the connection was lost. A client named `idle...` said nothing. `filter.csv`, where there is one, has its own time 0 in
its first line, and a row for each event at the next hop.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, cast

from sim.errors import RecordingError

COLUMNS: Final = ("client", "letter", "attempt", "begin_s", "banner_s", "end_s", "reply")
_FILES: Final = ("filter.csv", "filter.csv.gz")
_SILENT: Final = "idle"
_ADVICE: Final = f"The heading names {', '.join(COLUMNS)}; times are seconds since the start."
_FILTER_ADVICE: Final = (
    "Its first line is `# t0=` and the wall clock's seconds; the heading names t and event."
)


@dataclass(frozen=True)
class Try:
    """One try of one letter by a client that has something to say."""

    client: int
    letter: int
    begin_s: float
    banner_s: float | None
    end_s: float
    reply: str


def read_tries(path: Path) -> list[Try]:
    """Read the tries of all clients that were not silent, in the order of the file."""
    try:
        with _opened(path) as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise _wrong("recording_bad_csv", path, f"no column {', '.join(missing)}", _ADVICE)
            found = []
            for row in rows:
                if str(row["client"]).startswith(_SILENT):
                    continue
                found.append(
                    Try(
                        int(row["client"]),
                        int(row["letter"]),
                        _seconds(row["begin_s"]),
                        _seconds(row["banner_s"]) if row["banner_s"] else None,
                        _seconds(row["end_s"]),
                        str(row["reply"]),
                    )
                )
            return found
    except (csv.Error, EOFError, gzip.BadGzipFile, UnicodeDecodeError, ValueError, TypeError) as error:
        raise _wrong("recording_bad_csv", path, f"this is no table of tries: {error}", _ADVICE) from None


def read_filter(folder: Path, epoch_s: float) -> tuple[float, ...] | None:
    """Give when the next hop took letters, in seconds of the recording; None where nobody wrote that down.

    Args:
        folder: the recording.
        epoch_s: the recording's own time 0 by the wall clock.
    """
    path = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    if path is None:
        return None
    try:
        with _opened(path) as file:
            head = file.readline()
            if not head.startswith("# t0="):
                raise ValueError("no time 0")
            shift_s = float(head.removeprefix("# t0=")) - epoch_s
            rows = list(csv.DictReader(file))
        return tuple(sorted(float(row["t"]) + shift_s for row in rows if row["event"] == "accepted"))
    except (
        csv.Error,
        EOFError,
        gzip.BadGzipFile,
        UnicodeDecodeError,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise _wrong(
            "recording_bad_csv", path, f"this is no table of a next hop: {error}", _FILTER_ADVICE
        ) from None


def is_of_tries(path: Path) -> bool:
    """Tell by its heading whether a table of letters has one row a try."""
    try:
        with _opened(path) as file:
            return "client" in next(csv.reader(file), [])
    except (csv.Error, EOFError, gzip.BadGzipFile, UnicodeDecodeError):
        return False


def first_begins_s(tries: list[Try], clients: int) -> Iterator[float]:
    """Give when each client began, in order of time; one that never tried is taken to have begun at once."""
    begun: dict[int, float] = {}
    for one in tries:
        begun[one.client] = min(one.begin_s, begun.get(one.client, one.begin_s))
    yield from sorted(begun.get(client, 0.0) for client in range(clients))


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        # A file that is opened as text gives text.
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open(encoding="utf-8-sig", newline="")


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e8:
        raise ValueError(f"{text!r} is no time")
    return value


def _wrong(code: str, path: Path, found: str, advice: str) -> RecordingError:
    return RecordingError(code, f"{path}: {found}. {advice}", file=str(path), line=None, found=found)
