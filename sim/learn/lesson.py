"""A lesson under way: it asks, runs, shows, and writes what is handed in.

Each step is one method, so that a cell of the notebook needs one line. A step that cannot go on says what is
missing; no mistake of a learner ends in a traceback.
"""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec

from sim.analogy import describe_all
from sim.analogy.labels import error_words, label
from sim.api import load, run
from sim.errors import ScenarioError, SimError
from sim.learn.answers import CHOICES, PREDICTED, Answers, read_choice, read_letters, read_percent, read_text
from sim.learn.boxes import Form, can_show_boxes
from sim.learn.card import Card
from sim.learn.hand_in import file_name, write_table
from sim.learn.language import notebook_language
from sim.learn.pictures import Mark, compare_picture, run_picture
from sim.learn.plans import Plan, plan_of
from sim.learn.report import report_rows
from sim.learn.whereabouts import Places, stopped_most, whereabouts
from sim.viz.amounts import count_words, moment_words, share_words

Given = ParamSpec("Given")


def start(name: str, lang: str | None = None) -> "Lesson":
    """Begin a lesson.

    Args:
        name: its name, which is that of its notebook.
        lang: `en` or `ja`; None is the language in the notebook's metadata.
    """
    return Lesson(plan_of(name), lang or notebook_language(name))


@dataclass(frozen=True)
class Finished:
    """What one run of a lesson came to."""

    letters: int
    change: str
    places: Places
    seconds: float

    @property
    def share(self) -> float:
        """The share of all letters that had arrived by the deadline."""
        return self.places["arrived"] / self.letters


def kind(step: "Callable[Given, Any]") -> "Callable[Given, Any]":
    """Let a step answer mistakes in words."""

    @functools.wraps(step)
    def done(*args: Given.args, **kwargs: Given.kwargs) -> Any:
        try:
            return step(*args, **kwargs)
        except SimError as error:
            lesson: Any = args[0]
            return Card(_error_lines(error, lesson.lang), stop=True)

    return done


class Lesson:
    """A lesson under way.

    Args:
        plan: what it runs.
        lang: the language that it speaks.
    """

    def __init__(self, plan: Plan, lang: str) -> None:
        self.plan = plan
        self.lang = lang
        self.answers = Answers()
        self.letters = plan.numbers[0]
        self.runs: list[Finished] = []
        scenario = load(plan.file(), plan.settings(1), lang)
        self.limit = moment_words(scenario.start, (scenario.deadline_us or scenario.duration_us) / 1e6, lang)

    def __repr__(self) -> str:
        """Say which lesson it is."""
        return f"<{self.plan.name} ({self.lang})>"

    @kind
    def who(self, name: str = "", class_number: str = "") -> Any:
        """Ask who hands in."""
        for field, value in (("name", name), ("class_number", class_number)):
            if value:
                self._note_who(field, value)
        if can_show_boxes():
            form = Form(self._say("who"), self._note_who)
            for field, value in self.answers.who.items():
                form.text(field, self._say(field), value)
            return form.widget(self._say("boxes"))
        return self._noted(
            "who", [f"{self._say(field)}: {value}" for field, value in self.answers.who.items()]
        )

    @kind
    def predict(
        self,
        arrived_at_1000: Any = None,
        arrived_at_100000: Any = None,
        arrived_at_1000000: Any = None,
        stopped_by: str | None = None,
    ) -> Any:
        """Ask for the predictions: percentages, and one of the letters a to d."""
        for letters, value in zip(
            PREDICTED, (arrived_at_1000, arrived_at_100000, arrived_at_1000000), strict=True
        ):
            if value is not None:  # what was written before stays when the cell runs again
                self.answers.arrived[letters] = read_percent(value)
        self.answers.stopped_by = read_choice(stopped_by) or self.answers.stopped_by
        choices = {self._say(f"choice_{choice}"): choice for choice in CHOICES}
        if can_show_boxes():
            form = Form(self._say("predict"), self._note_prediction)
            for letters, percent in self.answers.arrived.items():
                form.percent(str(letters), self._ask_share(letters), percent)
            options = {self._say("choose"): "", **choices}
            form.choice("stopped_by", self._say("stopped_by"), options, self.answers.stopped_by or "")
            return form.widget(self._say("boxes"))
        lines = [
            f"{self._ask_share(n)} {'' if p is None else f'{p:g} %'}" for n, p in self.answers.arrived.items()
        ]
        said = {choice: words for words, choice in choices.items()}.get(self.answers.stopped_by or "", "")
        asked = [f"{self._say('stopped_by')} {said}", *([] if said else choices)]
        return self._noted("prediction", [*lines, *asked])

    @kind
    def slider(self, letters: Any = None) -> Any:
        """Set the number of letters of the next runs."""
        self.letters = self.letters if letters is None else read_letters(letters)
        if can_show_boxes():
            numbers = sorted({*self.plan.numbers, self.letters})
            form = Form(self._say("slider"), self._note_letters)
            form.slider("letters", "", [(count_words(number), number) for number in numbers], self.letters)
            return form.widget("")
        return Card([self._say("slider_set", count=count_words(self.letters))])

    @kind
    def run(self, *changes: str, letters: Any = None) -> Card:
        """Run once, and show what came of it.

        Args:
            changes: settings to change, each `path=value`, as `senders.school.host=instant`.
            letters: how many letters; None is where the slider stands.
        """
        number = self.letters if letters is None else read_letters(letters)
        if not self.answers.predicted():
            return Card([self._say("predict_first")], stop=True)
        began = time.perf_counter()
        settings = [*self.plan.settings(number), *changes]
        record = run(load(self.plan.file(), settings, self.lang)).record
        scenario = record.scenario
        places = whereabouts(record, number, scenario.deadline_us or scenario.duration_us)
        finished = Finished(number, ", ".join(changes), places, time.perf_counter() - began)
        self.runs.append(finished)
        picture = run_picture(record, number, places, self.answers.arrived.get(number), self.lang)
        return Card(self._run_lines(finished), picture, self._say("picture", limit=self.limit))

    @kind
    def compare(self) -> Card:
        """Show the predictions beside the runs in which nothing was changed."""
        if not self.runs:
            return Card([self._say("nothing_yet")], stop=True)
        last = {finished.letters: finished for finished in self.runs if not finished.change}
        simulated = [Mark(letters, last[letters].share) for letters in sorted(last)]
        guesses = [
            Mark(n, percent / 100) for n, percent in self.answers.arrived.items() if percent is not None
        ]
        picture = compare_picture(guesses, simulated, self.limit, self.plan.numbers, self.lang)
        title = self._say("compare_title", limit=self.limit)
        lines = [f"{count_words(mark.letters)}: {share_words(mark.share, self.lang)}" for mark in simulated]
        return Card([title, *lines], picture, self._say("picture_compare"))

    @kind
    def exit_ticket(self, stops: str = "", helps: str = "") -> Any:
        """Ask what was learnt."""
        for field, value in (("stops", stops), ("helps", helps)):
            if value:
                self._note_exit(field, value)
        if can_show_boxes():
            form = Form(self._say("exit_ticket"), self._note_exit)
            for field, value in self.answers.exit.items():
                form.text(field, self._say(field), value, rows=3)
            return form.widget(self._say("boxes"))
        return self._noted(
            "exit", [f"{self._say(field)} {value}" for field, value in self.answers.exit.items()]
        )

    @kind
    def hand_in(self, folder: str = ".") -> Card:
        """Write the file to hand in; while something is missing, nothing is written."""
        missing = [*self.answers.missing(), *([] if self.runs else ["run"])]
        if missing:
            named = ", ".join(self._say(f"missing_{part}") for part in missing)
            return Card([self._say("not_handed_in"), self._say("missing", missing=named)], stop=True)
        who = self.answers.who
        stem = (self._say("file_stem"), self.plan.name[:2], who["class_number"], who["name"])
        file = Path(folder) / file_name(*stem)
        write_table(file, report_rows(self.answers, self.runs, self.limit, self.lang))
        return Card([self._say("handed_in", file=file.name)])

    def _run_lines(self, finished: Finished) -> list[str]:
        count, places = count_words(finished.letters), finished.places
        lines = [
            self._say("reached", share=share_words(finished.share, self.lang), count=count, limit=self.limit)
        ]
        most = stopped_most(places)
        if most is not None:
            lines.append(self._say("most", place=self._say(most), count=count_words(places[most])))
        if finished.change:
            lines.append(self._say("changed", change=finished.change))
        return [*lines, self._say("took", seconds=f"{finished.seconds:.1f}")]

    def _ask_share(self, letters: int) -> str:
        return self._say("arrived_at", count=count_words(letters), limit=self.limit)

    def _noted(self, part: str, lines: list[str]) -> Card:
        """Show what is written so far, and how to write where there are no boxes."""
        if part in self.answers.missing():
            return Card([self._say("plain"), *lines], stop=True)
        return Card([self._say("noted"), *lines])

    def _note_who(self, field: str, value: Any) -> None:
        self.answers.who[field] = read_text(value)

    def _note_exit(self, field: str, value: Any) -> None:
        self.answers.exit[field] = read_text(value)

    def _note_letters(self, _: str, value: Any) -> None:
        self.letters = int(value)

    def _note_prediction(self, field: str, value: Any) -> None:
        """Take what stands in a box; half-written numbers count as nothing yet."""
        if field == "stopped_by":
            self.answers.stopped_by = value or None
            return
        try:
            self.answers.arrived[int(field)] = read_percent(value)
        except SimError:
            self.answers.arrived[int(field)] = None

    def _say(self, key: str, **fields: object) -> str:
        return label(f"lesson.{key}", self.lang, **fields)


def _error_lines(error: SimError, lang: str) -> list[str]:
    if isinstance(error, ScenarioError):
        return describe_all(error.problems, lang).splitlines()
    return [error_words(error, lang) or str(error)]
