"""A recording of a real mail server, read from its folder: of one that sends, or of one that receives.

A recording is a folder with `run.json` (what was set) and `letters.csv` (or `letters.csv.gz`: one row a letter,
with at least `recipient` or `destination`, `accepted_by_sender_s`, `delivered_s` and `log_lines`). It may have
`queue.csv` (lengths of the queues over time) and `maillog.gz` (what the mail server wrote). Times are seconds
since the providers were started; `t0_epoch` in `run.json` is that moment by the wall clock.
Where `run.json` has `clients` the server received, and `letters.csv` is a table of tries (see receiver_tries).
"""

import csv
import gzip
import json
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.errors import RecordingError
from sim.validation.receiver_tries import Try, first_begins_s, is_of_tries, read_filter, read_tries
from sim.validation.recording_log import RecordedLog, read_log
from sim.validation.recording_queues import RecordedQueues, read_queues

PACKAGED: Final = Path(__file__).parent / "recordings"
"""Small copies of recordings that travel with the project."""

RECEIVER: Final = "receiver"
"""Where the letters of a recorded receiver go."""
_MOST_LETTERS: Final = 1_000_000

UNSURE_S: Final = 1.0
"""Postfix's timers count whole seconds, so what they do may come a second later than the plan says."""

_FORM: Final = "A recording is a folder with run.json (what was set) and letters.csv (one row a letter)."
_LETTERS: Final = ("letters.csv", "letters.csv.gz")


@dataclass(frozen=True)
class RecordedLetter:
    """What a recording tells of one letter."""

    destination: str
    accepted_s: float
    delivered_s: float | None
    attempts: int


@dataclass(frozen=True)
class RecordedReceiver:
    """What a recording tells only of a server that received.

    Attributes:
        begun_s: when each client began, in order of time.
        passed_s: when the next hop took letters, in order of time; None where nobody wrote that down.
        tries: what the clients did.
    """

    begun_s: tuple[float, ...]
    passed_s: tuple[float, ...] | None
    tries: tuple[Try, ...]


@dataclass(frozen=True)
class Recording:
    """One recorded run.

    Attributes:
        name: the folder's name.
        settings: `run.json` as it stands.
        letters: in order of acceptance by the sender.
        queues: the lengths of the queues over time, where they were looked at.
        log: what the log tells, where there is one.
        receiver: what there is besides of a server that received: its letters are then `delivered` when it accepted
            them, and `accepted` when their client first tried.
    """

    name: str
    settings: dict[str, Any]
    letters: tuple[RecordedLetter, ...]
    queues: RecordedQueues | None = None
    log: RecordedLog | None = None
    receiver: RecordedReceiver | None = None

    @property
    def delivered_s(self) -> list[float]:
        """Moments of delivery until the end of the comparison, ascending."""
        until_s = self.compared_s
        moments = (letter.delivered_s for letter in self.letters)
        return sorted(moment for moment in moments if moment is not None and moment < until_s)

    @property
    def attempts_per_letter(self) -> float:
        """Delivery attempts a letter, as the log counts them."""
        return sum(letter.attempts for letter in self.letters) / len(self.letters)

    @property
    def new_connections(self) -> int | None:
        """Connections that carried at least one attempt: as the log tells, or as the settings note; None if neither."""
        if self.log is not None:
            return self.log.new_connections
        noted = self.settings.get("recorded")
        found = noted.get("new_connections") if isinstance(noted, dict) else None
        return found if isinstance(found, int) else None

    @property
    def length_s(self) -> float:
        """How long the recording went on, in seconds; `max_s`, or else until a second after its last event."""
        last = max(max(letter.accepted_s, letter.delivered_s or 0.0) for letter in self.letters)
        return float(self.settings.get("max_s", math.ceil(last) + 2))

    @property
    def compared_s(self) -> float:
        """Until when a replay is held against it, in seconds.

        A scan of the deferred queue comes within a second of its time: one that is due in the last second may
        have come or not, so that second is left out.
        """
        return max(self.length_s - UNSURE_S, UNSURE_S)


def recording_folders(root: Path) -> list[Path]:
    """Find the recordings in a folder: the folder itself, or those of its subfolders that hold a `run.json`."""
    if not root.exists():
        raise RecordingError(
            "recording_no_such_folder", f"{root}: there is no such folder. {_FORM}", found=str(root)
        )
    if not root.is_dir():
        raise RecordingError("recording_not_a_folder", f"{root} is a file. {_FORM}", found=str(root))
    if _looks_like_one(root):
        return [root]
    found = sorted(folder for folder in root.iterdir() if folder.is_dir() and _looks_like_one(folder))
    if not found:
        raise RecordingError(
            "recording_no_recordings", f"{root}: no recording in it. {_FORM}", found=str(root)
        )
    return found


def read_recording(folder: Path) -> Recording:
    """Read one recording, or raise a RecordingError that says what is wrong with it and where."""
    settings = _read_settings(folder / "run.json")
    path = next((folder / name for name in _LETTERS if (folder / name).is_file()), None)
    if path is None:
        raise _wrong("recording_file_missing", folder / "letters.csv", "there is no such file", _FORM)
    if "clients" in settings or is_of_tries(path):
        return _read_receiver(folder, settings, path)
    letters = sorted(_read_letters(path), key=lambda letter: letter.accepted_s)
    if not letters:
        raise _wrong(
            "recording_no_letters",
            path,
            "there is no letter in it",
            "Each letter is a row below the heading.",
        )
    epoch_s = settings.get("t0_epoch")
    return Recording(
        folder.name,
        settings,
        tuple(letters),
        read_queues(folder),
        read_log(folder, epoch_s) if epoch_s else None,
    )


def _read_receiver(folder: Path, settings: dict[str, Any], path: Path) -> Recording:
    clients, each = (settings.get(key, 1) for key in ("clients", "letters"))
    for key, value in (("clients", clients), ("letters", each)):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MOST_LETTERS:
            raise _wrong(
                "recording_bad_number", folder / "run.json", f"{key} is {value!r}", "It is a whole number."
            )
    if clients * each > _MOST_LETTERS:
        raise _wrong(
            "recording_bad_number",
            folder / "run.json",
            f"{clients} clients with {each} letters each",
            f"One recording has at most {_MOST_LETTERS:,} letters.",
        )
    tries = read_tries(path)
    letters: dict[tuple[int, int], list[Try]] = {
        (client, letter): [] for client in range(clients) for letter in range(each)
    }
    for one in tries:
        if (one.client, one.letter) not in letters:
            found = f"client {one.client} has a letter {one.letter}"
            raise _wrong(
                "recording_bad_csv", path, found, "run.json says how many there are; they count from 0."
            )
        letters[one.client, one.letter].append(one)
    epoch_s = settings.get("t0_epoch", 0.0)
    return Recording(
        folder.name,
        settings,
        tuple(sorted(map(_tried_letter, letters.values()), key=lambda letter: letter.accepted_s)),
        read_queues(folder) if "filter" in settings else None,
        receiver=RecordedReceiver(
            tuple(first_begins_s(tries, clients)), read_filter(folder, epoch_s), tuple(tries)
        ),
    )


def _tried_letter(tries: list[Try]) -> RecordedLetter:
    accepted_s = next((one.end_s for one in tries if one.reply == "250"), None)
    return RecordedLetter(RECEIVER, min((one.begin_s for one in tries), default=0.0), accepted_s, len(tries))


def _looks_like_one(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("run.json", *_LETTERS))


def _wrong(code: str, path: Path, found: str, advice: str, line: int | None = None) -> RecordingError:
    place = str(path) if line is None else f"{path} line {line}"
    return RecordingError(code, f"{place}: {found}. {advice}", file=str(path), line=line, found=found)


def _read_settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise _wrong("recording_file_missing", path, "there is no such file", _FORM)
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise _wrong("recording_not_utf8", path, "this is not UTF-8 text", "Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _wrong("recording_bad_json", path, f"this is not JSON: {error.msg}", "", error.lineno) from None
    except RecursionError:
        raise _wrong(
            "recording_bad_json", path, "this is nested too deeply", "A run.json is two or three levels deep."
        ) from None
    if not isinstance(settings, dict):
        raise _wrong(
            "recording_bad_json",
            path,
            "this is no JSON object",
            'It begins with { and has keys such as "providers".',
        )
    for key in ("t0_epoch", "max_s"):
        value = settings.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
            raise _wrong(
                "recording_bad_number", path, f"{key} is {value!r}", "Write seconds as a number, as in 150."
            )
    return settings


def _read_letters(path: Path) -> Iterator[RecordedLetter]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = _missing_columns(rows.fieldnames or ())
            if missing:
                raise _wrong("recording_bad_csv", path, f"no column {', '.join(missing)}", _COLUMNS, 1)
            for row in rows:
                yield _letter(row, path, rows.line_num)
    except UnicodeDecodeError:
        raise _wrong("recording_not_utf8", path, "this is not UTF-8 text", "Save it as UTF-8.") from None
    except (csv.Error, EOFError, gzip.BadGzipFile) as error:
        raise _wrong(
            "recording_bad_csv", path, f"this is not a table of comma-separated values: {error}", _COLUMNS
        ) from None


_COLUMNS: Final = "The heading names recipient, accepted_by_sender_s, delivered_s, log_lines."


def _missing_columns(names: Collection[str]) -> list[str]:
    wanted = [name for name in ("accepted_by_sender_s", "delivered_s", "log_lines") if name not in names]
    return wanted if "recipient" in names or "destination" in names else ["recipient", *wanted]


def _letter(row: dict[str, Any], path: Path, line: int) -> RecordedLetter:
    if None in row or None in row.values():
        raise _wrong(
            "recording_bad_csv", path, "this row has not as many fields as the heading", _COLUMNS, line
        )
    destination = row.get("destination") or str(row.get("recipient", "")).rpartition("@")[2]
    if not destination:
        raise _wrong("recording_bad_csv", path, "the recipient is empty", "Write it as user@domain.", line)
    accepted_s = _seconds(row["accepted_by_sender_s"], path, line)
    delivered_s = _seconds(row["delivered_s"], path, line) if row["delivered_s"] else None
    attempts = row["log_lines"]
    if not (attempts.isascii() and attempts.isdigit() and len(attempts) < 7):
        raise _wrong(
            "recording_bad_number",
            path,
            f"log_lines is {attempts!r}",
            "It counts attempts: a whole number.",
            line,
        )
    return RecordedLetter(destination, accepted_s, delivered_s, int(attempts))


def _seconds(text: str, path: Path, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < 1e8:
        raise _wrong(
            "recording_bad_number",
            path,
            f"{text!r} is no time",
            "Write seconds since the start, as in 2.05.",
            line,
        )
    return value
