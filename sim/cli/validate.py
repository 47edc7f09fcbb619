"""`mailsim validate`: the scorecard, hits and misses alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import MISSED, ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, check_json
from sim.cli.progress import count_progress
from sim.cli.show import say, table

if TYPE_CHECKING:
    from sim.validation.row import Row

_VERDICTS = {True: "ok", False: "miss", None: "uncovered"}
_COLUMNS = ("part", "check", "expected", "simulated", "error", "bound", "ok")


@ends_well
def validate(
    recordings: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="A folder of recordings, instead of the project's own small copies."
        ),
    ] = None,
    json: JsonFile = None,
    lang: Language = "en",
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write rows, curves and explanations into this file."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw recorded and simulated curves into this file."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with status 1 if a check is missed.")] = False,
) -> None:
    """Hold the model against theory and a real Postfix."""
    from sim.exports.output_folder import check_file, write_atomically
    from sim.validation import scorecard

    check_json(json)
    for file in (page, picture):
        if file is not None:
            check_file(file)
    with count_progress(label("progress.validating", lang)) as progress:
        card = scorecard.measure(recordings, progress)
    if json is not None:
        write_json({"rows": [row.as_dict() for row in card.rows]}, json)
    if page is not None:
        from sim.validation.scorecard_page import scorecard_page

        text = scorecard_page(card, lang)

        def write(path: Path) -> None:
            path.write_text(text, encoding="utf-8", newline="\n")

        write_atomically(page, write)
    if picture is not None:
        from sim.validation.recording_picture import recordings_figure

        figure = recordings_figure(card.comparisons)
        write_atomically(picture, lambda path: figure.savefig(path, format="png"))
    if json != STDOUT:
        _show(card.rows, lang)
        if page is not None:
            say(label("scorecard.page", lang, file=page))
        if picture is not None:
            say(label("validate.picture", lang, file=picture))
    if strict and any(row.ok is False for row in card.rows):
        raise typer.Exit(MISSED)


def _show(rows: "Sequence[Row]", lang: str) -> None:
    """Show the rows as a table, then what explains those that are not met, each explanation once."""
    from sim.validation.scorecard_words import check_words, note_words

    lines = [
        (
            row.part,
            check_words(row.check, lang),
            *(_number(value) for value in (row.expected, row.simulated, row.error, row.bound)),
            label(f"validate.{_VERDICTS[row.ok]}", lang),
        )
        for row in rows
    ]
    table([label(f"column.{name}", lang) for name in _COLUMNS], lines, right=range(2, 6))
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if not row.ok and (row.reason or row.note):
            reasons.setdefault(row.reason or row.note, []).append(check_words(row.check, lang))
    for reason, checks in reasons.items():
        say("", *checks, f"  {note_words(reason, lang)}")
    verdicts = [row.ok for row in rows]
    counted = {
        name: verdicts.count(verdict) for name, verdict in (("ok", True), ("missed", False), ("open", None))
    }
    say("", label("validate.totals", lang, **counted, all=len(rows)))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
