"""The lesson of the other side, as plain Python without boxes."""

import functools
import itertools
import re
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from sim.api import run
from sim.kernel.recorder import RunRecord
from sim.learn import other_side as module
from sim.learn.card import Card
from sim.learn.counter_rules import CHOICES, OFF, Rules
from sim.learn.fates import Fate, Morning, morning_of
from sim.learn.lessons import start
from sim.learn.other_side import OtherSide
from sim.learn.plans import plan_of
from sim.results.columns import column, whole
from sim.scenario.load import load
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.replies import ACCEPTED
from tests.notebooks.pairs import NOTEBOOKS

NAME = "07_the_other_side"
SEVEN_S = 600
"""07:00, counted from the start of the scenario."""
QUOTA = {reply: Rules(rate_limit="10", reply=reply) for reply in CHOICES["reply"]}


@functools.cache
def record_of(rules: Rules, *changes: str) -> RunRecord:
    return run(load(plan_of(NAME).file(), [*rules.settings(), *changes])).record


@functools.cache
def morning(rules: Rules, *changes: str) -> Morning:
    return morning_of(record_of(rules, *changes))


def fate(kind: str, rules: Rules, *changes: str) -> Fate:
    return morning(rules, *changes).fates[kind]


def visits_s(kind: str, rules: Rules) -> list[tuple[float, bool]]:
    """When letters of a kind were brought to the counter, and whether they were taken."""
    record = record_of(rules)
    attempts = record.attempts
    of_kind = column(record.letters, "entry") == record.names.entries.index(kind)
    there = of_kind[column(attempts, "letter")] & (column(attempts, "connection") != SUSPENDED)
    moments = whole(attempts, "ended_us")[there] / 1_000_000
    return sorted(zip(moments.tolist(), (column(attempts, "reply")[there] == ACCEPTED).tolist(), strict=True))


def bursts(visits: list[tuple[float, bool]]) -> list[list[tuple[float, bool]]]:
    """Put visits together that follow each other within less than a minute."""
    together = [[visits[0]]]
    for before, one in itertools.pairwise(visits):
        if one[0] - before[0] > 60:
            together.append([])
        together[-1].append(one)
    return together


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> OtherSide:
    """A lesson in which all is predicted, and which leaves the picture of each run out: drawing takes longest."""
    monkeypatch.setattr(module, "morning_picture", lambda *_: None)
    lesson: OtherSide = start(NAME, "en")
    lesson.predict(2, "5 min", hit_by_quota="a", lost_by_both="0 %")
    return lesson


def lines(card: Any) -> str:
    assert isinstance(card, Card)
    return "\n".join(card.lines)


def test_nothing_runs_before_the_predictions_are_made() -> None:
    lesson = start(NAME, "en")

    assert lines(lesson.run(greylisting="5 min")).startswith("Predict first")
    assert lesson.runs == []
    assert lesson.scoreboard().stop
    assert lesson.compare().stop


def test_without_rules_everything_gets_in_at_once() -> None:
    free = morning(Rules())

    assert {kind: one.inbox for kind, one in free.fates.items()} == {
        "families": 360,
        "newsletter": 300,
        "bots": 1800,
        "hacked": 100,
    }
    assert (free.visits, free.longest_line, free.good_lost) == (2560, 0, 0)
    assert all(one.slowest_s is not None and one.slowest_s < 60 for one in free.fates.values())


def test_looking_into_every_letter_keeps_the_counter_busy_until_7_42_40() -> None:
    rules = Rules(content_filter="on")
    done_s = float(whole(record_of(rules).letters, "delivered_us").max()) / 1_000_000

    # 72 letters a minute come and 60 can be looked into, so it never stands idle: 2,560 letters, a second each.
    assert done_s - SEVEN_S == pytest.approx(2560, abs=3)
    # From families and bots alone 12 a minute too many for 30 minutes; the hacked school's 100 come on top of that,
    # and of the shop's letters no more than it brings by then.
    assert 360 + 100 <= morning(rules).longest_line <= 360 + 100 + 300
    # A second for each letter in front of it.
    slowest_s = fate("families", rules).slowest_s
    assert slowest_s == pytest.approx(morning(rules).longest_line, abs=10)


def test_the_filter_misses_some_spam_and_mistakes_some_good_letters() -> None:
    found = morning(Rules(content_filter="on"))

    # Binomial: 5 % of 1,900, standard deviation 9.5; 1 % of 660, standard deviation 2.6.
    assert found.spam_in_inbox == pytest.approx(95, abs=3 * 9.5)
    assert 0 < found.good_lost <= 6.6 + 3 * 2.6
    assert found.fates["bots"].turned_away == 0


@pytest.mark.parametrize("delay", ["1 min", "5 min"])
def test_the_first_visit_rule_stops_who_never_comes_back_and_nobody_else(delay: str) -> None:
    rules = Rules(greylisting=delay)
    families = fate("families", rules)

    assert (fate("bots", rules).inbox, fate("bots", rules).turned_away) == (0, 1800)
    assert fate("hacked", rules).inbox == 100
    assert (families.inbox, fate("newsletter", rules).inbox) == (360, 300)
    # Postfix: at least five minutes of rest, then the next of the rounds at every five: evenly from 5 to 10 minutes.
    assert families.half_s == pytest.approx(450, abs=5)
    assert 590 <= (families.slowest_s or 0) <= 601
    assert morning(rules).longest_line == 0


def test_a_quota_of_ten_loses_two_of_twelve_letters_a_minute_of_the_families_and_none_of_the_bots() -> None:
    never = QUOTA["554"]
    level, taken = 10.0, 0
    for _ in range(360):  # a letter every five seconds, a token every six
        taken += level >= 1
        level = min(10.0, level - (level >= 1) + 5 / 6)

    assert fate("families", never).inbox == pytest.approx(taken, abs=1)
    assert fate("families", never).turned_away == pytest.approx(50, abs=2)
    # 300 at once: ten are taken, and whatever comes into the bucket while the others are turned away.
    assert 10 <= fate("newsletter", never).inbox <= 12
    for rules in QUOTA.values():
        assert fate("bots", rules).inbox == 1800
    # Twelve a minute are less than thirty.
    assert fate("families", Rules(rate_limit="30", reply="554")).lost == 0


def test_later_said_when_the_addressee_is_named_slows_nobody_down() -> None:
    record = record_of(QUOTA["450"])
    newsletter = np.flatnonzero(column(record.letters, "entry") == record.names.entries.index("newsletter"))
    letter, attempts = column(record.attempts, "letter"), record.attempts
    accepted_s = whole(record.letters, "accepted_us") // 1_000_000
    tried = 0
    for row in newsletter.tolist():
        began_s, ended_s = (
            np.sort(whole(attempts, name)[letter == row]) // 1_000_000 for name in ("handed_us", "ended_us")
        )
        tried += len(began_s)
        # Postfix: a letter rests for as long as it is old, at least 300 s and at most 4000 s, and goes with the next
        # round at every 300 s, whatever became of the others. Its clock shows whole seconds and may be one behind; a
        # round takes some seconds.
        due_s = ended_s + np.clip(ended_s - accepted_s[row], 300, 4000)
        earliest_s, latest_s = (-(-(due_s[:-1] - behind) // 300) * 300 for behind in (1, 0))
        assert np.all((began_s[1:] >= earliest_s) & (began_s[1:] < latest_s + 10))
    assert tried > 5 * 300
    assert SUSPENDED not in column(record.attempts, "connection")
    assert SUSPENDED in column(record_of(QUOTA["421"]).attempts, "connection")
    assert fate("newsletter", QUOTA["450"]).lost == 0


def test_later_said_at_the_door_makes_the_sender_stay_away_for_five_minutes() -> None:
    at_the_door = bursts(visits_s("newsletter", QUOTA["421"]))

    # Postfix takes the site for dead after at most 13 failures in a row from its full window of 20, while up to 20
    # are on their way; then it rests for minimal_backoff_time, 300 s.
    assert max(sum(not taken for _, taken in burst) for burst in at_the_door) <= 13 + 20
    gaps_s = [after[0][0] - before[-1][0] for before, after in itertools.pairwise(at_the_door)]
    assert min(gaps_s) >= 295
    assert 10 * sum(map(len, at_the_door)) < len(visits_s("newsletter", QUOTA["450"]))
    # Peace at the counter, and more that has not arrived.
    assert fate("newsletter", QUOTA["421"]).waiting > fate("newsletter", QUOTA["450"]).waiting


def test_two_rules_that_lose_no_family_letter_lose_half_of_them_together() -> None:
    first_visit, quota = Rules(greylisting="5 min"), Rules(rate_limit="30", reply="554")
    both = Rules(greylisting="5 min", rate_limit="30", reply="554")

    assert fate("families", first_visit).lost == fate("families", quota).lost == 0
    # Twelve a minute come back in bundles of sixty, every five minutes, and the bucket holds thirty.
    assert fate("families", both).turned_away == pytest.approx(180, abs=3)


def test_a_shop_that_keeps_below_the_quota_is_never_sent_away() -> None:
    rules, patient = Rules(rate_limit="30"), "letters.newsletter.pace=20/min"
    newsletter = fate("newsletter", rules, patient)

    assert (newsletter.inbox, newsletter.waiting) == (300, 0)
    assert (newsletter.slowest_s or 0) < 60
    assert morning(rules, patient).visits < morning(rules).visits


def test_both_rules_for_spam_leave_what_the_filter_misses_of_the_hacked_school() -> None:
    found = morning(Rules(content_filter="on", greylisting="5 min"))

    # 5 % of 100, standard deviation 2.2.
    assert found.spam_in_inbox == found.fates["hacked"].inbox <= 5 + 3 * 2.2
    assert (found.fates["families"].slowest_s or 0) > 600
    assert found.good_lost > 0


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_figures_that_the_notebook_tells_are_those_of_its_runs(lang: str) -> None:
    told = re.sub(r"[\s#]+", "", (NOTEBOOKS / lang / f"{NAME}.py").read_text(encoding="utf-8"))
    looked, both = Rules(content_filter="on"), Rules(content_filter="on", greylisting="5 min")
    letters, visits = {"en": ("letters", "visits"), "ja": ("通", "回")}[lang]
    line_of_80 = {"en": "lineof{}inplaceof{}", "ja": "列は{1}通から{0}通に"}[lang]

    assert f"{morning(looked).longest_line}{letters}" in told
    assert line_of_80.format(morning(both).longest_line, morning(looked).longest_line) in told
    assert f"{morning(both).spam_in_inbox}{letters}" in told
    for reply in ("450", "421"):
        assert f"{len(visits_s('newsletter', QUOTA[reply])):,}{visits}" in told
    assert [fate(kind, looked).lost for kind in ("families", "newsletter")] == [2, 5]
    assert morning(looked).good_lost == morning(both).good_lost == 7
    assert round((fate("families", both).slowest_s or 0) / 60) == 11


@pytest.mark.long
def test_no_set_of_rules_fulfils_the_three_wishes() -> None:
    fulfilled = []
    for values in itertools.product(*CHOICES.values()):
        rules = Rules(*values)
        if rules.rate_limit == OFF and rules.reply != CHOICES["reply"][0]:
            continue
        found = morning_of(run(load(plan_of(NAME).file(), rules.settings())).record)
        families = found.fates["families"]
        on_time = not families.waiting and (families.slowest_s or np.inf) <= 600
        if found.spam_in_inbox < 20 and on_time and found.good_lost == 0:
            fulfilled.append(rules)

    assert fulfilled == []


def test_a_run_takes_the_rules_between_its_brackets_or_else_those_that_were_set(ready: OtherSide) -> None:
    assert "no rules" in lines(ready.rules())
    card = ready.rules(greylisting=5, rate_limit=30, reply=554)
    assert lines(card).endswith("first visit: 5 min + quota: 30 a minute → 554 never")
    ready.run()
    ready.run(content_filter="on")

    assert [one.rules.written() for one in ready.runs] == [
        "greylisting=5 min, rate_limit=30, reply=554",
        "content_filter=on",
    ]


def test_the_scoreboard_frames_the_best_of_each_column_and_says_what_is_not_there(
    ready: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.run()
    ready.run(greylisting="5 min")
    ready.run(greylisting="5 min")
    ready.run(rate_limit=10)
    drawn: list[Any] = []
    draw = module.scoreboard_picture
    monkeypatch.setattr(module, "scoreboard_picture", lambda *given: drawn.append(given) or draw(*given))
    card = ready.scoreboard()
    table, heads, _ = drawn[0]

    assert [line.rules.split("\n")[0] for line in table] == [
        "no rules",
        "first visit: 5 min",
        "quota: 10 a minute → 450 later",
    ]
    assert all(len(line.cells) == len(heads) == 6 for line in table)
    assert table[2].cells[2][1] == f"{fate('newsletter', QUOTA['450']).waiting} not there"
    assert card.picture is not None
    words = [text.get_text() for text in card.picture.axes[0].texts]
    assert {"1,900", "100", "2,560"} <= set(words)
    framed = [patch.get_edgecolor()[3] > 0 for patch in card.picture.axes[0].patches]
    assert framed[:6] == [False, True, True, True, True, True]
    assert framed[6:12] == [True, False, False, True, True, False]


def test_each_prediction_stands_beside_the_run_that_tests_it(ready: OtherSide) -> None:
    ready.run(greylisting="5 min")
    ready.run(greylisting="5 min", rate_limit="30", reply="554")
    said = ready.compare().lines

    assert [line.rpartition(": ")[2] for line in said[1:4]] == ["not run yet", "7.5 min", "not run yet"]
    assert "predicted 0 %; simulated: 49.7 %" in said[4]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda lesson: lesson.run(greylist="5 min"), "There are: content_filter, greylisting"),
        (lambda lesson: lesson.rules(greylisting="never"), "It can be: off, 1 min"),
        (lambda lesson: lesson.run("letters.newsletter.pase=20/min"), "Did you mean `pace`?"),
    ],
)
def test_no_mistake_of_a_learner_ends_in_a_traceback(ready: OtherSide, step: Any, said: str) -> None:
    card = step(ready)

    assert card.stop
    assert said in lines(card)
    assert ready.runs == []


def test_cards_in_japanese_have_all_their_glyphs() -> None:
    lesson = start(NAME, "ja")
    lesson.predict("２分", 5, "ｂ", "10％")

    # A glyph that is missing is a warning, and warnings are errors here.
    assert "受信箱に入りました" in lines(lesson.run(content_filter="on", rate_limit=10, reply="421"))
    for card in (lesson.run(greylisting="5分"), lesson.scoreboard()):
        assert "data:image/png" in card._repr_html_()


@pytest.mark.skipif(find_spec("ipywidgets") is None, reason="ipywidgets is not installed")
def test_the_rules_are_lists_to_choose_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "can_show_boxes", lambda: True)
    lesson = start(NAME, "ja")
    boxes = [child for child in lesson.rules().children if type(child).__name__ == "Dropdown"]
    boxes[1].value = "20 min"
    boxes[3].value = "554"

    assert [tuple(value for _, value in box.options) for box in boxes] == list(CHOICES.values())
    assert lesson.chosen == Rules(greylisting="20 min", reply="554")
    assert [words for words, _ in boxes[1].options][1:] == ["1分後", "5分後", "20分後"]
