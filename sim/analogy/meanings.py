"""What the keys of a scenario mean, and where their defaults come from, in another language than English.

The English stands with each key in `sim.scenario` and its catalogue; `meanings.yaml` holds the Japanese of each such
sentence.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from sim.yaml_io import read_own

_FILE: Final = Path(__file__).with_name("meanings.yaml")
_OR: Final = " or "


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    texts: dict[str, Any] = read_own(_FILE)
    return texts


def has_japanese(sentence: str, kind: str = "meanings") -> bool:
    """Tell whether there is Japanese for a sentence; its kind is meanings, forms or sources."""
    return sentence in _texts()[kind]


def meaning_words(sentence: str, lang: str = "en") -> str:
    """Say what a key means."""
    return _texts()["meanings"].get(sentence, sentence) if lang == "ja" else sentence


def source_words(source: str, lang: str = "en") -> str:
    """Say where a value comes from."""
    return _texts()["sources"].get(source, source) if lang == "ja" else source


def form_words(form: str, lang: str = "en") -> str:
    """Say how a value is written."""
    if lang != "ja":
        return form
    known = _texts()["forms"].get(form)
    return form.replace(_OR, " か ") if known is None else known
