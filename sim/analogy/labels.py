"""Words of results: what summaries, tables, pictures and the command line say, in one place.

`label("outcome.inbox")` gives the words of `labels.yaml` in a language, or in English where that language
has none yet. Numbers are put in by name: `label("summary.reach", share="93 %")`.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from sim.errors import SimError
from sim.yaml_io import read_own

_FILE: Final = Path(__file__).with_name("labels.yaml")
_FALLBACK: Final = "en"
LANGUAGES: Final = ("en", "ja")

Taught = TypeVar("Taught", bound=SimError)


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = read_own(_FILE)
    return texts


@cache
def _template(key: str, lang: str) -> str | None:
    group, _, name = key.partition(".")
    words: dict[str, Any] = _texts().get(lang, {})
    found: str | None = words.get(group, {}).get(name)
    if found is None and lang != _FALLBACK:
        return _template(key, _FALLBACK)
    return found


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
    """Give the words of an error that this file knows; None for those whose words stand elsewhere."""
    if _template(f"error.{error.code}", lang) is None:
        return None
    return label(f"error.{error.code}", lang, **error.fields)


class _Blank(dict[str, object]):
    """Fields of a sentence; one that is missing is left out, so that words never stop a run."""

    def __missing__(self, key: str) -> str:
        return ""
