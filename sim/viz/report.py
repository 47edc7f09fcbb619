"""The report of a run: question, answer, pictures, trouble, replay and assumptions, as one HTML file."""

import html
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sim.analogy.labels import label
from sim.analogy.meanings import source_words
from sim.analogy.terms import terms
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, duration_words, figure_words, moment_words
from sim.viz.answer import answer
from sim.viz.consequences import consequence_lines
from sim.viz.overview import title_words

Summary = Mapping[str, Any]

SHOWN = ("dashboard", "topology_map", "blame")
"""The pictures of a report, by the names that they have in the folder."""
MOST_INCIDENTS = 40

_HERE = Path(__file__)
_PLACE = re.compile(r"\{(lang|title|css|body)\}")


def report(
    scenario: Scenario,
    summary: Summary,
    pictures: Mapping[str, tuple[str, str]],
    replay_frame: str,
    lang: str = "en",
) -> str:
    """Write the report of a run.

    Args:
        scenario: what was run.
        summary: its summary; what it says of the machine is left out but for the version.
        pictures: of `SHOWN`, each as the text that HTML can hold, and its caption.
        replay_frame: the replay as an element.
        lang: the language.
    """
    heading = label("report.heading", lang, title=title_words(scenario, lang))
    parts = [_element("h1", heading)]
    if scenario.question is not None:
        parts.append(_element("p", scenario.question.in_language(lang), "question"))
    parts += _section("answer", lang)
    parts.append(_answer(answer(scenario, summary, lang)))
    parts += [*_section("dashboard", lang), *_figure("dashboard", pictures)]
    parts += [*_section("map", lang), *_figure("topology_map", pictures)]
    parts += [*_section("incidents", lang), *_incidents(scenario, summary, lang)]
    parts += [*_section("blame", lang), *_figure("blame", pictures)]
    parts += [*_section("replay", lang), replay_frame]
    parts += [*_section("assumptions", lang), *_assumptions(summary, lang)]
    parts += [*_section("again", lang), *_again(scenario, summary, lang)]
    values = {"lang": lang, "title": html.escape(heading), "css": _text(".css"), "body": "\n".join(parts)}
    return _PLACE.sub(lambda place: values[place[1]], _text(".html"))


def _answer(lines: Iterable[str]) -> str:
    """Write the lines of an answer as a list; what is set in belongs to the line before."""
    items = []
    for line in lines:
        kind = "gap" if not line else "part" if line.startswith(" ") else ""
        items.append(f'<li class="{kind}">{html.escape(line.strip())}</li>')
    return f'<ul class="answer">{"".join(items)}</ul>'


def _figure(name: str, pictures: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    if name in pictures:
        held, caption = pictures[name]
        words = html.escape(caption)
        yield (
            f'<figure><img alt="{words}" src="data:image/png;base64,{held}">'
            f"<figcaption>{words}</figcaption></figure>"
        )


def _incidents(scenario: Scenario, summary: Summary, lang: str) -> Iterator[str]:
    incidents = summary["incidents"]
    if not incidents:
        yield _element("p", label("report.no_incidents", lang))
        return
    lines = consequence_lines(incidents, scenario.start, lang)
    if lines:
        yield _element("p", label("report.delayed", lang))
        yield f"<ul>{''.join(_element('li', line) for line in lines)}</ul>"
    say = partial(moment_words, scenario.start, lang=lang)
    rows = []
    for one in incidents[:MOST_INCIDENTS]:
        fault = terms().get(f"fault.{one['kind']}")
        kind = label("consequence.suspended", lang) if fault is None else fault.words(lang)
        until = "" if one["to_s"] is None else say(float(one["to_s"]))
        delay = figure_words(one["delay_s"], partial(duration_words, lang=lang))
        letters = figure_words(one["letters_delayed"])
        where = one["where"].replace(" > ", " → ")
        rows.append((kind, where, say(float(one["from_s"])), until, letters, delay))
    names = ("kind", "where", "since", "until", "letters", "delay")
    yield _table([label(f"report.{name}", lang) for name in names], rows, numbers=(4, 5))
    if len(incidents) > MOST_INCIDENTS:
        yield _element("p", label("report.more", lang, count=count_words(len(incidents) - MOST_INCIDENTS)))


def _assumptions(summary: Summary, lang: str) -> Iterator[str]:
    listed = summary["assumptions"]
    if not listed:
        yield _element("p", label("report.no_assumptions", lang))
        return
    yield _element("p", label("report.assumptions_about", lang))
    rows = [
        (
            one["path"],
            json.dumps(one["value"], ensure_ascii=False).strip('"'),
            label(f"explain.{one['grade']}", lang),
            source_words(one["source"], lang),
        )
        for one in listed
    ]
    yield _table([label(f"column.{name}", lang) for name in ("path", "value", "grade", "source")], rows)


def _again(scenario: Scenario, summary: Summary, lang: str) -> Iterator[str]:
    yield _element("p", label("report.again_about", lang, version=summary["machine"]["version"]))
    words = ["mailsim", "run", "scenario.yaml", "--seed", str(summary["seed"])]
    if summary["replications"] > 1:
        words += ["--replications", str(summary["replications"])]
    words += ["--out", f"{scenario.stem}-again", *(["--lang", lang] if lang != "en" else [])]
    yield f"<pre>{html.escape(shlex.join(words))}</pre>"
    yield _element("p", label("report.summary_beside", lang))
    yield _element("p", label("report.no_mail", lang))


def _section(name: str, lang: str) -> list[str]:
    return [_element("h2", label(f"report.{name}", lang))]


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]], numbers: tuple[int, ...] = ()) -> str:
    head = "".join(f'<th scope="col">{html.escape(heading)}</th>' for heading in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=number' if place in numbers else ''}>{html.escape(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _element(name: str, words: str, kind: str = "") -> str:
    return f"<{name}{f' class={kind}' if kind else ''}>{html.escape(words)}</{name}>"


def _text(ending: str) -> str:
    return _HERE.with_suffix(ending).read_text(encoding="utf-8").rstrip("\n")
