"""Terms: what each thing of the mail system is called, what it is at the post office, and what it means.

    term("station.greylisting").post["ja"]      初回は出直しの窓口
    term("submission").words("en")              submission (post box)
    find_terms("郵便ポスト")                     the terms that have this word, in either language

The words stand in `terms.yaml`.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sim.yaml_io import read_own

_FILE: Final = Path(__file__).with_name("terms.yaml")


@dataclass(frozen=True)
class Term:
    """One term, with its words by language (`en`, `ja`)."""

    group: str
    """What it is: station, queue, reply, outcome, stage, connection, reader, fault or idea."""
    name: str
    """How the program calls it."""
    mail: Mapping[str, str]
    """The word of mail."""
    post: Mapping[str, str]
    """The word of the post office."""
    about: Mapping[str, str]
    """One sentence that says what it is."""

    @property
    def key(self) -> str:
        """Give its key, such as `station.greylisting`."""
        return f"{self.group}.{self.name}"

    def words(self, lang: str = "en") -> str:
        """Give the word of mail with the one of the post office behind it."""
        mail, post = self.mail[lang], self.post[lang]
        if mail == post:
            return mail
        return f"{mail}（{post}）" if lang == "ja" else f"{mail} ({post})"


@cache
def terms() -> Mapping[str, Term]:
    """Give all terms by their key, in the order of the file."""
    content: dict[str, Any] = read_own(_FILE)
    listed = (Term(group, name, **words) for group, names in content.items() for name, words in names.items())
    return {term.key: term for term in listed}


def term(key: str) -> Term:
    """Give the term of a key, `group.name`, or of a name alone: then the first that bears it.

    Raises:
        KeyError: there is none.
    """
    if "." in key:
        return terms()[key]
    return next((one for one in terms().values() if one.name == key), None) or terms()[key]


def find_terms(word: str) -> tuple[Term, ...]:
    """Give the terms that are called so: by their key, their name, or a word of theirs in any language."""
    wanted = _folded(word)
    return tuple(one for one in terms().values() if wanted in _names(one))


def all_words() -> tuple[str, ...]:
    """Give every word by which a term can be found."""
    listed = ((one.name, *one.mail.values(), *one.post.values()) for one in terms().values())
    return tuple(dict.fromkeys(word for words in listed for word in words))


def _names(one: Term) -> set[str]:
    return {_folded(word) for word in (one.key, one.name, *one.mail.values(), *one.post.values())}


def _folded(word: str) -> str:
    """Make words alike that differ in capitals, width, blanks, hyphens or a leading article only."""
    plain = unicodedata.normalize("NFKC", word).casefold().strip()
    plain = plain.removeprefix("the ")
    return "".join(sign for sign in plain if sign not in " -_")
