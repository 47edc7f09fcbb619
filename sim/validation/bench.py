"""Letters a second, ours beside the plain engine's, each side in a fresh process of its own.

Seconds run from the built world to audited columns; nothing is written to disk. The plain engine keeps no
columns and is not audited, which is in its favour. It slows down with the number of letters, so both sides of
the ratio run the same, stated number.
"""

import gc
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.kernel.recorder import RunRecord
    from sim.scenario.schema import Scenario

Progress = Callable[[int, int], None]
"""Called with how many measurements are done, and of how many."""

SCALES: Final = (10_000, 100_000, 1_000_000, 3_000_000)
FEW, MANY = 4, 200
"""Destinations whose costs are compared: a letter to one of many shall cost little more than to one of few."""


@dataclass(frozen=True)
class Measurement:
    """One timed run.

    Attributes:
        letters: how many letters were submitted.
        seconds: from the built world to audited columns.
        rss_growth_mb: how much the process's largest memory grew meanwhile; None where that is not known.
        attempts: delivery attempts in all.
        replay_seconds: from the columns to the page of the replay; None where it was not made.
    """

    letters: int
    seconds: float
    rss_growth_mb: float | None
    attempts: int
    replay_seconds: float | None = None

    @property
    def letters_per_s(self) -> float:
        """Letters a second."""
        return self.letters / self.seconds


def run(
    letters: int = 1_000_000,
    plain_letters: int = 300_000,
    progress: Progress | None = None,
    *,
    spread_letters: int = 100_000,
    scaling: bool = False,
) -> dict[str, Any]:
    """Measure ours at `letters`, both engines at `plain_letters`, and ours with few and with many destinations.

    Args:
        letters: how many letters for the headline figure.
        plain_letters: how many for the comparison with the plain engine.
        progress: told after each measurement.
        spread_letters: how many for the comparison of few and many destinations.
        scaling: whether to measure 10 thousand to 3 million letters as well.
    """
    work = [(ours_and_replay, letters), (ours, plain_letters), (plain, plain_letters)]
    work += [(to_few, spread_letters), (to_many, spread_letters)]
    work += [(ours, count) for count in SCALES] if scaling else []
    found: list[Measurement] = []
    for measure, count in work:
        found.append(_apart(measure, count))
        if progress is not None:
            progress(len(found), len(work))
    headline, compared, reference, few, many = found[:5]
    result: dict[str, Any] = {
        "letters": headline.letters,
        "seconds": headline.seconds,
        "letters_per_s": headline.letters_per_s,
        "rss_growth_mb": headline.rss_growth_mb,
        "replay_seconds": headline.replay_seconds,
        "attempts_per_letter": headline.attempts / headline.letters,
        "plain_letters": plain_letters,
        "plain_letters_per_s": reference.letters_per_s,
        "our_letters_per_s_at_plain_letters": compared.letters_per_s,
        "ratio": compared.letters_per_s / reference.letters_per_s,
        "destinations": {
            "letters": spread_letters,
            "few": FEW,
            "many": MANY,
            "few_seconds": few.seconds,
            "many_seconds": many.seconds,
            "ratio": many.seconds / few.seconds,
        },
        "machine": {"python": sys.version.split()[0], "platform": sys.platform, "cores": os.cpu_count()},
    }
    if scaling:
        result["scaling"] = [{**asdict(m), "letters_per_s": m.letters_per_s} for m in found[5:]]
    return result


def ours(letters: int) -> Measurement:
    """Time one run of the engine in this process."""
    from sim.validation.bench_scenario import bench_scenario

    return _engine(bench_scenario, letters)


def ours_and_replay(letters: int) -> Measurement:
    """Time one run of the engine in this process, and then the making of its replay."""
    from sim.validation.bench_scenario import bench_scenario

    return _engine(bench_scenario, letters, with_replay=True)


def to_few(letters: int) -> Measurement:
    """Time one run with few destinations."""
    from sim.validation.bench_scenario import spread_scenario

    return _engine(lambda count: spread_scenario(count, FEW), letters)


def to_many(letters: int) -> Measurement:
    """Time one run with many destinations."""
    from sim.validation.bench_scenario import spread_scenario

    return _engine(lambda count: spread_scenario(count, MANY), letters)


def _engine(scenario: "Callable[[int], Scenario]", letters: int, *, with_replay: bool = False) -> Measurement:
    from sim.results.audit import audit
    from sim.run_scenario import build

    # So that libraries are loaded before the clock and the memory count.
    audit(build(scenario(100)).run())
    world = build(scenario(letters))
    gc.collect()
    before = _peak_mb()
    began = time.perf_counter()
    record = world.run()
    audit(record).require()
    seconds = time.perf_counter() - began
    after = _peak_mb()
    growth = after - before if before is not None and after is not None else None
    replay_seconds = _replay_seconds(record) if with_replay else None
    return Measurement(letters, seconds, growth, len(record.attempts), replay_seconds)


def _replay_seconds(record: "RunRecord") -> float:
    from sim.results.movements import movements_of_record
    from sim.viz.replay import Replay

    began = time.perf_counter()
    Replay(record.scenario, movements_of_record(record)).write(Path(os.devnull))
    return time.perf_counter() - began


def plain(letters: int) -> Measurement:
    """Time one run of the plain engine in this process."""
    from sim.reference.plain_run import run_plain
    from sim.validation.bench_scenario import bench_scenario

    scenario = bench_scenario(letters)
    run_plain(bench_scenario(100))
    gc.collect()
    began = time.perf_counter()
    result = run_plain(scenario)
    seconds = time.perf_counter() - began
    return Measurement(
        letters, seconds, None, sum(len(letter.attempts) for letter in result.letters.values())
    )


def _apart(measure: Callable[[int], Measurement], letters: int) -> Measurement:
    """Measure in a process that has done nothing before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, letters).result()


def _peak_mb() -> float | None:
    """Give the largest resident memory of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux: the figure of getrusage would include the process that started this one
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    if sys.platform == "win32":
        return None
    import resource

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest * (1 if sys.platform == "darwin" else 1024) / 1e6
