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
    own = letters[letters["kind"] == "letter"]
    if wanted == "bounced":
        ordered = own[own["outcome"] == "bounced"].sort_values("ended_s", kind="stable")
        position = 0
    else:
        took = (own["delivered_s"] - own["accepted_s"]).dropna().sort_values(kind="stable")
        ordered = own.loc[took.index]
        position = len(ordered) - 1 if wanted == "slowest" else (len(ordered) - 1) // 2
    if ordered.empty:
        raise taught(ArgumentError, "no_letter_like_that", found=wanted)
    return str(ordered["letter"].iloc[position])


def _no_such_letter(letters: pd.DataFrame, wanted: str) -> ArgumentError:
    """Say what there is instead: the entries with their last numbers, and what comes nearest."""
    own = letters[letters["kind"] == "letter"]
    last = own.groupby("entry", observed=True)["number"].max()
    known = {str(entry): f"{entry}/1 … {entry}/{number}" for entry, number in last.items()}
    words = {**known, **{word: word for word in SPECIAL}}
    near = difflib.get_close_matches(wanted.partition("/")[0], words, n=1) or list(words)[:1]
    return taught(
        ArgumentError,
        "letter_not_in_run",
        found=wanted,
        expected=", ".join(words.values()),
        nearest=words[near[0]],
    )
