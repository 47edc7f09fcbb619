"""Words for people: sentences of errors, in one place, in each language that there is.

An error carries a code and fields; the sentence of its code stands in `errors.yaml`. Another language comes by
adding its texts there. Values that begin with @ are words of `words:`, as `@mapping`.

    errors.yaml     what is wrong, where, and what would be right       this module
    labels.yaml     results and the command line                        labels
    terms.yaml      mail words, post-office words, what they mean       terms
    meanings.yaml   what the keys of a scenario mean, in Japanese       meanings
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from sim.errors import Problem, SimError, printable
from sim.yaml_io import read_own

_FILE: Final = Path(__file__).with_name("errors.yaml")
_FALLBACK: Final = "en"
_QUOTED: Final = frozenset({"found", "nearest", "other"})
"""Fields that show what a person wrote, or might write instead."""
_MOST_WORDS: Final = 20
"""A longer list of what would be right is cut: nobody reads on."""


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = read_own(_FILE)
    return texts


def _in_language(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang, texts[_FALLBACK])


def codes() -> tuple[str, ...]:
    """Return the codes that have a sentence."""
    return tuple(_texts()["sentences"])


def sentence(code: str, fields: Mapping[str, Any] | None = None, lang: str = "en") -> str:
    """Put a code and its fields into words."""
    texts = _texts()
    values = {name: _word(name, value, lang) for name, value in (fields or {}).items()}
    if code not in texts["sentences"]:
        listed = ", ".join(f"{name} {value}" for name, value in values.items())
        return f"{code.replace('_', ' ')}: {listed}" if listed else code.replace("_", " ")
    words = _in_language(texts["sentences"][code], lang).format_map(_Blank(values))
    if "nearest" in values and "{nearest}" not in _in_language(texts["sentences"][code], lang):
        gap = "" if words.endswith("。") else " "
        words += gap + _in_language(texts["did_you_mean"], lang).format_map(values)
    return words


def describe(problem: Problem, lang: str = "en") -> str:
    """Put one problem into words: file, line, column, path of keys, and the sentence."""
    texts = _texts()["place"]
    parts = [problem.file] if problem.file else []
    if problem.line is not None:
        place = {"line": problem.line, "column": problem.column or 1}
        parts.append(_in_language(texts["line_and_column"], lang).format_map(place))
    if problem.path and not (problem.file or "").startswith(f"--set {problem.path}="):
        parts.append(problem.path)
    words = sentence(problem.code, problem.fields, lang)
    if not parts:
        return printable(words)
    return printable(placed(_in_language(texts["between_parts"], lang).join(parts), words, lang))


def placed(place: str, words: str, lang: str = "en") -> str:
    """Put a place before what is said of it."""
    return place + _in_language(_texts()["place"]["before_words"], lang) + words


def describe_all(problems: Iterable[Problem], lang: str = "en") -> str:
    """Put several problems into words, one a line."""
    return "\n".join(describe(problem, lang) for problem in problems)


def describe_error(error: SimError, lang: str = "en") -> str:
    """Put any error of mailsim into words; those that bring words in this language along keep them."""
    problems = getattr(error, "problems", None)
    if problems is not None:
        return describe_all(problems, lang)
    return sentence(error.code, error.fields, lang) if error.code in codes() else str(error)


def _word(name: str, value: Any, lang: str) -> Any:
    """Return a value as it is shown: words of `words:` in the language, what was written in backquotes."""
    if isinstance(value, str) and value.startswith("@"):
        texts = _texts()["words"].get(value[1:])
        if texts:
            return _in_language(texts, lang)
    if name == "expected" and isinstance(value, str) and value.count(", ") >= _MOST_WORDS:
        return ", ".join(value.split(", ")[:_MOST_WORDS]) + ", …"
    if name == "expected" and isinstance(value, str):
        return _expected(value, lang)
    return f"`{value}`" if name in _QUOTED else value


def _expected(value: str, lang: str) -> str:
    """Return what would be right as it is said in a language: bounds and alternatives have words there."""
    texts = _texts()
    sign, _, bound = value.partition(" ")
    if sign in texts["bounds"] and bound:
        return _in_language(texts["bounds"][sign], lang).format(bound=bound)
    return value.replace(_in_language(texts["or"], _FALLBACK), _in_language(texts["or"], lang))


class _Blank(dict[str, Any]):
    """Fields of a sentence; one that is not given is blank, so that an error never dies of its own words."""

    def __missing__(self, key: str) -> str:
        return ""
