"""What is left of a comparison under other assumptions, in sentences and in tables."""

from collections.abc import Iterator, Sequence
from typing import Final

from sim.analogy.labels import has_label, label
from sim.comparison.figures import BY_NAME
from sim.comparison.outcome import Outcome
from sim.comparison.ranged import Ranged
from sim.comparison.robustness import ENDS, AtEnd, Robustness, Verdict
from sim.comparison.sweep_grid import value_words
from sim.viz.amounts import UNKNOWN
from sim.viz.comparison_amounts import difference_words, span_words

MAIN: Final = ("reached.share_by_deadline", "reached.s_to_90", "inbox_share")
"""The figures that are told in words; the others stand in the file."""


def robustness_lines(outcome: Outcome, lang: str) -> Iterator[str]:
    """Say of each order what becomes of it under other assumptions; nothing where nobody asked.

    Args:
        outcome: what came of the comparison.
        lang: the language of the words.
    """
    found = outcome.robustness
    if found is None:
        return
    yield label("robust.heading", lang)
    if not found.tried:
        yield f"  {label('robust.nothing', lang)}"
        return
    for verdict in told(outcome, found):
        yield f"  {_capital(_verdict(verdict, lang))}"
        yield from (f"    {line}" for line in _changes(found, verdict, lang))
    yield from (f"  {line}" for line in _rankings(found, lang))
    yield f"  {label('robust.tried', lang, count=len(found.tried), runs=found.runs)}"
    for setup, count in found.without_range.items():
        yield f"  {label('robust.untried', lang, setup=setup, count=count)}"


def robustness_tables(outcome: Outcome, lang: str) -> Iterator[tuple[str, list[str], list[list[str]], str]]:
    """Give a table for each order that is told: title, headings, a row for each assumption, and who is in no row.

    Args:
        outcome: what came of the comparison.
        lang: the language of the words.
    """
    found = outcome.robustness
    if found is None or not found.tried:
        return
    columns = ("assumption", "now", "low", "high", "grade")
    headings = [label(f"robust.column_{name}", lang) for name in columns]
    for verdict in told(outcome, found):
        moving = moved(found, verdict)
        rows = [
            [
                assumption_words(one, lang),
                value_words(one.graded.value),
                *(_cell(end, verdict, lang) for end in ends_of(verdict, one)),
                label(f"grade.{one.graded.grade}", lang),
            ]
            for one in moving
        ]
        still = [assumption_words(one, lang) for one in found.tried if one not in moving]
        listed = label("compare.list", lang).join(still)
        what = label(f"figure.{verdict.figure}", lang)
        title = label("robust.title", lang, what=_capital(what), a=verdict.a, b=verdict.b)
        yield title, headings, rows, label("robust.unmoved", lang, names=listed) if still else ""


def told(outcome: Outcome, found: Robustness) -> list[Verdict]:
    """Give the orders that are told: by the main figures, of the first setup and each other one."""
    first, *others = outcome.setups
    verdicts = [found.verdict(name, first.name, other.name) for other in others for name in MAIN]
    return [one for one in verdicts if one.range() is not None or one.ahead is not None]


def moved(found: Robustness, verdict: Verdict) -> list[Ranged]:
    """Give the assumptions that change something about an order, those that move the difference most first.

    What makes a time endless moves it most.
    """
    moving = [one for one in found.tried if _moves(verdict, one)]
    endless = {one.key for one in verdict.ends if is_endless(one, verdict)}
    return sorted(moving, key=lambda one: (one.key not in endless, -verdict.swing(one.key)))


def is_endless(end: AtEnd, verdict: Verdict) -> bool:
    """Tell whether a time cannot be given at an end, although it can as things are assumed."""
    return end.difference is not None and end.difference.value is None and verdict.now.value is not None


def ends_of(verdict: Verdict, assumption: Ranged) -> tuple[AtEnd, ...]:
    """Give the low and the high end of one assumption."""
    return tuple(
        next(one for one in verdict.ends if (one.key, one.end) == (assumption.key, end)) for end in ENDS
    )


def assumption_words(assumption: Ranged, lang: str) -> str:
    """Say an assumption: in words where there are some, or as it stands in a scenario."""
    parts = assumption.key.split(".")
    name = f"assumed.{parts[-1]}"
    if not has_label(name, lang):
        return assumption.key
    words = label(name, lang)
    if len(parts) <= 2:
        return words
    return f"{words}（{parts[1]}）" if lang == "ja" else f"{words} ({parts[1]})"


def _moves(verdict: Verdict, assumption: Ranged) -> bool:
    ends = ends_of(verdict, assumption)
    if verdict.swing(assumption.key) > 0 or any(one.effect != "holds" for one in ends):
        return True
    return any(is_endless(one, verdict) for one in ends)


def _verdict(one: Verdict, lang: str) -> str:
    what = label(f"figure.{one.figure}", lang)
    ahead, behind = (one.a, one.b) if one.ahead in (None, one.a) else (one.b, one.a)
    kind = ("" if one.ahead else "open_") + ("holds" if one.holds else "shaky")
    return label(
        f"robust.{kind}", lang, what=what, ahead=ahead, behind=behind, difference=_difference(one, lang)
    ).rstrip()


def _difference(one: Verdict, lang: str) -> str:
    """Say a difference as things are, and between what it lies over all assumptions."""
    known, kind = one.range(), BY_NAME[one.figure].kind
    never = label("robust.never", lang)
    now = never if one.now.value is None else difference_words(kind, one.now, lang)
    words = {"a": one.a, "b": one.b, "now": now}
    endless = any(end.difference is not None and end.difference.value is None for end in one.ends)
    if known is None or (known[0] == known[1] and not endless):
        return label("robust.difference_same", lang, **words)
    low, high = (span_words(kind, end, lang) for end in known)
    name = "difference_never" if endless else "difference"
    return label(f"robust.{name}", lang, **words, low=low, high=high, never=never)


def _changes(found: Robustness, verdict: Verdict, lang: str) -> Iterator[str]:
    for one in moved(found, verdict):
        for end in ends_of(verdict, one):
            if end.effect in ("turns", "decides", "blurs"):
                yield label(
                    f"robust.{end.effect}",
                    lang,
                    ahead=end.ahead,
                    assumption=assumption_words(one, lang),
                    value=value_words(end.set_to),
                    now=value_words(one.graded.value),
                )


def _rankings(found: Robustness, lang: str) -> Iterator[str]:
    by_key = {one.key: one for one in found.tried}
    for one in found.rankings:
        if one.figure not in MAIN:
            continue
        what = _capital(label(f"figure.{one.figure}", lang))
        kind = "ranking" if one.changes else "ranking_holds"
        yield label(f"robust.{kind}", lang, what=what, names=_ranked(one.names))
        for key, _, set_to, names in one.changes:
            words = {"value": value_words(set_to), "now": value_words(by_key[key].graded.value)}
            assumption = assumption_words(by_key[key], lang)
            changed = label(
                "robust.ranking_change", lang, names=_ranked(names), assumption=assumption, **words
            )
            yield f"  {changed}"


def _ranked(names: Sequence[str]) -> str:
    return " > ".join(names)


def _cell(end: AtEnd, verdict: Verdict, lang: str) -> str:
    if end.difference is None:
        words = label("robust.impossible", lang)
    elif end.difference.value is None:
        words = UNKNOWN if verdict.now.value is None else label("robust.never", lang)
    else:
        words = difference_words(BY_NAME[verdict.figure].kind, end.difference, lang)
    cell = label("robust.cell", lang, value=value_words(end.set_to), difference=words)
    if end.effect in ("turns", "decides", "blurs"):
        return label(f"robust.effect_{end.effect}", lang, words=cell)
    return cell


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
