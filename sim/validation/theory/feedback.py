"""Letters that come back: with a chance p of success at each visit there are 1/p visits a letter.

So a host is asked for recipients at the rate of arrivals divided by p, however long letters stay away.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.results.columns import whole
from sim.scenario.schema import Scenario
from sim.validation.theory.finding import Finding, estimate
from sim.validation.theory.world import run, scenario, sender, stream


@dataclass(frozen=True)
class Feedback:
    """A provider that puts letters off by chance.

    Attributes:
        name: what it is.
        seed: seed of the run.
        letters: about how many letters.
        success: chance of each visit to succeed.
    """

    name: str
    seed: int
    letters: int
    success: float

    @property
    def checks(self) -> list[str]:
        """What is checked."""
        return [f"{self.name}: visits a letter", f"{self.name}: share that comes back"]

    def scenario(self) -> Scenario:
        """Make its scenario."""
        length_s = float(self.letters)
        rule = {"steps": [{"until": "30 d", "every": "30 s"}]}
        provider = {"temporary_failures": f"{(1 - self.success) * 100:f} %"}
        return scenario(
            length_s, provider, {"mail": stream(1.0, length_s)}, senders={"sender": sender(retry=rule)}
        )

    def measure(self, level: float) -> list[Finding]:
        """Run it and give its figures."""
        record = run(self.scenario(), self.seed)
        visits = whole(record.letters, "attempts").astype(np.float64)
        again = (visits > 1).astype(np.float64)
        return [
            estimate(self.checks[0], 1 / self.success, visits, [], level),
            estimate(self.checks[1], 1 - self.success, again, [], level),
        ]


FEEDBACKS: Final = (Feedback("retries, each visit succeeds with chance 0.5", 1011, 50_000, 0.5),)
