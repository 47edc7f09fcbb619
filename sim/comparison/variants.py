"""Run several setups under common random numbers.

Every draw that concerns a letter is keyed by seed, replication, the name of its entry under `letters:`, its number
there, and what the draw is for. So replication k of one setup and replication k of another see the same letters
and the same chance wherever their entries have the same names, and what differs is the setup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.results.measures import Measures
from sim.run_replications import Progress, Replications, run_replications
from sim.scenario.schema import Scenario

Told = Callable[[int, int, int, int], None]
"""Told the place of the setup that runs, and what `Progress` is told of its replications."""


@dataclass(frozen=True)
class Setup:
    """One way of sending, and what came of it.

    Attributes:
        name: the scenario's name, made unique.
        scenario: what was run.
        replications: the record of the first run and the measures of all.
    """

    name: str
    scenario: Scenario
    replications: Replications

    @property
    def measures(self) -> tuple[Measures, ...]:
        """The measures of all replications, in their order."""
        return self.replications.measures


def run_variants(
    scenarios: Sequence[Scenario],
    replications: int,
    seed: int | None = None,
    progress: Told | None = None,
    processes: int | None = None,
) -> tuple[Setup, ...]:
    """Run every scenario as many times, with the same seed.

    Args:
        scenarios: two or more.
        replications: how many times each.
        seed: the seed of all; None is the first scenario's own.
        progress: told now and then how far the work is.
        processes: how many at once; see `run_replications`.

    Raises:
        ArgumentError: there is nothing to compare.
    """
    if len(scenarios) < 2:
        raise taught(ArgumentError, "too_few_setups", found=len(scenarios))
    common = scenarios[0].seed if seed is None else seed
    setups = []
    for place, scenario in enumerate(named_apart(scenarios)):
        told = None if progress is None else _at_place(progress, place)
        found = run_replications(scenario, replications, common, told, processes)
        setups.append(Setup(scenario.stem, scenario, found))
    return tuple(setups)


def named_apart(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Give each scenario a name of its own: the second `school` becomes `school_2`."""
    named: list[Scenario] = []
    taken: set[str] = set()
    for scenario in scenarios:
        name, number = scenario.stem, 1
        while name in taken:
            number += 1
            name = f"{scenario.stem}_{number}"
        taken.add(name)
        named.append(scenario if name == scenario.stem else scenario.model_copy(update={"stem": name}))
    return named


def _at_place(progress: Told, place: int) -> Progress:
    return lambda done, now_us, letters: progress(place, done, now_us, letters)
