"""Which known word did a person mean?"""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, if any looks like it."""
    folded = {one.lower(): one for one in reversed(list(known))}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None
