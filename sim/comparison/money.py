"""The money side of a comparison: what a month costs, and what would make the dearer setup the cheaper one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sim.comparison.cost import MonthlyCost, break_evens, crossing, letters_per_month, monthly_cost
from sim.comparison.known import grade
from sim.comparison.variants import Setup
from sim.scenario.costs import Costs

BOTH: Final = "both"
"""Stands for a setup where a number is the same in both, and is changed in both."""
FURTHEST: Final = 1000.0
"""Numbers are tried up to so many times as large, and as small."""
_FIELDS: Final = (
    "yen_per_dollar",
    "fee_per_month",
    "fee_per_thousand",
    "address_fee_per_month",
    "server_fee_per_month",
    "setup_hours",
    "months_of_use",
    "staff_hours_per_month",
    "wage_yen_per_hour",
)


@dataclass(frozen=True)
class SetupCost:
    """What one setup costs.

    Attributes:
        setup: its name.
        preset: the price list, if it has a name.
        month: the cost of a month in which the scenario's letters are sent as often as its costs say.
    """

    setup: str
    preset: str | None
    month: MonthlyCost


@dataclass(frozen=True)
class BreakEven:
    """Numbers of letters a month at which the cheaper one of two setups changes."""

    a: str
    b: str
    letters_per_month: tuple[float, ...]


@dataclass(frozen=True)
class CostTurn:
    """Which number of the costs, changed alone, makes the dearer setup the cheaper one.

    Attributes:
        cheaper: the setup that is cheaper as things are.
        dearer: the other.
        setup: the one whose number is changed, or `both`.
        field: the number.
        now: what it is.
        turns_at: from there on the order is the other way round; None where no value up to a thousand times as
            much or as little does that.
        grade: how well the number is known.
    """

    cheaper: str
    dearer: str
    setup: str
    field: str
    now: float
    turns_at: float | None
    grade: str


@dataclass(frozen=True)
class Money:
    """All of it; empty where fewer than two setups say what they cost."""

    costs: tuple[SetupCost, ...]
    break_evens: tuple[BreakEven, ...]
    turns: tuple[CostTurn, ...]


def money(setups: Sequence[Setup]) -> Money:
    """Count the money of every setup that has `costs`, and compare each with the first that has."""
    priced = [(setup, setup.scenario.costs) for setup in setups if setup.scenario.costs is not None]
    costs = tuple(
        SetupCost(setup.name, own.preset, monthly_cost(own, letters_per_month(setup.scenario, own)))
        for setup, own in priced
    )
    found: list[BreakEven] = []
    turns: list[CostTurn] = []
    for (b, b_costs), cost in zip(priced[1:], costs[1:], strict=True):
        a, a_costs = priced[0]
        found.append(BreakEven(a.name, b.name, tuple(break_evens(a_costs, b_costs))))
        turns += _turns(_Priced(a, a_costs, costs[0]), _Priced(b, b_costs, cost))
    return Money(costs, tuple(found), tuple(turns))


@dataclass(frozen=True)
class _Priced:
    """A setup with what it costs."""

    setup: Setup
    costs: Costs
    cost: SetupCost


def _turns(a: _Priced, b: _Priced) -> Iterator[CostTurn]:
    cheaper, dearer = (a, b) if a.cost.month.total <= b.cost.month.total else (b, a)
    for field in _FIELDS:
        if getattr(cheaper.costs, field) == getattr(dearer.costs, field):
            changes: list[tuple[_Priced, ...]] = [(cheaper, dearer)]
        else:
            changes = [(cheaper,), (dearer,)]
        for changed in changes:
            now = getattr(changed[0].costs, field)
            if not now or not any(_matters(one, field) for one in changed):
                continue
            factor = _turning_factor(cheaper, dearer, field, changed)
            yield CostTurn(
                cheaper=cheaper.setup.name,
                dearer=dearer.setup.name,
                setup=BOTH if len(changed) == 2 else changed[0].setup.name,
                field=field,
                now=now,
                turns_at=None if factor is None else factor * now,
                grade=grade(changed[0].setup.scenario, f"costs.{field}"),
            )


def _matters(priced: _Priced, field: str) -> bool:
    return _total(priced, field, 2.0) != _total(priced, field, 1.0)


def _turning_factor(
    cheaper: _Priced, dearer: _Priced, field: str, changed: Sequence[_Priced]
) -> float | None:
    """Give the factor nearest to 1 at which the order changes; None if there is none."""

    def behind(factor: float) -> float:
        left, right = (
            _total(one, field, factor if any(one is other for other in changed) else 1.0)
            for one in (cheaper, dearer)
        )
        return right - left

    found = [_toward(behind, end) for end in (FURTHEST, 1 / FURTHEST)]
    known = [factor for factor in found if factor is not None]
    return min(known, key=lambda factor: max(factor, 1 / factor)) if known else None


def _toward(behind: Callable[[float], float], end: float) -> float | None:
    return crossing(behind, 1.0, end) if (behind(1.0) > 0) != (behind(end) > 0) else None


def _total(priced: _Priced, field: str, factor: float) -> float:
    costs = priced.costs.model_copy(update={field: getattr(priced.costs, field) * factor})
    return monthly_cost(costs, priced.cost.month.letters).total
