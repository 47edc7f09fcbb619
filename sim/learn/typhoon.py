"""Lesson 06: one hundred letters or a million, and where they are at the deadline."""

import time
from dataclasses import dataclass
from typing import Any

from sim.api import load, run
from sim.learn.card import Card
from sim.learn.lesson import Lesson, kind
from sim.learn.pictures import Mark, compare_picture, run_picture
from sim.learn.plans import Plan
from sim.learn.questions import Question, read_letters
from sim.learn.whereabouts import Places, stopped_most, whereabouts
from sim.viz.amounts import count_words, moment_words, share_words


@dataclass(frozen=True)
class Sent:
    """What one run came to."""

    letters: int
    change: str
    places: Places
    seconds: float

    @property
    def share(self) -> float:
        """The share of all letters that had arrived by the deadline."""
        return self.places["arrived"] / self.letters

    def rows(self, lesson: "TyphoonMorning") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        about = str(self.letters), self.change or lesson.say("as_it_was")
        most = stopped_most(self.places)
        return [
            (lesson.own("item_share", limit=lesson.limit), *about, f"{self.share * 100:.2f}"),
            (lesson.own("item_stopped"), *about, lesson.own(most) if most else ""),
        ]


class TyphoonMorning(Lesson):
    """The lesson of the typhoon morning.

    Args:
        plan: what it asks and runs.
        lang: the language that it speaks.
    """

    runs: list[Sent]

    def __init__(self, plan: Plan, lang: str) -> None:
        super().__init__(plan, lang)
        scenario = load(plan.file(), plan.settings(1), lang)
        self.limit = moment_words(scenario.start, (scenario.deadline_us or scenario.duration_us) / 1e6, lang)

    @kind
    def run(self, *changes: str, letters: Any = None) -> Card:
        """Run once, and show what came of it.

        Args:
            changes: settings to change, each `path=value`, as `senders.school.host=instant`.
            letters: how many letters; None is where the slider stands.
        """
        number = self.number if letters is None else read_letters(letters)
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        settings = [*self.plan.settings(number), *changes]
        record = run(load(self.plan.file(), settings, self.lang)).record
        scenario = record.scenario
        places = whereabouts(record, number, scenario.deadline_us or scenario.duration_us)
        finished = Sent(number, ", ".join(changes), places, time.perf_counter() - began)
        self.runs.append(finished)
        picture = run_picture(record, number, places, self.answers.amounts().get(number), self.lang)
        return Card(self._run_lines(finished), picture, self.own("picture", limit=self.limit))

    @kind
    def compare(self) -> Card:
        """Show the predictions beside the runs in which nothing was changed."""
        if not self.runs:
            return Card([self.say("nothing_yet")], stop=True)
        last = {finished.letters: finished for finished in self.runs if not finished.change}
        simulated = [Mark(letters, last[letters].share) for letters in sorted(last)]
        guesses = [Mark(letters, percent / 100) for letters, percent in self.answers.amounts().items()]
        picture = compare_picture(guesses, simulated, self.limit, self.plan.numbers, self.lang)
        title = self.own("compare_title", limit=self.limit)
        lines = [f"{count_words(mark.letters)}: {share_words(mark.share, self.lang)}" for mark in simulated]
        return Card([title, *lines], picture, self.own("picture_compare"))

    def read_number(self, value: Any) -> int:
        """Read a number of letters."""
        return read_letters(value)

    def ask(self, question: Question, words: str = "") -> str:
        """Give the words of a question; they name the deadline."""
        about = None if question.number is None else count_words(question.number)
        return self.own(words or question.words, count=about, limit=self.limit)

    def _run_lines(self, finished: Sent) -> list[str]:
        count, places = count_words(finished.letters), finished.places
        lines = [
            self.own("reached", share=share_words(finished.share, self.lang), count=count, limit=self.limit)
        ]
        most = stopped_most(places)
        if most is not None:
            lines.append(self.own("most", place=self.own(most), count=count_words(places[most])))
        if finished.change:
            lines.append(self.say("changed", change=finished.change))
        return [*lines, self.say("took", seconds=f"{finished.seconds:.1f}")]
