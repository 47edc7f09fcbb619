"""The table of a comparison: a row for each figure, a column for each setup, and the differences."""

from sim.analogy.labels import label
from sim.comparison.figures import FIGURES
from sim.comparison.outcome import Outcome
from sim.viz.amounts import UNKNOWN
from sim.viz.comparison_amounts import difference_words, mean_words, yen_words


def comparison_table(outcome: Outcome, lang: str = "en") -> tuple[list[str], list[list[str]]]:
    """Give the headings and the rows; differences are those from the first setup.

    Args:
        outcome: what came of the comparison.
        lang: the language of the words.
    """
    first, *others = outcome.setups
    headings = [
        label("compare.column_figure", lang),
        *(setup.name for setup in outcome.setups),
        *(label("compare.column_difference", lang, a=first.name, b=other.name) for other in others),
    ]
    rows = []
    for one in FIGURES:
        told = [mean_words(one, setup, lang) for setup in outcome.setups]
        if all(words in (UNKNOWN, label("compare.never", lang)) for words in told):
            continue
        found = [outcome.difference(one.name, first.name, other.name) for other in others]
        differences = [difference_words(one.kind, difference, lang) for difference in found]
        rows.append([label(f"figure.{one.name}", lang), *told, *differences])
    return headings, [*rows, *_money_rows(outcome, lang)]


def _money_rows(outcome: Outcome, lang: str) -> list[list[str]]:
    months = {cost.setup: cost.month for cost in outcome.money.costs}
    if not months:
        return []
    rows = []
    for key, part in (("per_month", "total"), ("per_thousand", "per_thousand")):
        amounts = [
            getattr(months[setup.name], part) if setup.name in months else None for setup in outcome.setups
        ]
        told = [UNKNOWN if amount is None else yen_words(amount) for amount in amounts]
        differences = [_difference(amounts[0], amount) for amount in amounts[1:]]
        rows.append([label(f"compare.column_{key}", lang), *told, *differences])
    return rows


def _difference(a: float | None, b: float | None) -> str:
    if a is None or b is None:
        return UNKNOWN
    return ("-" if b < a else "+") + yen_words(abs(b - a))
