"""What a learner wrote: who, the predictions, the exit ticket. Read leniently, refused in words."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.analogy.labels import taught
from sim.errors import ArgumentError

PREDICTED = (1000, 100_000, 1_000_000)
"""Numbers of letters that a learner predicts for."""
CHOICES = ("a", "b", "c", "d")
MOST_LETTERS = 1_000_000
LONGEST = 2000


@dataclass
class Answers:
    """All that a learner wrote, by name."""

    who: dict[str, str] = field(default_factory=lambda: {"name": "", "class_number": ""})
    arrived: dict[int, float | None] = field(default_factory=lambda: dict.fromkeys(PREDICTED))
    stopped_by: str | None = None
    exit: dict[str, str] = field(default_factory=lambda: {"stops": "", "helps": ""})

    def predicted(self) -> bool:
        """Tell whether every prediction is made."""
        return self.stopped_by is not None and all(value is not None for value in self.arrived.values())

    def missing(self) -> list[str]:
        """Name the parts that are not complete yet."""
        parts: Mapping[str, bool] = {
            "who": all(self.who.values()),
            "prediction": self.predicted(),
            "exit": all(self.exit.values()),
        }
        return [name for name, complete in parts.items() if not complete]


def read_text(value: Any) -> str:
    """Read words: on one line, and not without end."""
    return " ".join(str("" if value is None else value).split())[:LONGEST]


def read_percent(value: Any) -> float | None:
    """Read a percentage: `75`, `75 %`, `７５％`; None where nothing is written.

    Raises:
        ArgumentError: it is none.
    """
    text = _plain(value).removesuffix("%").strip()
    if not text:
        return None
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:  # which nan is not, either
        raise taught(ArgumentError, "not_a_percentage", found=read_text(value))
    return percent


def read_choice(value: Any) -> str | None:
    """Read one of the four letters; None where nothing is written.

    Raises:
        ArgumentError: it is another.
    """
    text = _plain(value).lower().rstrip(".")
    if not text:
        return None
    if text not in CHOICES:
        raise taught(ArgumentError, "not_a_choice", found=read_text(value))
    return text


def read_letters(value: Any) -> int:
    """Read a number of letters.

    Raises:
        ArgumentError: it is none that a lesson runs.
    """
    text = _plain(value).replace(",", "").replace("_", "")
    if not text.isdecimal() or not 1 <= int(text) <= MOST_LETTERS:
        raise taught(ArgumentError, "not_a_number_of_letters", found=read_text(value))
    return int(text)


def _plain(value: Any) -> str:
    """Give what is written with plain characters in place of full-width ones."""
    if value is None or isinstance(value, bool):
        return ""
    return unicodedata.normalize("NFKC", str(value)).strip()
