"""What would turn the answer of a comparison, in sentences."""

import itertools
from collections.abc import Iterator, Sequence

from sim.analogy.labels import label
from sim.comparison.money import CostTurn
from sim.comparison.outcome import Outcome
from sim.comparison.turning import Turn
from sim.viz.comparison_amounts import lever_words


def turn_lines(outcome: Outcome, lang: str) -> Iterator[str]:
    """Say for each order that was found what ends it, and what does not.

    Args:
        outcome: what came of the comparison.
        lang: the language of the words.
    """
    yield label("compare.turn", lang)
    turns, money = outcome.turning.turns, outcome.money.turns
    for (figure, ahead, behind), own in itertools.groupby(
        turns, lambda one: (one.figure, one.ahead, one.behind)
    ):
        what = label(f"figure.{figure}", lang)
        yield f"  {_capital(label('compare.holds', lang, figure=what, ahead=ahead, behind=behind))}"
        yield from (f"    {line}" for line in _pulled(list(own), lang))
    for (cheaper, dearer), priced in itertools.groupby(money, lambda one: (one.cheaper, one.dearer)):
        yield f"  {label('compare.cost_holds', lang, cheaper=cheaper, dearer=dearer)}"
        yield from (f"    {line}" for line in _priced(list(priced), lang))
    if not turns and not money and outcome.turning.complete:
        yield f"  {label('compare.nothing_to_turn', lang)}"
    if not outcome.turning.complete:
        yield f"  {label('compare.not_all_tried', lang)}"


def _pulled(turns: Sequence[Turn], lang: str) -> Iterator[str]:
    for turn in turns:
        if turn.factor_high is None:
            continue
        path = turn.paths[0]
        then = [lever_words(path, turn.now * factor, lang) for factor in (turn.factor_low, turn.factor_high)]
        yield label(
            "compare.turns",
            lang,
            lever=_lever(turn, lang),
            factor=_factor_words(turn.factor_low, turn.factor_high, lang),
            path=path,
            now=lever_words(path, turn.now, lang),
            then=_range(then[0], then[1], lang),
            grade=label(f"grade.{turn.grade}", lang),
        )
    held = [turn for turn in turns if turn.factor_high is None]
    if held:
        levers = _listed([_lever(turn, lang) for turn in held], lang)
        furthest = max(max(turn.factor_low, 1 / turn.factor_low) for turn in held)
        yield label("compare.turns_not", lang, factor=f"{furthest:g}", levers=levers)


def _priced(turns: Sequence[CostTurn], lang: str) -> Iterator[str]:
    for turn in turns:
        if turn.turns_at is not None:
            yield label(
                "compare.cost_turns",
                lang,
                field=_field(turn, lang),
                now=f"{turn.now:,g}",
                then=f"{turn.turns_at:,.3g}" if turn.turns_at < 1000 else f"{turn.turns_at:,.0f}",
                grade=label(f"grade.{turn.grade}", lang),
            )
    held = [_field(turn, lang) for turn in turns if turn.turns_at is None]
    if held:
        yield label("compare.cost_turns_not", lang, fields=_listed(held, lang))


def _factor_words(low: float, high: float, lang: str) -> str:
    """Say a range of factors: `2.4 to 2.8`, or `1/32 to 1/38`."""
    ends = [f"{one:.2g}" if one >= 1 else f"1/{1 / one:.2g}" for one in (low, high)]
    return _range(ends[0], ends[1], lang)


def _range(low: str, high: str, lang: str) -> str:
    return label("compare.range", lang, low=low, high=high)


def _listed(words: Sequence[str], lang: str) -> str:
    return label("compare.list", lang).join(words)


def _lever(turn: Turn, lang: str) -> str:
    return label(f"lever.{turn.lever}", lang, setup=turn.setup)


def _field(turn: CostTurn, lang: str) -> str:
    setup = label("compare.both", lang) if turn.setup == "both" else turn.setup
    return label(f"field.{turn.field}", lang, setup=setup)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
