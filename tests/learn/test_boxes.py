"""Boxes of a notebook, filled in as a learner does."""

from importlib.util import find_spec
from typing import Any

import pytest

from sim.learn import lesson as lesson_module
from sim.learn.boxes import can_show_boxes
from sim.learn.lesson import Lesson
from sim.learn.lessons import start

pytestmark = pytest.mark.skipif(find_spec("ipywidgets") is None, reason="ipywidgets is not installed")


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setattr(lesson_module, "can_show_boxes", lambda: True)
    opened: Lesson = start("06_one_hundred_or_a_million", "ja")
    return opened


def boxes(form: Any, kind: str) -> list[Any]:
    return [child for child in form.children if type(child).__name__ == kind]


def test_there_are_no_boxes_where_no_notebook_shows_them() -> None:
    assert not can_show_boxes()


def test_what_is_written_into_boxes_is_the_prediction(lesson: Lesson) -> None:
    form = lesson.predict()
    (choice,) = boxes(form, "Dropdown")
    for box, percent in zip(boxes(form, "Text"), ("100", "９０％", "half"), strict=True):
        box.value = percent
    choice.value = "c"

    assert choice.options[0] == ("（選んでください）", "")
    assert list(lesson.answers.predicted.values()) == [100, 90, None, "c"]
    assert not lesson.answers.has_predicted()

    boxes(form, "Text")[2].value = "50"
    assert lesson.answers.has_predicted()
    choice.value = ""
    assert not lesson.answers.has_predicted()


def test_the_slider_has_the_powers_of_ten_and_sets_the_next_run(lesson: Lesson) -> None:
    (slider,) = boxes(lesson.slider(), "SelectionSlider")
    slider.value = 100_000

    assert [number for _, number in slider.options] == [100, 1000, 10_000, 100_000, 1_000_000]
    assert lesson.number == 100_000


def test_who_and_the_exit_ticket_are_boxes_too(lesson: Lesson) -> None:
    name, number = boxes(lesson.who(), "Text")
    name.value, number.value = "花子", "1-2\n34"
    stops, helps = boxes(lesson.exit_ticket(), "Textarea")
    stops.value, helps.value = "受信側", "早く決める"

    assert lesson.answers.who == {"name": "花子", "class_number": "1-2 34"}
    assert lesson.answers.exit == {"stops": "受信側", "helps": "早く決める"}


def test_a_slider_says_its_numbers_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_module, "can_show_boxes", lambda: True)
    (minutes,) = boxes(start("05_the_sorting_room", "ja").slider(), "SelectionSlider")
    (loads,) = boxes(start("11_how_do_we_know", "en").slider(80), "SelectionSlider")

    (steps,) = boxes(start("04_is_it_really_from_you", "ja").slider(3), "SelectionSlider")

    assert [words for words, _ in steps.options][::3] == ["なし", "SPF + DKIM + DMARC p=none"]
    assert [words for words, _ in minutes.options] == ["42秒", "1分", "3分", "5分", "10分", "20分"]
    assert (loads.value, next(words for words, _ in loads.options)) == (80, "50 %")
