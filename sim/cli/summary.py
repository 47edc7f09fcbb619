"""A summary on the terminal: the question, its answer, and a table by destination and by entry."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sim.analogy.labels import label
from sim.cli.show import console, say, table
from sim.scenario.schema import Scenario
from sim.viz.amounts import duration_words, figure_words, moment_words, share_words
from sim.viz.answer import answer

Summary = Mapping[str, Any]
Columns = dict[str, Callable[[Summary], str]]

WIDE = 96
"""A terminal of so many columns has room for all of the table."""


def show_summary(scenario: Scenario, summary: Summary, lang: str) -> None:
    """Print what a run came to."""
    title = scenario.title.in_language(lang) if scenario.title is not None else scenario.stem
    say(title)
    if scenario.question is not None:
        say(label("summary.question", lang, question=scenario.question.in_language(lang)))
    say("", *answer(scenario, summary, lang), "")
    columns = _columns(scenario, replicated=summary["replications"] > 1, lang=lang)
    rows = [
        *_rows(summary["by_destination"], columns, lambda name: label("column.to", lang, provider=name)),
        *_rows(summary["by_letters"], columns),
    ]
    table([label("column.where", lang), *columns], rows, right=range(1, len(columns) + 1))
    say("")


def _columns(scenario: Scenario, *, replicated: bool, lang: str) -> Columns:
    """Give the columns that fit: each heading with the cell that it has for a group of letters."""
    columns: Columns = {
        "letters": lambda group: figure_words(group["letters"]["submitted"]),
        "delivered": _delivered,
        "median": lambda group: _delay(group, "p50", lang),
        "p90": lambda group: _delay(group, "p90", lang),
        "p99": lambda group: _delay(group, "p99", lang),
        "by_deadline": lambda group: figure_words(
            group["reached"]["share_by_deadline"], partial(share_words, lang=lang)
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


def _rows(groups: Summary, columns: Columns, call: Callable[[str], str] = str) -> Iterator[list[str]]:
    for name, group in groups.items():
        yield [call(name), *(cell(group) for cell in columns.values())]


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
