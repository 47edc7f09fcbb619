"""The lesson of the good name, as plain Python without boxes.

Nearly all figures of a receiver's memory are assumptions. So tests hold what comes before what, and what follows by
hand from the figures of the lesson's own small world, but no share that only the assumptions decide.
"""

import csv
from pathlib import Path
from typing import Any

import pytest

from sim.api import run
from sim.comparison.sweep_curves import of_mailing
from sim.learn.card import Card
from sim.learn.judged_as_spam import DEAD, REPORTED, Assumed, JudgedAsSpam, Sent, letters_a_day
from sim.learn.judged_as_spam_pictures import short_change
from sim.learn.judged_as_spam_table import COMPARED, Guessed
from sim.learn.lessons import start
from sim.results.columns import column
from sim.scenario.load import load
from sim.vocabulary.outcomes import INBOX

NAME = "09_judged_as_spam"
MEMORY = "providers.webmail.reputation"


@pytest.fixture
def ready() -> JudgedAsSpam:
    lesson: JudgedAsSpam = start(NAME, "en")
    lesson.predict(80, "60 %", inbox_with_dead=90, few_reports="b")
    return lesson


def lines(card: Any) -> str:
    assert isinstance(card, Card)
    return "\n".join(card.lines)


def sent(lesson: JudgedAsSpam, *changes: str, **more: Any) -> Sent:
    card = lesson.run(*changes, **more)
    assert not card.stop, card
    last = lesson.runs[-1]
    assert isinstance(last, Sent)
    return last


def verdicts(lesson: JudgedAsSpam, *changes: str) -> dict[str, str]:
    lesson.guess(*changes)
    last = lesson.runs[-1]
    assert isinstance(last, Assumed)
    return {name: last.guessed.verdict(name) for name in COMPARED}


def test_nothing_runs_before_the_predictions_are_made() -> None:
    lesson = start(NAME, "en")

    assert lines(lesson.run()) == lines(lesson.guess())
    assert lines(lesson.run()).startswith("Predict first")
    assert lesson.runs == []


@pytest.fixture(scope="module")
def at_once() -> Sent:
    lesson = start(NAME, "en")
    lesson.predict(80, 60, 90, "b")
    return sent(lesson, first_day=1200)


def test_slower_is_faster_and_the_faster_the_more_is_refused(ready: JudgedAsSpam, at_once: Sent) -> None:
    paces = [*(sent(ready, first_day=first) for first in (100, 300)), at_once]
    growing = sent(ready, first_day=100, growth=1.5)

    put_off = [one.put_off for one in paces]
    assert put_off == sorted(set(put_off))
    shares = [one.share for one in paces]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == growing.share == 1
    assert shares[-1] < 0.5
    # A stranger may bring 100 a day, which is what these bring, and may grow by as much: nothing is refused.
    assert put_off[0] == growing.put_off == 0
    # By hand: 100 a day take 12 days; 100 + 150 + 225 + 338 = 813, so 387 of the fifth day's 506 are left.
    assert paces[0].last_day == pytest.approx(12, abs=0.1)
    assert growing.last_day == pytest.approx(4 + 387 / 506, abs=0.01)
    assert min([*paces, growing], key=lambda one: one.rank) is growing


def test_a_plan_grows_by_the_same_factor_each_day() -> None:
    assert letters_a_day(100, 1.5, 5) == [100, 150, 225, 338, 506]
    assert letters_a_day(1200, 10, 14)[-1] == 1_000_000  # more a day than the lesson has families


@pytest.mark.long
def test_trying_harder_does_not_help(ready: JudgedAsSpam, at_once: Sent) -> None:
    often = sent(
        ready,
        "senders.school.postconf.queue_run_delay=60s",
        "senders.school.postconf.minimal_backoff_time=60s",
        first_day=1200,
    )

    assert often.tries > at_once.tries
    assert often.share < at_once.share


def test_an_address_with_a_name_may_send_all_at_once(ready: JudgedAsSpam) -> None:
    known = sent(ready, f"{MEMORY}.known={{school: 100/d}}", first_day=1200)

    assert (known.share, known.put_off) == (1, 0)
    assert known.last_day <= 1.01


def test_dead_addresses_cost_the_living_their_letters(ready: JudgedAsSpam) -> None:
    card = ready.run(DEAD, first_day=100, growth=1.5)
    (dead,) = ready.runs
    assert isinstance(dead, Sent)

    # One address in ten of 1,200, left to chance: 120, give or take three times 10.4.
    assert 1200 - dead.families == pytest.approx(120, abs=31)
    assert dead.share < 0.8
    assert f"Changed: {DEAD}" in lines(card)


def test_reports_are_chance_and_more_of_them_never_help(ready: JudgedAsSpam) -> None:
    few, some = (
        sent(ready, f"letters.news.complaints={ratio}", first_day=100, growth=1.5)
        for ratio in ("0.1 %", "0.3 %")
    )
    lucky = sent(ready, REPORTED, first_day=100, growth=1.5, seed=2)

    assert few.share > some.share
    assert some.spam > 0
    assert lucky.share == 1
    assert lucky.change.endswith("seed 2")


def test_some_conclusions_depend_on_a_guess(ready: JudgedAsSpam) -> None:
    found = verdicts(ready, f"{MEMORY}.fewest_letters=5000")

    # 120 dead addresses are 2.4 % of 5,000, hardly more than the harmless 2 %; two reports are less than 0.1 %.
    assert found == {"start": "stays", "list": "no_difference", "wanted": "no_difference"}
    assert "data:image/png" in ready.table()._repr_html_()


@pytest.mark.long
def test_where_a_stranger_may_bring_all_of_it_a_small_start_only_costs_days(ready: JudgedAsSpam) -> None:
    found = verdicts(ready, f"{MEMORY}.stranger=1200/d")

    assert found == {"start": "turns", "list": "stays", "wanted": "stays"}


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ((1.0, 4.8), (0.24, 2.0), "stays"),
        ((0.5, 4.8), (0.9, 9.0), "turns"),
        ((1.0, 4.8), (0.98, 1.0), "turns"),
        ((1.0, 4.8), (0.96, 4.5), "no_difference"),
        ((0.97, 1.0), (1.0, 4.0), "stays"),
    ],
)
def test_more_families_count_first_and_days_where_there_are_as_many(
    first: tuple[float, float], second: tuple[float, float], verdict: str
) -> None:
    assert Guessed("", {"small": first, "at_once": second}).verdict("start") == verdict


def test_predictions_stand_beside_the_runs_that_they_are_about(ready: JudgedAsSpam) -> None:
    sent(ready, first_day=300)
    card = ready.compare()
    assert card.picture is not None
    (axes,) = card.picture.axes
    simulated, predicted = axes.lines

    assert list(simulated.get_ydata()) == [1]
    assert list(predicted.get_xdata()) == [80, 60, 90]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda lesson: lesson.run(growth="fast"), "fast is no growth"),
        (lambda lesson: lesson.run(growth=0.5), "0.5 is no growth"),
        (lambda lesson: lesson.run(growth=None), "from 1 to 10"),
        (lambda lesson: lesson.run(first_day=0), "0 does not go here"),
        (lambda lesson: lesson.run(seed="luck"), "luck does not go here"),
        (lambda lesson: lesson.run("letters.news.complains=1%"), "Did you mean `complaints`?"),
        (lambda lesson: lesson.guess("nonsense"), "path=value"),
        (lambda lesson: lesson.board(), "no run yet"),
        (lambda lesson: lesson.compare(), "no run yet"),
        (lambda lesson: lesson.table(), "no run yet"),
    ],
)
def test_no_mistake_of_a_learner_ends_in_a_traceback(ready: JudgedAsSpam, step: Any, said: str) -> None:
    card = step(ready)

    assert card.stop
    assert said in lines(card)


def test_cards_in_japanese_have_all_their_glyphs_and_all_is_handed_in(tmp_path: Path) -> None:
    lesson = start(NAME, "ja")
    lesson.predict("８０％", 60, 90, "ａ")

    # A glyph that is missing is a warning, and warnings are errors here.
    card = lesson.run("letters.news.complaints=0.1%", first_day=100, growth="１．５")
    assert "1日目100通、毎日1.5倍" in lines(card)
    lesson.runs.append(
        Assumed(Guessed("", dict.fromkeys(("small", "at_once", "dead", "reported"), (1.0, 4.0))))
    )
    for shown in (card, lesson.board(), lesson.compare(), lesson.table()):
        assert "data:image/png" in shown._repr_html_()
    lesson.who("花子", "1-2 34")
    lesson.exit_ticket("少しずつ", guesses="=初めての相手")
    lesson.hand_in(str(tmp_path))
    (file,) = tmp_path.iterdir()
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))

    assert {len(row) for row in rows} == {5}
    # A heading, two of who, four predictions, a run and a guess of three rows each, two answers.
    assert len(rows) == 1 + 2 + 4 + 3 + 3 + 2
    assert [row[4] for row in rows[7:10]] == ["100.0", "0.0", "4.8"]
    assert rows[10][3:] == ["変更なし", "はっきりした差はない"]
    assert rows[-1][-1] == "'=初めての相手"


def test_a_long_setting_is_shown_by_its_last_name() -> None:
    assert short_change("a.b.half_life=60d, seed 3") == "half_life=60d, seed 3"


@pytest.mark.long
def test_what_the_notebook_says_of_twenty_seeds(ready: JudgedAsSpam) -> None:
    shares = [sent(ready, REPORTED, first_day=100, growth=1.5, seed=seed).share for seed in range(1, 21)]

    assert sum(share > 0.95 for share in shares) == 6
    assert sum(share < 0.5 for share in shares) == 8


@pytest.mark.long
@pytest.mark.parametrize(
    "guessed",
    ["growth_per_day=2", "growth_per_day=1.2", "half_life=3d", "half_life=60d", "pushing_complaints=0"],
)
def test_some_guesses_change_every_number_and_no_conclusion(ready: JudgedAsSpam, guessed: str) -> None:
    assert set(verdicts(ready, f"{MEMORY}.{guessed}").values()) == {"stays"}


@pytest.mark.long
def test_the_small_world_is_the_large_one_five_times_smaller(ready: JudgedAsSpam) -> None:
    """Room, proportions and letters are all a fifth, so shares are about the same."""
    small = sent(ready, first_day=1200)
    large = ("letters.news.count=6000", "letters.news.warm_up={letters_a_day: [6000]}")
    memory = (f"{MEMORY}.stranger=500/d", f"{MEMORY}.fewest_letters=5000")
    record = run(load(ready.plan.file(), [*large, *memory])).record
    outcome = column(record.letters, "outcome")[of_mailing(record)]

    assert (outcome == INBOX).sum() / 6000 == pytest.approx(small.share, abs=0.02)
