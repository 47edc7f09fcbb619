"""The rows' words in another language.

Rows are written in English, since they are also data. The words file of the scorecard has each phrase in every
language, with places for what varies; the English phrase is recognised and said in the other language. What is not
recognised stays as it is.
"""

import re
from functools import cache
from typing import Final

from sim.analogy.labels import file_words, label

_FILE: Final = "scorecard.yaml"
_PLACE: Final = re.compile(r"\\\{(\w+)\\\}")
_BETWEEN_REMARKS: Final = {"en": "; ", "ja": "。"}


def check_words(check: str, lang: str) -> str:
    """Say what a row checks; the name of a recording before it stays."""
    name, separator, rest = check.partition(": ")
    whole = _say("check", check, lang)
    if whole is not None:
        return whole
    told = _say("check", rest, lang) if separator else None
    return check if told is None else f"{name}{'：' if lang == 'ja' else ': '}{told}"


def note_words(note: str, lang: str) -> str:
    """Say what a reader must know of a row: remarks, one after another."""
    if lang == "en":
        return note
    whole = _say("remark", note, lang)
    if whole is not None:
        return whole
    told = [_say("remark", remark, lang) for remark in note.split("; ")]
    if any(words is None for words in told):
        return note
    return _BETWEEN_REMARKS[lang].join(words for words in told if words)


def about_words(name: str, about: str, lang: str) -> str:
    """Say what a recording is about; English where nobody has translated it."""
    words = file_words(_FILE).get(lang, {}).get(f"recorded.{name}")
    known = file_words(_FILE).get("en", {}).get(f"recorded.{name}")
    return about if words is None or known != about else words


def _say(group: str, english: str, lang: str) -> str | None:
    for key, pattern in _patterns(group):
        found = pattern.fullmatch(english)
        if found is not None:
            return label(key, lang, **found.groupdict())
    return None


@cache
def _patterns(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give the English phrases of a group as patterns, those with the fewest places first."""
    phrases = [(key, words) for key, words in file_words(_FILE)["en"].items() if key.startswith(f"{group}.")]
    phrases.sort(key=lambda phrase: phrase[1].count("{"))
    return tuple(
        (key, re.compile(_PLACE.sub(lambda place: f"(?P<{place[1]}>.+?)", re.escape(words))))
        for key, words in phrases
    )
