"""What would turn the answer: which numbers would have to be how different until the better setup is ahead no more.

Each lever is pulled on one setup at a time, all else equal: the one that is behind is helped, the one that is ahead
is hindered. If the furthest pull changes the order, the least pull that does so is looked for by halving. One
replication is run for each pull, with the same seed as the comparison itself, so the search is as paired as that is.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sim.comparison.figures import BY_NAME, ComparedFigure, values
from sim.comparison.known import grade
from sim.comparison.levers import LEVERS, Lever, Path, differing, scaled
from sim.comparison.paired import Difference
from sim.comparison.variants import Setup
from sim.results.measures import Tree, measure
from sim.run_scenario import run_once
from sim.scenario.schema import Scenario
from sim.scenario.settings import yaml_key
from sim.scenario.volume import expected_letters

ASKED: Final = ("reached.share_by_deadline", "reached.s_to_90")
"""Figures whose order is put to the test."""
STEPS_PER_DOUBLING: Final = 3
MOST_STEPS: Final = 15
"""The furthest pull is 32 times."""
MOST_LETTERS: Final = 1_000_000
"""The search ends after so many simulated letters, so that a comparison of large mailings ends as well."""


@dataclass(frozen=True)
class Turn:
    """What a lever does to the order of two setups.

    Attributes:
        figure: the figure by which they are ordered.
        ahead: the setup that is ahead.
        behind: the other.
        setup: the one whose numbers are changed.
        lever: what is changed.
        paths: where the numbers stand, as they are written in a scenario.
        now: the first of them as it is.
        factor_low: the order still holds at this factor.
        factor_high: at this one it does not any more; None where it holds up to the furthest pull.
        grade: how well the first number is known.
    """

    figure: str
    ahead: str
    behind: str
    setup: str
    lever: str
    paths: tuple[str, ...]
    now: float
    factor_low: float
    factor_high: float | None
    grade: str


@dataclass(frozen=True)
class Turning:
    """What was found, and whether everything could be looked at.

    Attributes:
        turns: what each lever does.
        complete: False if the search ended early, because the mailings are too large.
    """

    turns: tuple[Turn, ...]
    complete: bool


Searched = Callable[[int, int], None]
"""Told how many pulls are looked at, of how many."""


def turning(
    setups: Sequence[Setup], found: Sequence[Difference], seed: int, searched: Searched | None = None
) -> Turning:
    """Look for what would turn the order of the first setup and each other one.

    Args:
        setups: what was compared.
        found: the differences.
        seed: the seed of the comparison.
        searched: told how far the search is.
    """
    search = _Search(seed)
    turns: list[Turn] = []
    pulls = [
        pull
        for other in setups[1:]
        for name in ASKED
        for pull in _pulls(BY_NAME[name], setups[0], other, found)
    ]
    try:
        for done, pull in enumerate(pulls):
            if searched is not None:
                searched(done, len(pulls))
            turns.append(search.turn(pull))
    except _EnoughError:
        return Turning(tuple(turns), complete=False)
    return Turning(tuple(turns), complete=True)


def order(one: ComparedFigure, a: Setup, b: Setup, found: Sequence[Difference]) -> tuple[Setup, Setup] | None:
    """Give two setups with the better one first; None where the runs do not tell.

    "Never within the run" is later than any time: if one setup never got there and the other always did, they
    are told apart although there is no difference to give.
    """
    pairs = list(zip(_ranks(one, a), _ranks(one, b), strict=True))
    if all(x < y for x, y in pairs):
        return a, b
    if all(x > y for x, y in pairs):
        return b, a
    for difference in found:
        meant = (difference.figure, difference.a, difference.b) == (one.name, a.name, b.name)
        if meant and difference.is_sure and difference.value is not None:
            return (b, a) if (difference.value > 0) == one.more_is_better else (a, b)
    return None


def rank(one: ComparedFigure, value: float | None) -> float:
    """Give a number that is smaller where a figure is better."""
    if value is None:
        return math.inf
    return -value if one.more_is_better else value


def _ranks(one: ComparedFigure, setup: Setup) -> list[float]:
    return [rank(one, value) for value in values(one, setup.measures)]


@dataclass(frozen=True)
class _Pull:
    """One lever on one setup, put to the test by one figure."""

    figure: ComparedFigure
    ahead: Setup
    behind: Setup
    changed: Setup
    lever: Lever
    paths: dict[Path, float]
    upward: bool


def _pulls(one: ComparedFigure, a: Setup, b: Setup, found: Sequence[Difference]) -> Iterator[_Pull]:
    ordered = order(one, a, b, found)
    if ordered is None:
        return
    ahead, behind = ordered
    for changed, other, helps in ((behind, ahead, True), (ahead, behind, False)):
        for lever in LEVERS:
            paths = differing(lever, changed.scenario, other.scenario)
            if paths:
                yield _Pull(one, ahead, behind, changed, lever, paths, helps == lever.more_is_better)


class _EnoughError(Exception):
    """The search has simulated as many letters as it may."""


class _Search:
    """Runs of scenarios with a lever pulled, each made once.

    Args:
        seed: the seed of the comparison.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._known: dict[tuple[str, str, str, int], Tree] = {}
        self._letters = 0.0

    def turn(self, pull: _Pull) -> Turn:
        """Find out what one pull does."""
        one, ahead, behind, paths = pull.figure, pull.ahead, pull.behind, pull.paths
        changed, lever, upward = pull.changed, pull.lever, pull.upward
        other = ahead if changed is behind else behind
        fixed = rank(one, one.read(other.measures[0].figures))

        def holds(steps: int) -> bool:
            figures = self._pulled(changed, other, lever, paths, steps if upward else -steps)
            pulled = rank(one, one.read(figures))
            return fixed < pulled if changed is behind else pulled < fixed

        low, high = 0, MOST_STEPS
        turned = not holds(high)
        while turned and high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return Turn(
            figure=one.name,
            ahead=ahead.name,
            behind=behind.name,
            setup=changed.name,
            lever=lever.name,
            paths=tuple(_written(path) for path in paths),
            now=next(iter(paths.values())),
            factor_low=_factor(low if turned else MOST_STEPS, upward),
            factor_high=_factor(high, upward) if turned else None,
            grade=grade(changed.scenario, _written(next(iter(paths)))),
        )

    def _pulled(self, setup: Setup, other: Setup, lever: Lever, paths: dict[Path, float], steps: int) -> Tree:
        key = (setup.name, other.name, lever.name, steps)
        if key not in self._known:
            scenario = scaled(setup.scenario, paths, 2 ** (steps / STEPS_PER_DOUBLING))
            self._letters += _letters(scenario)
            if self._letters > MOST_LETTERS:
                raise _EnoughError
            self._known[key] = measure(run_once(scenario, self._seed, 0)).figures
        return self._known[key]


def _factor(steps: int, upward: bool) -> float:
    return float(2 ** ((steps if upward else -steps) / STEPS_PER_DOUBLING))


def _letters(scenario: Scenario) -> float:
    return sum(expected_letters(scenario, name) for name in scenario.letters)


def _written(path: Path) -> str:
    return ".".join(yaml_key(step) for step in path)
