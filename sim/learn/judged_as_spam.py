"""Lesson 09: why honest mail from a new address is put off or filed as spam, and how one gets a good name."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.api import load, run
from sim.comparison.sweep_curves import of_mailing
from sim.kernel.recorder import RunRecord
from sim.learn.card import Card
from sim.learn.good_name import days_of, first_put_off_us, standing_of
from sim.learn.judged_as_spam_pictures import board_picture, compare_picture, days_picture
from sim.learn.judged_as_spam_table import COMPARED, Guessed, table_picture
from sim.learn.lesson import Lesson, kind
from sim.learn.questions import read_growth, read_setting
from sim.mail.policy.sender_memory import DAY_US
from sim.results.columns import column, whole
from sim.viz.amounts import count_words, share_words
from sim.vocabulary.outcomes import INBOX, SPAM

MOST_SEED: Final = 999_999_999
MOST_A_DAY: Final = 1_000_000
SMALL_START: Final = (100, 1.5)
"""Letters on the first day, and growth, of the plan that starts small."""
DEAD: Final = "letters.news.unknown_users=10%"
"""The change of the prediction about a list that nobody has cleaned."""
REPORTED: Final = "letters.news.complaints=0.3%"
DAYS: Final = 14
"""So long a run lasts, and so many days a plan is written for."""


@dataclass(frozen=True)
class Sent:
    """What one plan came to.

    Attributes:
        first_day: letters on the first day.
        growth: so many times as many on each day as on the day before.
        change: what was changed besides.
        families: letters to addresses that exist.
        inbox: how many came into an inbox.
        spam: how many came into a spam folder.
        put_off: letters that were told to come back later at least once.
        tries: of all letters together.
        reports: readers who reported one as spam.
        last_day: days from the start until the last letter was in an inbox.
    """

    first_day: int
    growth: float
    change: str
    families: int
    inbox: int
    spam: int
    put_off: int
    tries: int
    reports: int
    last_day: float

    @property
    def share(self) -> float:
        """The share of families that have their letter in the inbox."""
        return self.inbox / max(1, self.families)

    @property
    def spam_share(self) -> float:
        """The share of families whose letter lies in the spam folder."""
        return self.spam / max(1, self.families)

    @property
    def rank(self) -> tuple[bool, float, float]:
        """What plans are put in order by: all families, in few days; else as many as possible."""
        all_of_them = self.inbox == self.families
        return not all_of_them, self.last_day if all_of_them else -self.share, self.last_day

    def rows(self, lesson: "JudgedAsSpam") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        about = lesson.plan_words(self.first_day, self.growth), self.change or lesson.say("as_it_was")
        return [
            (lesson.own("item_inbox"), *about, f"{self.share * 100:.1f}"),
            (lesson.own("item_spam"), *about, f"{self.spam_share * 100:.1f}"),
            (lesson.own("item_days"), *about, f"{self.last_day:.1f}"),
        ]


@dataclass(frozen=True)
class Assumed:
    """What came of one guess."""

    guessed: Guessed

    def rows(self, lesson: "JudgedAsSpam") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        change = self.guessed.change or lesson.say("as_it_was")
        return [
            (lesson.own(f"compared_{name}"), "", change, lesson.own(self.guessed.verdict(name)))
            for name in COMPARED
        ]


class JudgedAsSpam(Lesson):
    """The lesson of the good name.

    Args:
        plan: what it asks and runs.
        lang: the language that it speaks.
    """

    runs: list[Sent | Assumed]

    @kind
    def run(self, *changes: str, growth: Any = 1, first_day: Any = None, seed: Any = None) -> Card:
        """Send the news by a plan, and show day by day what became of it.

        Args:
            changes: settings to change, each `path=value`, as `letters.news.unknown_users=10%`.
            growth: so many times as many letters on each day as on the day before, 1 to 10.
            first_day: letters on the first day; None is where the slider stands.
            seed: a whole number; another one gives other chance. None is the scenario's own.
        """
        first = self.number if first_day is None else self.read_number(first_day)
        faster = read_growth(growth)
        chance = None if seed is None else read_setting(seed, 0, MOST_SEED)
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        record, sent = self._send(first, faster, changes, chance)
        self.runs.append(sent)
        days = days_of(record)
        standing = standing_of(record, len(days) * DAY_US)
        lines = self._lines(record, sent)
        if standing is not None:
            lowest, last = (round(height * 100) for height in (min(standing.heights), standing.heights[-1]))
            lines.append(self.own("standing_at_the_end", lowest=lowest, last=last))
        if sent.change:
            lines.append(self.say("changed", change=sent.change))
        lines.append(self.say("took", seconds=f"{time.perf_counter() - began:.1f}"))
        plan = self.plan_words(first, faster)
        picture = days_picture(days, standing, record.scenario, plan, self.lang)
        return Card(lines, picture, self.own("picture_days"))

    @kind
    def board(self) -> Card:
        """Show all plans so far, the best one first."""
        sent = self._sent()
        if not sent:
            return Card([self.say("nothing_yet")], stop=True)
        ranked = sorted(sent, key=lambda one: one.rank)
        names = [self.plan_words(one.first_day, one.growth) for one in ranked]
        return Card(
            [self.own("board_title")], board_picture(ranked, names, self.lang), self.own("picture_board")
        )

    @kind
    def compare(self) -> Card:
        """Show the predictions beside the runs that they are about."""
        sent = self._sent()
        if not sent:
            return Card([self.say("nothing_yet")], stop=True)
        asked = [question for question in self.plan.questions if question.reads == "percent"]
        found: dict[int, float] = {}
        for line, question in enumerate(asked):
            for one in sent:
                steady = (one.first_day, one.growth, one.change) == (question.number, 1.0, "")
                dead = (one.first_day, one.growth, one.change) == (*SMALL_START, DEAD)
                if steady or (dead and question.number is None):
                    found[line] = one.share * 100
        guesses = [self.answers.predicted[question.name] for question in asked]
        numbers = [guess if isinstance(guess, float) else None for guess in guesses]
        items = [self.ask(question, question.item) for question in asked]
        picture = compare_picture(items, numbers, found, self.lang)
        return Card([self.own("compare_title")], picture, self.own("picture_compare"))

    @kind
    def guess(self, *changes: str) -> Card:
        """Run four plans at a provider with other assumptions, and show which conclusions stay.

        Args:
            changes: what to assume, each `path=value`, as `providers.webmail.reputation.half_life=30d`.
        """
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        plans = {
            "small": self._send(*SMALL_START, changes)[1],
            "at_once": self._send(max(self.plan.numbers), 1.0, changes)[1],
            "dead": self._send(*SMALL_START, (*changes, DEAD))[1],
            "reported": self._send(*SMALL_START, (*changes, REPORTED))[1],
        }
        shares = {name: (one.share, one.last_day) for name, one in plans.items()}
        self.runs.append(Assumed(Guessed(", ".join(changes), shares)))
        lines = [self.own("guess_title"), self.say("took", seconds=f"{time.perf_counter() - began:.1f}")]
        if changes:
            lines.insert(1, self.say("changed", change=", ".join(changes)))
        return self._table(lines)

    @kind
    def table(self) -> Card:
        """Show the conclusions under all guesses so far."""
        if not any(isinstance(one, Assumed) for one in self.runs):
            return Card([self.say("nothing_yet")], stop=True)
        return self._table([self.own("guess_title")])

    def plan_words(self, first_day: int, growth: float) -> str:
        """Say a plan."""
        key = "plan_steady" if growth == 1 else "plan_growing"
        if first_day >= max(self.plan.numbers):
            key = "plan_at_once"
        return self.own(key, first=count_words(first_day), growth=f"{growth:g}")

    def _send(
        self, first: int, growth: float, changes: Sequence[str], seed: int | None = None
    ) -> tuple[RunRecord, Sent]:
        """Run once, and count what came of it."""
        quotas = letters_a_day(first, growth, DAYS)
        settings = [f"letters.news.warm_up={{letters_a_day: {quotas}}}", *changes]
        result = run(load(self.plan.file(), settings, self.lang), seed=seed)
        change = ", ".join([*changes, *([] if seed is None else [self.own("seed", seed=seed)])])
        return result.record, _sent(result.record, first, growth, change)

    def _table(self, lines: Sequence[str]) -> Card:
        guesses = [one.guessed for one in self.runs if isinstance(one, Assumed)]
        return Card(lines, table_picture(guesses, self.lang), self.own("picture_table"))

    def _lines(self, record: RunRecord, sent: Sent) -> list[str]:
        """Say what became of the letters."""
        fields = {
            "plan": self.plan_words(sent.first_day, sent.growth),
            "share": share_words(sent.share, self.lang),
            "families": count_words(sent.families),
            "days": f"{sent.last_day:.1f}",
            "spam": count_words(sent.spam),
            "lost": count_words(sent.families - sent.inbox - sent.spam),
            "put_off": count_words(sent.put_off),
            "tries": count_words(sent.tries),
            "reports": sent.reports,
            "seed": record.seed,
        }
        lines = [
            self.own("reached" if sent.inbox else "reached_nobody", **fields),
            self.own("rest", **fields),
        ]
        if any(entry.complaints_ratio for entry in record.scenario.letters.values()):
            lines.append(self.own("reported", **fields))
        return lines

    def _sent(self) -> list[Sent]:
        return [one for one in self.runs if isinstance(one, Sent)]


def letters_a_day(first: int, growth: float, days: int) -> list[int]:
    """Give how many letters are handed in on each day, at most a million."""
    return [round(min(first * growth**day, MOST_A_DAY)) for day in range(days)]


def _sent(record: RunRecord, first: int, growth: float, change: str) -> Sent:
    letters = record.letters
    own = of_mailing(record)
    lives = own & (column(letters, "unknown_user") == 0)
    outcome = column(letters, "outcome")
    there = own & (outcome == INBOX)
    never = np.iinfo(np.int64).max
    return Sent(
        first_day=first,
        growth=growth,
        change=change,
        families=int(np.count_nonzero(lives)),
        inbox=int(np.count_nonzero(there)),
        spam=int(np.count_nonzero(own & (outcome == SPAM))),
        put_off=int(np.count_nonzero(own & (first_put_off_us(record) < never))),
        tries=int(column(letters, "attempts")[own].sum()),
        reports=sum(what == "complained" for what in record.reports["what"]),
        last_day=float(whole(letters, "delivered_us")[there].max(initial=0)) / DAY_US,
    )
