import pytest

from sim.errors import ArgumentError
from sim.learn.answers import Answers
from sim.learn.plans import PLANS, plan_of
from sim.learn.questions import read_amount, read_choice, read_letters, read_percent, read_setting


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


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("7.5", 7.5),
        ("7 min", 7),
        ("７分", 7),
        ("0.5 s", 0.5),
        ("1,200", 1200),
        (0, 0),
        ("", None),
        (None, None),
    ],
)
def test_an_amount_is_read_with_or_without_its_unit(written: object, amount: float | None) -> None:
    assert read_amount(written) == amount


@pytest.mark.parametrize("written", ["soon", "-1", "nan", "inf", "1e9", "1 h", "5 min 30 s"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ArgumentError, match="such as 5"):
        read_amount(written)


def test_a_slider_goes_so_far_and_no_farther() -> None:
    assert (read_setting("42", 42, 1200), read_setting("1,200", 42, 1200)) == (42, 1200)
    for wrong in (41, 1201, "long", 1.5, None, True, "9" * 5000):
        with pytest.raises(ArgumentError, match="42 to 1200"):
            read_setting(wrong, 42, 1200)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_every_lesson_asks_four_questions_one_of_them_with_choices(name: str) -> None:
    # The words that refuse to run before the predictions say: all four.
    reads = [question.reads for question in plan_of(name).questions]

    assert len(reads) == 4
    assert reads.count("choice") == 1


def test_an_answer_that_nobody_asked_for_is_named() -> None:
    plan = plan_of("11_how_do_we_know")
    answers = Answers(plan.questions, plan.at_the_end)

    with pytest.raises(ArgumentError, match=r"`wait_at_85`.*wait_at_80"):
        answers.note_predictions((), {"wait_at_85": 3})
    with pytest.raises(ArgumentError, match="`five`"):
        answers.note_predictions((1, 2, 3, "a", "five"), {})
    assert answers.predicted == dict.fromkeys(answers.questions)


def test_answers_tell_what_is_missing() -> None:
    plan = plan_of("06_one_hundred_or_a_million")
    answers = Answers(plan.questions, plan.at_the_end)
    assert answers.missing() == ["who", "prediction", "exit"]

    answers.who = {"name": "a", "class_number": "1"}
    answers.note_predictions((0, 0, "0 %"), {"stopped_by": "a"})
    assert answers.has_predicted()
    assert answers.amounts() == {1000: 0, 100_000: 0, 1_000_000: 0}
    assert answers.missing() == ["exit"]
