"""Which letter is meant: one asked for by its id, or by a word such as `slowest`."""

import difflib

import pandas as pd

from sim.analogy.labels import taught
from sim.errors import ArgumentError

SPECIAL = ("slowest", "typical", "bounced")
"""Words that stand for a letter."""


def find_letter(letters: pd.DataFrame, wanted: str) -> str:
    """Give the id of the letter that is wanted.

    `slowest` is the delivered letter that took longest from acceptance to delivery, `typical` the one
    whose delay is the median, `bounced` the first that was returned after a 5xx reply.

    Args:
        letters: the letters table.
        wanted: an id, or one of `SPECIAL`.

    Raises:
        ArgumentError: there is no such letter.
    """
    if wanted not in SPECIAL:
        if (letters["letter"] == wanted).any():
            return wanted
        raise _no_such_letter(letters, wanted)
    found = _special(letters, wanted)
    if found is None:
        raise taught(
            ArgumentError, "no_letters_in_run" if letters.empty else "no_letter_like_that", found=wanted
        )
    return found


def _special(letters: pd.DataFrame, wanted: str) -> str | None:
    """Give the letter that a word stands for, if there is one."""
    own = letters[letters["kind"] == "letter"]
    if wanted == "bounced":
        ordered = own[own["outcome"] == "bounced"].sort_values("ended_s", kind="stable")
        position = 0
    else:
        took = (own["delivered_s"] - own["accepted_s"]).dropna().sort_values(kind="stable")
        ordered = own.loc[took.index]
        position = len(ordered) - 1 if wanted == "slowest" else (len(ordered) - 1) // 2
    return None if ordered.empty else str(ordered["letter"].iloc[position])


def _no_such_letter(letters: pd.DataFrame, wanted: str) -> ArgumentError:
    """Say what there is instead: the entries with their last numbers, and what comes nearest."""
    if letters.empty:
        return taught(ArgumentError, "no_letters_in_run", found=wanted)
    own = letters[letters["kind"] == "letter"]
    last = {str(entry): int(of) for entry, of in own.groupby("entry", observed=True)["number"].max().items()}
    known = {entry: f"{entry}/1 … {entry}/{of}" if of > 1 else f"{entry}/1" for entry, of in last.items()}
    words = {**known, **{word: word for word in SPECIAL if _special(letters, word) is not None}}
    name, _, number = wanted.partition("/")
    near = (difflib.get_close_matches(name, words, n=1) or list(words)[:1])[0]
    nearest = near
    if near in last:
        nearest = f"{near}/{min(max(1, int(number)), last[near]) if _is_number(number) else 1}"
    others = ", ".join(word for word in words.values() if word != nearest)
    code = "letter_not_in_run" if others else "only_one_letter_in_run"
    return taught(ArgumentError, code, found=wanted, expected=others, nearest=nearest)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20
