"""What is said of letters that cannot arrive, or may not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim import analogy


@dataclass(frozen=True)
class Finding:
    """Letters that cannot arrive, or may not."""

    code: str
    letters: str
    """The entry of `letters:`."""
    provider: str | None
    """The provider that is meant; None for all."""
    certain: bool
    """Not one letter of them can arrive; otherwise it is a warning."""
    fields: Mapping[str, Any] = field(default_factory=dict)

    def in_words(self, lang: str = "en") -> str:
        """Return the finding as a sentence."""
        place = f"letters.{self.letters}" + (f" → {self.provider}" if self.provider else "")
        return analogy.placed(place, analogy.sentence(self.code, self.fields, lang), lang)
