"""Lists of `tag=value` with semicolons, as key records and policy records are written.

See: RFC 6376 3.2, which RFC 7489 6.3 takes over.
"""

import re
from collections.abc import Iterator
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BLANKS: Final = " \t\r\n"


def tags(text: str) -> dict[str, str] | None:
    """Read a list strictly: tag -> value without blanks around it, in the order of the text.

    Returns:
        None where it is no such list: a piece without `=`, a name that is none, a tag that stands twice.
    """
    pairs = list(_pairs(text))
    found = dict(pair for pair in pairs if pair is not None)
    return found if 0 < len(found) == len(pairs) else None


def usable_tags(text: str) -> dict[str, str]:
    """Read what can be read of a list, and pass over the rest (RFC 7489 6.3); of a tag the first holds."""
    found: dict[str, str] = {}
    for pair in _pairs(text):
        if pair is not None:
            found.setdefault(*pair)
    return found


def _pairs(text: str) -> Iterator[tuple[str, str] | None]:
    """Give tag and value of each piece; None for a piece that is none."""
    pieces = text.split(";")
    if not pieces[-1].strip(_BLANKS):
        pieces.pop()  # one semicolon may end the list
    for piece in pieces:
        name, equals, value = piece.partition("=")
        name = name.strip(_BLANKS)
        yield (name, value.strip(_BLANKS)) if equals and _NAME.fullmatch(name) else None
