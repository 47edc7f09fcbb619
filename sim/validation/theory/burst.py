"""A burst as a fluid: B letters at once clear at B/(c mu - lambda), and wait B/(2 c mu) on average.

Alone, a burst at servers of constant speed leaves nothing to chance: it clears exactly then. Over a stream of
Poisson mail it takes longer, by as much as the stream brings meanwhile.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.results.columns import whole
from sim.scenario.schema import Scenario
from sim.validation.formulas import cleared_after
from sim.validation.intervals import controlled_interval
from sim.validation.theory.finding import Finding, equal, interval_finding
from sim.validation.theory.world import run, scenario, stream

_WORKERS: Final = 4
_SERVICE_S: Final = 0.1


@dataclass(frozen=True)
class LoneBurst:
    """A burst at servers that have nothing else to do.

    Attributes:
        name: what it is.
        seed: seed of the run, in which nothing is drawn.
        letters: how many come at once; a multiple of the servers.
    """

    name: str
    seed: int
    letters: int

    @property
    def checks(self) -> list[str]:
        """What is checked."""
        return [f"{self.name}: cleared after, s", f"{self.name}: mean time to its end, s"]

    def scenario(self) -> Scenario:
        """Make its scenario."""
        checking = {"workers": _WORKERS, "time": f"{_SERVICE_S:g} s"}
        entry = {"from": "sender", "count": self.letters, "size": "2 kB", "to": "office"}
        return scenario(0, {"checking": checking}, {"burst": entry})

    def measure(self, level: float) -> list[Finding]:
        """Run it and give its figures; the half of the way through is that of the last letter of each round."""
        record = run(self.scenario(), self.seed)
        left_s = whole(record.visits, "to_us") / 1e6
        rounds = self.letters / _WORKERS
        return [
            equal(self.checks[0], rounds * _SERVICE_S, float(left_s.max())),
            equal(self.checks[1], (rounds + 1) / 2 * _SERVICE_S, float(left_s.mean())),
        ]


@dataclass(frozen=True)
class BurstsOverAStream:
    """Bursts, far apart, over a stream that is half as much as one server can do.

    Attributes:
        name: what it is.
        seed: seed of the run.
        bursts: how many.
        burst: letters of each.
        stream_per_s: letters of the stream.
        every_s: from one burst to the next; long enough for each to clear.
    """

    name: str
    seed: int
    bursts: int
    burst: int
    stream_per_s: float
    every_s: int

    @property
    def letters(self) -> int:
        """About how many letters it takes."""
        return self.bursts * self.burst + round(self.bursts * self.every_s * self.stream_per_s)

    @property
    def checks(self) -> list[str]:
        """What is checked."""
        return [f"{self.name}: cleared after, s"]

    def scenario(self) -> Scenario:
        """Make its scenario."""
        length_s = (self.bursts + 1) * self.every_s
        letters = {"stream": stream(self.stream_per_s, length_s)}
        for place in range(self.bursts):
            letters[f"burst_{place}"] = {
                "from": "sender",
                "at": f"{(place + 1) * self.every_s} s",
                "count": self.burst,
                "size": "2 kB",
                "to": "office",
            }
        return scenario(length_s, {"checking": {"workers": 1, "time": f"{_SERVICE_S:g} s"}}, letters)

    def measure(self, level: float) -> list[Finding]:
        """Run it and give its figure; what the stream happens to bring is the control."""
        record = run(self.scenario(), self.seed)
        visits = record.visits
        order = np.lexsort((whole(visits, "to_us"), whole(visits, "from_us")))
        arrived_s, left_s = whole(visits, "from_us")[order] / 1e6, whole(visits, "to_us")[order] / 1e6
        # The station is idle after a letter if the next one comes only later.
        idle_s = left_s[:-1][arrived_s[1:] > left_s[:-1]]
        begun_s = np.arange(1, self.bursts + 1) * float(self.every_s)
        cleared_s = idle_s[np.searchsorted(idle_s, begun_s, side="right")] - begun_s
        exact = cleared_after(self.burst, self.stream_per_s, _SERVICE_S)
        entries = whole(record.letters, "entry")[whole(visits, "letter")[order]]
        of_stream_s = arrived_s[entries == record.names.entries.index("stream")]
        brought = np.searchsorted(of_stream_s, begun_s + exact) - np.searchsorted(of_stream_s, begun_s)
        control = (brought - self.stream_per_s * exact)[:, None].astype(np.float64)
        return [interval_finding(self.checks[0], exact, controlled_interval(cleared_s, control, level))]


BURSTS: Final = (
    LoneBurst("burst of 4,000 letters, 4 servers of 0.1 s", 1012, 4_000),
    BurstsOverAStream("bursts of 1,000 letters over a stream of load 0.4", 1013, 20, 1_000, 4.0, 500),
)
