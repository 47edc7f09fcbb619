"""Blame on the terminal: where the time of delivered letters went, and what followed from trouble."""

from collections.abc import Mapping
from typing import Any

from sim.analogy.labels import label
from sim.cli.show import say, table
from sim.scenario.schema import Scenario
from sim.viz.amounts import duration_words, share_words
from sim.viz.consequences import consequence_lines
from sim.viz.part_words import part_words
from sim.vocabulary.delay_parts import PARTS

Summary = Mapping[str, Any]

MOST_WAITS = 4
"""So many waits after refusals have a row of their own."""


def show_blame(scenario: Scenario, summary: Summary, lang: str) -> None:
    """Print the parts of the mean delay, of all delivered letters and at the worst destination; then the incidents."""
    groups = [("", summary["blame"]["delivered"])]
    reached = [(name, one) for name, one in summary["blame"]["by_destination"].items() if _letters(one)]
    if len(reached) > 1:
        groups.append(max(reached, key=lambda one: _delay_s(one[1]) / _letters(one[1])))
    if _letters(groups[0][1]):
        headings = [label("blame.heading", lang)]
        for name, _ in groups:
            mean = label("blame.worst", lang, destination=name) if name else label("blame.all", lang)
            headings += [mean, label("blame.share", lang)]
        table(headings, _rows([group for _, group in groups], lang), right=range(1, len(headings)))
        say("")
    lines = consequence_lines(summary["incidents"], scenario.start, lang)
    if lines:
        say(label("consequence.heading", lang), *(f"  {line}" for line in lines), "")


def _rows(groups: list[Summary], lang: str) -> list[list[str]]:
    """Give a row for each part that took any time: its name, and mean and share in each group."""
    first = groups[0]
    rows = [
        (label(f"blame.{part}", lang), [_value(group[f"{part}_s"]) for group in groups]) for part in PARTS
    ]
    waits = sorted(first["waiting_s"], key=lambda key: -_value(first["waiting_s"][key]))
    for key in waits[:MOST_WAITS]:
        lasted = [_value(group["waiting_s"].get(key)) for group in groups]
        rows.append((_wait_words(key, lang), lasted))
    if waits[MOST_WAITS:]:
        lasted = [sum(_value(group["waiting_s"].get(key)) for key in waits[MOST_WAITS:]) for group in groups]
        rows.append((label("blame.other_waits", lang), lasted))
    rows.append((label("blame.unfinished", lang), [_value(group["unfinished_s"]) for group in groups]))
    rows = [row for row in rows if row[1][0] > 0]
    rows.append((label("blame.in_all", lang), [_delay_s(group) for group in groups]))
    return [
        [
            name,
            *(
                cell
                for group, sum_s in zip(groups, lasted, strict=True)
                for cell in (
                    duration_words(sum_s / _letters(group), lang),
                    share_words(sum_s / (_delay_s(group) or 1), lang),
                )
            ),
        ]
        for name, lasted in rows
    ]


def blame_line(parts: Mapping[str, float], lang: str) -> str:
    """Say in one line where one letter's time went.

    Args:
        parts: seconds by column of the table `blame`, in its order, those that are 0 left out.
        lang: the language.
    """
    said = [
        label(
            "blame.part_of_letter",
            lang,
            part=part_words(name.removesuffix("_s"), lang),
            time=duration_words(lasted_s, lang),
        )
        for name, lasted_s in parts.items()
    ]
    total = duration_words(sum(parts.values()), lang)
    return label("blame.letter", lang, total=total, parts=label("summary.next_part", lang).join(said))


def _wait_words(key: str, lang: str) -> str:
    """Name a wait of a summary: `450 4.2.0 greylisted`."""
    code, _, name = key.rpartition(" ")
    if not code:
        return label("blame.waiting", lang, why=label(f"blame.{name}", lang))
    return label("blame.waiting_code", lang, code=code, why=label(f"reply.{name}", lang))


def _value(figure: Summary | None) -> float:
    return float(figure["value"]) if figure is not None else 0.0


def _letters(group: Summary) -> float:
    return _value(group["letters"])


def _delay_s(group: Summary) -> float:
    return _value(group["delay_s"])
