"""What followed from trouble, in sentences: how many letters an incident delayed, by how much, and which most."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.analogy.labels import label
from sim.analogy.terms import terms
from sim.viz.amounts import duration_words, figure_words, moment_words
from sim.viz.answer import letters_words
from sim.vocabulary.incidents import OUT_OF_MEMORY

if TYPE_CHECKING:
    from sim.viz.rates import Tables

Incident = Mapping[str, Any]

MOST_INCIDENTS = 3


def consequence_lines(incidents: Sequence[Incident], start: datetime, lang: str) -> list[str]:
    """Say what followed from the incidents that delayed letters, the worst first.

    Args:
        incidents: those of a summary.
        start: the moment that is time 0.
        lang: the language.

    Returns:
        One line each, and one that counts the others, if there are more than a few.
    """
    found = sorted(
        (one for one in incidents if one["letters_delayed"]["value"]),
        key=lambda one: -float(one["delay_s"]["value"]),
    )
    lines = [
        label(
            "consequence.line",
            lang,
            what=_what(one["kind"], one["where"], one["why"], lang),
            since=moment_words(start, one["from_s"], lang),
            letters=letters_words(one["letters_delayed"], lang),
            delay=figure_words(one["delay_s"], partial(duration_words, lang=lang)),
            worst=one["worst_letter"],
        )
        for one in found[:MOST_INCIDENTS]
    ]
    if len(found) > MOST_INCIDENTS:
        lines.append(label("consequence.more", lang, count=len(found) - MOST_INCIDENTS))
    return lines


def worst_consequence(tables: "Tables", lang: str) -> str:
    """Say what followed from the incident that delayed letters most; nothing where none did."""
    incidents = tables["incidents"]
    if incidents.empty or not incidents["letters_delayed"].any():
        return ""
    worst = incidents.iloc[int(incidents["delay_s"].argmax())]
    letters = {"value": int(worst["letters_delayed"]), "high": None}
    return label(
        "consequence.worst",
        lang,
        what=_what(str(worst["kind"]), str(worst["where"]), str(worst["why"]), lang),
        letters=letters_words(letters, lang),
        delay=duration_words(float(worst["delay_s"]), lang),
        worst=worst["worst_letter"],
    )


def _what(kind: str, where: str, why: str, lang: str) -> str:
    """Name an incident: where it was, and what; of a memory that was used up, who took most of it."""
    if kind == OUT_OF_MEMORY:
        who = label(f"memory.{why}", lang)
        return label("consequence.out_of_memory", lang, where=where, who=who)
    fault = terms().get(f"fault.{kind}")
    words = label("consequence.suspended", lang) if fault is None else fault.mail[lang]
    return label("consequence.what", lang, kind=words, where=where.replace(" > ", " → "))
