"""Lesson 07: the counter of the receiving side, its rules, and who pays for each of them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.api import load, run
from sim.learn.boxes import Form, can_show_boxes
from sim.learn.card import Card
from sim.learn.counter_rules import CHOICES, Rules, read_rules
from sim.learn.fates import GOOD, KINDS, Fate, Morning, morning_of
from sim.learn.lesson import Lesson, kind
from sim.learn.other_side_pictures import Line, morning_picture, scoreboard_picture
from sim.learn.plans import Plan
from sim.viz.amounts import UNKNOWN, count_words, duration_words, share_words

_MINUTE_S: Final = 60.0
_ASKED: Final[Mapping[str, Rules]] = {
    "filter_slowest": Rules(content_filter="on"),
    "greylisting_half": Rules(greylisting="5 min"),
    "hit_by_quota": Rules(rate_limit="10", reply="450"),
    "lost_by_both": Rules(greylisting="5 min", rate_limit="30", reply="554"),
}
"""By which rules each prediction is tested."""


@dataclass(frozen=True)
class Opened:
    """What one morning at the counter came to: the rules, what else was changed, and the fates of the letters."""

    rules: Rules
    change: str
    morning: Morning

    def rows(self, lesson: "OtherSide") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        about = self.rules.written() or lesson.own("no_rules"), self.change or lesson.say("as_it_was")
        found = self.morning
        slowest = [
            (lesson.own(f"item_slowest_{name}"), *about, lesson.minutes(found.fates[name])) for name in GOOD
        ]
        return [
            (lesson.own("item_spam"), *about, str(found.spam_in_inbox)),
            *slowest,
            (lesson.own("item_lost"), *about, str(found.good_lost)),
            (lesson.own("item_line"), *about, str(found.longest_line)),
            (lesson.own("item_visits"), *about, str(found.visits)),
        ]


class OtherSide(Lesson):
    """The lesson of the other side.

    Args:
        plan: what it asks and runs.
        lang: the language that it speaks.

    Attributes:
        chosen: the rules that stand in the boxes.
    """

    runs: list[Opened]

    def __init__(self, plan: Plan, lang: str) -> None:
        super().__init__(plan, lang)
        self.chosen = Rules()

    @kind
    def rules(self, **rules: Any) -> Any:
        """Set the rules of the next runs: `content_filter`, `greylisting`, `rate_limit` and `reply`."""
        if rules:
            self.chosen = read_rules(rules)
        if can_show_boxes():
            form = Form(self.own("rules"), self._note_rule)
            for name, choices in CHOICES.items():
                options = {self._choice(name, choice): choice for choice in choices}
                form.choice(name, self.own(name), options, getattr(self.chosen, name))
            return form.widget(self.say("boxes"))
        return Card([self.own("rules"), self._said(self.chosen, "")])

    @kind
    def run(self, *changes: str, **rules: Any) -> Card:
        """Open the counter for one morning, and show what became of each kind of letter.

        Args:
            changes: settings to change, each `path=value`, as `letters.newsletter.pace=20/min`.
            rules: as `greylisting="5 min"`; with any of them, these alone hold, else those in the boxes.
        """
        at_counter = read_rules(rules) if rules else self.chosen
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        record = run(load(self.plan.file(), [*at_counter.settings(), *changes], self.lang)).record
        found = Opened(at_counter, ", ".join(changes), morning_of(record))
        self.runs.append(found)
        lines = [
            self.own("spam_got_in", **self._spam(found.morning)),
            *(self._of_good(name, found.morning.fates[name]) for name in GOOD),
            self.own(
                "at_the_counter",
                line=count_words(found.morning.longest_line),
                visits=count_words(found.morning.visits),
            ),
            self._said(at_counter, found.change),
            self.say("took", seconds=f"{time.perf_counter() - began:.1f}"),
        ]
        names = {name: self.own(name) for name in KINDS}
        late = {name: self._late(fate) for name, fate in found.morning.fates.items()}
        picture = morning_picture(record, found.morning, names, late, self.lang)
        return Card(lines, picture, self.own("picture_morning"))

    @kind
    def scoreboard(self) -> Card:
        """Show all sets of rules so far beside each other, with the best of each column."""
        if not self.runs:
            return Card([self.own("no_run_yet")], stop=True)
        last = {(one.rules.written(), one.change): one for one in self.runs}
        lines = [
            Line(self._label(one.rules, one.change), tuple(self._cells(one.morning))) for one in last.values()
        ]
        heads = [self.own(f"head_{name}") for name in ("spam", *GOOD, "lost", "line", "visits")]
        picture = scoreboard_picture(lines, heads, self.lang)
        return Card(
            [self.own("scoreboard_title"), self.own("scoreboard_hint")], picture, self.own("picture_board")
        )

    @kind
    def compare(self) -> Card:
        """Show each prediction beside the run that tests it."""
        last = {one.rules: one.morning for one in self.runs if not one.change}
        if not any(rules in last for rules in _ASKED.values()):
            return Card([self.own("no_run_yet")], stop=True)
        lines = [self.own("compare_title")]
        for name, rules in _ASKED.items():
            question = self.answers.questions[name]
            guess = self.answered(question, self.answers.predicted[name])
            found = self._found(name, last[rules]) if rules in last else self.own("not_run")
            lines.append(
                self.own("compared", item=self.ask(question, question.item), guess=guess, found=found)
            )
        return Card(lines)

    def minutes(self, fate: Fate) -> str:
        """Give the delay of the slowest letter in minutes, or how many have not arrived."""
        slowest_s, words = self._slowest(fate)
        return words if slowest_s == float("inf") else f"{(fate.slowest_s or 0.0) / _MINUTE_S:.1f}"

    def _found(self, name: str, morning: Morning) -> str:
        """Say what a run says about one prediction."""
        families, newsletter, bots = (morning.fates[kind] for kind in ("families", "newsletter", "bots"))
        if name == "hit_by_quota":
            return self.own(
                "hit",
                families=self._time(families.slowest_s or 0.0),
                newsletter=count_words(newsletter.waiting),
                bots=count_words(bots.inbox),
            )
        if name == "lost_by_both":
            return share_words(families.turned_away / max(1, families.letters), self.lang)
        late_s = families.slowest_s if name == "filter_slowest" else families.half_s
        return self.own("amount", amount=UNKNOWN if late_s is None else f"{late_s / _MINUTE_S:.1f}")

    def _spam(self, morning: Morning) -> Mapping[str, str]:
        spam = sum(fate.letters for name, fate in morning.fates.items() if name not in GOOD)
        return {"count": count_words(morning.spam_in_inbox), "letters": count_words(spam)}

    def _of_good(self, name: str, fate: Fate) -> str:
        """Say in one line how late letters of a kind were, and how many nobody sees."""
        return self.own("of_good", kind=self.own(name), late=self._late(fate), lost=count_words(fate.lost))

    def _late(self, fate: Fate) -> str:
        """Say how late letters arrived, and how many have not."""
        if fate.half_s is None or fate.slowest_s is None:
            return self.own("none_arrived")
        said = self.own("late", half=self._time(fate.half_s), slowest=self._time(fate.slowest_s))
        return self.own("late_waiting", late=said, count=count_words(fate.waiting)) if fate.waiting else said

    def _time(self, seconds: float) -> str:
        """Say a delay; nobody notices one of some seconds."""
        return self.own("at_once") if seconds < _MINUTE_S else duration_words(seconds, self.lang)

    def _cells(self, morning: Morning) -> list[tuple[float, str]]:
        """Give what stands in a line of the scoreboard: by how much it is worse, and its words."""
        slowest = [self._slowest(morning.fates[name]) for name in GOOD]
        counts = (morning.spam_in_inbox, morning.good_lost, morning.longest_line, morning.visits)
        spam, *rest = [(float(count), count_words(count)) for count in counts]
        return [spam, *slowest, *rest]

    def _slowest(self, fate: Fate) -> tuple[float, str]:
        """Give the delay of the slowest letter; where some have not arrived, it is the longest of all."""
        if fate.waiting or fate.slowest_s is None:
            return float("inf"), self.own("not_all", count=count_words(fate.waiting + fate.turned_away))
        rounded = 0.0 if fate.slowest_s < _MINUTE_S else fate.slowest_s
        return rounded, self._time(fate.slowest_s)

    def _label(self, rules: Rules, change: str) -> str:
        """Give a set of rules, and what else was changed, line by line."""
        return "\n".join([*self._words(rules), *(change.split(", ") if change else [])])

    def _said(self, rules: Rules, change: str) -> str:
        """Say the same in one line."""
        return self.own("set_rules", rules=" + ".join([*self._words(rules), *([change] if change else [])]))

    def _words(self, rules: Rules) -> list[str]:
        """Give short words of each rule that does something; the reply goes with the quota that it belongs to."""
        words = {name: self._choice(name, choice, "short") for name, choice in rules.chosen.items()}
        if "reply" in words:
            words["rate_limit"] += f" {words.pop('reply')}"
        return list(words.values()) or [self.own("no_rules")]

    def _choice(self, name: str, choice: str, form: str = "option") -> str:
        """Give the words of one choice: as an entry of a list, or short."""
        if choice in ("off", "on"):
            return self.own(f"{form}_{choice}_{name}")
        about = duration_words(float(choice.split()[0]) * _MINUTE_S, self.lang) if " " in choice else choice
        return self.own(f"{form}_{name}_{choice}" if name == "reply" else f"{form}_{name}", value=about)

    def _note_rule(self, name: str, value: Any) -> None:
        self.chosen = read_rules({**{one: getattr(self.chosen, one) for one in CHOICES}, name: value})
