"""Make the small copy of a recording that travels with the project.

Kept are what was set, the letters, the lengths of the queues, and what the log tells in two numbers: connections
made, and the phase of the deferred scans. The rest, the log before all, is left behind.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from sim.validation.recording_folder import Recording, read_recording
from sim.validation.recording_phase import KEY, scan_phase_s
from sim.validation.recording_queues import as_rows

KEPT: Final = ("about", "providers", "inject", "max_s", "main_cf", "dns", "t0_epoch")
"""What of run.json is kept; `recorded` is written anew."""
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
    settings: dict[str, Any] = {key: recording.settings[key] for key in KEPT if key in recording.settings}
    settings["recorded"] = _told(recording)
    text = json.dumps(settings, ensure_ascii=False, indent=1) + "\n"
    (target / "run.json").write_text(text, encoding="utf-8")
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


def _told(recording: Recording) -> dict[str, Any]:
    told: dict[str, Any] = {NEW_CONNECTIONS: recording.new_connections}
    phase_s = scan_phase_s(recording)
    return {**told, KEY: round(phase_s, 3)} if phase_s else told


def _write_table(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    # No time in the head of the file: the same recording makes the same bytes.
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
