"""The steps that all lessons have in common: they ask, predict, set, and write what is handed in.

Each step is one method, so that a cell of the notebook needs one line. A step that cannot go on says what is
missing; no mistake of a learner ends in a traceback. What a lesson runs and shows is its own file.
"""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec, Protocol

from sim.analogy import describe_all
from sim.analogy.labels import error_words, label
from sim.errors import ScenarioError, SimError
from sim.learn.answers import Answers
from sim.learn.boxes import Form, can_show_boxes
from sim.learn.card import Card
from sim.learn.hand_in import file_name, write_table
from sim.learn.plans import Plan
from sim.learn.questions import CHOICES, Answer, Question, read_setting, read_text
from sim.learn.report import report_rows
from sim.viz.amounts import count_words

Given = ParamSpec("Given")


class Finished(Protocol):
    """What the file that is handed in needs of a run: its rows, each `item, set to, change, value`."""

    def rows(self, lesson: Any) -> Sequence[tuple[str, str, str, str]]:
        """Give the rows of one run."""


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
        plan: what it asks and runs.
        lang: the language that it speaks.

    Attributes:
        answers: what the learner wrote.
        number: where the slider stands.
        runs: what came of the runs, in order.
    """

    def __init__(self, plan: Plan, lang: str) -> None:
        self.plan = plan
        self.lang = lang
        self.answers = Answers(plan.questions, plan.at_the_end)
        self.number = plan.numbers[0]
        self.runs: list[Any] = []

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
            form = Form(self.say("who"), self._note_who)
            for field, value in self.answers.who.items():
                form.text(field, self.say(field), value)
            return form.widget(self.say("boxes"))
        return self._noted(
            "who", [f"{self.say(field)}: {value}" for field, value in self.answers.who.items()]
        )

    @kind
    def predict(self, *in_order: Any, **by_name: Any) -> Any:
        """Ask for the predictions: percentages, amounts, or one of the letters a to d."""
        self.answers.note_predictions(in_order, by_name)
        choices = {self.own(f"choice_{choice}"): choice for choice in CHOICES}
        if can_show_boxes():
            form = Form(self.say("predict"), self._note_prediction)
            for name, question in self.answers.questions.items():
                answer = self.answers.predicted[name]
                if question.reads == "choice":
                    options = {self.say("choose"): "", **choices}
                    form.choice(name, self.ask(question), options, str(answer or ""))
                else:
                    form.number(name, self.ask(question), "" if answer is None else f"{answer:g}")
            return form.widget(self.say("boxes"))
        lines: list[str] = []
        for name, question in self.answers.questions.items():
            answer = self.answers.predicted[name]
            lines.append(f"{self.ask(question)} {self.answered(question, answer)}")
            lines += choices if question.reads == "choice" and answer is None else ()
        return self._noted("prediction", lines)

    @kind
    def slider(self, number: Any = None) -> Any:
        """Set the number of the next runs."""
        self.number = self.number if number is None else self.read_number(number)
        if can_show_boxes():
            numbers = sorted({*self.plan.numbers, self.number})
            form = Form(self.own("slider"), self._note_number)
            form.slider("number", "", [(self.number_words(one), one) for one in numbers], self.number)
            return form.widget("")
        return Card([self.own("slider_set", number=self.number_words(self.number))])

    @kind
    def exit_ticket(self, *in_order: Any, **by_name: Any) -> Any:
        """Ask what was learnt."""
        self.answers.note_exit(in_order, by_name)
        if can_show_boxes():
            form = Form(self.say("exit_ticket"), self._note_exit)
            for field, value in self.answers.exit.items():
                form.text(field, self.own(field), value, rows=3)
            return form.widget(self.say("boxes"))
        return self._noted(
            "exit", [f"{self.own(field)} {value}" for field, value in self.answers.exit.items()]
        )

    @kind
    def hand_in(self, folder: str = ".") -> Card:
        """Write the file to hand in; while something is missing, nothing is written."""
        missing = [*self.answers.missing(), *([] if self.runs else ["run"])]
        if missing:
            named = ", ".join(self.say(f"missing_{part}") for part in missing)
            return Card([self.say("not_handed_in"), self.say("missing", missing=named)], stop=True)
        who = self.answers.who
        stem = (self.say("file_stem"), self.plan.name[:2], who["class_number"], who["name"])
        file = Path(folder) / file_name(*stem)
        write_table(file, report_rows(self))
        return Card([self.say("handed_in", file=file.name)])

    def must_predict(self) -> Card | None:
        """Ask for the predictions where they are not complete."""
        return None if self.answers.has_predicted() else Card([self.say("predict_first")], stop=True)

    def read_number(self, value: Any) -> int:
        """Read where the slider is to stand."""
        return read_setting(value, min(self.plan.numbers), max(self.plan.numbers))

    def number_words(self, number: int) -> str:
        """Say a number of the slider."""
        return count_words(number)

    def ask(self, question: Question, words: str = "") -> str:
        """Give the words of a question, or what the file that is handed in calls it."""
        about = None if question.number is None else self.number_words(question.number)
        return self.own(words or question.words, number=about)

    def answered(self, question: Question, answer: Answer) -> str:
        """Say what was answered."""
        if answer is None:
            return ""
        if question.reads == "choice":
            return self.own(f"choice_{answer}")
        return f"{answer:g} %" if question.reads == "percent" else self.own("amount", amount=f"{answer:g}")

    def say(self, key: str, **fields: object) -> str:
        """Give words that all lessons have."""
        return label(f"lesson.{key}", self.lang, **fields)

    def own(self, key: str, **fields: object) -> str:
        """Give words of this lesson."""
        return label(f"{self.plan.words}.{key}", self.lang, **fields)

    def _noted(self, part: str, lines: list[str]) -> Card:
        """Show what is written so far, and how to write where there are no boxes."""
        if part in self.answers.missing():
            return Card([self.say("plain"), *lines], stop=True)
        return Card([self.say("noted"), *lines])

    def _note_who(self, field: str, value: Any) -> None:
        self.answers.who[field] = read_text(value)

    def _note_exit(self, field: str, value: Any) -> None:
        self.answers.exit[field] = read_text(value)

    def _note_number(self, _: str, value: Any) -> None:
        self.number = int(value)

    def _note_prediction(self, name: str, value: Any) -> None:
        """Take what stands in a box; half-written numbers count as nothing yet."""
        try:
            self.answers.predicted[name] = self.answers.questions[name].read(value)
        except SimError:
            self.answers.predicted[name] = None


def _error_lines(error: SimError, lang: str) -> list[str]:
    if isinstance(error, ScenarioError):
        return describe_all(error.problems, lang).splitlines()
    return [error_words(error, lang) or str(error)]
