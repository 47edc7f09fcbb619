"""The lesson of the sorting room, as plain Python without boxes."""

from typing import Any

import pytest

from sim.api import run
from sim.learn.card import Card
from sim.learn.lessons import start
from sim.learn.sorting_room import HERD, SortingRoom
from sim.learn.tries import BURST_GAP_S, Try, bursts, tries
from sim.scenario.load import load

NAME = "05_the_sorting_room"
SOONER = ("senders.library.postconf.queue_run_delay=60s", "senders.library.postconf.minimal_backoff_time=60s")


@pytest.fixture
def ready() -> SortingRoom:
    lesson: SortingRoom = start(NAME, "en")
    lesson.predict(1, "3 min", last_of_420=11, helps_most="a")
    return lesson


def lines(card: Any) -> str:
    assert isinstance(card, Card)
    return "\n".join(card.lines)


def last_min(lesson: SortingRoom, *changes: str) -> float:
    lesson.herd(*changes)
    return lesson.runs[-1].longest_s / 60


def test_nothing_runs_before_the_predictions_are_made() -> None:
    lesson = start(NAME, "en")

    assert lines(lesson.run()) == lines(lesson.herd())
    assert lines(lesson.run()).startswith("Predict first")
    assert lesson.runs == []


@pytest.mark.parametrize("told_s", [42, 60, 180, 300])
def test_up_to_five_minutes_it_does_not_matter_what_the_counter_says(ready: SortingRoom, told_s: int) -> None:
    ready.slider(told_s)
    card = ready.run()

    # Postfix: due min(max(age, 300 s), 4000 s) after each try, and taken along at the next scan, every 300 s. Letters
    # are written half a minute after each full minute, so that they wait 5.5, 6.5 ... 9.5 minutes.
    assert ready.runs[0].minutes == pytest.approx((5.5, 9.5), abs=0.05)
    assert ready.runs[0].tries == 20
    assert lines(card).startswith("Told to come back in")
    assert "the 10 letters arrived 5 min 30 s to 9 min 30 s after their first try" in lines(card)


@pytest.mark.parametrize(("told_s", "later_min"), [(600, 10), (1200, 30)])
def test_ten_and_twenty_minutes_become_the_double(ready: SortingRoom, told_s: int, later_min: int) -> None:
    ready.slider(told_s)
    ready.run()

    # Ages at the tries: g, g + 10, g + 30 minutes, with g from 5 to 10.
    assert ready.runs[0].minutes == pytest.approx((5.5 + later_min, 9.5 + later_min), abs=0.05)


def test_letter_1_comes_half_a_minute_too_early_and_waits_twenty_more() -> None:
    plan = start(NAME, "en").plan
    record = run(load(plan.file(), plan.settings(1200))).record
    first = tries(record)[0]

    # Written at 09:00:30; from 09:20:30 on it would be taken.
    assert [one.began_s / 60 for one in first] == pytest.approx([0.5, 10, 20, 40], abs=0.02)
    assert [one.taken for one in first] == [False, False, False, True]


def test_forty_a_minute_make_eight_hours_of_ten_minutes(ready: SortingRoom) -> None:
    card = ready.herd()
    (done,) = ready.runs
    record = run(load(ready.plan.file(HERD))).record
    of_bursts = bursts(tries(record))

    # A real sender's log of June 2013: from the first retry on, bursts after 0, 600, 1800, 4200 s, then every 4200 s,
    # forty letters in each; the last of ten came 29,400 s after the first.
    retries_s = [burst.began_s - of_bursts[1].began_s for burst in of_bursts[1:]]
    assert retries_s == pytest.approx([0, 600, 1800, *range(4200, 29_401, 4200)], abs=1)
    # The bucket holds forty, and gets one more every second and a half while a burst goes on.
    assert [burst.taken for burst in of_bursts[:-1] if not 40 <= burst.taken <= 42] == []
    assert sum(burst.taken for burst in of_bursts) == done.letters == done.arrived == 420
    assert done.longest_s == pytest.approx(480 + 29_400, abs=5)
    assert "at 17:20, 8 h 18 min after" in lines(card)
    # The timetable that the notebook asks for, and its solution.
    assert [round(burst.began_s / 60) for burst in of_bursts[:6]] == [2, 10, 20, 40, 80, 150]


def test_of_the_four_proposals_patience_helps_most_and_a_faster_server_not_at_all(ready: SortingRoom) -> None:
    plain = last_min(ready)
    faster = last_min(ready, "senders.library.host=instant")
    sooner = last_min(ready, *SOONER)
    wider = last_min(ready, "providers.town.rate_limit={rate: 80/min, burst: 80}")
    patient = last_min(ready, "letters.reminders.pace=30/min")

    assert faster == pytest.approx(plain, abs=0.1)
    assert plain > 1.8 * sooner
    assert sooner > 1.5 * wider
    # By hand: 420 letters, one every two seconds, so the last after 838 s; and none is refused.
    assert patient == pytest.approx(838 / 60, abs=0.1)
    assert ready.runs[-1].tries == 420
    # What operators set: a pause of two seconds after each delivery, to which the delivery itself adds a little.
    paused = last_min(ready, "senders.library.postconf.smtp_destination_rate_delay=2s")
    assert 838 / 60 < paused < 1.1 * 838 / 60
    assert ready.runs[-1].tries == 420


def test_what_had_not_arrived_by_the_end_is_said(ready: SortingRoom) -> None:
    card = ready.herd("duration=2 h")
    (done,) = ready.runs

    # Five bursts by then: at 09:02, 09:10, 09:20, 09:40 and 10:20.
    assert 200 <= done.arrived <= 210
    assert f"{done.arrived} of 420 letters had arrived by 11:00" in lines(card)


def test_the_comparison_has_a_line_for_each_prediction(ready: SortingRoom) -> None:
    assert ready.compare().stop
    ready.slider(60)
    ready.run()
    card = ready.compare()

    assert card.picture is not None
    (axes,) = card.picture.axes
    words = [text.get_text() for text in axes.texts]
    assert "told to come back in 1 min" in words
    assert "5 min 30 s to 9 min 30 s" in words
    assert len(words) == 4


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda lesson: lesson.slider(5), "42 to 1200"),
        (lambda lesson: lesson.predict("soon"), "soon is no amount"),
        (lambda lesson: lesson.herd("letters.reminders.pase=30/min"), "Did you mean `pace`?"),
    ],
)
def test_no_mistake_of_a_learner_ends_in_a_traceback(ready: SortingRoom, step: Any, said: str) -> None:
    card = step(ready)

    assert card.stop
    assert said in lines(card)


def test_cards_in_japanese_have_all_their_glyphs() -> None:
    lesson = start(NAME, "ja")
    lesson.predict("１分", 3, 11, "ａ")

    # A glyph that is missing is a warning, and warnings are errors here.
    assert "5分30秒～9分30秒後" in lines(lesson.run())
    for card in (lesson.run(), lesson.herd(), lesson.compare()):
        assert "data:image/png" in card._repr_html_()


def test_tries_without_a_pause_are_one_burst() -> None:
    letters = [[Try(0.0, False), Try(300.0, True)], [Try(BURST_GAP_S, True)], [Try(300.5, False)]]

    assert [(burst.began_s, burst.taken, burst.refused) for burst in bursts(letters)] == [
        (0, 1, 1),
        (300, 1, 1),
    ]
