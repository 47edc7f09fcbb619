"""`mailsim compare`: several ways of sending, the same letters and the same chance, and which way is better in what."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import BROKEN_AUDIT, ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, Overrides, check_json, seed_of
from sim.cli.progress import Counted, count_progress
from sim.cli.show import say, table


@ends_well
def compare(
    scenarios: Annotated[
        list[Path], typer.Argument(metavar="A.yaml B.yaml...", help="Two scenario files, or more.")
    ],
    replications: Annotated[
        int, typer.Option(min=1, help="How many runs of each, with chance of their own: gives intervals.")
    ] = 10,
    seed: Annotated[int | None, typer.Option(help="The seed of all, instead of the first one's own.")] = None,
    overrides: Overrides = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write answer, figures and pictures into this folder.")
    ] = None,
    json: JsonFile = None,
    lang: Language = "en",
) -> None:
    """Compare ways of sending: the same letters and the same chance in each."""
    from sim import api
    from sim.exports.output_folder import check_folder

    seed_of(seed)
    check_json(json)
    loaded = [api.load(file, overrides or (), lang) for file in scenarios]
    if out is not None:
        check_folder(out)
    with count_progress(label("progress.running", lang)) as counted:
        comparison = api.compare(
            *loaded,
            seed=seed,
            replications=replications,
            progress=None if counted is None else _runs_of(counted, replications, len(loaded)),
            searched=counted,
        )
    if out is not None:
        comparison.save(out, lang=lang)
    if json is not None:
        write_json(comparison.summary, json)
    if json != STDOUT:
        from sim.viz.comparison_table import comparison_table

        headings, rows = comparison_table(comparison.outcome, lang)
        table(headings, rows, right=range(1, len(headings)))
        say("", *comparison.answer(lang).splitlines())
        if out is not None:
            say(label("compare.saved", lang, folder=out))
    if not comparison.audit.ok:
        raise typer.Exit(BROKEN_AUDIT)


def _runs_of(counted: Counted, replications: int, setups: int) -> Callable[[int, int, int, int], None]:
    """Count the replications of all setups on one bar."""
    return lambda place, done, _now_us, _letters: counted(place * replications + done, setups * replications)
