"""A summary on the terminal: the question, its answer, and a table by destination and by entry."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.analogy.labels import label
from sim.cli.show import say, table
from sim.scenario.schema import Scenario
from sim.viz.amounts import duration_words, figure_words, moment_words, share_words
from sim.viz.answer import answer

Summary = Mapping[str, Any]


def show_summary(scenario: Scenario, summary: Summary, lang: str) -> None:
    """Print what a run came to."""
    title = scenario.title.in_language(lang) if scenario.title is not None else scenario.stem
    say(title)
    if scenario.question is not None:
        say(label("summary.question", lang, question=scenario.question.in_language(lang)))
    say("", *answer(scenario, summary, lang), "")
    columns = [
        "column.where",
        "column.letters",
        "column.delivered",
        "column.median",
        "column.p90",
        "column.p99",
    ]
    headings = [label(column, lang) for column in columns]
    if scenario.deadline_us is not None:
        by = moment_words(scenario.start, scenario.deadline_us / 1e6)
        headings.append(label("column.by_deadline", lang, deadline=by))
    headings.append(label("column.read", lang))
    rows = [
        *_rows(summary["by_destination"], "column.to", scenario, lang),
        *_rows(summary["by_letters"], "", scenario, lang),
    ]
    table(headings, rows, right=range(1, len(headings)))
    say("")


def _rows(groups: Summary, kind: str, scenario: Scenario, lang: str) -> Iterator[list[str]]:
    before = f"{label(kind, lang)} " if kind else ""
    for name, group in groups.items():
        letters, delays = group["letters"], group["accepted_to_delivered_s"]
        row = [before + name, figure_words(letters["submitted"]), _delivered(group)]
        row += [figure_words(delays[key], duration_words) for key in ("p50", "p90", "p99")]
        if scenario.deadline_us is not None:
            row.append(figure_words(group["reached"]["share_by_deadline"], share_words))
        yield [*row, figure_words(letters["read"])]


def _delivered(group: Summary) -> str:
    """Give the letters that a receiver accepted; a mean needs no interval in a table of means."""
    letters = group["letters"]
    values = [letters[name] for name in ("inbox", "spam", "discarded")]
    if sum(1 for value in values if value["value"]) <= 1:
        return figure_words(next((value for value in values if value["value"]), values[0]))
    total = sum(value["value"] for value in values)
    return figure_words({"value": total, "low": None, "high": None, "n": values[0]["n"]})
