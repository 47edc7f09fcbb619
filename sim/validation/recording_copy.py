"""Make the small copy of a recording that travels with the project.

Kept are what was set, the letters, the lengths of the queues, and what the log tells in two numbers: connections
made, and the phase of the deferred scans. The rest, the log before all, is left behind.
Of a server that received are kept the tries of its clients, and what its next hop took.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sim.validation.receiver_tries import COLUMNS, Try
from sim.validation.recording_folder import RecordedReceiver, Recording, read_recording
from sim.validation.recording_phase import KEY, scan_phase_s
from sim.validation.recording_queues import as_rows
from sim.validation.recording_settings import epoch_s

KEPT: Final = ("about", "providers", "inject", "max_s", "main_cf", "dns", "t0_epoch")
"""What of run.json is kept; `recorded` is written anew."""
KEPT_OF_RECEIVERS: Final = (
    *("about", "clients", "letters", "reuse", "retry_s", "idle", "maxproc", "main_cf", "filter"),
    *("max_s", "t0_epoch"),
)
"""What is kept of the run.json of a server that received."""
NEW_CONNECTIONS: Final = "new_connections"
_LETTERS: Final = ("destination", "accepted_by_sender_s", "delivered_s", "log_lines")


def write_small_copy(source: Path, target: Path) -> None:
    """Copy a recording into a folder that must not be there yet.

    Args:
        source: a recording with its log.
        target: the folder to make.
    """
    recording = read_recording(source)
    target.mkdir(parents=True)
    if recording.receiver is not None:
        _write_receiver(recording, recording.receiver, target)
        return
    settings: dict[str, Any] = {key: recording.settings[key] for key in KEPT if key in recording.settings}
    settings["recorded"] = _told(recording)
    _write_settings(target, settings)
    letters = (
        (
            letter.destination,
            f"{letter.accepted_s:.3f}",
            "" if letter.delivered_s is None else f"{letter.delivered_s:.3f}",
            letter.attempts,
        )
        for letter in recording.letters
    )
    _write_table(target / "letters.csv.gz", [_LETTERS, *letters])
    if recording.queues is not None:
        _write_table(target / "queue.csv.gz", as_rows(recording.queues))


def _write_receiver(recording: Recording, receiver: RecordedReceiver, target: Path) -> None:
    kept: dict[str, Any] = {
        key: recording.settings[key] for key in KEPT_OF_RECEIVERS if key in recording.settings
    }
    _write_settings(target, kept)
    tries = (
        (
            one.client,
            one.letter,
            place,
            f"{one.begin_s:.4f}",
            "" if one.banner_s is None else f"{one.banner_s:.4f}",
            f"{one.end_s:.4f}",
            one.reply,
        )
        for one, place in _counted(receiver.tries)
    )
    _write_table(target / "letters.csv.gz", [COLUMNS, *tries])
    if recording.queues is not None:
        _write_table(target / "queue.csv.gz", as_rows(recording.queues))
    if receiver.passed_s is not None:
        head: list[Sequence[Any]] = [(f"# t0={epoch_s(recording)}",), ("t", "event")]
        taken = [(f"{moment:.4f}", "accepted") for moment in receiver.passed_s]
        _write_table(target / "filter.csv.gz", [*head, *taken])


def _counted(tries: Iterable[Try]) -> Iterator[tuple[Try, int]]:
    """Number the tries of each letter, from 1."""
    before: dict[tuple[int, int], int] = {}
    for one in tries:
        key = one.client, one.letter
        before[key] = before.get(key, 0) + 1
        yield one, before[key]


def _write_settings(target: Path, settings: dict[str, Any]) -> None:
    text = json.dumps(settings, ensure_ascii=False, indent=1) + "\n"
    (target / "run.json").write_text(text, encoding="utf-8")


def _told(recording: Recording) -> dict[str, Any]:
    told: dict[str, Any] = {NEW_CONNECTIONS: recording.new_connections}
    phase_s = scan_phase_s(recording)
    return {**told, KEY: round(phase_s, 3)} if phase_s else told


def _write_table(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    # No time in the head of the file: the same recording makes the same bytes.
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
