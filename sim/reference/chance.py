"""Chance of one run, asked by purpose, letter and attempt."""

from collections.abc import Mapping
from typing import TypeVar

from sim.kernel.draws import Draws, uniform

Choice = TypeVar("Choice", bound=str)


class Chance(Draws):
    """Keyed draws that remember the number behind each purpose's name."""

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self._purposes: dict[str, int] = {}

    def u(self, purpose: str, key: int, attempt: int = 0) -> float:
        """Draw a number in (0, 1); the same question always has the same answer."""
        base = self._purposes.get(purpose)
        if base is None:
            base = self._purposes[purpose] = self.purpose(purpose)
        return uniform(base, key, attempt)


def choose(shares: Mapping[Choice, float], u: float) -> Choice:
    """Choose a name by its share: the first whose cumulative share is above the draw, else the last."""
    cumulative = 0.0
    for name, share in shares.items():
        cumulative += share
        if u < cumulative:
            return name
    return list(shares)[-1]
