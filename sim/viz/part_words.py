"""How the parts of a delay are called."""

from sim.analogy.labels import label
from sim.vocabulary.delay_parts import CAUSES, PUT_OFF_UNTRIED, WAITING_AFTER

UNANSWERED = CAUSES[PUT_OFF_UNTRIED:]
"""What letters wait after that was nobody's answer."""


def part_words(part: str, lang: str) -> str:
    """Name a part of the delay: one of `PARTS`, `unfinished`, or `waiting_` and what the letter waited after."""
    if part.startswith(WAITING_AFTER):
        name = part.removeprefix(WAITING_AFTER)
        known = f"blame.{name}" if name in UNANSWERED else f"reply.{name}"
        return label("blame.waiting", lang, why=label(known, lang))
    return label(f"blame.{part}", lang)
