"""No limit anywhere: M/G/infinity, by a delivery that each letter has to itself.

How many letters are being carried is Poisson, whatever the law of carrying; so is what an arriving letter meets.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.results.columns import whole
from sim.scenario.schema import Scenario
from sim.validation.theory.finding import Control, Finding, estimate
from sim.validation.theory.station import FASTER
from sim.validation.theory.world import drawn_s, run, scenario, stream
from sim.validation.twins import met_inside

_CARRYING_S: Final = 1.0


@dataclass(frozen=True)
class FreeFlow:
    """A delivery without a limit.

    Attributes:
        name: what it is.
        seed: seed of the run.
        letters: about how many letters.
        arrivals_per_s: of letters; as carrying takes a second on average, also how many are carried on average.
        carrying: how long it takes, as a scenario writes it.
    """

    name: str
    seed: int
    letters: int
    arrivals_per_s: float
    carrying: Any

    @property
    def checks(self) -> list[str]:
        """What is checked."""
        return [f"{self.name}: letters met on the way", f"{self.name}: share that meets none"]

    def scenario(self) -> Scenario:
        """Make its scenario."""
        length_s = self.letters / self.arrivals_per_s
        return scenario(
            length_s, {"delivery": {"time": self.carrying}}, {"mail": stream(self.arrivals_per_s, length_s)}
        )

    def measure(self, level: float) -> list[Finding]:
        """Run it and give its figures."""
        record = run(self.scenario(), self.seed)
        letters = record.letters
        rows = np.argsort(whole(letters, "delivered_us"), kind="stable")
        arrived_s = whole(letters, "delivered_us")[rows] / 1e6
        met = met_inside(arrived_s, whole(letters, "ended_us")[rows] / 1e6)
        carried_s = drawn_s(record, record.scenario.providers["office"].delivery.time, "delivery", 0, rows)
        twin_met = met_inside(arrived_s, arrived_s + carried_s * FASTER)
        load, twin_load = self.arrivals_per_s * _CARRYING_S, self.arrivals_per_s * _CARRYING_S * FASTER
        controls: list[Control] = [
            (np.diff(arrived_s, prepend=arrived_s[0]), 1 / self.arrivals_per_s),
            (carried_s, _CARRYING_S),
            (twin_met, twin_load),
            ((twin_met == 0).astype(np.float64), math.exp(-twin_load)),
        ]
        alone = (met == 0).astype(np.float64)
        return [
            estimate(self.checks[0], load, met, controls, level),
            estimate(self.checks[1], math.exp(-load), alone, controls, level),
        ]


FREE_FLOWS: Final = (
    FreeFlow(
        "M/G/infinity, lognormal with cv 1.5, 2 on average",
        1010,
        60_000,
        2.0,
        {"lognormal": {"mean": "1 s", "cv": 1.5}},
    ),
)
