"""A sweep: the same scenario at every point of a grid, with the same chance at each (common random numbers)."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.comparison.sweep_curves import Deliveries, deliveries
from sim.comparison.sweep_grid import Axis, overrides, points
from sim.results.summary import summarise
from sim.run_replications import run_replications
from sim.scenario.assumptions import assumptions
from sim.scenario.load import load
from sim.scenario.schema import Scenario

Progress = Callable[[int, int], None]
"""Told how many points are done, and how many there are."""

NO_WATCHING = "watch=[]"
"""Conversations are not kept: a letter that is watched at one point may not exist at another."""


@dataclass(frozen=True)
class Point:
    """One point of a grid, and what came of it.

    Attributes:
        values: path to value.
        scenario: what was run.
        summary: every figure, with its interval where there are replications.
        deliveries: when the letters of the mailing arrived in the first replication.
    """

    values: Mapping[str, Any]
    scenario: Scenario
    summary: Mapping[str, Any]
    deliveries: Deliveries


@dataclass(frozen=True)
class Sweep:
    """All points of a grid, the last axis running fastest."""

    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    seed: int
    replications: int

    def rows(self) -> list[dict[str, Any]]:
        """Give one row a point: its values, and the figures of a run's summary."""
        return [{"values": dict(point.values), **point.summary} for point in self.points]


def sweep(
    path: str | os.PathLike[str],
    axes: Sequence[Axis],
    *,
    settings: Sequence[str] = (),
    seed: int | None = None,
    replications: int = 1,
    lang: str = "en",
    progress: Progress | None = None,
) -> Sweep:
    """Run a scenario at every point of a grid.

    Args:
        path: the scenario file.
        axes: the grid.
        settings: other values to replace, each `path=value`.
        seed: the seed of all points; None is the scenario's own.
        replications: runs at each point.
        lang: the language of errors.
        progress: told after each point.

    Raises:
        ScenarioError: the scenario is wrong at some point; nothing has been run then.
        ArgumentError: fewer than one replication was asked for.
    """
    grid = points(axes)
    scenarios = [load(path, [*settings, *overrides(values), NO_WATCHING], lang) for values in grid]
    found = []
    for values, scenario in zip(grid, scenarios, strict=True):
        found.append(_point(values, scenario, seed, replications))
        if progress is not None:
            progress(len(found), len(grid))
    used = scenarios[0].seed if seed is None else seed
    return Sweep(tuple(axes), tuple(found), used, replications)


def _point(values: Mapping[str, Any], scenario: Scenario, seed: int | None, replications: int) -> Point:
    done = run_replications(scenario, replications, seed)
    summary = summarise(
        scenario=scenario.stem,
        seed=done.first.seed,
        measures=done.measures,
        assumptions=[dict(assumption) for assumption in assumptions(scenario)],
        machine={},
    )
    del summary["machine"]  # what the machine did is no figure of a point
    return Point(values, scenario, summary, deliveries(done.first))
