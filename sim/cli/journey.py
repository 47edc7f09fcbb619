"""`mailsim journey`: one letter's way, stop by stop."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analogy.labels import has_label, label
from sim.analogy.terms import terms
from sim.cli.blame import blame_line
from sim.cli.endings import ends_well
from sim.cli.options import Language, Vocabulary
from sim.cli.show import say, table
from sim.viz.amounts import duration_words

if TYPE_CHECKING:
    from sim.results.journeys import Journey, Stop


@ends_well
def journey(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that mailsim run --out has written.")
    ],
    letter: Annotated[
        str, typer.Argument(metavar="LETTER", help="A letter as closure/17, or slowest, typical, bounced.")
    ],
    words: Vocabulary = "post",
    lang: Language = "en",
) -> None:
    """Show one letter's way, as a table and as a story: when, where, how long, why."""
    from sim.exports.saved_run import read_start, read_tables
    from sim.results.journeys import journey as tell
    from sim.viz.narration import narrate

    names = ["letters", "attempts", "steps", "readings", "incidents"]
    tables = read_tables(folder, names + ["blame"] * (folder / "blame.csv").exists())
    told = tell(tables, letter)
    start = read_start(folder)
    say(_title(told, lang), "")
    headings = [label(f"column.{name}", lang) for name in ("when", "stays", "where", "what")]
    table(headings, [_row(stop, start, told, lang) for stop in told.stops], right=(1,))
    if told.blame:
        say("", blame_line(told.blame, lang))
    said = narrate(told, tables["incidents"], start, words, lang)
    say("", label("story.heading", lang), ("" if lang == "ja" else " ").join(said))
    if told.steps.empty:
        say("", label("journey.hint", lang))
        return
    say("", label("journey.steps", lang))
    headings = [label(f"column.{name}", lang) for name in ("when", "where", "what")]
    steps = zip(*(told.steps[name] for name in ("at_s", "station", "event", "detail")), strict=True)
    table(
        headings,
        [
            (_clock(start, at_s), _station(station, lang), _step(event, detail, lang))
            for at_s, station, event, detail in steps
        ],
    )


def _station(name: str, lang: str) -> str:
    """Name a station, with what it is at the post office."""
    found = terms().get(f"station.{name}")
    return name if found is None else found.words(lang)


def _step(event: str, detail: str, lang: str) -> str:
    """Put one step of a conversation into words; what is not known is shown as the table has it."""
    if asked := re.fullmatch(r"(no )?answer, (\d+) queries", detail):
        kind = "unanswered" if asked[1] else "answered" if int(asked[2]) else "cached"
        return label(f"step.lookup_{kind}", lang, queries=asked[2])
    key = f"step.{event.replace(' ', '_')}"
    if not has_label(key):
        return f"{event} {detail}"
    host, _, said = detail.rpartition(": ")
    reply = label(f"meaning.{said}", lang) if has_label(f"meaning.{said}") else said
    return label(key, lang, host=host, reply=reply)


def _title(told: "Journey", lang: str) -> str:
    traits = told.traits
    is_notice = traits["kind"] in ("dsn", "warning")
    provider = label("journey.to_writer", lang) if is_notice else traits["provider"]
    return label(
        "journey.title",
        lang,
        letter=told.letter,
        sender=traits["sender"],
        provider=provider,
        size=f"{traits['size_bytes'] / 1000:,.1f}",
        outcome=label(f"outcome.{traits['outcome']}", lang),
    )


def _row(stop: "Stop", start: datetime, told: "Journey", lang: str) -> tuple[str, str, str, str]:
    words = label(f"stop.{stop.what}", lang, **_fields(stop.fields, lang))
    if stop.attempt is not None:
        words = label("journey.attempt", lang, attempt=stop.attempt) + words
    stays = "" if stop.stayed_s is None else duration_words(stop.stayed_s, lang)
    if stop.stayed_s is None and stop is told.stops[-1] and told.traits["outcome"] == "queued":
        stays = label("journey.until_end", lang)
    return _clock(start, stop.at_s), stays, stop.place, words


def _fields(fields: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Put what a stop knows into words."""
    said = {name: str(value) for name, value in fields.items()}
    if "reply_name" in said:
        said["meaning"] = label(f"meaning.{said['reply_name']}", lang)
        stage = label(f"stage.{said['stage']}", lang)
        said["stage"] = label("journey.at_stage", lang, stage=stage) if stage else ""
    if "reader" in said:
        said["reader"] = label(f"reader.{said['reader']}", lang)
    return said


def _clock(start: datetime, at_s: float) -> str:
    moment = start + timedelta(seconds=at_s)
    clock = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    return clock if moment.date() == start.date() else f"{moment:%m-%d} {clock}"
