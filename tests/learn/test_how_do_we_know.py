"""The lesson of theory and recordings, as plain Python without boxes."""

from typing import Any

import pytest

from sim.learn.card import Card
from sim.learn.how_do_we_know import RECORDINGS, Counted, Held, HowDoWeKnow
from sim.learn.lessons import start
from sim.validation.recording_folder import PACKAGED, read_recording
from sim.validation.recording_rows import compare

NAME = "11_how_do_we_know"
NO_ROUNDS = "senders.recorded.postconf.queue_run_delay=1s"
NO_RAMP = "senders.recorded.postconf.initial_destination_concurrency=20"


@pytest.fixture
def ready() -> HowDoWeKnow:
    lesson: HowDoWeKnow = start(NAME, "en")
    lesson.predict(0, "2 s", wait_at_90=4, found_by="a")
    return lesson


def lines(card: Any) -> str:
    assert isinstance(card, Card)
    return "\n".join(card.lines)


def wait(lesson: HowDoWeKnow, *changes: str, **more: Any) -> tuple[float, float]:
    lesson.run(*changes, **more)
    counted = lesson.runs[-1]
    assert isinstance(counted, Counted)
    return counted.measured.wait.mean, counted.measured.wait.half_width


def test_nothing_runs_before_the_predictions_are_made() -> None:
    lesson = start(NAME, "en")

    assert lines(lesson.run()) == lines(lesson.recording())
    assert lines(lesson.run()).startswith("Predict first")
    assert lesson.runs == []


@pytest.mark.parametrize(
    ("load", "exact_s"),
    [(50, 1.0), *(pytest.param(*more, marks=pytest.mark.long) for more in ((80, 4.0), (90, 9.0)))],
)
def test_the_mean_wait_is_the_one_of_theory(ready: HowDoWeKnow, load: int, exact_s: float) -> None:
    ready.slider(load)
    mean_s, half_s = wait(ready)

    # M/M/1 with a mean service of a second: load / (1 - load). One run in twenty may miss by more than its interval;
    # by three times as much, hardly any.
    assert abs(mean_s - exact_s) < 2 * half_s
    assert half_s < 0.2 * exact_s


def test_a_second_counter_takes_nearly_all_of_the_wait_away(ready: HowDoWeKnow) -> None:
    ready.slider(90)
    mean_s, half_s = wait(ready, "providers.office.checking.workers=2")

    # Erlang's formula for two servers at 0.9 erlangs, by hand: C = 0.2793, so C / (2 - 0.9) = 0.2539 s.
    assert mean_s == pytest.approx(0.2539, abs=2 * half_s)
    assert half_s < 0.02


@pytest.mark.long
def test_another_seed_is_another_sample_and_the_same_seed_the_same(ready: HowDoWeKnow) -> None:
    assert wait(ready, seed=5) == wait(ready, seed="5") != wait(ready, seed=6)


@pytest.mark.long
def test_the_comparison_says_for_each_load_whether_the_interval_holds_the_formula(ready: HowDoWeKnow) -> None:
    assert ready.compare().stop
    ready.slider(80)
    ready.run("providers.office.checking.workers=2")
    assert ready.compare().stop  # another counter, another formula
    mean_s, half_s = wait(ready)
    verdict = "holds" if abs(mean_s - 4) <= half_s else "misses"

    assert f"80 %: formula 4.00 s, simulation {mean_s:.2f} ± {half_s:.2f} s. The interval {verdict}" in lines(
        ready.compare()
    )


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_model_agrees_with_each_recording_as_the_scorecard_says(ready: HowDoWeKnow, name: str) -> None:
    card = ready.recording(name)
    held = ready.runs[-1]

    assert isinstance(held, Held)
    assert held.tested.distance == compare(read_recording(PACKAGED / name)).distance
    assert held.tested.agrees
    assert lines(card).startswith("The model agrees with the recording")


@pytest.mark.parametrize(
    ("mistake", "found_by"), [(NO_ROUNDS, "greylisting_20s"), (NO_RAMP, "slow_start_ramp")]
)
def test_each_mistake_is_found_by_one_recording_only(ready: HowDoWeKnow, mistake: str, found_by: str) -> None:
    for name in RECORDINGS:
        ready.recording(name, mistake)
    missed = [one.tested.recording for one in ready.runs if isinstance(one, Held) and not one.tested.agrees]

    assert missed == [found_by]
    assert lines(ready.recording(found_by, mistake)).startswith("The model misses the recording")


def test_without_rounds_letters_come_back_too_early_and_arrive_later(ready: HowDoWeKnow) -> None:
    recording = read_recording(PACKAGED / "greylisting_20s")
    (replay,) = compare(recording, changes=[NO_ROUNDS]).replays

    # By hand for the first letter: tried at 2, and due 10 s later, taken for due a second before; then 9 and 18 s old,
    # which is less than the 20 s that the counter asks for; then about 35 s old.
    assert replay.delivered_s[0] == pytest.approx(recording.letters[0].accepted_s + 35, abs=1.5)
    assert replay.delivered_s[0] > recording.delivered_s[-1]


def test_the_table_has_a_line_for_each_model_and_says_what_was_not_tried(ready: HowDoWeKnow) -> None:
    assert ready.table().stop
    ready.recording("two_waves", NO_ROUNDS)
    card = ready.table()

    assert card.picture is not None
    words = [text.get_text() for text in card.picture.axes[0].texts]
    assert {"nothing changed", "queue_run_delay=1s", "C. two waves"} <= set(words)
    assert words.count("not tried") == 5


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda lesson: lesson.recording("three_waves"), "There are: greylisting_20s"),
        (
            lambda lesson: lesson.recording("two_waves", "senders.recorded.postconf.queue_run_dealy=1s"),
            "queue_run_delay",
        ),
        (lambda lesson: lesson.recording("two_waves", NO_ROUNDS.replace("=", "")), "path=value"),
        (lambda lesson: lesson.run(seed="mine"), "whole number"),
        (lambda lesson: lesson.slider(100), "50 to 90"),
    ],
)
def test_no_mistake_of_a_learner_ends_in_a_traceback(ready: HowDoWeKnow, step: Any, said: str) -> None:
    card = step(ready)

    assert card.stop
    assert said in lines(card)
    assert ready.runs == []


def test_cards_in_japanese_have_all_their_glyphs() -> None:
    lesson = start(NAME, "ja")
    lesson.predict(0, "２秒", 4, "b")

    # A glyph that is missing is a warning, and warnings are errors here.
    for card in (lesson.run(), lesson.compare(), lesson.recording(RECORDINGS[0], NO_ROUNDS), lesson.table()):
        assert "data:image/png" in card._repr_html_()


@pytest.mark.long
def test_nineteen_of_twenty_intervals_hold_the_formula_s_value(ready: HowDoWeKnow) -> None:
    ready.slider(80)
    held = [
        abs(mean_s - 4) <= half_s for mean_s, half_s in (wait(ready, seed=seed) for seed in range(101, 141))
    ]

    # The notebook tells a class of 40, here class 1, to expect about two misses, and not none for ever. At 95 % seven
    # or more come by chance three times in a thousand.
    assert 0 < held.count(False) < 7
