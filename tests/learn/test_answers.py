import pytest

from sim.errors import ArgumentError
from sim.learn.answers import Answers, read_choice, read_letters, read_percent


@pytest.mark.parametrize(
    ("written", "percent"),
    [("75", 75), ("75 %", 75), ("７５％", 75), (0, 0), (99.5, 99.5), ("", None), (None, None)],
)
def test_a_percentage_is_read_however_it_is_written(written: object, percent: float | None) -> None:
    assert read_percent(written) == percent


@pytest.mark.parametrize("written", ["lots", "-1", "100.1", "nan", "1e9", "7 5"])
def test_what_is_no_percentage_is_refused(written: str) -> None:
    with pytest.raises(ArgumentError, match="0 to 100"):
        read_percent(written)


def test_a_choice_is_one_of_four_letters() -> None:
    assert (read_choice(" Ｃ "), read_choice("c."), read_choice(None)) == ("c", "c", None)
    with pytest.raises(ArgumentError, match="a, b, c or d"):
        read_choice("e")


def test_numbers_of_letters_are_whole_and_at_most_a_million() -> None:
    assert (read_letters("1,000"), read_letters(1_000_000), read_letters("１００")) == (1000, 1_000_000, 100)
    for wrong in (0, -5, 1_000_001, "many", 1.5, None, True):
        with pytest.raises(ArgumentError, match="1 to 1000000"):
            read_letters(wrong)


def test_answers_tell_what_is_missing() -> None:
    answers = Answers()
    assert answers.missing() == ["who", "prediction", "exit"]

    answers.who = {"name": "a", "class_number": "1"}
    answers.arrived = dict.fromkeys(answers.arrived, 0.0)
    answers.stopped_by = "a"
    assert answers.predicted()
    assert answers.missing() == ["exit"]
