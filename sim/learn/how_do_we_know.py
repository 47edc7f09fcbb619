"""Lesson 11: the model beside a formula and beside recordings of a real mail server, and what such tests can show."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.analogy.labels import taught
from sim.api import load, run
from sim.errors import ArgumentError
from sim.learn.card import Card
from sim.learn.counter import PARTS, mean_wait, staff, waits_s
from sim.learn.how_do_we_know_pictures import (
    Measured,
    Tested,
    counter_picture,
    formula_picture,
    recording_picture,
    table_picture,
)
from sim.learn.lesson import Lesson, kind
from sim.learn.questions import read_setting
from sim.validation.formulas import wait_mm1
from sim.validation.recording_folder import PACKAGED, read_recording
from sim.validation.recording_rows import DISTANCE_BOUND, compare
from sim.viz.amounts import count_words

RECORDINGS: Final = ("greylisting_20s", "slow_start_ramp", "two_waves")
"""The recordings of the lesson: letters told to come back, a window that opens, two waves of letters."""
LETTERS: Final = 60_000
"""About so many letters a run takes: a second's work, and an interval of a few percent."""
MOST_SEED: Final = 999_999_999


@dataclass(frozen=True)
class Counted:
    """What one run of the counter came to."""

    measured: Measured
    seed: int
    change: str

    def rows(self, lesson: "HowDoWeKnow") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        changes = [lesson.own("seed", seed=self.seed), *([self.change] if self.change else [])]
        about = str(self.measured.load), ", ".join(changes)
        wait = self.measured.wait
        return [
            (lesson.own("item_wait"), *about, f"{wait.mean:.2f}"),
            (lesson.own("item_half_width"), *about, f"{wait.half_width:.2f}"),
        ]


@dataclass(frozen=True)
class Held:
    """What came of holding the model against one recording."""

    tested: Tested

    def rows(self, lesson: "HowDoWeKnow") -> list[tuple[str, str, str, str]]:
        """Give its row in the file that is handed in."""
        change = self.tested.change or lesson.say("as_it_was")
        return [
            (lesson.own("item_distance"), self.tested.recording, change, f"{self.tested.distance * 100:.1f}")
        ]


class HowDoWeKnow(Lesson):
    """The lesson of theory and recordings.

    Args:
        plan: what it asks and runs.
        lang: the language that it speaks.
    """

    runs: list[Counted | Held]

    @kind
    def run(self, *changes: str, seed: Any = None) -> Card:
        """Run the counter at the load where the slider stands, and show the mean wait with its interval.

        Args:
            changes: settings to change, each `path=value`, as `providers.office.checking.workers=2`.
            seed: a whole number; another one gives other chance. None is the scenario's own.
        """
        chance = None if seed is None else read_setting(seed, 0, MOST_SEED)
        if (asked := self.must_predict()) is not None:
            return asked
        began, at = time.perf_counter(), self.number
        until = f"letters.mail.until={round(LETTERS * 100 / at)} s"
        scenario = load(self.plan.file(), [*self.plan.settings(at), until, *changes], self.lang)
        result = run(scenario, seed=chance)
        workers, busy = staff(scenario)
        waits = waits_s(result.record, workers)
        found = Counted(Measured(at, mean_wait(waits)), result.seed, ", ".join(changes))
        self.runs.append(found)
        wait = found.measured.wait
        lines = [
            self.own(
                "waited", load=f"{busy * 100:g}", mean=f"{wait.mean:.2f}", half=f"{wait.half_width:.2f}"
            ),
            self.own("counted", count=count_words(len(waits)), parts=PARTS, seed=result.seed),
        ]
        if changes:
            lines.append(self.say("changed", change=found.change))
        lines.append(self.say("took", seconds=f"{time.perf_counter() - began:.1f}"))
        picture = counter_picture(result.record, busy, self._measured(), self._guesses(), self.lang)
        return Card(lines, picture, self.own("picture_counter"))

    @kind
    def compare(self) -> Card:
        """Show measured waits and predictions beside the formula."""
        measured = self._measured()
        if not measured:
            return Card([self.say("nothing_yet")], stop=True)
        lines = [self.own("compare_title")]
        for one in measured:
            exact = wait_mm1(one.load / 100, 1.0)
            inside = abs(one.wait.mean - exact) <= one.wait.half_width
            lines.append(
                self.own(
                    "inside" if inside else "outside",
                    load=one.load,
                    exact=f"{exact:.2f}",
                    mean=f"{one.wait.mean:.2f}",
                    half=f"{one.wait.half_width:.2f}",
                )
            )
        picture = formula_picture(measured, self._guesses(), self.lang)
        return Card(lines, picture, self.own("picture_formula"))

    @kind
    def recording(self, name: str = RECORDINGS[0], *changes: str) -> Card:
        """Hold the model against a recording of a real mail server.

        Args:
            name: one of the recordings of this lesson.
            changes: settings in which the model is to differ from what was recorded, each `path=value`.
        """
        if name not in RECORDINGS:
            raise taught(ArgumentError, "no_such_recording", found=name, expected=", ".join(RECORDINGS))
        if (asked := self.must_predict()) is not None:
            return asked
        comparison = compare(read_recording(PACKAGED / name), changes=changes, lang=self.lang)
        tested = Tested(name, ", ".join(changes), comparison.distance)
        self.runs.append(Held(tested))
        said = self.own(
            "agrees_with" if tested.agrees else "misses",
            distance=f"{tested.distance * 100:.1f}",
            bound=f"{DISTANCE_BOUND * 100:g}",
        )
        lines = [said, *([self.say("changed", change=tested.change)] if changes else [])]
        picture = recording_picture(comparison, self.own(f"about_{name}"), self.lang)
        return Card(lines, picture, self.own("picture_recording"))

    @kind
    def table(self) -> Card:
        """Show which model agreed with which recording so far."""
        tested = [one.tested for one in self.runs if isinstance(one, Held)]
        if not tested:
            return Card([self.own("no_recording_yet")], stop=True)
        columns = {name: self.own(f"short_{name}") for name in RECORDINGS}
        picture = table_picture(tested, columns, self.own("right_model"), self.lang)
        return Card([self.own("table_title")], picture, self.own("picture_table"))

    def number_words(self, number: int) -> str:
        """Say a load."""
        return f"{number} %"

    def _guesses(self) -> Mapping[int, float]:
        return self.answers.amounts()

    def _measured(self) -> list[Measured]:
        """Give the waits at the plain counter, the last one of each load."""
        counted = [one for one in self.runs if isinstance(one, Counted) and not one.change]
        last = {one.measured.load: one.measured for one in counted}
        return [last[load] for load in sorted(last)]
