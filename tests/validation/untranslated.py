"""What tests of the scorecard's words share: texts of rows that have no Japanese, or are English in part."""

import re
from collections.abc import Iterable

from sim.validation.row import Row
from sim.validation.scorecard_words import check_words, note_words

_ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")


def untranslated(rows: Iterable[Row]) -> list[str]:
    """List checks, notes and reasons of rows that a Japanese page would show in English."""
    found = set()
    for row in rows:
        said = {row.check: check_words(row.check, "ja")}
        said |= {text: note_words(text, "ja") for text in (row.note, row.reason) if text}
        found |= {text for text, words in said.items() if words == text or _ENGLISH.search(words)}
    return sorted(found)
