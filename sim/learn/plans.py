"""What each lesson asks and runs: its questions, its scenarios, the numbers on its slider."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.learn.questions import Question
from sim.learn.shipped import SCENARIOS, notebooks_folder


@dataclass(frozen=True)
class Plan:
    """What a lesson asks and runs.

    Attributes:
        name: the name of the lesson, which is that of its notebook.
        words: the group of its own words.
        scenario: the file's name among the scenarios of the lessons.
        varied: settings that the slider decides, each `path=value`; `{number}` is where it stands. Empty where the
            lesson's own file says what each number stands for.
        numbers: the numbers on the slider; one alone where the lesson has none.
        questions: what is predicted.
        at_the_end: the questions of the exit ticket.
    """

    name: str
    words: str
    scenario: str
    varied: Sequence[str]
    numbers: Sequence[int]
    questions: Sequence[Question]
    at_the_end: Sequence[str]

    def file(self, scenario: str | None = None, folder: Path | None = None) -> Path:
        """Give a scenario's file: the learner's own beside the notebooks, or the one that was shipped."""
        here = Path.cwd() if folder is None else folder
        name = self.scenario if scenario is None else scenario
        own = here.parent / SCENARIOS / name
        return own if own.is_file() else notebooks_folder() / SCENARIOS / name

    def settings(self, number: int) -> list[str]:
        """Give what replaces values of the scenario where the slider stands at a number."""
        return [one.format(number=number, hundredths=number / 100) for one in self.varied]


PLANS: Final = {
    plan.name: plan
    for plan in (
        Plan(
            name="04_is_it_really_from_you",
            words="really_from_you",
            scenario="is_it_from_school.yaml",
            varied=(),
            numbers=(0, 1, 2, 3, 4, 5),
            questions=(
                Question("forged_arrive", "forged_arrive", "percent", item="item_forged_arrive"),
                Question("lost_at_reject", "lost_at_reject", "percent", item="item_lost_at_reject"),
                Question("lost_at_once", "lost_at_once", "percent", item="item_lost_at_once"),
                Question("who_suffers", "who_suffers", "choice", item="item_who_suffers"),
            ),
            at_the_end=("not_enough", "order"),
        ),
        Plan(
            name="05_the_sorting_room",
            words="sorting_room",
            scenario="come_back_later.yaml",
            varied=("providers.university.greylisting={number} s",),
            numbers=(42, 60, 180, 300, 600, 1200),
            questions=(
                Question("after_1_minute", "arrives_after", "amount", 60, "item_arrives_after"),
                Question("after_3_minutes", "arrives_after", "amount", 180, "item_arrives_after"),
                Question("last_of_420", "last_of_420", "amount", item="item_last_of_420"),
                Question("helps_most", "helps_most", "choice", item="item_helps_most"),
            ),
            at_the_end=("why_late", "advice"),
        ),
        Plan(
            name="06_one_hundred_or_a_million",
            words="lesson",
            scenario="typhoon_morning.yaml",
            varied=("letters.closure.count={number}", "watch=[]"),
            numbers=(100, 1000, 10_000, 100_000, 1_000_000),
            questions=(
                Question("arrived_at_1000", "arrived_at", "percent", 1000, "item_share"),
                Question("arrived_at_100000", "arrived_at", "percent", 100_000, "item_share"),
                Question("arrived_at_1000000", "arrived_at", "percent", 1_000_000, "item_share"),
                Question("stopped_by", "stopped_by", "choice", 100_000, "item_stopped"),
            ),
            at_the_end=("stops", "helps"),
        ),
        Plan(
            name="07_the_other_side",
            words="other_side",
            scenario="morning_flood.yaml",
            varied=(),
            numbers=(0,),
            questions=(
                Question("filter_slowest", "filter_slowest", "amount", item="item_filter_slowest"),
                Question("greylisting_half", "greylisting_half", "amount", item="item_greylisting_half"),
                Question("hit_by_quota", "hit_by_quota", "choice", item="item_hit_by_quota"),
                Question("lost_by_both", "lost_by_both", "percent", item="item_lost_by_both"),
            ),
            at_the_end=("my_rules", "later_or_never"),
        ),
        Plan(
            name="08_outages_and_the_herd",
            words="two_hours",
            scenario="two_hours_down.yaml",
            varied=(),
            numbers=(0,),
            questions=(
                Question("returned", "returned", "percent", item="item_returned_share"),
                Question("last_after", "last_after", "amount", item="item_last_after"),
                Question("as_before", "as_before", "amount", item="item_as_before_at"),
                Question("after_crash", "after_crash", "choice", item="item_after_crash"),
            ),
            at_the_end=("whose_delay", "in_step"),
        ),
        Plan(
            name="09_judged_as_spam",
            words="judged_as_spam",
            scenario="nobody_knows_you.yaml",
            varied=("letters.news.warm_up={{letters_a_day: [{number}]}}",),
            numbers=(50, 100, 150, 200, 300, 600, 1200),
            questions=(
                Question("inbox_at_once", "inbox_at_once", "percent", 1200, "item_at_once"),
                Question("inbox_at_300_a_day", "inbox_steady", "percent", 300, "item_steady"),
                Question("inbox_with_dead", "inbox_with_dead", "percent", item="item_with_dead"),
                Question("few_reports", "few_reports", "choice", item="item_few_reports"),
            ),
            at_the_end=("good_name", "guesses"),
        ),
        Plan(
            name="11_how_do_we_know",
            words="how_do_we_know",
            scenario="one_counter.yaml",
            varied=("letters.mail.rate={hundredths}/s",),
            numbers=(50, 60, 70, 80, 90),
            questions=(
                Question("wait_at_50", "wait_at", "amount", 50, "item_wait_at"),
                Question("wait_at_80", "wait_at", "amount", 80, "item_wait_at"),
                Question("wait_at_90", "wait_at", "amount", 90, "item_wait_at"),
                Question("found_by", "found_by", "choice", item="item_found_by"),
            ),
            at_the_end=("learnt", "next_recording"),
        ),
        Plan(
            name="12_monday_morning",
            words="monday",
            scenario="monday_morning.yaml",
            varied=(),
            numbers=(0,),
            questions=(
                Question("late_nothing", "late_nothing", "amount", item="item_late_nothing"),
                Question("late_resolver", "late_resolver", "amount", item="item_late_resolver"),
                Question("lost_lifetime", "lost_lifetime", "percent", item="item_lost_lifetime"),
                Question("makes_worse", "makes_worse", "choice", item="item_makes_worse"),
            ),
            at_the_end=("my_moves", "wrong_move"),
        ),
    )
}


def plan_of(name: str) -> Plan:
    """Give the plan of a lesson.

    Raises:
        ArgumentError: there is no such lesson.
    """
    if name not in PLANS:
        raise taught(ArgumentError, "unknown_lesson", found=name, expected=", ".join(PLANS))
    return PLANS[name]
