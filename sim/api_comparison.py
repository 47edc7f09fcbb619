"""The Python door to comparisons: several ways of sending, the same letters and the same chance.

    import sim

    comparison = sim.compare("own_server.yaml", "service.yaml", assumptions=True)
    comparison.differences
    print(comparison.answer())
    comparison.tornado()

Pandas and matplotlib are loaded when a table or a picture is first asked for.
"""

import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api import PathLike, Result, runs_words, version
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.comparison.outcome import Outcome
    from sim.comparison.turning import Searched
    from sim.comparison.variants import Told
    from sim.results.audit import Audit


def compare(
    *scenarios: Scenario | Mapping[str, Any] | PathLike,
    seed: int | None = None,
    replications: int = 10,
    processes: int | None = None,
    progress: "Told | None" = None,
    searched: "Searched | None" = None,
    assumptions: bool = False,
    assumed: "Searched | None" = None,
) -> "Comparison":
    """Compare ways of sending: the same letters and the same chance in each, replication by replication.

    Args:
        *scenarios: two or more, each of them as for `run`.
        seed: the seed of all; None is the first scenario's own.
        replications: how many times each is run; from two on, differences have 95 % intervals.
        processes: how many replications at once; None lets the machine decide. The results are the same.
        progress: told now and then how far the runs are.
        searched: told how far the search for what would turn the answer is.
        assumptions: whether every assumption of which a range is known is set to both ends of it, one at a time and
            in all setups alike, and all run again: that says what holds whatever is assumed.
        assumed: told how many of these runs are done, of how many.

    Raises:
        ScenarioError: a scenario is wrong.
        ArgumentError: an argument is wrong, or there is nothing to compare.
    """
    from sim.comparison.outcome import compare as compare_setups
    from sim.scenario.given import scenario_given

    wanted = [scenario_given(scenario) for scenario in scenarios]
    began = time.perf_counter()
    outcome = compare_setups(
        wanted, replications, seed, progress, processes, searched, assumptions=assumptions, assumed=assumed
    )
    return Comparison(outcome, time.perf_counter() - began)


class Comparison:
    """What came of ways of sending that were compared.

    Args:
        outcome: the runs, the differences, the money, and what would turn the answer.
        wall_s: how long it took to compute.
    """

    def __init__(self, outcome: "Outcome", wall_s: float) -> None:
        self.outcome = outcome
        self.results = {
            setup.name: Result(setup.scenario, setup.replications, wall_s) for setup in outcome.setups
        }
        self._wall_s = wall_s

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Every figure: what `compare --json` prints; see `comparison.schema.json`."""
        from sim.comparison.outcome import as_json

        summaries = [result.summary for result in self.results.values()]
        return as_json(self.outcome, summaries, {**summaries[0]["machine"], "wall_s": round(self._wall_s, 3)})

    @cached_property
    def differences(self) -> "pd.DataFrame":
        """The differences as a frame: figure, a, b, value, low, high, n."""
        import pandas as pd

        numbers = dict.fromkeys(("value", "low", "high"), "float64")
        return pd.DataFrame(self.summary["differences"]).astype(numbers)

    @cached_property
    def audit(self) -> "Audit":
        """The audit of all runs of all setups."""
        from sim.results.summary import joined_audit

        return joined_audit([result.audit for result in self.results.values()])

    def answer(self, lang: str = "en") -> str:
        """Say which way is better in what, by how much, and what would turn that."""
        from sim.viz.comparison_answer import comparison_answer

        return "\n".join(comparison_answer(self.outcome, lang))

    def picture(self, lang: str = "en") -> "Figure":
        """Draw how far each setup got over time, side by side, and the differences with their intervals."""
        from sim.viz.comparison import comparison

        return comparison(self.outcome, [result.tables for result in self.results.values()], lang)

    def costs(self, lang: str = "en") -> "Figure":
        """Draw what each setup costs, as a function of how many letters are sent.

        Raises:
            ArgumentError: fewer than two of the scenarios say what they cost.
        """
        from sim.viz.comparison_costs import comparison_costs

        return comparison_costs(self.outcome, lang)

    def tornado(self, lang: str = "en") -> "Figure":
        """Draw how far each assumption moves the differences; an ArgumentError without `assumptions=True`."""
        from sim.viz.tornado import tornado

        return tornado(self.outcome, lang)

    def save(self, folder: PathLike, *, plots: bool = True, lang: str = "en") -> Path:
        """Write table, sentences, differences, scenarios and pictures into a folder, whole or not at all.

        Raises:
            OutputError: the folder is not ours to replace, or cannot be written.
        """
        from sim.exports.output_folder import output_folder
        from sim.exports.saved_comparison import write_comparison

        names = list(self.results)
        manifest = {
            "kind": "comparison",
            "version": version(),
            "setups": names,
            "seed": self.outcome.seed,
            "replications": self.outcome.replications,
        }
        with output_folder(Path(folder), manifest) as place:
            scenarios = {name: result.scenario for name, result in self.results.items()}
            write_comparison(place, self.summary, self.answer(lang), self.differences, scenarios)
            if plots:
                drawn = {"comparison.png": self.picture}
                drawn |= {"costs.png": self.costs} if len(self.outcome.money.costs) > 1 else {}
                drawn |= {"assumptions.png": self.tornado} if self.outcome.robustness is not None else {}
                for file, draw in drawn.items():
                    draw(lang).savefig(place / file, metadata={"Software": "mailsim"})
        return Path(folder)

    def _repr_html_(self) -> str:
        """Show the answer and the picture in a notebook."""
        from sim.viz.comparison_notebook import as_html

        return as_html(self.outcome, self.picture())

    def __repr__(self) -> str:
        """Say what it is in one line."""
        runs = runs_words(self.outcome.replications)
        return f"<Comparison of {', '.join(self.results)}: {runs} each, seed {self.outcome.seed}>"
