"""`mailsim sweep`: run a scenario at every point of a grid; a table, rows of JSON, or a page with a slider."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import BROKEN_AUDIT, ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, Overrides, ScenarioFile, check_json, seed_of
from sim.cli.progress import count_progress
from sim.cli.show import say, table

if TYPE_CHECKING:
    from sim.comparison.sweep import Sweep


@ends_well
def sweep(
    scenario: ScenarioFile,
    grid: Annotated[
        list[str],
        typer.Option(
            "--grid",
            metavar="PATH=V1,V2,…",
            help="Values that a setting takes, as letters.closure.count=100,1000. May be given several times.",
        ),
    ],
    seed: Annotated[int | None, typer.Option(help="The seed, instead of the scenario's own.")] = None,
    replications: Annotated[
        int, typer.Option(min=1, help="How many runs at each point: gives intervals.")
    ] = 1,
    overrides: Overrides = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="PAGE.html", help="Write a page with a slider: one file that needs no network."),
    ] = None,
    json: JsonFile = None,
    lang: Language = "en",
) -> None:
    """Run a scenario at every point of a grid."""
    from sim.comparison.sweep import sweep as run_sweep
    from sim.comparison.sweep_grid import read_grid
    from sim.exports.output_folder import check_file, write_atomically
    from sim.viz.sweep_page import sweep_page

    seed_of(seed)
    check_json(json)
    if out is not None:
        check_file(out)
    axes = read_grid(grid)
    with count_progress(label("sweep.running", lang)) as progress:
        found = run_sweep(
            scenario,
            axes,
            settings=overrides or (),
            seed=seed,
            replications=replications,
            lang=lang,
            progress=progress,
        )
    if out is not None:
        page = sweep_page(found, lang)
        write_atomically(out, lambda path: _write(path, page))
    if json is not None:
        write_json(_content(found, scenario), json)
    if json != STDOUT:
        _show(found, lang)
        if out is not None:
            say(label("sweep.saved", lang, file=out))
    if not all(point.summary["audit"]["ok"] for point in found.points):
        raise typer.Exit(BROKEN_AUDIT)


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8", newline="\n")


def _content(found: "Sweep", scenario: Path) -> dict[str, object]:
    """Give the JSON of a sweep: one row a point."""
    from sim.api import version

    return {
        "format": 1,
        "scenario": scenario.stem,
        "seed": found.seed,
        "replications": found.replications,
        "grid": [{"path": axis.path, "values": list(axis.values)} for axis in found.axes],
        "rows": found.rows(),
        "machine": {"version": version()},
    }


def _show(found: "Sweep", lang: str) -> None:
    """Print a line a point."""
    from sim.comparison.sweep_grid import value_words
    from sim.viz.sweep_words import key_figures, setting_words, standing_words

    columns = [setting_words(axis.path, lang) for axis in found.axes]
    rows = []
    names: list[str] = []
    for point in found.points:
        figures = key_figures(point, lang)
        names = [name for name, _ in figures]
        rows.append(
            [*(value_words(value) for value in point.values.values()), *(said for _, said in figures)]
        )
    table([*columns, *names], rows, right=range(len(columns) + len(names)))
    say("", standing_words(found, lang))
