"""Lesson 05: why "come back in one minute" takes longer, and what happens when all come back at once."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from sim.api import load, run
from sim.comparison.sweep_curves import of_mailing
from sim.kernel.recorder import RunRecord
from sim.learn.card import Card
from sim.learn.lesson import Lesson, kind
from sim.learn.sorting_room_pictures import compare_picture, grid_picture, herd_picture
from sim.results.columns import NEVER, column, whole
from sim.viz.amounts import count_words, duration_words, moment_words

HERD: Final = "forty_a_minute.yaml"
_MICRO: Final = 1_000_000


@dataclass(frozen=True)
class Returned:
    """What one run came to.

    Attributes:
        told_s: what the counter said: come back in so many seconds; None for the herd, which is told nothing.
        change: what was changed.
        letters: how many letters there were.
        arrived: how many arrived at all.
        shortest_s: how long after it was accepted the quickest letter arrived.
        longest_s: the same for the slowest; of the herd, from the first letter accepted to the last that arrived.
        last_s: when the last arrived, since the start.
        tries: of all letters together.
        seconds: how long the run took to compute.
    """

    told_s: int | None
    change: str
    letters: int
    arrived: int
    shortest_s: float
    longest_s: float
    last_s: float
    tries: int
    seconds: float

    @property
    def minutes(self) -> tuple[float, float]:
        """The shortest and the longest time in minutes; of the herd only the longest counts."""
        least_s = self.longest_s if self.told_s is None else self.shortest_s
        return least_s / 60, self.longest_s / 60

    def rows(self, lesson: "SortingRoom") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        told = lesson.own("herd") if self.told_s is None else str(self.told_s)
        about = told, self.change or lesson.say("as_it_was")
        shortest = (lesson.own("item_shortest"), *about, f"{self.shortest_s / 60:.1f}")
        longest = lesson.own("item_last" if self.told_s is None else "item_longest")
        return [
            *([] if self.told_s is None else [shortest]),
            (longest, *about, f"{self.longest_s / 60:.1f}"),
            (lesson.own("item_tries"), *about, f"{self.tries / self.letters:.2f}"),
        ]


class SortingRoom(Lesson):
    """The lesson of the sorting room: the rounds past the shelf, and the herd.

    Args:
        plan: what it asks and runs.
        lang: the language that it speaks.
    """

    runs: list[Returned]

    @kind
    def run(self, *changes: str) -> Card:
        """Send the reminders once, and show when each was tried.

        Args:
            changes: settings to change, each `path=value`.
        """
        delay_s = self.number
        settings = [*self.plan.settings(delay_s), *changes]
        return self._run(
            self.plan.scenario, delay_s, settings, changes, lambda r: grid_picture(r, delay_s, self.lang)
        )

    @kind
    def herd(self, *changes: str) -> Card:
        """Send many letters at once to a counter that takes forty a minute, and show when they come back.

        Args:
            changes: settings to change, each `path=value`, as `letters.reminders.pace=30/min`.
        """
        return self._run(HERD, None, changes, changes, lambda record: herd_picture(record, self.lang))

    @kind
    def compare(self) -> Card:
        """Show the predictions beside the runs in which nothing was changed."""
        last = {finished.told_s: finished for finished in self.runs if not finished.change}
        if not last:
            return Card([self.say("nothing_yet")], stop=True)
        asked = [question for question in self.plan.questions if question.reads == "amount"]
        found = {
            line: last[question.number].minutes
            for line, question in enumerate(asked)
            if question.number in last
        }
        guesses = [self.answers.predicted[question.name] for question in asked]
        numbers = [guess if isinstance(guess, float) else None for guess in guesses]
        items = [self.ask(question, question.item) for question in asked]
        picture = compare_picture(items, numbers, found, self.lang)
        return Card([self.own("compare_title")], picture, self.own("picture_compare"))

    def number_words(self, number: int) -> str:
        """Say how long the counter asks a letter to wait."""
        return duration_words(number, self.lang)

    def _run(
        self,
        scenario: str,
        told_s: int | None,
        settings: Sequence[str],
        changes: Sequence[str],
        draw: Callable[[RunRecord], Figure],
    ) -> Card:
        """Run once, note what came of it, and show it."""
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        record = run(load(self.plan.file(scenario), settings, self.lang)).record
        finished = _returned(record, told_s, ", ".join(changes), time.perf_counter() - began)
        self.runs.append(finished)
        lines = self._lines(record, finished)
        if finished.change:
            lines.append(self.say("changed", change=finished.change))
        lines.append(self.say("took", seconds=f"{finished.seconds:.1f}"))
        return Card(lines, draw(record), self.own("picture_herd" if told_s is None else "picture_grid"))

    def _lines(self, record: RunRecord, finished: Returned) -> list[str]:
        """Say when the letters arrived, and how often they were tried."""
        start, until_s = record.scenario.start, record.simulated_us / _MICRO
        fields = {
            "count": count_words(finished.letters),
            "arrived": count_words(finished.arrived),
            "tries": count_words(finished.tries),
            "refused": count_words(finished.tries - finished.arrived),
            "shortest": duration_words(finished.shortest_s, self.lang),
            "longest": duration_words(finished.longest_s, self.lang),
            "last": moment_words(start, finished.last_s // 60 * 60, self.lang),
            "end": moment_words(start, until_s, self.lang),
            "told": "" if finished.told_s is None else self.number_words(finished.told_s),
        }
        came = "herd_arrived" if finished.told_s is None else "reached"
        if finished.arrived < finished.letters:
            came = "not_all"
        return [self.own(came, **fields), self.own("tried", **fields)]


def _returned(record: RunRecord, told_s: int | None, change: str, seconds: float) -> Returned:
    own = of_mailing(record)
    accepted, delivered = (whole(record.letters, name)[own] for name in ("accepted_us", "delivered_us"))
    there = delivered != NEVER
    took_s = (delivered - accepted)[there] / _MICRO
    last_s = float(delivered.max(initial=0)) / _MICRO
    since_first_s = last_s - float(accepted.min()) / _MICRO
    return Returned(
        told_s=told_s,
        change=change,
        letters=len(accepted),
        arrived=int(np.count_nonzero(there)),
        shortest_s=float(took_s.min()) if there.any() else 0.0,
        longest_s=since_first_s if told_s is None else float(took_s.max(initial=0.0)),
        last_s=last_s,
        tries=int(column(record.letters, "attempts")[own].sum()),
        seconds=seconds,
    )
