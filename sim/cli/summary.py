"""A summary on the terminal: the question, its answer, and a table by destination and by entry."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sim.analogy.labels import label
from sim.cli.blame import show_blame
from sim.cli.show import console, say, table
from sim.scenario.schema import Scenario
from sim.viz.amounts import UNKNOWN, duration_words, figure_words, moment_words, share_words
from sim.viz.answer import answer

Summary = Mapping[str, Any]
Columns = dict[str, Callable[[Summary], str]]

WIDE = 96
"""A terminal of so many columns has room for all of the table."""
MOST_EVERYDAY = 0.05
"""With more everyday mail than this share, a provider's share by the deadline says when letters were written."""


def show_summary(scenario: Scenario, summary: Summary, lang: str) -> None:
    """Print what a run came to."""
    title = scenario.title.in_language(lang) if scenario.title is not None else scenario.stem
    say(title)
    if scenario.question is not None:
        say(label("summary.question", lang, question=scenario.question.in_language(lang)))
    say("", *answer(scenario, summary, lang), "")
    columns = _columns(scenario, replicated=summary["replications"] > 1, lang=lang)
    late = _late(scenario, summary)
    unasked = _columns(scenario, replicated=summary["replications"] > 1, lang=lang, asked=False)

    def cells(name: str) -> Columns:
        return unasked if name in late else columns

    rows = [
        *_rows(
            summary["by_destination"],
            lambda name: cells(f"to {name}"),
            lambda name: label("column.to", lang, provider=name),
        ),
        *_rows(summary["by_letters"], cells),
    ]
    table([label("column.where", lang), *columns], rows, right=range(1, len(columns) + 1))
    say("")
    show_blame(scenario, summary, lang)


def _late(scenario: Scenario, summary: Summary) -> set[str]:
    """Name the rows of which the deadline does not ask: everyday mail, and the providers that get much of it."""
    entries = {name for name in summary["by_letters"] if scenario.letters[name].arrival == "everyday"}
    much = sum(_submitted(summary["by_letters"][name]) for name in entries) > MOST_EVERYDAY * _submitted(
        summary
    )
    return entries | {f"to {provider}" for name in entries if much for provider in scenario.letters[name].to}


def _submitted(group: Summary) -> float:
    return float(group["letters"]["submitted"]["value"])


def _columns(scenario: Scenario, *, replicated: bool, lang: str, asked: bool = True) -> Columns:
    """Give the columns that fit: each heading with the cell that it has for a group of letters.

    Args:
        scenario: what was run.
        replicated: whether figures have intervals.
        lang: the language of the words.
        asked: whether it is of these letters that the deadline asks.
    """
    columns: Columns = {
        "letters": lambda group: figure_words(group["letters"]["submitted"]),
        "delivered": _delivered,
        "median": lambda group: _delay(group, "p50", lang),
        "p90": lambda group: _delay(group, "p90", lang),
        "p99": lambda group: _delay(group, "p99", lang),
        "by_deadline": lambda group: (
            figure_words(group["reached"]["share_by_deadline"], partial(share_words, lang=lang))
            if asked
            else UNKNOWN
        ),
        "read": lambda group: figure_words(group["letters"]["read"]),
    }
    left_out = set() if scenario.deadline_us is not None else {"by_deadline"}
    if replicated:
        left_out |= {"p90", "p99", "read"}  # with their intervals, figures are twice as wide
    elif console().width < WIDE:
        left_out |= {"p99", "read"}
    by = moment_words(scenario.start, (scenario.deadline_us or 0) / 1e6, lang)
    return {
        label(f"column.{name}", lang, deadline=by): cell
        for name, cell in columns.items()
        if name not in left_out
    }


def _rows(
    groups: Summary, columns: Callable[[str], Columns], call: Callable[[str], str] = str
) -> Iterator[list[str]]:
    for name, group in groups.items():
        yield [call(name), *(cell(group) for cell in columns(name).values())]


def _delay(group: Summary, name: str, lang: str) -> str:
    return figure_words(group["accepted_to_delivered_s"][name], partial(duration_words, lang=lang))


def _delivered(group: Summary) -> str:
    """Give the letters that a receiver accepted; a mean needs no interval in a table of means."""
    letters = group["letters"]
    values = [letters[name] for name in ("inbox", "spam", "discarded")]
    if sum(1 for value in values if value["value"]) <= 1:
        return figure_words(next((value for value in values if value["value"]), values[0]))
    total = sum(value["value"] for value in values)
    return figure_words({"value": total, "low": None, "high": None, "n": values[0]["n"]})
