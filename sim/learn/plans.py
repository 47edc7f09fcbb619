"""What each lesson runs: its scenario, the letters that it is about, the numbers on its slider."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.learn.shipped import SCENARIOS, notebooks_folder


@dataclass(frozen=True)
class Plan:
    """What a lesson runs.

    Attributes:
        name: the name of the lesson, which is that of its notebook.
        scenario: the file's name among the scenarios of the lessons.
        entry: the entry of `letters:` whose number the slider sets.
        numbers: the numbers of letters on the slider.
    """

    name: str
    scenario: str
    entry: str
    numbers: Sequence[int]

    def file(self, folder: Path | None = None) -> Path:
        """Give the scenario's file: the learner's own beside the notebooks, or the one that was shipped."""
        here = Path.cwd() if folder is None else folder
        own = here.parent / SCENARIOS / self.scenario
        return own if own.is_file() else notebooks_folder() / SCENARIOS / self.scenario

    def settings(self, letters: int) -> list[str]:
        """Give what replaces values of the scenario."""
        return [f"letters.{self.entry}.count={letters}", "watch=[]"]


PLANS: Final = {
    plan.name: plan
    for plan in (
        Plan(
            name="06_one_hundred_or_a_million",
            scenario="typhoon_morning.yaml",
            entry="closure",
            numbers=(100, 1000, 10_000, 100_000, 1_000_000),
        ),
    )
}


def plan_of(name: str) -> Plan:
    """Give the plan of a lesson.

    Raises:
        ArgumentError: there is no such lesson.
    """
    if name not in PLANS:
        raise taught(ArgumentError, "unknown_lesson", found=name, expected=", ".join(PLANS))
    return PLANS[name]
