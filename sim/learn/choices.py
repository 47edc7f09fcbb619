"""Choices that a learner writes between brackets, read leniently and refused in words."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sim.analogy.labels import taught
from sim.errors import ArgumentError

OFF: Final = "off"
_SAME: Final = {"true": "on", "false": OFF, "none": OFF, "": OFF, "no": OFF, "yes": "on"}


def read_choices(
    given: Mapping[str, Any], choices: Mapping[str, Sequence[str]], unknown: str
) -> dict[str, str]:
    """Read what was chosen, by name.

    Args:
        given: what is written between the brackets.
        choices: for each name what it can be.
        unknown: the code of the error for a name that is none of them.

    Raises:
        ArgumentError: there is no such name, or it cannot be set so.
    """
    for name in given:
        if name not in choices:
            raise taught(ArgumentError, unknown, found=name, expected=", ".join(choices))
    return {name: _choice(name, value, choices[name]) for name, value in given.items()}


def _choice(name: str, value: Any, choices: Sequence[str]) -> str:
    """Read one choice: `True`, `10`, `"5min"`, `"５分"`."""
    text = unicodedata.normalize("NFKC", str(value)).lower().replace("分", "min")
    text = "".join(text.split())
    for wanted in (text, _SAME.get(text, text)):
        for choice in choices:
            if wanted in (choice.replace(" ", ""), choice.partition(" ")[0]):
                return choice
    raise taught(ArgumentError, "no_such_choice", rule=name, found=str(value), expected=", ".join(choices))
