"""What the judge of the incident game says: three wishes, morning by morning, and what late letters waited for.

Three wishes, each on every morning:
- of the password mails, 95 of 100 arrive within less than ten minutes. One that does not arrive counts as the slowest;
- of all letters, at most one in a thousand goes back to its writer or is refused;
- of the newsletter, 95 of 100 have arrived by 10:00, when the shop's sale begins. Without this wish, the best move
  would be never to send it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim.analogy.labels import label
from sim.learn.monday_mornings import OPENS, Morning
from sim.learn.monday_moves import Moves
from sim.validation.intervals import Floats
from sim.viz.amounts import count_words, duration_words, moment_words, share_words
from sim.viz.part_words import part_words

LIMITS: Final[Mapping[str, float]] = {"passwords": 10.0, "lost": 0.001, "newsletter": 120.0}
"""What each wish allows: minutes; a share of all letters; minutes after 08:00."""
_MOST_PARTS, _LEAST_PART = 3, 0.01
_BETWEEN: Final = {"en": " ", "ja": ""}
"""What stands between two sentences."""


@dataclass(frozen=True)
class Judged:
    """What one morning came to.

    Attributes:
        morning: what was in store.
        passwords: within how many minutes 95 of 100 password mails arrived; infinite if fewer arrived at all.
        lost: share of all letters that went back to their writers, or were refused.
        newsletter: how many minutes after 08:00 95 of 100 newsletters had arrived; infinite likewise.
        letters: how many letters there were in all.
        given_up: how many were given up after their lifetime.
        turned_away: how many were refused for good.
        waited_for: of the password mails that took longer than allowed, what they waited for: shares, the largest
            first, by part of the delay (see `sim.results.blame`).
        written_s: when each password mail was written, in seconds since the start.
        late_min: how many minutes later it arrived; infinite where it did not.
    """

    morning: Morning
    passwords: float
    lost: float
    newsletter: float
    letters: int
    given_up: int
    turned_away: int
    waited_for: Sequence[tuple[str, float]]
    written_s: Floats
    late_min: Floats

    def passed(self, wish: str) -> bool:
        """Tell whether a wish is fulfilled."""
        value: float = getattr(self, wish)
        # The delay has to stay below its limit; what may be lost, and 10:00, are allowed themselves.
        return value < LIMITS[wish] if wish == "passwords" else value <= LIMITS[wish]


@dataclass(frozen=True)
class Verdict:
    """What some moves came to, over some mornings."""

    moves: Moves
    judged: Sequence[Judged]

    @property
    def passed(self) -> bool:
        """Whether every wish is fulfilled on every morning."""
        return all(self.fulfilled(wish) == len(self.judged) for wish in LIMITS)

    def fulfilled(self, wish: str) -> int:
        """Count the mornings on which a wish is fulfilled."""
        return sum(one.passed(wish) for one in self.judged)

    def worst(self, wish: str) -> Judged:
        """Give the morning that is worst by a wish; the first of several."""
        return max(self.judged, key=lambda one: float(getattr(one, wish)))

    def told(self, lang: str = "en") -> list[str]:
        """Say what passed, what did not, and by how much.

        Args:
            lang: the language.
        """
        mornings = len(self.judged)
        lines = [label(f"monday.{'passed' if self.passed else 'not_yet'}", lang, mornings=mornings)]
        for wish in LIMITS:
            value = float(getattr(self.worst(wish), wish))
            kept = self.fulfilled(wish)
            fields = {
                "value": value_words(wish, value, lang),
                "limit": value_words(wish, LIMITS[wish], lang),
                "kept": kept,
                "mornings": mornings,
            }
            said = label(
                f"monday.told_{wish}" if math.isfinite(value) else f"monday.told_no_{wish}", lang, **fields
            )
            lines.append(said + _BETWEEN[lang] + self._how_far(wish, value, lang, fields))
        if (worst := self.worst("lost")).lost:
            counts = {"given_up": count_words(worst.given_up), "turned_away": count_words(worst.turned_away)}
            lines.append(label("monday.lost_how", lang, **counts, letters=count_words(worst.letters)))
        if (late := self.worst("passwords")).waited_for:
            shares = [
                label(
                    "monday.waited_share", lang, part=part_words(name, lang), share=share_words(share, lang)
                )
                for name, share in late.waited_for[:_MOST_PARTS]
                if share >= _LEAST_PART
            ]
            parts = label("summary.next_part", lang).join(shares)
            lines.append(label("monday.waited_for", lang, parts=parts, seed=late.morning.seed))
        return lines

    def _how_far(self, wish: str, value: float, lang: str, fields: Mapping[str, Any]) -> str:
        """Say on how many mornings a wish is fulfilled, and by how much it is missed on the worst."""
        if fields["kept"] == fields["mornings"]:
            return label("monday.kept", lang, **fields)
        if not math.isfinite(value):
            return label("monday.missed", lang, **fields)
        over = value - LIMITS[wish]
        words = f"{over * 100:.1f}" if wish == "lost" else duration_words(over * 60, lang)
        missed = label("monday.missed", lang, **fields)
        return label(f"monday.over_{wish}", lang, by=words) + _BETWEEN[lang] + missed

    def __str__(self) -> str:
        """Say it in English."""
        return "\n".join(self.told())


def value_words(wish: str, value: float, lang: str) -> str:
    """Say what a wish came to: a delay, a share, or a time of day."""
    if not math.isfinite(value):
        return label("monday.never", lang)
    if wish == "lost":
        return share_words(value, lang)
    if wish == "passwords":
        return duration_words(value * 60, lang)
    return moment_words(OPENS, math.ceil(value) * 60, lang)
