"""The scorecard: every comparison, in the same rows, hits and misses alike."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.validation import published, theory
from sim.validation.recording_folder import PACKAGED, Recording, read_recording, recording_folders
from sim.validation.recording_rows import SEEDS, Comparison, compare_all
from sim.validation.recording_scenario import has_chance, needs
from sim.validation.row import Row

Progress = Callable[[int, int], None]
"""Called with how many steps are done, and of how many."""


@dataclass(frozen=True)
class Scorecard:
    """All rows, and the replayed recordings behind some of them."""

    rows: list[Row]
    comparisons: list[Comparison]


def run(recordings: Path | None = None, progress: Progress | None = None) -> list[Row]:
    """Give the scorecard's rows; see `measure`."""
    return measure(recordings, progress).rows


def measure(recordings: Path | None = None, progress: Progress | None = None) -> Scorecard:
    """Run the whole scorecard.

    Args:
        recordings: a folder of recordings to use instead of the project's own small copies.
        progress: told after each step how far it is.
    """
    # Recordings are read first, so that a broken one is named before minutes of work are done.
    read = [read_recording(folder) for folder in recording_folders(recordings or PACKAGED)]
    total = sum(map(_steps, read)) + published.COUNT + len(theory.CASES)
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    rows, comparisons = compare_all(read, advance)
    return Scorecard([*rows, *published.rows(advance), *theory.rows(advance)], comparisons)


def _steps(recording: Recording) -> int:
    if needs(recording):
        return 0
    return len(SEEDS) if has_chance(recording) else 1
