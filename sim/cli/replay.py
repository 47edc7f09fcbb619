"""`mailsim replay`: a run as a page in which its letters move."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.analogy.labels import label, taught
from sim.cli.endings import ends_well
from sim.cli.options import Language, Overrides, Vocabulary, seed_of
from sim.cli.progress import run_progress
from sim.cli.show import say
from sim.errors import ArgumentError

if TYPE_CHECKING:
    from sim.viz.replay import Replay


@ends_well
def replay(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SCENARIO.yaml|DIR", help="A scenario, or a folder that mailsim run --out has written."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page to write.")] = Path("replay.html"),
    seed: Annotated[int | None, typer.Option(help="The seed, instead of the scenario's own.")] = None,
    overrides: Overrides = None,
    words: Vocabulary = "post",
    lang: Language = "en",
) -> None:
    """Write a page in which the letters move: one file, no network."""
    from sim.exports.output_folder import check_file, write_atomically

    seed_of(seed)
    check_file(out)
    if source.is_dir():
        if seed is not None or overrides:
            raise taught(ArgumentError, "saved_run_is_over", path=str(source))
        made = _saved(source, words, lang)
    else:
        made = _run(source, seed, overrides or (), words, lang)
    write_atomically(out, made.write)
    say(label("replay.saved", lang, file=out))


def _run(source: Path, seed: int | None, overrides: Sequence[str], words: str, lang: str) -> "Replay":
    from sim import api

    loaded = api.load(source, overrides, lang)
    with run_progress(loaded.duration_us, 1, lang) as progress:
        return api.run(loaded, seed, progress=progress).replay(words, lang)


def _saved(folder: Path, words: str, lang: str) -> "Replay":
    from sim.exports.saved_run import read_scenario, read_tables
    from sim.viz.replay import replay_of_tables

    tables = read_tables(folder, ("letters", "attempts", "readings", "series", "incidents"))
    return replay_of_tables(read_scenario(folder), tables, words, lang)
