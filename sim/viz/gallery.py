"""All pictures of a run, each with its caption: what `mailsim run --out` writes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words
from sim.viz.blame import blame
from sim.viz.consequences import worst_consequence
from sim.viz.dashboard import dashboard
from sim.viz.delay_numbers import own_letters
from sim.viz.delays import delays
from sim.viz.loads import loads
from sim.viz.outages import outages
from sim.viz.overview import overview, title_words
from sim.viz.rates import Tables
from sim.viz.reputation import remembering, reputation, reputation_caption
from sim.viz.topology_map import topology_map

PICTURES: Mapping[str, Callable[[Scenario, Tables, str], Figure]] = {
    "overview": overview,
    "dashboard": dashboard,
    "delays": delays,
    "blame": blame,
    "loads": loads,
    "outages": outages,
    "topology_map": topology_map,
}
"""Each picture by its name, in the order in which one looks at them."""


@dataclass(frozen=True)
class Picture:
    """A picture of a run.

    Attributes:
        file: the name of its file.
        figure: the picture.
        caption: what it shows, in sentences.
    """

    file: str
    figure: Figure
    caption: str


def pictures(scenario: Scenario, tables: Tables, lang: str = "en") -> Iterator[Picture]:
    """Draw all pictures of a run, one after another; that of standings only where a provider remembers.

    Args:
        scenario: what was run.
        tables: the frames of the run.
        lang: the language of words and captions.
    """
    for name, draw in PICTURES.items():
        yield Picture(f"{name}.png", draw(scenario, tables, lang), caption(name, tables, lang))
    if remembering(scenario):
        yield Picture(
            "reputation.png", reputation(scenario, tables, lang), reputation_caption(scenario, lang)
        )


def caption(name: str, tables: Tables, lang: str = "en") -> str:
    """Say what a picture shows, with the figures that belong to it."""
    letters = own_letters(tables)
    queues = tables["queues"]
    peaks = queues.loc[queues["queue"].str.endswith((".incoming", ".active", ".deferred")), "peak"]
    return label(
        f"caption.{name}",
        lang,
        count=count_words(len(letters)),
        missing=count_words(int(letters["delivered_s"].isna().sum())),
        peak=count_words(float(peaks.max()) if len(peaks) else 0.0),
        consequence=worst_consequence(tables, lang),
    )


def captions_page(scenario: Scenario, captions: Mapping[str, str], lang: str = "en") -> str:
    """Write the pictures of a folder and their captions as a page of Markdown.

    Args:
        scenario: gives the title.
        captions: the caption of each file.
        lang: the language of the title.
    """
    lines = [f"# {label('picture.captions', lang, title=title_words(scenario, lang))}"]
    for file, words in captions.items():
        name = label(f"picture.{file.removesuffix('.png')}", lang)
        lines += ["", f"## {name}", "", f"![{name}]({file})", "", words]
    return "\n".join(lines) + "\n"
