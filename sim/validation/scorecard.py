"""The scorecard: every comparison, in the same rows, hits and misses alike.

Its work is cut into jobs that do not know of each other: a recording, a queue, a group of published figures, a case.
They run side by side where the machine lets them; the rows come out the same, in the same order.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from sim.validation import cases, published, theory
from sim.validation.recording_folder import PACKAGED, Recording, read_recording, recording_folders
from sim.validation.recording_rows import Comparison, compare_all
from sim.validation.recording_scenario import has_chance, needs
from sim.validation.row import Row

Progress = Callable[[int, int], None]
"""Called with how many jobs are done, and of how many."""
MOST_PROCESSES: Final = 8


@dataclass(frozen=True)
class Scorecard:
    """All rows, and the replayed recordings behind some of them."""

    rows: list[Row]
    comparisons: list[Comparison]


@dataclass(frozen=True)
class _Job:
    """A piece of the scorecard; `place` is its place in its part."""

    part: str
    place: int
    recording: Recording | None = None

    @property
    def takes_long(self) -> bool:
        """Whether it is begun before the others, so that none is left alone at the end."""
        if self.recording is not None:
            return not needs(self.recording) and has_chance(self.recording)
        return self.part == "theory"


_Done = tuple[list[Row], list[Comparison]]


def run(recordings: Path | None = None, progress: Progress | None = None) -> list[Row]:
    """Give the scorecard's rows; see `measure`."""
    return measure(recordings, progress).rows


def measure(
    recordings: Path | None = None, progress: Progress | None = None, processes: int | None = None
) -> Scorecard:
    """Run the whole scorecard.

    Args:
        recordings: a folder of recordings to use instead of the project's own small copies.
        progress: told after each job how far it is.
        processes: how many jobs run side by side; left out, as many as there are cores.
    """
    # Recordings are read first, so that a broken one is named before any work is done.
    read = [read_recording(folder) for folder in recording_folders(recordings or PACKAGED)]
    jobs = [_Job("recording", place, recording) for place, recording in enumerate(read)]
    for part, pieces in (("published", published.CHECKS), ("theory", theory.CASES), ("case", cases.CASES)):
        jobs += [_Job(part, place) for place in range(len(pieces))]
    results = _do_all(jobs, progress, processes or min(os.cpu_count() or 1, MOST_PROCESSES))
    rows = [row for job in jobs for row in results[job.part, job.place][0]]
    comparisons = [comparison for job in jobs for comparison in results[job.part, job.place][1]]
    return Scorecard(rows, comparisons)


def _do_all(jobs: Sequence[_Job], progress: Progress | None, processes: int) -> dict[tuple[str, int], _Done]:
    """Do all jobs: side by side where the machine lets us, else one after another."""
    results: dict[tuple[str, int], _Done] = {}

    def keep(job: _Job, done: _Done) -> None:
        results[job.part, job.place] = done
        if progress is not None:
            progress(len(results), len(jobs))

    if processes > 1 and len(jobs) > 1:
        try:
            with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
                first_long = sorted(jobs, key=lambda job: not job.takes_long)
                begun = {pool.submit(_do, job): job for job in first_long}
                for future in as_completed(begun):
                    keep(begun[future], future.result())
        except (OSError, BrokenProcessPool):
            pass
    for job in jobs:
        if (job.part, job.place) not in results:
            keep(job, _do(job))
    return results


def _do(job: _Job) -> _Done:
    if job.recording is not None:
        return compare_all([job.recording])
    if job.part == "published":
        return list(published.CHECKS[job.place]()), []
    if job.part == "theory":
        return theory.rows_of(theory.CASES[job.place]), []
    return list(cases.CASES[job.place].rows()), []
