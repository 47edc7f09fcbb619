"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from sim.analogy.labels import LANGUAGES, label, taught
from sim.cli.show import complain
from sim.cli.streams import writes_japanese
from sim.errors import ArgumentError


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise typer.BadParameter(f"'{value}' is not one of {', '.join(LANGUAGES)}.")
    if value == "ja" and not writes_japanese():
        complain(label("cli.no_japanese"))  # in English, which any terminal shows
    return value


def _vocabulary(value: str) -> str:
    if value not in ("mail", "post"):
        raise typer.BadParameter(f"'{value}' is not one of mail, post.")
    return value


ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO.yaml", help="The scenario file.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Replace a value of the scenario, as letters.closure.count=5000. May be given several times.",
    ),
]
Language = Annotated[
    str, typer.Option("--lang", callback=_language, metavar="en|ja", help="Language of words.")
]
Vocabulary = Annotated[
    str,
    typer.Option(
        "--words", callback=_vocabulary, metavar="mail|post", help="Words of mail or of the post office."
    ),
]
JsonFile = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE|-", help="Write the result as JSON; - is standard output."),
]


def check_json(target: str | None) -> None:
    """Refuse a file that could not be written later, before any work is done.

    Raises:
        OutputError: it cannot be written.
    """
    from sim.exports.output_folder import check_file

    if target is not None and target != "-":
        check_file(Path(target))


def seed_of(value: int | None) -> int | None:
    """Give a seed that the engine takes.

    Raises:
        ArgumentError: it is negative or too large.
    """
    if value is not None and not 0 <= value < 2**63:
        raise taught(ArgumentError, "bad_seed", found=value)
    return value
