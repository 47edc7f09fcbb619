"""`mailsim run`: simulate a scenario, answer its question, write the results."""

import time
from pathlib import Path
from typing import Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import BROKEN_AUDIT, ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, Overrides, ScenarioFile, check_json, seed_of
from sim.cli.progress import run_progress
from sim.cli.show import say
from sim.cli.summary import show_summary
from sim.viz.amounts import duration_words


@ends_well
def run(
    scenario: ScenarioFile,
    seed: Annotated[int | None, typer.Option(help="The seed, instead of the scenario's own.")] = None,
    replications: Annotated[
        int, typer.Option(min=1, help="How many runs, each with chance of its own: gives intervals.")
    ] = 1,
    overrides: Overrides = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write tables, summary and picture into this folder.")
    ] = None,
    json: JsonFile = None,
    lang: Language = "en",
    no_plots: Annotated[bool, typer.Option("--no-plots", help="Draw no picture.")] = False,
) -> None:
    """Simulate a scenario and answer its question."""
    from sim import api
    from sim.exports.output_folder import check_folder

    began = time.perf_counter()
    seed_of(seed)
    check_json(json)
    loaded = api.load(scenario, overrides or (), lang)
    if out is not None:
        check_folder(out)
    with run_progress(loaded.duration_us, replications, lang) as progress:
        result = api.run(loaded, seed, replications, progress=progress)
    if out is not None:
        result.save(out, plots=not no_plots, lang=lang)
    if json is not None:
        write_json(result.summary, json)
    if json != STDOUT:
        show_summary(loaded, result.summary, lang)
        if out is not None:
            kind = "summary.saved_no_picture" if no_plots else "summary.saved"
            say(label(kind, lang, folder=out))
        simulated = duration_words(loaded.duration_us / 1e6 * replications, lang)
        wall = duration_words(time.perf_counter() - began, lang)
        say(label("summary.simulated", lang, simulated=simulated, wall=wall))
    if not result.audit.ok:
        raise typer.Exit(BROKEN_AUDIT)
