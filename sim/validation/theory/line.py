"""One line before one or more servers: M/M/1, M/M/c, M/D/1, M/G/1, Little; and one line that two roads lead to.

Senders write Poisson mail; the letters meet the provider's checking station as they were written, each shifted by
its road. In the two-path case two senders with a short and a long road share one station: first come, first served
holds there only if the station is asked in the order of arrival, and not in the order in which letters set out.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.columns import whole
from sim.scenario.schema import Scenario
from sim.validation.formulas import wait_mg1, wait_mm1, wait_mmc, waits_longer_mmc
from sim.validation.intervals import batch_means, controlled_interval
from sim.validation.theory.finding import (
    BATCHES,
    WARM_UP,
    Control,
    Finding,
    equal,
    estimate,
    interval_finding,
)
from sim.validation.theory.station import FASTER, Visits, controls_of, visits_of
from sim.validation.theory.world import scenario, sender, stream

SERVICE_S: Final = 1.0
HEAVY: Final = {"lognormal": {"mean": "1 s", "cv": 1.5}}


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        name: what queue it is.
        seed: seed of the run.
        letters: about how many letters.
        arrivals_per_s: of all senders together.
        service: the checking time, as a scenario writes it; its mean is one second.
        variation: its coefficient of variation.
        workers: of the checking station.
        round_trips_s: one sender for each, with a road of that round trip.
        longer_than_s: for each of these, which share of the waits is longer is checked as well; M/M/c only.
        little: whether the mean number of letters there is checked as well.
    """

    name: str
    seed: int
    letters: int
    arrivals_per_s: float
    service: Any
    variation: float
    workers: int = 1
    round_trips_s: tuple[float, ...] = (0.0,)
    longer_than_s: tuple[float, ...] = ()
    little: bool = False

    @property
    def checks(self) -> list[str]:
        """What is checked."""
        paths = [f", round trip {trip_s:g} s" for trip_s in self.round_trips_s]
        waits = [f"{path if len(paths) > 1 else ''}: mean wait in line, s" for path in paths]
        longer = [
            ": share that has to wait" if than_s == 0 else f": share that waits longer than {than_s:g} s"
            for than_s in self.longer_than_s
        ]
        little = [": letters there on average, by Little"] if self.little else []
        return [f"{self.name}{check}" for check in (*waits, *longer, *little)]

    def wait_s(self, share: float = 1.0) -> float:
        """Give the mean wait by theory, where services take this share of what they take."""
        service_s = SERVICE_S * share
        if self.workers > 1:
            return wait_mmc(self.arrivals_per_s, service_s, self.workers)
        if self.variation == 1:
            return wait_mm1(self.arrivals_per_s, service_s)
        return wait_mg1(self.arrivals_per_s, service_s, self.variation)

    def longer(self, than_s: float, service_s: float = SERVICE_S) -> float:
        """Give the share of waits that are longer by theory."""
        return waits_longer_mmc(self.arrivals_per_s, service_s, self.workers, than_s)

    def scenario(self) -> Scenario:
        """Make its scenario."""
        length_s = self.letters / self.arrivals_per_s
        senders = [f"sender_{place}" for place in range(len(self.round_trips_s))]
        rate_per_s = self.arrivals_per_s / len(senders)
        return scenario(
            length_s,
            {"checking": {"workers": self.workers, "time": self.service}},
            {f"mail_{place}": stream(rate_per_s, length_s, name) for place, name in enumerate(senders)},
            senders={name: sender() for name in senders},
            roads={
                f"road_{place}": {"from": name, "to": "office", "round_trip": f"{round(trip_s * 1e6)} us"}
                for place, (name, trip_s) in enumerate(zip(senders, self.round_trips_s, strict=True))
            },
        )

    def visits(self, record: RunRecord) -> Visits:
        """Read what happened in the line."""
        checking = record.scenario.providers["office"].checking
        assert checking is not None
        return visits_of(record, checking.time, "checking", 1)

    def measure(self, level: float) -> list[Finding]:
        """Run it and give its figures."""
        from sim.validation.theory.world import run

        record = run(self.scenario(), self.seed)
        visits = self.visits(record)
        controls = controls_of(
            visits,
            self.arrivals_per_s,
            SERVICE_S,
            self.variation,
            self.workers,
            self.wait_s(FASTER),
            longer=[(than_s, self._twin_longer(than_s)) for than_s in self.longer_than_s],
        )
        waits_s = visits.waits_s
        findings = self._mean_waits(record, visits, controls, level)
        checks = self.checks[len(findings) :]
        findings += [
            estimate(
                check, self.longer(than_s), (waits_s > than_s + 1e-7).astype(np.float64), controls, level
            )
            for check, than_s in zip(checks, self.longer_than_s, strict=False)
        ]
        if self.little:
            findings.append(_little(checks[-1], record, visits))
        return findings

    def _twin_longer(self, than_s: float) -> Any:
        return lambda service_s: self.longer(than_s, service_s)

    def _mean_waits(
        self, record: RunRecord, visits: Visits, controls: list[Control], level: float
    ) -> list[Finding]:
        """Give the mean wait of each sender's letters."""
        if len(self.round_trips_s) == 1:
            return [estimate(self.checks[0], self.wait_s(), visits.waits_s, controls, level)]
        senders = whole(record.letters, "sender")[visits.rows][WARM_UP:]
        design = np.column_stack([batch_means(drawn[WARM_UP:], BATCHES) - mean for drawn, mean in controls])
        found = []
        for place, check in enumerate(self.checks):
            its_own = (senders == place).astype(np.float64)
            means = batch_means(visits.waits_s[WARM_UP:] * its_own, BATCHES) / batch_means(its_own, BATCHES)
            interval = controlled_interval(means, design, level)
            found.append(interval_finding(check, self.wait_s(), interval))
        return found


def _little(check: str, record: RunRecord, visits: Visits) -> Finding:
    """Hold the time average of a queue, as the engine counted it, against arrivals times time spent there."""
    queue = next(queue for queue in record.queues if queue.name == "office.mx.checking")
    seconds = record.simulated_us / 1e6
    stays_s = float((visits.left_s - visits.arrived_s).sum())
    return equal(check, stays_s / seconds, queue.integral_us / 1e6 / seconds)


LINES: Final = (
    Line(
        "M/M/1, load 0.6", 1001, 80_000, 0.6, {"exponential": "1 s"}, 1.0, longer_than_s=(1.0,), little=True
    ),
    Line(
        "M/M/3, load 0.7",
        1002,
        100_000,
        2.1,
        {"exponential": "1 s"},
        1.0,
        workers=3,
        longer_than_s=(0.0, 0.5),
    ),
    Line("M/D/1, load 0.6", 1003, 60_000, 0.6, "1 s", 0.0),
    Line("M/G/1, lognormal service with cv 1.5, load 0.5", 1004, 80_000, 0.5, HEAVY, 1.5),
    Line(
        "two-path FIFO, constant service, load 0.6", 1005, 140_000, 0.6, "1 s", 0.0, round_trips_s=(0.02, 4.0)
    ),
)
