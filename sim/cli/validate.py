"""`mailsim validate`: the scorecard, hits and misses alike."""

from pathlib import Path
from typing import Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import MISSED, ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, check_json
from sim.cli.progress import count_progress
from sim.cli.show import say, table

_VERDICTS = {True: "ok", False: "miss", None: "uncovered"}


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
    if picture is not None:
        check_file(picture)
    with count_progress(label("progress.validating", lang)) as progress:
        card = scorecard.measure(recordings, progress)
    if json is not None:
        write_json({"rows": [row.as_dict() for row in card.rows]}, json)
    if picture is not None:
        from sim.validation.recording_picture import recordings_figure

        figure = recordings_figure(card.comparisons)
        write_atomically(picture, lambda path: figure.savefig(path, format="png"))
    missed = sum(1 for row in card.rows if row.ok is False)
    if json != STDOUT:
        names = ("part", "check", "expected", "simulated", "error", "bound", "ok")
        rows = [
            (
                row.part,
                row.check,
                *(_number(value) for value in (row.expected, row.simulated, row.error, row.bound)),
                label(f"validate.{_VERDICTS[row.ok]}", lang),
            )
            for row in card.rows
        ]
        table([label(f"column.{name}", lang) for name in names], rows, right=range(2, 6))
        for row in card.rows:
            if row.note and not row.ok:
                say(f"{row.check}: {row.note}")
        hits, uncovered = sum(1 for row in card.rows if row.ok), sum(1 for row in card.rows if row.ok is None)
        totals = {"ok": hits, "all": len(card.rows), "missed": missed, "open": uncovered}
        say("", label("validate.totals", lang, **totals))
        if picture is not None:
            say(label("validate.picture", lang, file=picture))
    if strict and missed:
        raise typer.Exit(MISSED)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
