"""Run a scenario several times, each with chance of its own, on as many processes as the machine has cores.

The results do not depend on how the work is spread: replication k is the same run wherever it is done, and
results come back in the order of the replications.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
from types import ModuleType

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.kernel.recorder import RunRecord
from sim.results.measures import Measures, measure
from sim.run_scenario import run_once
from sim.scenario.schema import Scenario

Progress = Callable[[int, int, int], None]
"""Told how many replications are done, the simulated time of the one under way, and the letters so far."""

WORTH_A_PROCESS_S = 1.0
"""Less work than this is done sooner than processes for it are started."""
MOST_PROCESSES = 60
"""Windows waits for no more than about sixty."""


@dataclass(frozen=True)
class Replications:
    """What several runs left: the whole record of the first, and the measures of each, in their order."""

    first: RunRecord
    measures: tuple[Measures, ...]


def run_replications(
    scenario: Scenario,
    replications: int = 1,
    seed: int | None = None,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Replications:
    """Run a scenario several times.

    Args:
        scenario: what the user wrote.
        replications: how many times, at least once.
        seed: the seed; None is the scenario's own.
        progress: told now and then how far the work is.
        processes: how many at once; None is one for each core. Where all the work together takes about a
            second it is done in this process.

    Raises:
        ArgumentError: fewer than one replication was asked for, or a process died.
    """
    if replications < 1:
        raise taught(ArgumentError, "too_few_replications", found=replications)
    began = time.perf_counter()
    told = None if progress is None else lambda now_us, letters: progress(0, now_us, letters)
    first = run_once(scenario, seed, 0, told)
    measures = [measure(first)]
    took_s = time.perf_counter() - began
    left = range(1, replications)
    cores = min(processes or _cores(), len(left), MOST_PROCESSES)
    if cores > 1 and (processes is not None or took_s * len(left) > WORTH_A_PROCESS_S):
        measures += _spread(scenario, seed, left, cores, progress, len(first.letters))
    else:
        for replication in left:
            if progress is not None:
                progress(replication, 0, len(first.letters) * replication)
            measures.append(_measured(scenario, seed, replication))
    return Replications(first, tuple(measures))


def _measured(scenario: Scenario, seed: int | None, replication: int) -> Measures:
    return measure(run_once(scenario, seed, replication))


def _spread(
    scenario: Scenario,
    seed: int | None,
    replications: range,
    processes: int,
    progress: Progress | None,
    letters_each: int,
) -> list[Measures]:
    """Run replications in processes of their own, and give their measures in order."""
    before = set(active_children())
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_follow_parent)
    try:
        with _nameless_main(), _born_deaf():
            futures = [pool.submit(_measured, scenario, seed, replication) for replication in replications]
        _wait(futures, progress, letters_each)
        return [future.result() for future in futures]
    except BrokenProcessPool as error:
        raise taught(ArgumentError, "workers_died", reason=str(error)) from error
    except BaseException:
        # Ctrl-C: what is under way is not waited for.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in set(active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _wait(futures: list["Future[Measures]"], progress: Progress | None, letters_each: int) -> None:
    for done, future in enumerate(as_completed(futures), start=2):
        future.result()
        if progress is not None:
            progress(done, 0, letters_each * done)


def _cores() -> int:
    """Give how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _nameless_main() -> Iterator[None]:
    """Start processes that do not run the user's own script again.

    A process that is spawned imports the main script first, so a script that calls `sim.run` without
    `if __name__ == "__main__":` would start processes without end. Ours need nothing of it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _born_deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C: until they ignore it, each would print where it struck them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_parent() -> None:
    """Leave Ctrl-C to the process that started this one, and end when it is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.join,), daemon=True).start()


def _exit_after(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
