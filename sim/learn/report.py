"""The rows of the file that a learner hands in."""

from typing import Any


def report_rows(lesson: Any) -> list[list[str]]:
    """Give the rows: a heading, who, predictions, runs, exit ticket.

    Args:
        lesson: the `Lesson` that is handed in.
    """
    say, answers = lesson.say, lesson.answers
    number = lesson.own("column_number")
    rows = [[say("column_part"), say("column_item"), number, say("column_change"), say("column_value")]]
    rows += [[say("part_who"), say(field), "", "", value] for field, value in answers.who.items()]
    for name, question in answers.questions.items():
        answer = answers.predicted[name]
        item = lesson.ask(question, question.item)
        about = "" if question.number is None else str(question.number)
        shown = lesson.answered(question, answer) if question.reads == "choice" else f"{answer:g}"
        rows.append([say("part_prediction"), item, about, "", shown])
    for place, run in enumerate(lesson.runs, start=1):
        rows += [[say("run", number=place), *row] for row in run.rows(lesson)]
    rows += [[say("part_exit"), lesson.own(field), "", "", value] for field, value in answers.exit.items()]
    return rows
