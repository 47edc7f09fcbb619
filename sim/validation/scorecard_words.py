"""The rows' words in another language.

Rows are written in English, since they are also data. Two files of words have each phrase in every language, with a
place for each word that varies; the English phrase is recognised and said in the other language. What is not
recognised stays as it is.
"""

import re
from functools import cache
from typing import Final

from sim.analogy.labels import file_words, label

_CHECKS: Final = "scorecard_checks.yaml"
_REMARKS: Final = "scorecard_remarks.yaml"
_PLACE: Final = re.compile(r"\\\{(\w+)\\\}")
_WORD: Final = r"[^\s;]+?"
"""What a place holds: a number, a name, a formula without blanks. More would let one phrase swallow another."""


def check_words(check: str, lang: str) -> str:
    """Say what a row checks: of which queue, group or case, and what; the name of a recording stays."""
    if lang == "en":
        return check
    whole = _say(_CHECKS, "check", check, lang)
    if whole is not None:
        return whole
    subject, _, rest = check.partition(": ")
    told = _say(_CHECKS, "check", rest, lang)
    if told is None:
        return check
    return f"{_say(_CHECKS, 'subject', subject, lang) or subject}{'：' if lang == 'ja' else ': '}{told}"


def note_words(note: str, lang: str) -> str:
    """Say what a reader must know of a row, or what explains its miss: remarks, one after another.

    In English remarks are parted by "; "; elsewhere each is a sentence with a stop of its own.
    """
    if lang == "en":
        return note
    whole = _say(_REMARKS, "remark", note, lang)
    if whole is not None:
        return whole
    told = [_say(_REMARKS, "remark", remark, lang) for remark in note.split("; ")]
    known = [words for words in told if words is not None]
    return "".join(known) if len(known) == len(told) else note


def about_words(name: str, about: str, lang: str) -> str:
    """Say what a recording is about; English where nobody has translated it."""
    words = file_words(_REMARKS).get(lang, {}).get(f"recorded.{name}")
    known = file_words(_REMARKS).get("en", {}).get(f"recorded.{name}")
    return about if words is None or known != about else words


def _say(file: str, group: str, english: str, lang: str) -> str | None:
    for key, pattern in _patterns(file, group):
        found = pattern.fullmatch(english)
        if found is not None:
            return label(key, lang, **found.groupdict())
    return None


@cache
def _patterns(file: str, group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give the English phrases of a group as patterns: fewest places first, of these the longest first."""
    phrases = [(key, words) for key, words in file_words(file)["en"].items() if key.startswith(f"{group}.")]
    phrases.sort(key=lambda phrase: (phrase[1].count("{"), -len(phrase[1])))
    return tuple(
        (key, re.compile(_PLACE.sub(lambda place: f"(?P<{place[1]}>{_WORD})", re.escape(words))))
        for key, words in phrases
    )
