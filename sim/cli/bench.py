"""`mailsim bench`: letters a second, beside the plain reference model."""

from typing import Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, check_json
from sim.cli.progress import count_progress
from sim.cli.show import say
from sim.viz.amounts import duration_words


@ends_well
def bench(
    letters: Annotated[
        int, typer.Option(min=100, help="How many letters for the headline figure.")
    ] = 1_000_000,
    json: JsonFile = None,
    lang: Language = "en",
) -> None:
    """Measure letters a second, beside a plain model."""
    from sim.validation import bench as measurements

    check_json(json)
    with count_progress(label("progress.measuring", lang)) as progress:
        found = measurements.run(letters, progress=progress)
    if json is not None:
        write_json(found, json)
    if json == STDOUT:
        return
    grown, spread = found["rss_growth_mb"], found["destinations"]
    memory = "-" if grown is None else f"{grown:,.0f}"
    say(
        label(
            "bench.ours",
            lang,
            letters=f"{found['letters']:,}",
            seconds=duration_words(found["seconds"], lang),
            rate=f"{found['letters_per_s']:,.0f}",
            memory=label("bench.memory", lang, mb=memory),
        ),
        label(
            "bench.plain",
            lang,
            letters=f"{found['plain_letters']:,}",
            rate=f"{found['plain_letters_per_s']:,.0f}",
            ratio=f"{found['ratio']:.1f}",
        ),
        label("bench.replay", lang, seconds=duration_words(found["replay_seconds"], lang)),
        label(
            "bench.destinations",
            lang,
            letters=f"{spread['letters']:,}",
            many=spread["many"],
            few=spread["few"],
            ratio=f"{spread['ratio']:.2f}",
        ),
    )
