"""What a way of sending costs in a month, as a function of how many letters are sent."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sim.scenario.costs import Costs
from sim.scenario.schema import Scenario
from sim.scenario.volume import expected_letters

THOUSAND: Final = 1000.0
FEWEST: Final = 100.0
MOST: Final = 100_000_000.0
"""Break-even volumes are looked for between these."""
_STEPS: Final = 2000
_HALVINGS: Final = 60


@dataclass(frozen=True)
class MonthlyCost:
    """The cost of a month, in yen.

    Attributes:
        letters: letters sent in the month.
        service: subscription and fees for letters.
        machines: servers and addresses.
        setup: the part of the setting up that falls on this month.
        staff: hours of work in the month.
        servers: how many servers are needed; 0 where the service sees to it.
    """

    letters: float
    service: float
    machines: float
    setup: float
    staff: float
    servers: int

    @property
    def total(self) -> float:
        """All of it."""
        return self.service + self.machines + self.setup + self.staff

    @property
    def per_thousand(self) -> float:
        """The cost of a thousand letters."""
        return self.total / self.letters * THOUSAND


def letters_per_month(scenario: Scenario, costs: Costs) -> float:
    """Give how many letters a month this scenario's mailing comes to."""
    return sum(expected_letters(scenario, name) for name in scenario.letters) * costs.mailings_per_month


def monthly_cost(costs: Costs, letters: float) -> MonthlyCost:
    """Work out what a month with so many letters costs."""
    yen = costs.yen_per_dollar if costs.currency == "USD" else 1.0
    beyond = max(0.0, letters - costs.included_letters)
    servers = _servers(costs, letters)
    addresses = costs.addresses * max(1, servers)
    return MonthlyCost(
        letters=letters,
        service=yen * (costs.fee_per_month + beyond / THOUSAND * costs.fee_per_thousand),
        machines=yen
        * (max(1, servers) * costs.server_fee_per_month + addresses * costs.address_fee_per_month),
        setup=costs.setup_hours / costs.months_of_use * costs.wage_yen_per_hour,
        staff=costs.staff_hours_per_month * costs.wage_yen_per_hour,
        servers=servers,
    )


def _servers(costs: Costs, letters: float) -> int:
    """Give how many servers it takes to send every mailing in time."""
    if costs.letters_per_server_hour is None:
        return 0
    each_month = costs.letters_per_server_hour * costs.sending_hours * costs.mailings_per_month
    return max(1, math.ceil(letters / each_month))


def break_evens(a: Costs, b: Costs) -> list[float]:
    """Give the numbers of letters a month at which the cheaper one changes, in rising order."""

    def ahead(letters: float) -> float:
        return monthly_cost(b, letters).total - monthly_cost(a, letters).total

    return list(_crossings(ahead))


def _crossings(difference: Callable[[float], float]) -> Iterator[float]:
    """Yield where a difference changes its sign between the fewest and the most letters."""
    ratio = (MOST / FEWEST) ** (1 / _STEPS)
    left = FEWEST
    for step in range(1, _STEPS + 1):
        right = FEWEST * ratio**step
        if (difference(left) > 0) != (difference(right) > 0):
            yield crossing(difference, left, right)
        left = right


def crossing(difference: Callable[[float], float], low: float, high: float) -> float:
    """Narrow down a change of sign between two positive ends."""
    sign = difference(low) > 0
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        if (difference(middle) > 0) == sign:
            low = middle
        else:
            high = middle
    return high
