"""What is left of a comparison under other assumptions: each is set to both ends of its range, one at a time.

All setups are changed alike, and run with the same seed and as many replications as before, so that the difference at
an end is as paired as the difference itself. A setup that does not rest on an assumption is not run again. Several
assumptions at once, and values between the ends, are not tried.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sim.comparison.figures import FIGURES, ComparedFigure
from sim.comparison.paired import Difference, differences
from sim.comparison.ranged import Ranged, ranged, without_range
from sim.comparison.turning import Searched, order, rank
from sim.comparison.variants import Setup
from sim.results.statistics import figure
from sim.run_replications import run_replications
from sim.scenario.schema import Scenario

End = Literal["low", "high"]
ENDS: Final[tuple[End, ...]] = ("low", "high")
Effect = Literal["holds", "turns", "blurs", "decides", "impossible"]
"""What an end of a range does to an order: it stays; it is the other way round; it is not to be told any more;
there is one although there was none; or the end does not go with what the scenarios say."""


@dataclass(frozen=True)
class AtEnd:
    """The difference of a figure between two setups where one assumption is set to an end of its range.

    Attributes:
        key: the assumption.
        end: which end.
        set_to: the value there, as one writes it.
        difference: of the figure, in the order in which the setups were given; None where the end is impossible.
        ahead: the setup that is ahead; None where the runs do not tell.
        effect: what that does to the order.
    """

    key: str
    end: End
    set_to: Any
    difference: Difference | None
    ahead: str | None
    effect: Effect


@dataclass(frozen=True)
class Verdict:
    """What becomes of the order of two setups by one figure.

    Attributes:
        figure: the figure.
        a: the setup that is subtracted.
        b: the setup from which it is subtracted.
        now: the difference as things are assumed.
        ahead: the setup that is ahead; None where the runs do not tell.
        ends: both ends of every assumption.
    """

    figure: str
    a: str
    b: str
    now: Difference
    ahead: str | None
    ends: tuple[AtEnd, ...]

    @property
    def holds(self) -> bool:
        """Tell whether it is the same whatever is assumed."""
        return all(one.effect in ("holds", "impossible") for one in self.ends)

    def range(self) -> tuple[float, float] | None:
        """Give the smallest and the largest difference; None where there is none at all."""
        every = (self.now, *(one.difference for one in self.ends))
        values = [one.value for one in every if one is not None and one.value is not None]
        return (min(values), max(values)) if values else None

    def swing(self, key: str) -> float:
        """Give how far one assumption moves the difference."""
        own = (one.difference for one in self.ends if one.key == key)
        values = [one.value for one in (self.now, *own) if one is not None and one.value is not None]
        return max(values) - min(values) if values else 0.0


@dataclass(frozen=True)
class Ranking:
    """The setups by one figure, the best first, and the ends at which the runs tell another order of two of them.

    Attributes:
        figure: the figure.
        names: the setups by the mean of it, the best first.
        changes: assumption, end, value there and the ranking there.
    """

    figure: str
    names: tuple[str, ...]
    changes: tuple[tuple[str, End, Any, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Robustness:
    """A comparison under other assumptions.

    Attributes:
        tried: the assumptions that were set to both ends.
        without_range: how many further assumptions each setup rests on; they stayed as they are.
        runs: how many runs that took.
        verdicts: of every figure and every pair of setups.
        rankings: of every figure, where there are more than two setups.
    """

    tried: tuple[Ranged, ...]
    without_range: dict[str, int]
    runs: int
    verdicts: tuple[Verdict, ...]
    rankings: tuple[Ranking, ...]

    def verdict(self, figure: str, a: str, b: str) -> Verdict:
        """Give what becomes of one order."""
        return next(one for one in self.verdicts if (one.figure, one.a, one.b) == (figure, a, b))


@dataclass(frozen=True)
class _Town:
    """All setups under the same assumptions."""

    setups: tuple[Setup, ...]
    found: tuple[Difference, ...]


@dataclass(frozen=True)
class _Change:
    """One assumption at one end: the scenarios of all setups there, and which of them have to be run."""

    assumption: Ranged
    end: End
    set_to: Any
    scenarios: tuple[Scenario, ...] | None
    to_run: tuple[bool, ...]


def runs_needed(scenarios: Sequence[Scenario], replications: int) -> tuple[int, int]:
    """Say before anything is run how many assumptions will be tried, and how many runs that takes."""
    changes = _changes(scenarios)
    return len(changes) // len(ENDS), replications * sum(sum(one.to_run) for one in changes)


def robustness(
    setups: Sequence[Setup],
    found: Sequence[Difference],
    seed: int,
    searched: Searched | None = None,
    processes: int | None = None,
) -> Robustness:
    """Set every assumption whose range is known to both ends, and compare again.

    Args:
        setups: what was compared.
        found: the differences.
        seed: the seed of the comparison.
        searched: told how many runs are done, of how many.
        processes: how many replications at once; see `run_replications`.
    """
    base = _Town(tuple(setups), tuple(found))
    changes = _changes([setup.scenario for setup in setups])
    replications = len(setups[0].measures)
    runs = replications * sum(sum(one.to_run) for one in changes)
    done = 0
    towns: list[_Town | None] = []
    for change in changes:
        if searched is not None:
            searched(done, runs)
        towns.append(_changed(base, change, seed, processes))
        done += replications * sum(change.to_run)
    return Robustness(
        tried=tuple(change.assumption for change in changes[:: len(ENDS)]),
        without_range={setup.name: without_range(setup.scenario) for setup in setups},
        runs=runs,
        verdicts=tuple(_verdicts(base, changes, towns)),
        rankings=tuple(_rankings(base, changes, towns)) if len(setups) > 2 else (),
    )


def _changes(scenarios: Sequence[Scenario]) -> list[_Change]:
    found = []
    for assumption in ranged(scenarios):
        for end in ENDS:
            set_to = getattr(assumption.plausible, end)
            there = assumption.at(scenarios, set_to)
            # What is set to what it is anyway comes back as the same object.
            to_run = () if there is None else tuple(b is not a for a, b in zip(scenarios, there, strict=True))
            found.append(_Change(assumption, end, set_to, there, to_run))
    return found


def _changed(base: _Town, change: _Change, seed: int, processes: int | None) -> _Town | None:
    """Run what an end of a range changes; give nothing where the end is impossible."""
    if change.scenarios is None:
        return None
    if not any(change.to_run):
        return base
    count = len(base.setups[0].measures)
    setups = tuple(
        Setup(setup.name, there, run_replications(there, count, seed, None, processes)) if runs else setup
        for setup, there, runs in zip(base.setups, change.scenarios, change.to_run, strict=True)
    )
    return _Town(setups, differences(setups))


def _verdicts(base: _Town, changes: Sequence[_Change], towns: Sequence[_Town | None]) -> Iterator[Verdict]:
    for (a, b), one in itertools.product(itertools.combinations(range(len(base.setups)), 2), FIGURES):
        now = _ahead(one, base, a, b)
        ends = []
        for change, town in zip(changes, towns, strict=True):
            key, end, set_to = change.assumption.key, change.end, change.set_to
            if town is None:
                ends.append(AtEnd(key, end, set_to, None, None, "impossible"))
                continue
            there = _ahead(one, town, a, b)
            ends.append(AtEnd(key, end, set_to, _difference(one, town, a, b), there, _effect(now, there)))
        names = base.setups[a].name, base.setups[b].name
        yield Verdict(one.name, *names, _difference(one, base, a, b), now, tuple(ends))


def _rankings(base: _Town, changes: Sequence[_Change], towns: Sequence[_Town | None]) -> Iterator[Ranking]:
    pairs = list(itertools.combinations(range(len(base.setups)), 2))
    for one in FIGURES:
        changed = [
            (change.assumption.key, change.end, change.set_to, _ranked(one, town))
            for change, town in zip(changes, towns, strict=True)
            if town is not None
            and any(_effect(_ahead(one, base, *pair), _ahead(one, town, *pair)) == "turns" for pair in pairs)
        ]
        yield Ranking(one.name, _ranked(one, base), tuple(changed))


def _ranked(one: ComparedFigure, town: _Town) -> tuple[str, ...]:
    def mean(setup: Setup) -> float:
        found = figure([one.read(measures.figures) for measures in setup.measures], every=one.censored)
        return rank(one, found.value)

    return tuple(setup.name for setup in sorted(town.setups, key=mean))


def _ahead(one: ComparedFigure, town: _Town, a: int, b: int) -> str | None:
    ordered = order(one, town.setups[a], town.setups[b], town.found)
    return None if ordered is None else ordered[0].name


def _difference(one: ComparedFigure, town: _Town, a: int, b: int) -> Difference:
    names = town.setups[a].name, town.setups[b].name
    return next(found for found in town.found if (found.figure, found.a, found.b) == (one.name, *names))


def _effect(now: str | None, there: str | None) -> Effect:
    if now == there:
        return "holds"
    if now is None:
        return "decides"
    return "blurs" if there is None else "turns"
