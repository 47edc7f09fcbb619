"""The Python door: load a scenario, run it, and look at what came of it.

    import sim

    result = sim.run(sim.load("scenarios/closure_mail.yaml"), seed=2, replications=10)
    result.summary["reached"]["share_by_deadline"]
    result.tables["letters"].groupby("outcome").size()
    result.journey("slowest")
    result.overview()
    result.replay().save("replay.html")
    result.save("out/closure_mail")

Pandas and matplotlib are loaded when a table or a picture is first asked for.
"""

import os
import platform
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.kernel.recorder import RunRecord
    from sim.results.audit import Audit
    from sim.results.journeys import Journey
    from sim.run_replications import Progress, Replications
    from sim.viz.replay import Replay

PathLike = str | os.PathLike[str]


def version() -> str:
    """Give the version of mailsim."""
    try:
        return installed_version("mailsim")
    except PackageNotFoundError:  # used from a folder, without having been installed
        return "not installed"


def load(path: PathLike, overrides: Sequence[str] = (), lang: str = "en") -> Scenario:
    """Read a scenario file.

    Args:
        path: the YAML file.
        overrides: values that replace those of the file, each as `path=value`, such as
            `letters.closure.count=5000`.
        lang: the language of errors.

    Raises:
        ScenarioError: everything that is wrong with the file, with line and column.
    """
    from sim.scenario.load import load as load_scenario

    return load_scenario(path, overrides, lang)


def run(
    scenario: Scenario | Mapping[str, Any] | PathLike,
    seed: int | None = None,
    replications: int = 1,
    *,
    processes: int | None = None,
    progress: "Progress | None" = None,
    lang: str = "en",
) -> "Result":
    """Run a scenario once, or several times with chance of its own each time.

    Args:
        scenario: a scenario, a mapping of the form of a scenario file, or the path of a file.
        seed: the seed; None is the scenario's own.
        replications: how many times; from two on, figures have 95 % intervals.
        processes: how many replications at once; None lets the machine decide. The results are the same.
        progress: told now and then how far the work is.
        lang: the language of what is said to be wrong with a scenario.

    Raises:
        ScenarioError: the scenario is wrong.
        ArgumentError: an argument is wrong.
    """
    from sim.run_replications import run_replications
    from sim.scenario.given import scenario_given

    wanted = scenario_given(scenario, lang)
    began = time.perf_counter()
    found = run_replications(wanted, replications, seed, progress, processes)
    return Result(wanted, found, time.perf_counter() - began)


class Result:
    """What a run, or several replications of it, came to.

    Args:
        scenario: what was run.
        replications: the record of the first run and the measures of all.
        wall_s: how long it took to compute.
    """

    def __init__(self, scenario: Scenario, replications: "Replications", wall_s: float) -> None:
        self.scenario = scenario
        self.replications = len(replications.measures)
        self._found = replications
        self._wall_s = wall_s

    @property
    def record(self) -> "RunRecord":
        """The raw record of the first replication, from which tables, journeys and pictures are made."""
        return self._found.first

    @property
    def seed(self) -> int:
        """The seed of the runs."""
        return self.record.seed

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Every figure with its interval: what `--json` prints; see `summary.schema.json`."""
        from sim.results.summary import summarise
        from sim.scenario.assumptions import assumptions

        return summarise(
            scenario=self.scenario.stem,
            seed=self.seed,
            measures=self._found.measures,
            assumptions=[dict(assumption) for assumption in assumptions(self.scenario)],
            machine={
                "wall_s": round(self._wall_s, 3),
                "version": version(),
                "platform": f"{platform.platform()}, Python {platform.python_version()}",
            },
        )

    @cached_property
    def audit(self) -> "Audit":
        """The audit of all replications."""
        from sim.results.summary import joined_audit

        return joined_audit([measures.audit for measures in self._found.measures])

    @cached_property
    def tables(self) -> dict[str, "pd.DataFrame"]:
        """The tables of the first replication as frames: letters, attempts, steps, readings, series, ..."""
        from sim.results.tables import frames

        return frames(self.record)

    @property
    def blame(self) -> "pd.DataFrame":
        """Where each letter's `delay_s` went, from submission to the receiver's 250: parts that add up to it."""
        return self.tables["blame"]

    def journey(self, letter: str) -> "Journey":
        """Tell the way of one letter: its id, such as `closure/17`, or `slowest`, `typical` or `bounced`."""
        from sim.results.journeys import journey

        return journey(self.tables, letter)

    def story(self, letter: str, words: str = "post", lang: str = "en") -> list[str]:
        """Tell the way of one letter as a short story, in the words of `mail` or of the `post` office."""
        from sim.viz.narration import narrate

        return narrate(self.journey(letter), self.tables["incidents"], self.scenario.start, words, lang)

    def replay(self, words: str = "post", lang: str = "en") -> "Replay":
        """Play the first replication: letters moving over the map, in a notebook or, with `.save(file)`, in a page.

        Args:
            words: the vocabulary that it opens with, `mail` or `post` (office); readers can switch.
            lang: the language that it opens in; readers can switch.
        """
        from sim.results.movements import movements_of_record
        from sim.viz.replay import Replay

        return Replay(self.scenario, movements_of_record(self.record), lambda: self.tables, words, lang)

    def overview(self, lang: str = "en") -> "Figure":
        """Draw queues, deliveries and refusals of the first replication over time."""
        from sim.viz.overview import overview

        return overview(self.scenario, self.tables, lang)

    def delays(self, lang: str = "en") -> "Figure":
        """Draw how long letters took, by destination: the distribution, and percentiles by time of submission."""
        from sim.viz.delays import delays

        return delays(self.scenario, self.tables, lang)

    def loads(self, lang: str = "en") -> "Figure":
        """Draw queues, connections and utilisation over time."""
        from sim.viz.loads import loads

        return loads(self.scenario, self.tables, lang)

    def outages(self, lang: str = "en") -> "Figure":
        """Draw what was broken or put off, and when."""
        from sim.viz.outages import outages

        return outages(self.scenario, self.tables, lang)

    def reputation(self, lang: str = "en") -> "Figure":
        """Draw how each client address stands with providers that remember; an ArgumentError where none does."""
        from sim.viz.reputation import reputation

        return reputation(self.scenario, self.tables, lang)

    def dashboard(self, lang: str = "en") -> "Figure":
        """Draw deliveries, refusals, delays, queues, utilisation and outages on one time axis."""
        from sim.viz.dashboard import dashboard

        return dashboard(self.scenario, self.tables, lang)

    def blame_picture(self, lang: str = "en") -> "Figure":
        """Draw where the time of delivered letters went, in parts that add up to their delay."""
        from sim.viz.blame import blame

        return blame(self.scenario, self.tables, lang)

    def topology_map(self, lang: str = "en") -> "Figure":
        """Draw the map: senders, resolvers, receiving hosts, mailboxes and readers, and the letters between them."""
        from sim.viz.topology_map import topology_map

        return topology_map(self.scenario, self.tables, lang)

    def answer(self, lang: str = "en") -> str:
        """Answer the scenario's question in sentences."""
        from sim.viz.answer import answer

        return "\n".join(answer(self.scenario, self.summary, lang))

    def save(self, folder: PathLike, *, plots: bool = True, lang: str = "en") -> Path:
        """Write tables, summary, scenario, pictures and a report into a folder, whole or not at all.

        A folder that mailsim made before is replaced; anything else is left as it is.

        Raises:
            OutputError: the folder is not ours to replace, or cannot be written.
        """
        from sim.exports.output_folder import output_folder
        from sim.exports.saved_run import write_captions, write_run

        manifest: dict[str, Any] = {
            "kind": "run",
            "version": version(),
            "scenario": self.scenario.stem,
            "seed": self.seed,
            "start": self.scenario.start.isoformat(),
        }
        with output_folder(Path(folder), manifest) as place:
            write_run(place, self.scenario, self.tables, self.summary)
            if plots:
                from sim.viz.gallery import captions_page, pictures

                manifest["language"], manifest["captions"] = lang, {}
                for picture in pictures(self.scenario, self.tables, lang):
                    picture.figure.savefig(place / picture.file, metadata={"Software": "mailsim"})
                    manifest["captions"][picture.file] = picture.caption
                write_captions(place, captions_page(self.scenario, manifest["captions"], lang))
                self._write_report(place, manifest["captions"], lang)
        return Path(folder)

    def _write_report(self, folder: Path, captions: Mapping[str, str], lang: str) -> None:
        """Write the report beside the pictures that it holds."""
        from sim.viz.notebook import file_base64
        from sim.viz.report import SHOWN, report

        held = {
            name: (file_base64(folder / f"{name}.png"), captions[f"{name}.png"])
            for name in SHOWN
            if f"{name}.png" in captions
        }
        page = report(self.scenario, self.summary, held, self.replay(lang=lang).frame(), lang)
        (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")

    def _repr_html_(self) -> str:
        """Show the answer and the picture in a notebook."""
        from sim.viz.notebook import as_html

        return as_html(self.scenario, self.answer(), self.overview())

    def __repr__(self) -> str:
        """Say what it is in one line."""
        return f"<Result of {self.scenario.stem}: {runs_words(self.replications)}, seed {self.seed}>"


def runs_words(count: int) -> str:
    """Say how many runs a result stands for."""
    return "a single run" if count == 1 else f"{count} replications"
