"""An open network of queues (Jackson): two mail hosts that check letters, then one crew that carries them.

Letters go to either host with even chance; what both have checked comes together at the delivery station. By
Burke's theorem what leaves M/M/1 is Poisson again, so each of the three stations is M/M/1 by itself.
"""

from dataclasses import dataclass
from typing import Final

from sim.scenario.schema import Scenario
from sim.validation.formulas import wait_mm1
from sim.validation.theory.finding import Finding, estimate
from sim.validation.theory.station import FASTER, controls_of, visits_of
from sim.validation.theory.world import run, scenario, stream

_CHECKING_S: Final = 1.0
_CARRYING_S: Final = 0.5


@dataclass(frozen=True)
class Network:
    """Two stations side by side, then one.

    Attributes:
        name: what it is.
        seed: seed of the run.
        letters: about how many letters.
        arrivals_per_s: of letters, at both hosts together.
    """

    name: str
    seed: int
    letters: int
    arrivals_per_s: float

    @property
    def checks(self) -> list[str]:
        """What is checked."""
        places = ("checking at mx1", "checking at mx2", "delivery")
        return [f"{self.name}: mean wait for {place}, s" for place in places]

    def scenario(self) -> Scenario:
        """Make its scenario."""
        length_s = self.letters / self.arrivals_per_s
        provider = {
            "mx": [{"host": "mx1"}, {"host": "mx2"}],
            "checking": {"workers": 1, "time": {"exponential": f"{_CHECKING_S:g} s"}},
            "delivery": {"workers": 1, "time": {"exponential": f"{_CARRYING_S:g} s"}},
        }
        return scenario(length_s, provider, {"mail": stream(self.arrivals_per_s, length_s)})

    def measure(self, level: float) -> list[Finding]:
        """Run it and give its figures."""
        record = run(self.scenario(), self.seed)
        office = record.scenario.providers["office"]
        assert office.checking is not None
        names = [queue.name for queue in record.queues if queue.where_rows in ("checking", "delivery")]
        found = []
        for check, name in zip(
            self.checks, ("office.mx1.checking", "office.mx2.checking", "office.delivery"), strict=True
        ):
            is_checking = name.endswith("checking")
            service_s = _CHECKING_S if is_checking else _CARRYING_S
            rate_per_s = self.arrivals_per_s / 2 if is_checking else self.arrivals_per_s
            law = office.checking.time if is_checking else office.delivery.time
            purpose, attempt = ("checking", 1) if is_checking else ("delivery", 0)
            visits = visits_of(record, law, purpose, attempt, names.index(name))
            twin_s = wait_mm1(rate_per_s, FASTER * service_s)
            controls = controls_of(visits, rate_per_s, service_s, 1.0, 1, twin_s)
            found.append(estimate(check, wait_mm1(rate_per_s, service_s), visits.waits_s, controls, level))
        return found


NETWORKS: Final = (Network("two M/M/1 into one (Jackson), load 0.5 each", 1009, 110_000, 1.0),)
