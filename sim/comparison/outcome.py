"""All that a comparison comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sim.comparison.money import Money, money
from sim.comparison.paired import Difference, Pairing, Spread, differences, pairings, spreads
from sim.comparison.robustness import Robustness, robustness
from sim.comparison.robustness_json import robustness_json
from sim.comparison.turning import Searched, Turning, turning
from sim.comparison.variants import Setup, Told, run_variants
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Outcome:
    """What came of setups that were compared.

    Attributes:
        seed: the seed of all.
        replications: how many times each was run.
        setups: each with its runs, in the order in which they were given.
        differences: of every figure, between every pair.
        pairings: what common random numbers were worth in each of them.
        spreads: how much each figure differs from run to run.
        money: what each setup costs, where it says so.
        turning: what would turn the order of the first setup and each other one.
        robustness: what is left of it under other assumptions; None where nobody asked.
    """

    seed: int
    replications: int
    setups: tuple[Setup, ...]
    differences: tuple[Difference, ...]
    pairings: tuple[Pairing, ...]
    spreads: tuple[Spread, ...]
    money: Money
    turning: Turning
    robustness: Robustness | None = None

    def difference(self, figure: str, a: str, b: str) -> Difference:
        """Give the difference of a figure between two setups, in the order in which they were given."""
        return next(one for one in self.differences if (one.figure, one.a, one.b) == (figure, a, b))

    def spread(self, figure: str, setup: str) -> Spread:
        """Give how much a figure differs from run to run in one setup."""
        return next(one for one in self.spreads if (one.figure, one.setup) == (figure, setup))


def compare(
    scenarios: Sequence[Scenario],
    replications: int,
    seed: int | None = None,
    progress: Told | None = None,
    processes: int | None = None,
    searched: Searched | None = None,
    *,
    assumptions: bool = False,
    assumed: Searched | None = None,
) -> Outcome:
    """Compare setups under common random numbers.

    Args:
        scenarios: two or more.
        replications: how many times each is run.
        seed: the seed of all; None is the first scenario's own.
        progress: told now and then how far the runs are.
        processes: how many replications at once; the results are the same.
        searched: told how far the search for what would turn the answer is.
        assumptions: whether every assumption of which a range is known is set to both ends, and all run again.
        assumed: told how many of these runs are done, of how many.

    Raises:
        ArgumentError: there is nothing to compare.
    """
    setups = run_variants(scenarios, replications, seed, progress, processes)
    common = setups[0].replications.first.seed
    found = differences(setups)
    return Outcome(
        seed=common,
        replications=replications,
        setups=setups,
        differences=found,
        pairings=pairings(setups),
        spreads=spreads(setups),
        money=money(setups),
        turning=turning(setups, found, common, searched),
        robustness=robustness(setups, found, common, assumed, processes) if assumptions else None,
    )


def as_json(
    outcome: Outcome, summaries: Sequence[Mapping[str, Any]], machine: Mapping[str, Any]
) -> dict[str, Any]:
    """Give what `compare --json` prints; see `comparison.schema.json`.

    Args:
        outcome: what came of it.
        summaries: the summary of each setup's runs, in their order.
        machine: the only part that may differ between two equal comparisons.
    """
    months = [
        {
            **asdict(one),
            "month": {**asdict(one.month), "total": one.month.total, "per_thousand": one.month.per_thousand},
        }
        for one in outcome.money.costs
    ]
    names = [setup.name for setup in outcome.setups]
    return {
        "format": 1,
        "seed": outcome.seed,
        "replications": outcome.replications,
        "setups": [dict(summary) for summary in summaries],
        "differences": [asdict(one) for one in outcome.differences],
        "pairings": [asdict(one) for one in outcome.pairings],
        "spreads": [asdict(one) for one in outcome.spreads],
        "costs": months,
        "break_evens": [
            {**asdict(one), "letters_per_month": list(one.letters_per_month)}
            for one in outcome.money.break_evens
        ],
        "cost_turns": [asdict(one) for one in outcome.money.turns],
        "turns": [{**asdict(one), "paths": list(one.paths)} for one in outcome.turning.turns],
        "turns_complete": outcome.turning.complete,
        **({} if outcome.robustness is None else {"robustness": robustness_json(outcome.robustness, names)}),
        "machine": dict(machine),
    }
