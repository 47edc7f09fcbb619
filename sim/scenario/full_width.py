"""Full-width characters where YAML wants the plain ones: the commonest slip of a Japanese keyboard."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from sim.errors import Problem

_FULL_WIDTH: Final = re.compile("[\uff01-\uff5e\u3000\uffe5\uffe0]")
_KEY_WITH_COLON: Final = re.compile(r"\s*(?:- +)?[A-Za-z0-9_]+[ \u3000]*(?P<wide>：)")
_INDENTED: Final = re.compile(r" *(?P<wide>\u3000)")
_ANY: Final = re.compile(f"(?P<wide>{_FULL_WIDTH.pattern})")


def plain_form(text: str) -> str | None:
    """Return the text with plain characters, or None if it has no full-width ones."""
    return unicodedata.normalize("NFKC", text) if _FULL_WIDTH.search(text) else None


def structural_slips(text: str, file: str | None, first: int, last: int) -> Iterator[Problem]:
    """Find full-width characters that keep a text from being YAML.

    Keys that end in a full-width colon and lines that are indented by full-width spaces are found anywhere; other
    full-width characters only in the lines `first` to `last`, where YAML stumbled.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip(" \u3000").startswith("#"):
            continue
        match = _KEY_WITH_COLON.match(line) or _INDENTED.match(line)
        if match is None and first <= number <= last:
            match = _ANY.search(line.split(" #")[0])
        if match:
            wide = match["wide"]
            name = unicodedata.name(wide, "FULLWIDTH CHARACTER")
            fields = {"found": wide, "nearest": unicodedata.normalize("NFKC", wide), "name": name}
            yield Problem("full_width_character", fields, file, number, match.start("wide") + 1)
