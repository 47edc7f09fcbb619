"""Lesson 08: a provider is down for two hours, and what comes after."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim.analogy.labels import label
from sim.api import load, run
from sim.learn.card import Card
from sim.learn.lesson import Lesson, kind
from sim.learn.outage_choices import CHOICES, Conditions, read_conditions
from sim.learn.outage_figures import Outage, outage_of, outage_us
from sim.learn.outage_pictures import Way, outage_picture, race_picture
from sim.viz.amounts import UNKNOWN, count_words, duration_words, moment_words, share_words
from sim.viz.blame import blame as blame_picture

_MINUTE_S: Final = 60.0
_ASKED: Final[Mapping[str, Conditions]] = {
    "returned": Conditions(),
    "last_after": Conditions(),
    "as_before": Conditions(counter="line"),
    "after_crash": Conditions(counter="line", crash="11:20"),
}
"""Under which conditions each prediction is tested."""


@dataclass(frozen=True)
class Day:
    """What one run came to: the conditions, what else was changed, and the outage."""

    conditions: Conditions
    change: str
    outage: Outage

    def rows(self, lesson: "OutagesAndTheHerd") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        about = self.conditions.written() or lesson.own("as_it_comes"), self.change or lesson.say("as_it_was")
        found = self.outage
        return [
            (lesson.own("item_waiting"), *about, str(found.waiting)),
            (lesson.own("item_returned"), *about, str(found.returned)),
            (lesson.own("item_last"), *about, f"{found.last_min:.1f}"),
            (lesson.own("item_as_before"), *about, _number(found.as_before_min)),
            (lesson.own("item_formula"), *about, _number(found.formula_min)),
            (lesson.own("item_twice"), *about, str(found.twice)),
        ]


class OutagesAndTheHerd(Lesson):
    """The lesson of outages and of the herd that comes after them."""

    runs: list[Day]

    @kind
    def run(self, *changes: str, **conditions: Any) -> Card:
        """Run the day of the outage, and show the queue, the tries and each letter's delay.

        Args:
            changes: settings to change, each `path=value`, as `senders.town.postconf.queue_run_delay=60s`.
            conditions: as `counter="line"`; what is not named is as it comes.
        """
        given = read_conditions(conditions)
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        record = run(load(self.plan.file(), [*given.settings(), *changes], self.lang)).record
        day = Day(given, ", ".join(changes), outage_of(record))
        self.runs.append(day)
        lines = [
            *self._lines(
                day.outage, moment_words(record.scenario.start, record.simulated_us / 1e6, self.lang)
            ),
            self.own("conditions", conditions=self._joined([*self._words(given), *changes])),
            self.say("took", seconds=f"{time.perf_counter() - began:.1f}"),
        ]
        return Card(lines, outage_picture(record, day.outage, self.lang), self.own("picture_outage"))

    @kind
    def blame(self, *changes: str, **conditions: Any) -> Card:
        """Show where the time of the letters went, under the same conditions as a run takes.

        Args:
            changes: settings to change, each `path=value`.
            conditions: as `counter="line"`.
        """
        given = read_conditions(conditions)
        if (asked := self.must_predict()) is not None:
            return asked
        result = run(load(self.plan.file(), [*given.settings(), *changes], self.lang))
        mean_s = outage_of(result.record).mean_min * _MINUTE_S
        lines = [
            self.own("mean", mean=duration_words(mean_s, self.lang)),
            self.own("conditions", conditions=self._joined([*self._words(given), *changes])),
        ]
        picture = blame_picture(result.scenario, result.tables, self.lang)
        return Card(lines, picture, self.own("picture_blame"))

    @kind
    def race(self) -> Card:
        """Show how long each way back took, of all runs in which the carrier took twenty letters a minute."""
        last = {
            (day.conditions, day.change): day.outage
            for day in self.runs
            if day.outage.formula_min is not None
        }
        if not last:
            return Card([self.own("no_race_yet")], stop=True)
        ways = [
            Way(
                "\n".join([*self._words(conditions), *(change.split(", ") if change else [])]),
                found.as_before_min,
                found.formula_min or 0.0,
            )
            for (conditions, change), found in last.items()
        ]
        scenario = load(self.plan.file())
        longest_min = (scenario.duration_us - outage_us(scenario)[1]) / 1e6 / _MINUTE_S
        return Card(
            [self.own("race_title"), self.own("race_hint")],
            race_picture(ways, longest_min, self.lang),
            self.own("picture_race"),
        )

    @kind
    def compare(self) -> Card:
        """Show each prediction beside the run that tests it."""
        last = {day.conditions: day.outage for day in self.runs if not day.change}
        if not any(conditions in last for conditions in _ASKED.values()):
            return Card([self.say("nothing_yet")], stop=True)
        lines = [self.own("compare_title")]
        for name, conditions in _ASKED.items():
            question = self.answers.questions[name]
            guess = self.answered(question, self.answers.predicted[name])
            found = self._found(name, last[conditions]) if conditions in last else self.own("not_run")
            item = self.ask(question, question.item)
            lines.append(self.own("compared", item=item, guess=guess, found=found))
        return Card(lines)

    def _found(self, name: str, found: Outage) -> str:
        """Say what a run says about one prediction."""
        if name == "returned":
            return share_words(found.returned / max(1, found.letters), self.lang)
        if name == "after_crash":
            return self.own(
                "found_crash", returned=count_words(found.returned), twice=count_words(found.twice)
            )
        minutes = found.last_min if name == "last_after" else found.as_before_min
        return self.own("amount", amount=_number(minutes))

    def _lines(self, found: Outage, end: str) -> list[str]:
        """Say what became of the letters."""
        fields = {
            "waiting": count_words(found.waiting),
            "letters": count_words(found.letters),
            "missing": count_words(found.letters - found.arrived - found.returned),
            "returned": count_words(found.returned),
            "twice": count_words(found.twice),
            "tries": count_words(found.tries),
            "last": duration_words(found.last_min * _MINUTE_S, self.lang),
            "as_before": duration_words((found.as_before_min or 0.0) * _MINUTE_S, self.lang),
            "formula": duration_words((found.formula_min or 0.0) * _MINUTE_S, self.lang),
            "end": end,
        }
        missing = found.letters > found.arrived + found.returned
        said = [
            "waiting",
            "not_all" if missing else "last",
            "returned" if found.returned else "none_returned",
        ]
        said.append("not_as_before" if found.as_before_min is None else "as_before_again")
        said += ["formula_says"] if found.formula_min is not None else []
        said += ["twice"] if found.twice else []
        return [self.own(f"told_{key}", **fields) for key in said]

    def _words(self, conditions: Conditions) -> list[str]:
        """Give short words of the conditions: of the counter always, of the others where they are not as they come."""
        return [
            self.own(f"short_{name}_{CHOICES[name].index(getattr(conditions, name))}")
            for name in CHOICES
            if name == "counter" or name in conditions.chosen
        ]

    def _joined(self, words: Sequence[str]) -> str:
        return label("summary.next_part", self.lang).join(words)


def _number(minutes: float | None) -> str:
    return UNKNOWN if minutes is None else f"{minutes:.1f}"
