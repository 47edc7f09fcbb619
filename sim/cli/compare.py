"""`mailsim compare`: several ways of sending, the same letters and the same chance, and which way is better in what."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import BROKEN_AUDIT, ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, Overrides, check_json, seed_of
from sim.cli.progress import Counted, count_progress
from sim.cli.show import complain, say, table

if TYPE_CHECKING:
    from sim.comparison.outcome import Outcome
    from sim.scenario.schema import Scenario


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
    assumptions: Annotated[
        bool,
        typer.Option(
            "--assumptions", help="Set each assumption to both ends of its range, and say what that turns."
        ),
    ] = False,
    json: JsonFile = None,
    lang: Language = "en",
) -> None:
    """Compare ways of sending: the same letters and the same chance in each."""
    from sim import api, api_comparison
    from sim.exports.output_folder import check_folder

    seed_of(seed)
    check_json(json)
    loaded = [api.load(file, overrides or (), lang) for file in scenarios]
    if out is not None:
        check_folder(out)
    if assumptions:
        complain(_what_it_takes(loaded, replications, lang))
    with count_progress(label("progress.running", lang)) as counted:
        comparison = api_comparison.compare(
            *loaded,
            seed=seed,
            replications=replications,
            progress=None if counted is None else _runs_of(counted, replications, len(loaded)),
            searched=counted,
            assumptions=assumptions,
            assumed=counted,
        )
    if out is not None:
        comparison.save(out, lang=lang)
    if json is not None:
        write_json(comparison.summary, json)
    if json != STDOUT:
        from sim.viz.comparison_table import comparison_table

        headings, rows = comparison_table(comparison.outcome, lang)
        table(headings, rows, right=range(1, len(headings)))
        _tables(comparison.outcome, lang)
        say("", *comparison.answer(lang).splitlines())
        if out is not None:
            say(label("compare.saved", lang, folder=out))
    if not comparison.audit.ok:
        raise typer.Exit(BROKEN_AUDIT)


def _what_it_takes(scenarios: "Sequence[Scenario]", replications: int, lang: str) -> str:
    """Say how many runs more it takes to try the assumptions."""
    from sim.comparison.robustness import runs_needed

    count, runs = runs_needed(scenarios, replications)
    if not count:
        return label("robust.nothing", lang)
    return label("robust.begins", lang, count=count, runs=f"{runs:,}", replications=replications)


def _tables(outcome: "Outcome", lang: str) -> None:
    """Print what each assumption does to each order, where that was asked."""
    from sim.viz.robustness_words import robustness_tables

    for title, headings, rows, unmoved in robustness_tables(outcome, lang):
        say("", title)
        if rows:
            table(headings, rows)
        if unmoved:
            say(unmoved)


def _runs_of(counted: Counted, replications: int, setups: int) -> Callable[[int, int, int, int], None]:
    """Count the replications of all setups on one bar."""
    return lambda place, done, _now_us, _letters: counted(place * replications + done, setups * replications)
