"""Words of results: what summaries, tables, pictures, lessons and the command line say, in one place.

`label("outcome.inbox")` gives the words of a key, `group.name`, in a language, or in English where that language
has none yet. Numbers are put in by name: `label("summary.reach", "en", share="93 %")`. Each file of words has a
block for each language, and in it groups; a key stands in one file only.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from sim.errors import SimError
from sim.yaml_io import read_own

_FOLDER: Final = Path(__file__).parent
WORD_FILES: Final = (
    "labels.yaml",
    "pictures.yaml",
    "story.yaml",
    "replay.yaml",
    "report.yaml",
    "comparison.yaml",
    "lessons.yaml",
    "lesson_words.yaml",
    "lesson_other_side.yaml",
    "lesson_outages.yaml",
    "lesson_judged_as_spam.yaml",
    "lesson_monday.yaml",
    "scorecard.yaml",
    "scorecard_checks.yaml",
    "scorecard_remarks.yaml",
)
"""Files of words; one that is not there has none."""
_FALLBACK: Final = "en"
LANGUAGES: Final = ("en", "ja")

Taught = TypeVar("Taught", bound=SimError)


@cache
def file_words(file: str) -> Mapping[str, Mapping[str, str]]:
    """Give the words of one file: for each language, the words by `group.name`."""
    path = _FOLDER / file
    if not path.exists():
        return {}
    content: dict[str, Any] = read_own(path)
    return {
        lang: {f"{group}.{name}": words for group, names in groups.items() for name, words in names.items()}
        for lang, groups in content.items()
    }


@cache
def _words(lang: str) -> Mapping[str, str]:
    merged: dict[str, str] = {}
    for file in reversed(WORD_FILES):
        merged.update(file_words(file).get(lang, {}))
    return merged


def _template(key: str, lang: str) -> str | None:
    found = _words(lang).get(key)
    return _words(_FALLBACK).get(key) if found is None else found


def has_label(key: str, lang: str = _FALLBACK) -> bool:
    """Tell whether a language has words for a key."""
    return key in _words(lang)


def label(key: str, lang: str = "en", /, **fields: object) -> str:
    """Give the words of a key, `group.name`; a key without words is given as it is, so nothing goes unsaid."""
    template = _template(key, lang)
    if template is None:
        return key.partition(".")[2].replace("_", " ")
    return template.format_map(_Blank(fields))


def taught(kind: type[Taught], code: str, **fields: object) -> Taught:
    """Make an error whose own words, in English, say what was found and what would be right."""
    return kind(code, label(f"error.{code}", "en", **fields), **fields)


def error_words(error: SimError, lang: str) -> str | None:
    """Give the words of an error that these files know; None for those whose words stand elsewhere."""
    if _template(f"error.{error.code}", lang) is None:
        return None
    return label(f"error.{error.code}", lang, **error.fields)


class _Blank(dict[str, object]):
    """Fields of a sentence; one that is missing is left out, so that words never stop a run."""

    def __missing__(self, key: str) -> str:
        return ""
