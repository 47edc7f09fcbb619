"""What a lesson asks before anything runs, and how an answer is read: leniently, and refused in words."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from sim.analogy.labels import taught
from sim.errors import ArgumentError

CHOICES = ("a", "b", "c", "d")
MOST_LETTERS = 1_000_000
LARGEST = 1_000_000
"""No amount that a learner predicts is larger, whatever its unit."""
LONGEST = 2000
MOST_GROWTH = 10
_UNITS = ("minutes", "minute", "min", "seconds", "sec", "s", "分", "秒")

Answer = float | str | None


@dataclass(frozen=True)
class Question:
    """One thing to predict.

    Attributes:
        name: the argument that it is in the notebook.
        words: the key of its words in the lesson's group.
        reads: what an answer is: a percentage, an amount, or one of four letters.
        number: what it is about, such as a number of letters; None where that is no number.
        item: the key of its words in the file that is handed in; left out, those of the question.
    """

    name: str
    words: str
    reads: Literal["percent", "amount", "choice"]
    number: int | None = None
    item: str = ""

    def read(self, value: Any) -> Answer:
        """Read an answer; None where nothing is written.

        Raises:
            ArgumentError: it is none.
        """
        if self.reads == "choice":
            return read_choice(value)
        return read_percent(value) if self.reads == "percent" else read_amount(value)


def read_text(value: Any) -> str:
    """Read words: on one line, and not without end."""
    return " ".join(str("" if value is None else value).split())[:LONGEST]


def read_percent(value: Any) -> float | None:
    """Read a percentage: `75`, `75 %`, `７５％`; None where nothing is written.

    Raises:
        ArgumentError: it is none.
    """
    return _number(_plain(value).removesuffix("%"), value, 100, "not_a_percentage")


def read_amount(value: Any) -> float | None:
    """Read an amount in the unit that was asked for: `7.5`, `7.5 min`, `７分`; None where nothing is written.

    Raises:
        ArgumentError: it is none.
    """
    text = _plain(value).replace(",", "")
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    return _number(text.removesuffix(unit), value, LARGEST, "not_an_amount")


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
    whole = _whole(value)
    if whole is None or not 1 <= whole <= MOST_LETTERS:
        raise taught(ArgumentError, "not_a_number_of_letters", found=read_text(value))
    return whole


def read_setting(value: Any, least: int, most: int) -> int:
    """Read where a slider is to stand.

    Raises:
        ArgumentError: it does not reach so far.
    """
    whole = _whole(value)
    if whole is None or not least <= whole <= most:
        raise taught(ArgumentError, "not_on_the_slider", found=read_text(value), least=least, most=most)
    return whole


def read_growth(value: Any) -> float:
    """Read how many times as many there are each day: `1.5`, `１．５`.

    Raises:
        ArgumentError: it is no number from 1 to 10.
    """
    growth = _number(_plain(value), value, MOST_GROWTH, "no_growth")
    if growth is None or growth < 1:
        raise taught(ArgumentError, "no_growth", found=read_text(value))
    return growth


def _number(text: str, value: Any, largest: float, code: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= largest:  # which nan is not, either
        raise taught(ArgumentError, code, found=read_text(value))
    return number


def _whole(value: Any) -> int | None:
    text = _plain(value).replace(",", "").replace("_", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _plain(value: Any) -> str:
    """Give what is written with plain characters in place of full-width ones."""
    if value is None or isinstance(value, bool):
        return ""
    return unicodedata.normalize("NFKC", str(value)).strip()
