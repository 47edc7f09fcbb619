"""Lesson 12: the incident game, in a notebook."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.api import load
from sim.learn.boxes import Form, can_show_boxes
from sim.learn.card import Card
from sim.learn.lesson import Lesson, kind
from sim.learn.monday_judge import judge
from sim.learn.monday_mornings import SEEDS, mornings, scenario_file
from sim.learn.monday_moves import CHOICES, Moves, read_moves, written
from sim.learn.monday_pictures import verdict_picture
from sim.learn.monday_verdict import LIMITS, Verdict, value_words
from sim.learn.other_side_pictures import Line, scoreboard_picture
from sim.learn.plans import Plan

_ASKED: Final[Mapping[str, tuple[Moves, str]]] = {
    "late_nothing": ({}, "passwords"),
    "late_resolver": ({"resolver": "hoster"}, "passwords"),
    "lost_lifetime": ({"maximal_queue_lifetime": "15m"}, "lost"),
    "makes_worse": ({"default_destination_concurrency_limit": "5"}, "passwords"),
}
"""By which moves each prediction is tested, and which wish it is about."""


@dataclass(frozen=True)
class Played:
    """One set of moves, and the verdict."""

    verdict: Verdict

    def rows(self, lesson: "MondayMorning") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        moves = written(self.verdict.moves) or lesson.own("no_moves")
        worst = {wish: float(getattr(self.verdict.worst(wish), wish)) for wish in LIMITS}
        kept = {wish: f"{self.verdict.fulfilled(wish)}/{len(self.verdict.judged)}" for wish in LIMITS}
        return [
            (lesson.own(f"item_worst_{wish}"), moves, kept[wish], value_words(wish, worst[wish], lesson.lang))
            for wish in LIMITS
        ]


class MondayMorning(Lesson):
    """The incident game.

    Args:
        plan: what it asks and runs.
        lang: the language that it speaks.

    Attributes:
        chosen: the moves that stand in the boxes.
    """

    runs: list[Played]

    def __init__(self, plan: Plan, lang: str) -> None:
        super().__init__(plan, lang)
        self.chosen: Moves = {}

    @kind
    def moves(self, **moves: Any) -> Any:
        """Set the moves of the next runs, as `resolver="hoster"` or `smtp_connect_timeout="5s"`."""
        if moves:
            self.chosen = read_moves(moves)
        if can_show_boxes():
            form = Form(self.own("moves"), self._note_move)
            for name, choices in CHOICES.items():
                known = self.chosen.get(name, choices[0])
                options = {self._choice(name, choice): choice for choice in dict.fromkeys((*choices, known))}
                form.choice(name, self._about(name), options, known)
            return form.widget(self.say("boxes"))
        return Card([self.own("moves"), self._said(self.chosen)])

    @kind
    def run(self, *, seeds: Any = SEEDS, **moves: Any) -> Card:
        """Play the mornings, and show the verdict.

        Args:
            seeds: which mornings, as `range(1, 21)`.
            moves: as `resolver="hoster"`; with any of them, these alone are made, else those in the boxes.
        """
        made = read_moves(moves) if moves else self.chosen
        wanted = mornings(tuple(seeds))
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        verdict = judge(made, wanted)
        self.runs.append(Played(verdict))
        shown = verdict.worst("passwords")
        lines = [
            *verdict.told(self.lang),
            self._said(made),
            self.say("took", seconds=f"{time.perf_counter() - began:.1f}"),
        ]
        return Card(
            lines,
            verdict_picture(verdict, shown, load(scenario_file()).start, self.lang),
            self.own("picture_verdict"),
        )

    @kind
    def board(self) -> Card:
        """Show all sets of moves so far beside each other, each by its worst morning."""
        if not self.runs:
            return Card([self.say("nothing_yet")], stop=True)
        last = {written(one.verdict.moves): one.verdict for one in self.runs}
        lines = [
            Line(
                "\n".join(said.split(", ")) if said else self.own("no_moves"),
                tuple(self._cell(verdict, wish) for wish in LIMITS),
            )
            for said, verdict in last.items()
        ]
        heads = [self.own(f"head_{wish}") for wish in LIMITS]
        return Card(
            [self.own("board_title"), self.own("board_hint")],
            scoreboard_picture(lines, heads, self.lang),
            self.own("picture_board"),
        )

    @kind
    def compare(self) -> Card:
        """Show each prediction beside the run that tests it."""
        last = {written(one.verdict.moves): one.verdict for one in self.runs}
        if not any(written(moves) in last for moves, _ in _ASKED.values()):
            return Card([self.say("nothing_yet")], stop=True)
        lines = [self.own("compare_title")]
        for name, (moves, wish) in _ASKED.items():
            question = self.answers.questions[name]
            guess = self.answered(question, self.answers.predicted[name])
            verdict = last.get(written(moves))
            found = self.own("not_run") if verdict is None else self._found(name, verdict, wish)
            item = self.ask(question, question.item)
            lines.append(self.own("compared", item=item, guess=guess, found=found))
        return Card(lines)

    def _found(self, name: str, verdict: Verdict, wish: str) -> str:
        """Say what the runs say about one prediction."""
        said = value_words(wish, float(getattr(verdict.worst(wish), wish)), self.lang)
        return self.own("found_gentle", late=said) if name == "makes_worse" else said

    def _cell(self, verdict: Verdict, wish: str) -> tuple[float, str]:
        """Give what stands in a cell of the board: by how much it is worse, and its words."""
        value = float(getattr(verdict.worst(wish), wish))
        kept, count = verdict.fulfilled(wish), len(verdict.judged)
        # What is kept is kept: a frame for all alike.
        words = f"{'○' if kept == count else '×'} {value_words(wish, value, self.lang)}"
        return (0.0 if kept == count else value), words

    def _said(self, moves: Moves) -> str:
        """Say the moves in one line."""
        return self.own("moves_made", moves=written(moves) or self.own("no_moves"))

    def _about(self, name: str) -> str:
        return f"<b>{name}</b>: {self.own(f'about_{name}')}"

    def _choice(self, name: str, choice: str) -> str:
        """Give the words of one choice: Postfix's values as they are."""
        if name in ("resolver", "newsletter"):
            return self.own(f"option_{name}_{CHOICES[name].index(choice)}")
        return choice

    def _note_move(self, name: str, value: Any) -> None:
        self.chosen = read_moves({**self.chosen, name: value})
