"""The mornings of the incident game: for each seed another trouble, at another time, and another newsletter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.kernel.draws import Draws
from sim.learn.shipped import SCENARIOS, notebooks_folder

SCENARIO: Final = "monday_morning.yaml"
SEEDS: Final = (1, 2, 3, 4, 5)
"""The mornings by which moves are judged."""
OPENS: Final = datetime(2026, 9, 7, 8)
"""When the scenario begins: a Monday, 08:00."""
MOST_SEED: Final = 1_000_000
MOST_MORNINGS: Final = 50


@dataclass(frozen=True)
class Morning:
    """What is in store on one morning; minutes are counted from 08:00.

    Attributes:
        seed: from which it was drawn; chance within the run has the same seed.
        provider: whose first mail host does not answer, from then on.
        host_from_min: from when.
        resolver_from_min: from when the portal's own resolver fails.
        resolver_for_min: for how long.
        resolver_fails: how: `servfail`, or `silent`.
        newsletter_at_min: when marketing sends the newsletter.
        newsletter_count: to how many readers.
    """

    seed: int
    provider: str
    host_from_min: int
    resolver_from_min: int
    resolver_for_min: int
    resolver_fails: str
    newsletter_at_min: int
    newsletter_count: int

    def settings(self) -> list[str]:
        """Give what the morning replaces in the scenario, each `path=value`."""
        host = (
            f"{{at: {self.host_from_min} min, for: 5 h, where: providers.{self.provider}.mx1, what: silent}}"
        )
        resolver = (
            f"{{at: {self.resolver_from_min} min, for: {self.resolver_for_min} min, where: resolvers.own, "
            f"what: {self.resolver_fails}}}"
        )
        return [
            f"faults=[{host}, {resolver}]",
            f"letters.newsletter.at={self.newsletter_at_min} min",
            f"letters.newsletter.count={self.newsletter_count}",
        ]


def morning(seed: int) -> Morning:
    """Draw a morning."""
    chance = Draws(seed).stream("monday morning")
    return Morning(
        seed=seed,
        provider=chance.choice(("webmail", "carrier")),
        host_from_min=chance.randint(15, 30),
        resolver_from_min=chance.randint(65, 80),
        resolver_for_min=chance.randint(18, 25),
        resolver_fails=chance.choice(("servfail", "silent")),
        newsletter_at_min=chance.randint(35, 50),
        newsletter_count=100 * chance.randint(50, 70),
    )


def mornings(seeds: Sequence[int]) -> list[Morning]:
    """Draw some mornings.

    Raises:
        ArgumentError: there is no seed, or too many, or one that is none.
    """
    known = [seed for seed in seeds if isinstance(seed, int) and 0 <= seed <= MOST_SEED]
    if not known or len(known) != len(seeds) or len(known) > MOST_MORNINGS:
        shown = ", ".join(map(str, seeds)) or "–"
        raise taught(ArgumentError, "no_mornings", found=shown, most=MOST_MORNINGS, largest=MOST_SEED)
    return [morning(seed) for seed in dict.fromkeys(known)]


def scenario_file() -> Path:
    """Give the file of the game's scenario."""
    return notebooks_folder() / SCENARIOS / SCENARIO
