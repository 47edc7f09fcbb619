"""What a receiver remembers of one sender: how much it brings, and what is held against it.

Part of reputation, whose manual page has the formulas.
"""

import math
from dataclasses import dataclass
from typing import Final

from sim.scenario.reputation import Reputation as ReputationSettings

DAY_US: Final = 86_400_000_000
_ROUNDING: Final = 1e-6
"""Sums of fractions miss a whole letter by less than this."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for all senders of a receiver.

    Attributes:
        half_life_us: of the usual volume and the blame.
        judged_over_us: the time that proportions are taken over.
        forgetting_per_day: ln 2 / half-life.
        headroom: so many times its usual volume a sender may bring.
        stranger_letters: what anybody may bring besides.
        fewest_letters: proportions are taken of at least so many.
        complaints: the harmless and the fatal proportion.
        unknown_users: the harmless and the fatal proportion.
    """

    half_life_us: int
    judged_over_us: int
    forgetting_per_day: float
    headroom: float
    stranger_letters: float
    fewest_letters: int
    complaints: tuple[float, float]
    unknown_users: tuple[float, float]

    @classmethod
    def of(cls, settings: ReputationSettings) -> "Terms":
        """Work them out from settings."""
        forgetting_per_day = math.log(2) * DAY_US / settings.half_life_us
        return cls(
            half_life_us=settings.half_life_us,
            judged_over_us=settings.judged_over_us,
            forgetting_per_day=forgetting_per_day,
            headroom=1 + math.log(settings.growth_per_day) / forgetting_per_day,
            stranger_letters=settings.stranger_per_s * 86_400,
            fewest_letters=settings.fewest_letters,
            complaints=(settings.harmless_complaints_ratio, settings.fatal_complaints_ratio),
            unknown_users=(settings.harmless_unknown_users_ratio, settings.fatal_unknown_users_ratio),
        )


def _blame(proportion: float, bounds: tuple[float, float]) -> float:
    """Give 0 up to the harmless proportion, 1 from the fatal one on, and a straight line between."""
    harmless, fatal = bounds
    return min(1.0, max(0.0, (proportion - harmless) / (fatal - harmless)))


class SenderMemory:
    """One sender, as one receiver remembers it. Questions change nothing; all moments come in order.

    Args:
        terms: what is the same for all.
        usual_per_day: how many letters a day it had brought for long when the run began; a stranger none.
    """

    __slots__ = (
        "_at_us",
        "_blamed",
        "_complaints",
        "_judged",
        "_letters",
        "_terms",
        "_today",
        "_unknown_users",
    )

    def __init__(self, terms: Terms, usual_per_day: float = 0.0) -> None:
        self._terms = terms
        self._at_us = 0
        self._letters = usual_per_day / terms.forgetting_per_day
        self._today = usual_per_day
        self._judged = usual_per_day * terms.judged_over_us / DAY_US
        self._complaints = 0.0
        self._unknown_users = 0.0
        self._blamed = 0.0

    def accepted(self, now_us: int) -> None:
        """Remember a letter that was taken."""
        self._forget(now_us)
        self._letters += 1
        self._today += 1
        self._judged += 1

    def complained(self, weight: float, now_us: int) -> None:
        """Remember something that weighs as many complaints."""
        self._forget(now_us)
        self._complaints += weight
        self._judge()

    def missed(self, now_us: int) -> None:
        """Remember a letter to a user that does not exist."""
        self._forget(now_us)
        self._unknown_users += 1
        self._judge()

    def standing(self, now_us: int) -> float:
        """Give what is left of its standing, 0 to 1; a stranger's is 1."""
        return 1 - self._blamed * self._kept(now_us)

    def usual_per_day(self, now_us: int) -> float:
        """Give how many letters it usually brings a day, without the last one."""
        old = self._letters * self._kept(now_us) - self._of_the_last_day(now_us)
        per_day = self._terms.forgetting_per_day
        return per_day / (1 - per_day) * max(0.0, old)

    def allowance(self, now_us: int) -> float:
        """Give how many letters it may have brought within the last day."""
        usual = self._terms.headroom * self.usual_per_day(now_us)
        return self.standing(now_us) * (self._terms.stranger_letters + usual)

    def has_room(self, now_us: int) -> bool:
        """Tell whether one more letter keeps it within the allowance."""
        return self._of_the_last_day(now_us) + 1 <= self.allowance(now_us) + _ROUNDING

    def _kept(self, now_us: int) -> float:
        """Give the share of what was remembered at the last event that is not forgotten yet."""
        return float(2.0 ** (-(now_us - self._at_us) / self._terms.half_life_us))

    def _of_the_last_day(self, now_us: int) -> float:
        return self._today * math.exp(-(now_us - self._at_us) / DAY_US)

    def _forget(self, now_us: int) -> None:
        if now_us == self._at_us:
            return
        kept = self._kept(now_us)
        judged = math.exp(-(now_us - self._at_us) / self._terms.judged_over_us)
        self._today = self._of_the_last_day(now_us)
        self._letters *= kept
        self._blamed *= kept
        self._judged *= judged
        self._complaints *= judged
        self._unknown_users *= judged
        self._at_us = now_us

    def _judge(self) -> None:
        """Lower the standing to what the proportions deserve, if it is not as low already."""
        terms = self._terms
        letters = max(self._judged, terms.fewest_letters)
        attempts = max(self._judged + self._unknown_users, terms.fewest_letters)
        complaints = _blame(self._complaints / letters, terms.complaints)
        unknown_users = _blame(self._unknown_users / attempts, terms.unknown_users)
        self._blamed = max(self._blamed, 1 - (1 - complaints) * (1 - unknown_users))
