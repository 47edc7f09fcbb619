"""Lesson 04: a letter says that it comes from our school; what SPF, DKIM and DMARC can tell of that."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim.api import load, run
from sim.learn.card import Card
from sim.learn.lesson import Lesson, kind
from sim.learn.origins import Origin, Published, origins_after, origins_of
from sim.learn.questions import read_setting
from sim.learn.really_from_you_pictures import (
    Compared,
    arrival_picture,
    compare_picture,
    names_picture,
)

SCHOOL: Final = "school"
STEPS: Final = (
    Published(),
    Published(spf=True),
    Published(spf=True, dkim=True),
    Published(spf=True, dkim=True, dmarc="none"),
    Published(spf=True, dkim=True, dmarc="quarantine"),
    Published(spf=True, dkim=True, dmarc="reject"),
)
"""What the slider goes through."""
PREDICTED: Final = {
    "forged_arrive": (STEPS[2], "forged"),
    "lost_at_reject": (STEPS[5], "lost"),
    "lost_at_once": (Published(dmarc="reject"), "lost"),
}
"""Which run answers which prediction, and which of its two shares."""


@dataclass(frozen=True)
class Sorted:
    """What one run came to.

    Attributes:
        published: what the school had published.
        change: what else was changed.
        origins: the letters, entry by entry.
    """

    published: Published
    change: str
    origins: Sequence[Origin]

    def counts(self, *, genuine: bool) -> dict[str, int]:
        """Give how many genuine letters, or forged ones, ended where."""
        own = [origin for origin in self.origins if origin.genuine is genuine]
        return {
            "count": sum(origin.count for origin in own),
            "inbox": sum(origin.inbox for origin in own),
            "spam": sum(origin.spam for origin in own),
            "refused": sum(origin.refused for origin in own),
        }

    def share(self, what: str) -> float:
        """Give the share of forged letters in the inbox, or of genuine ones that are not there (`lost`)."""
        counts = self.counts(genuine=what == "lost")
        inbox = counts["inbox"] / counts["count"] if counts["count"] else 0.0
        return 1 - inbox if what == "lost" else inbox

    def rows(self, lesson: "ReallyFromYou") -> list[tuple[str, str, str, str]]:
        """Give its rows in the file that is handed in."""
        about = lesson.said(self.published), self.change or lesson.say("as_it_was")
        return [
            (lesson.own("item_forged"), *about, f"{self.share('forged') * 100:.0f}"),
            (lesson.own("item_lost"), *about, f"{self.share('lost') * 100:.0f}"),
        ]


class ReallyFromYou(Lesson):
    """The lesson of forged and forwarded letters.

    Args:
        plan: what it asks and runs.
        lang: the language that it speaks.
    """

    runs: list[Sorted]

    @kind
    def look(self) -> Card:
        """Show the two names of each letter: on the envelope and on the letter; the school seals its letters."""
        if (asked := self.must_predict()) is not None:
            return asked
        scenario = load(self.plan.file(), [STEPS[2].setting(SCHOOL)], self.lang)
        picture = names_picture(origins_of(scenario), self.lang)
        return Card([self.own("look")], picture, self.own("picture_names"))

    @kind
    def run(self, *changes: str) -> Card:
        """Run once with what is published where the slider stands, and show which letters arrive where.

        Args:
            changes: settings to change besides, each `path=value`.
        """
        return self._run(STEPS[self.number], changes)

    @kind
    def publish(self, *words: str) -> Card:
        """Run once with just what is named.

        Args:
            words: what the school publishes, as `spf`, `dkim`, `dmarc=reject`; and settings to change besides, each
                `path=value`, as `letters.forwarded.forwarded.srs=yes`.
        """
        changes = [word for word in words if "." in word.partition("=")[0]]
        return self._run(Published.of([word for word in words if word not in changes]), changes)

    @kind
    def compare(self) -> Card:
        """Show the predictions beside the runs in which nothing else was changed."""
        if not self.runs:
            return Card([self.say("nothing_yet")], stop=True)
        last = {done.published: done for done in self.runs if not done.change}
        compared = []
        for name, (published, what) in PREDICTED.items():
            guess, done = self.answers.predicted[name], last.get(published)
            compared.append(
                Compared(
                    self.ask(self.answers.questions[name], f"item_{name}"),
                    guess / 100 if isinstance(guess, float) else None,
                    None if done is None else done.share(what),
                )
            )
        picture = compare_picture(compared, self.lang)
        return Card([self.own("compare_title")], picture, self.own("picture_compare"))

    def read_number(self, value: Any) -> int:
        """Read a step of the slider."""
        return read_setting(value, 0, len(STEPS) - 1)

    def number_words(self, number: int) -> str:
        """Say what is published at a step."""
        return self.said(STEPS[number])

    def said(self, published: Published) -> str:
        """Say what is published."""
        return published.words(self.own("nothing"))

    def _run(self, published: Published, changes: Sequence[str]) -> Card:
        """Run once, note what came of it, and show it."""
        if (asked := self.must_predict()) is not None:
            return asked
        began = time.perf_counter()
        record = run(load(self.plan.file(), [published.setting(SCHOOL), *changes], self.lang)).record
        done = Sorted(published, ", ".join(changes), origins_after(record))
        self.runs.append(done)
        lines = [self.own("published", published=self.said(published))]
        lines += [
            self.own(words, **done.counts(genuine=genuine))
            for words, genuine in (("genuine_ended", True), ("forged_ended", False))
        ]
        if changes:
            lines.append(self.say("changed", change=done.change))
        lines.append(self.say("took", seconds=f"{time.perf_counter() - began:.1f}"))
        picture = arrival_picture(done.origins, self.lang)
        return Card(lines, picture, self.own("picture_arrival"))
