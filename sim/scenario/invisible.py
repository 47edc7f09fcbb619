"""Characters that no one sees, and that change what others see: controls, and marks that turn the direction of text."""

import re
from typing import Final

_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Controls but newline and tab, embeddings and overrides of direction, halves of characters, and no characters."""


def first_invisible(text: str) -> str | None:
    """Return the first invisible character of a text by its number, as `U+202E`."""
    match = _INVISIBLE.search(text)
    return f"U+{ord(match[0]):04X}" if match else None


def visible(text: str) -> str:
    """Return a text that is safe to print: invisible characters are shown by their numbers."""
    return _INVISIBLE.sub(
        lambda match: (
            match[0].encode("ascii", "backslashreplace").decode()
            if ord(match[0]) > 0x7F
            else f"\\x{ord(match[0]):02x}"
        ),
        text,
    )
