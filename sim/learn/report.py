"""The rows of the file that a learner hands in."""

from collections.abc import Sequence
from typing import Protocol

from sim.analogy.labels import label
from sim.learn.answers import Answers
from sim.learn.whereabouts import Places, stopped_most


class Run(Protocol):
    """What a row needs of a run."""

    @property
    def letters(self) -> int:
        """How many letters."""

    @property
    def change(self) -> str:
        """What was changed."""

    @property
    def places(self) -> Places:
        """Where the letters are at the deadline."""

    @property
    def share(self) -> float:
        """The share that had arrived."""


def report_rows(answers: Answers, runs: Sequence[Run], limit: str, lang: str) -> list[list[str]]:
    """Give the rows: a heading, who, predictions, runs, exit ticket."""

    def say(key: str, **fields: object) -> str:
        return label(f"lesson.{key}", lang, **fields)

    share = say("item_share", limit=limit)
    rows = [[say(f"column_{name}") for name in ("part", "item", "letters", "change", "value")]]
    rows += [[say("part_who"), say(field), "", "", value] for field, value in answers.who.items()]
    rows += [
        [say("part_prediction"), share, str(letters), "", "" if percent is None else f"{percent:g}"]
        for letters, percent in answers.arrived.items()
    ]
    chosen = say(f"choice_{answers.stopped_by}") if answers.stopped_by else ""
    rows.append([say("part_prediction"), say("item_stopped"), "100000", "", chosen])
    for number, run in enumerate(runs, start=1):
        about = [str(run.letters), run.change or say("as_it_was")]
        most = stopped_most(run.places)
        part = say("run", number=number)
        rows.append([part, share, *about, f"{run.share * 100:.2f}"])
        rows.append([part, say("item_stopped"), *about, say(most) if most else ""])
    rows += [[say("part_exit"), say(field), "", "", value] for field, value in answers.exit.items()]
    return rows
