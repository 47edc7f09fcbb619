"""What a learner wrote: who, the predictions, the exit ticket."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.learn.questions import Answer, Question, read_text


class Answers:
    """All that a learner wrote, by name.

    Args:
        questions: what is to be predicted.
        at_the_end: names of the questions of the exit ticket.
    """

    def __init__(self, questions: Sequence[Question], at_the_end: Iterable[str]) -> None:
        self.questions = {question.name: question for question in questions}
        self.who = {"name": "", "class_number": ""}
        self.predicted: dict[str, Answer] = dict.fromkeys(self.questions)
        self.exit = dict.fromkeys(at_the_end, "")

    def amounts(self) -> dict[int, float]:
        """Give what was predicted in numbers, by what it is about."""
        found = ((self.questions[name].number, value) for name, value in self.predicted.items())
        return {number: value for number, value in found if number is not None and isinstance(value, float)}

    def has_predicted(self) -> bool:
        """Tell whether every prediction is made."""
        return None not in self.predicted.values()

    def missing(self) -> list[str]:
        """Name the parts that are not complete yet."""
        parts: Mapping[str, bool] = {
            "who": all(self.who.values()),
            "prediction": self.has_predicted(),
            "exit": all(self.exit.values()),
        }
        return [name for name, complete in parts.items() if not complete]

    def note_predictions(self, in_order: Sequence[Any], by_name: Mapping[str, Any]) -> None:
        """Take predictions; what was written before stays where nothing is written now.

        Raises:
            ArgumentError: an answer is none, or nobody asks for it.
        """
        given = _named(self.predicted, in_order, by_name)
        read = {name: self.questions[name].read(value) for name, value in given.items()}
        self.predicted.update({name: value for name, value in read.items() if value is not None})

    def note_exit(self, in_order: Sequence[Any], by_name: Mapping[str, Any]) -> None:
        """Take answers to the exit ticket; what was written before stays where nothing is written now.

        Raises:
            ArgumentError: nobody asks for it.
        """
        given = _named(self.exit, in_order, by_name)
        self.exit.update({name: words for name, value in given.items() if (words := read_text(value))})


def _named(asked: Mapping[str, Any], in_order: Sequence[Any], by_name: Mapping[str, Any]) -> dict[str, Any]:
    """Give answers their names, those without one in the order of the questions."""
    names = list(asked)
    strange = [name for name in by_name if name not in asked] + [str(one) for one in in_order[len(names) :]]
    if strange:
        raise taught(ArgumentError, "no_such_question", found=strange[0], expected=", ".join(names))
    return {**dict(zip(names, in_order, strict=False)), **by_name}
