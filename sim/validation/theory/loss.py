"""Places but no line, or a short one: Erlang B and M/M/1/K, by a limit on connections.

A letter holds its connection while it is served; who finds all places taken gets 421 and does not come back within
the run, since the next scan of the deferred queue comes after its end.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.columns import whole
from sim.scenario.schema import Scenario
from sim.scenario.service_time import ServiceTime
from sim.validation.formulas import erlang_b, in_system_mm1k, wait_mm1k
from sim.validation.intervals import Floats
from sim.validation.theory.finding import Control, Finding, estimate
from sim.validation.theory.station import FASTER, visits_of
from sim.validation.theory.world import AFTERWARDS_S, drawn_s, run, scenario, sender, stream
from sim.validation.twins import turned_away, waits_in_line

SERVICE_S: Final = 1.0


@dataclass(frozen=True)
class Loss:
    """A system that turns letters away.

    Attributes:
        name: what queue it is.
        seed: seed of the run.
        letters: about how many letters.
        arrivals_per_s: of letters.
        service: how long one takes, as a scenario writes it; its mean is one second.
        variation: its coefficient of variation.
        places: how many letters there is room for.
        in_line: whether one is served after another (M/M/1/K); else all at once (Erlang B).
    """

    name: str
    seed: int
    letters: int
    arrivals_per_s: float
    service: Any
    variation: float
    places: int
    in_line: bool = False

    @property
    def checks(self) -> list[str]:
        """What is checked."""
        found = [f"{self.name}: share turned away"]
        return [*found, f"{self.name}: mean wait of those let in, s"] if self.in_line else found

    @property
    def workers(self) -> int:
        """Return how many are served at once."""
        return 1 if self.in_line else self.places

    def blocked(self, share: float = 1.0) -> float:
        """Give the share turned away by theory, where services take this share of what they take."""
        load = self.arrivals_per_s * SERVICE_S * share
        return in_system_mm1k(load, self.places)[-1] if self.in_line else erlang_b(self.places, load)

    def scenario(self) -> Scenario:
        """Make its scenario."""
        length_s = self.letters / self.arrivals_per_s
        provider: dict[str, Any] = {"connection_limit": {"total": self.places}}
        if self.in_line:
            provider["checking"] = {"workers": 1, "time": self.service}
        else:
            provider["accept_time"] = self.service
        never = f"{round(length_s + 2 * AFTERWARDS_S)} s"
        patient = sender(scan_phase=never)
        patient["postconf"] = {**patient["postconf"], "queue_run_delay": f"{10**9}s"}
        letters = {"mail": stream(self.arrivals_per_s, length_s)}
        return scenario(length_s, provider, letters, senders={"sender": patient})

    def measure(self, level: float) -> list[Finding]:
        """Run it and give its figures."""
        record = run(self.scenario(), self.seed)
        letters = record.letters
        rows = np.argsort(whole(letters, "accepted_us"), kind="stable")
        arrived_s = whole(letters, "accepted_us")[rows] / 1e6
        away = (whole(letters, "delivered_us")[rows] < 0).astype(np.float64)
        law, purpose = self._law(record)
        services_s = drawn_s(record, law, purpose, 1, rows)
        twin_away = turned_away(arrived_s, services_s * FASTER, self.workers, self.places)
        controls: list[Control] = [
            (np.diff(arrived_s, prepend=arrived_s[0]), 1 / self.arrivals_per_s),
            (twin_away, self.blocked(FASTER)),
        ]
        if self.variation:
            controls.append((services_s, SERVICE_S))
        found = [estimate(self.checks[0], self.blocked(), away, controls, level)]
        if self.in_line:
            found.append(self._waits(record, arrived_s, services_s, twin_away, level))
        return found

    def _law(self, record: RunRecord) -> tuple[ServiceTime, str]:
        office = record.scenario.providers["office"]
        if office.checking is not None:
            return office.checking.time, "checking"
        return office.accept_time, "accept"

    def _waits(
        self, record: RunRecord, arrived_s: Floats, services_s: Floats, twin_away: Floats, level: float
    ) -> Finding:
        """Give the mean wait of those let in; the twin's letters are those that the twin lets in."""
        law, purpose = self._law(record)
        visits = visits_of(record, law, purpose, 1)
        inside = twin_away == 0
        twin_s = waits_in_line(arrived_s[inside], services_s[inside] * FASTER)
        # Both sides let different letters in; cut to one length, their batches lie side by side in time.
        length = min(len(visits.rows), len(twin_s))
        controls: list[Control] = [
            (twin_s[:length], wait_mm1k(self.arrivals_per_s, SERVICE_S * FASTER, self.places)),
            (visits.services_s[:length], SERVICE_S),
        ]
        exact = wait_mm1k(self.arrivals_per_s, SERVICE_S, self.places)
        return estimate(self.checks[1], exact, visits.waits_s[:length], controls, level)


LOSSES: Final = (
    Loss("M/M/5/5 (Erlang B), load 4", 1006, 70_000, 4.0, {"exponential": "1 s"}, 1.0, 5),
    Loss("M/D/5/5 (Erlang B), load 4", 1007, 60_000, 4.0, "1 s", 0.0, 5),
    Loss("M/M/1/4, load 0.9", 1008, 100_000, 0.9, {"exponential": "1 s"}, 1.0, 4, in_line=True),
)
