"""The lesson of forged and forwarded letters, as plain Python without boxes.

Right values follow from RFC 7208 2.4 (SPF asks the name on the envelope), RFC 6376 6.1.3 (a changed body breaks the
seal) and RFC 7489 3.1 (one of the two must be right for the name in From): 70 letters come straight from the school,
20 by the university without SRS, 10 over a list with SRS and an altered body, and 50 from a forger who registers and
seals in his own name.
"""

import csv
from pathlib import Path
from typing import Any

import pytest

from sim.learn.card import Card
from sim.learn.lessons import start
from sim.learn.origins import Published
from sim.learn.really_from_you import PREDICTED, STEPS, ReallyFromYou
from sim.learn.shipped import notebooks_folder

NAME = "04_is_it_really_from_you"
SRS = "letters.forwarded.forwarded.srs=yes"
UNALTERED = "letters.by_list.forwarded.alters_body=no"


@pytest.fixture
def ready() -> ReallyFromYou:
    lesson: ReallyFromYou = start(NAME, "en")
    lesson.predict(0, "5 %", lost_at_once=50, who_suffers="a")
    return lesson


def lines(card: Any) -> str:
    assert isinstance(card, Card)
    return "\n".join(card.lines)


def words_of(card: Any) -> list[str]:
    assert isinstance(card, Card)
    assert card.picture is not None
    return [text.get_text() for axes in card.picture.axes for text in axes.texts]


def ended(lesson: ReallyFromYou) -> dict[str, tuple[int, int, int]]:
    """Give inbox, spam folder and refused of each kind of letter in the last run."""
    return {origin.name: (origin.inbox, origin.spam, origin.refused) for origin in lesson.runs[-1].origins}


ALL_ARRIVE = {"direct": (70, 0, 0), "forwarded": (20, 0, 0), "by_list": (10, 0, 0), "forged": (50, 0, 0)}


def test_nothing_runs_or_shows_before_the_predictions_are_made() -> None:
    lesson = start(NAME, "en")

    assert lines(lesson.run()) == lines(lesson.publish("spf")) == lines(lesson.look())
    assert lines(lesson.run()).startswith("Predict first")
    assert lesson.runs == []


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_until_a_rule_asks_for_more_than_nothing_every_forged_letter_arrives(
    ready: ReallyFromYou, step: int
) -> None:
    ready.slider(step)
    card = ready.run()

    assert ended(ready) == ALL_ARRIVE
    assert "50 forged letters: 50 in the inbox, 0 in the spam folder, 0 refused." in lines(card)


@pytest.mark.parametrize(("step", "left"), [(4, lambda n: (0, n, 0)), (5, lambda n: (0, 0, n))])
def test_the_rule_takes_what_is_forged_and_what_the_list_has_altered(
    ready: ReallyFromYou, step: int, left: Any
) -> None:
    ready.slider(step)
    ready.run()

    assert ended(ready) == {**ALL_ARRIVE, "by_list": left(10), "forged": left(50)}


@pytest.mark.parametrize(
    ("published", "lost"),
    [
        (("spf", "dmarc=reject"), {"forwarded", "by_list", "forged"}),
        (("spf", "dmarc=reject", SRS), {"forwarded", "by_list", "forged"}),
        (("dkim", "dmarc=reject"), {"by_list", "forged"}),
        (("spf", "dkim", "dmarc=reject", UNALTERED), {"forged"}),
        (("DMARC=reject",), {"direct", "forwarded", "by_list", "forged"}),
        (("spf", "dkim", "dmarc=reject", "letters.forged.forges=schoo1.example"), {"by_list"}),
    ],
)
def test_the_exercises_come_out_as_their_solutions_say(
    ready: ReallyFromYou, published: tuple[str, ...], lost: set[str]
) -> None:
    ready.publish(*published)

    assert {name for name, (inbox, _, _) in ended(ready).items() if not inbox} == lost


def test_the_picture_says_for_whose_name_a_check_has_passed(ready: ReallyFromYou) -> None:
    ready.slider(5)
    words = words_of(ready.run())

    assert [words.count(f"○ {name}.example") for name in ("school", "parents", "crook")] == [3, 1, 2]
    assert (words.count("○ matches"), words.count("× no match")) == (2, 2)
    assert (words.count("× office not registered"), words.count("× seal broken")) == (1, 1)
    assert {"70", "20", "10", "50"} <= set(words)


def test_at_p_none_the_left_half_is_that_of_reject_and_no_letter_is_lost(ready: ReallyFromYou) -> None:
    rehearsed = [word for word in words_of(ready.publish("dmarc=none")) if not word.isdecimal()]

    assert ended(ready) == ALL_ARRIVE
    assert rehearsed == [word for word in words_of(ready.publish("dmarc=reject")) if not word.isdecimal()]


def test_readers_see_one_name_on_all_letters_and_envelopes_bear_three(ready: ReallyFromYou) -> None:
    words = words_of(ready.look())

    # Four times on the letter, three times on the seal (one is broken), twice on the envelope.
    assert words.count("school.example") == 9
    assert words.count("crook.example") == 2
    assert words.count("parents.example") == words.count("broken") == 1


def test_the_comparison_has_a_line_for_each_prediction_and_takes_unchanged_runs_only(
    ready: ReallyFromYou,
) -> None:
    assert ready.compare().stop
    ready.publish("spf", "dkim", "dmarc=reject", UNALTERED)
    assert [words.endswith("not run yet") for words in words_of(ready.compare())] == [True] * 3
    for published, _ in PREDICTED.values():
        said = ["spf"] * published.spf + ["dkim"] * published.dkim
        ready.publish(*said, *([] if published.dmarc == "absent" else [f"dmarc={published.dmarc}"]))

    # By hand: all forged letters; the list's 10 of 100; all of them.
    assert [words.rpartition(": ")[2] for words in words_of(ready.compare())] == ["100", "10", "100"]


def test_the_notebook_filled_in_runs_from_top_to_bottom_and_hands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (notebooks_folder() / "en" / f"{NAME}.py").read_text("utf-8")
    for empty, filled in (
        ('name="", class_number=""', 'name="Hanako", class_number="1-2 34"'),
        ("forged_arrive=None, lost_at_reject=None", "forged_arrive=0, lost_at_reject=5"),
        ("lost_at_once=None, who_suffers=None", "lost_at_once=50, who_suffers='b'"),
        ("lesson.slider()", "lesson.slider(2)"),
        ('not_enough="", order=""', 'not_enough="his own name", order="reject last"'),
    ):
        assert code.count(empty) == 1
        code = code.replace(empty, filled)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, f"{NAME}.py", "exec"), {"__name__": "lesson"})
    (file,) = tmp_path.glob("*.csv")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))

    # The slider's run, then those of the exercises and their solutions; of each, forged letters in the inbox and
    # genuine ones that are not there, in percent.
    runs = [row[4] for row in rows if row[0].startswith("run")]
    assert runs[::2] == ["100", "0", "0", "0", "0", "100", "0", "0", "100"]
    assert runs[1::2] == ["0", "30", "30", "30", "0", "10", "100", "100", "0"]
    assert rows[-1][-1] == "reject last"


def test_what_is_published_is_read_as_it_is_said() -> None:
    assert Published.of(["SPF", "dkim", "DMARC p=quarantine".replace(" ", "=")]) == STEPS[4]
    assert [step.words("nothing") for step in STEPS][::5] == ["nothing", "SPF + DKIM + DMARC p=reject"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda lesson: lesson.publish("spff"), "spff is nothing that the school can publish here"),
        (lambda lesson: lesson.publish("dmarc"), "dmarc=none, dmarc=quarantine, dmarc=reject"),
        (lambda lesson: lesson.publish("spf", "letters.by_list.forwarded.alters=no"), "alters_body"),
        (lambda lesson: lesson.slider(6), "0 to 5"),
        (lambda lesson: lesson.predict("120 %"), "120 % is no percentage"),
    ],
)
def test_no_mistake_of_a_learner_ends_in_a_traceback(ready: ReallyFromYou, step: Any, said: str) -> None:
    card = step(ready)

    assert card.stop
    assert said in lines(card)
    assert ready.runs == []


def test_cards_in_japanese_have_all_their_glyphs() -> None:
    lesson = start(NAME, "ja")
    lesson.predict(100, "１０％", 100, "ｃ")
    lesson.slider(4)

    # A glyph that is missing is a warning, and warnings are errors here.
    for card in (lesson.look(), lesson.run(), lesson.publish("dmarc=reject"), lesson.compare()):
        assert "data:image/png" in card._repr_html_()
