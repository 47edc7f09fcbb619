import re
from pathlib import Path

import pytest

from sim.analogy.labels import LANGUAGES, WORD_FILES, error_words, file_words, has_label, label, taught
from sim.errors import ArgumentError
from sim.results.waiting import PLACES
from sim.vocabulary.kinds import READER_NAMES
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES
from sim.vocabulary.stages import STAGE_NAMES
from tests.analogy.words import fields_of

ROOT = Path(__file__).parents[2] / "sim"
FILES = [file for file in WORD_FILES if file_words(file)]
USED = re.compile(r"""label\(\s*f?["']([a-z_]+\.[a-z_0-9]+)["']""")
RAISED = re.compile(r"""taught\(\s*\w+,\s*["']([a-z_0-9]+)["']""")


def sources() -> str:
    return "\n".join(path.read_text("utf-8") for path in ROOT.rglob("*.py"))


def known(key: str) -> bool:
    return all(has_label(key, lang) for lang in LANGUAGES)


@pytest.mark.parametrize("file", FILES)
def test_every_label_has_words_in_both_languages_with_the_same_fields(file: str) -> None:
    english, japanese = (file_words(file)[lang] for lang in LANGUAGES)

    assert english.keys() ^ japanese.keys() == set()
    assert [key for key in english if fields_of(english[key]) != fields_of(japanese[key])] == []


def test_a_key_stands_in_one_file_only() -> None:
    keys = [key for file in FILES for key in file_words(file)["en"]]

    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_word_of_the_vocabulary_has_a_label() -> None:
    wanted = [f"reply.{reply.name}" for reply in REPLIES] + [f"meaning.{reply.name}" for reply in REPLIES]
    wanted += [f"outcome.{name}" for name in (*OUTCOME_NAMES.values(), "lost")]
    wanted += [f"stage.{name}" for name in STAGE_NAMES.values()]
    wanted += [f"reader.{name}" for name in READER_NAMES.values()]
    wanted += [f"queue.{name}" for name in (*PLACES[1:], "checking")]

    assert [key for key in wanted if not known(key)] == []


def test_every_label_that_is_used_has_words() -> None:
    assert [key for key in USED.findall(sources()) if not known(key)] == []


def test_every_error_that_is_taught_has_words() -> None:
    assert [code for code in RAISED.findall(sources()) if not known(f"error.{code}")] == []


def test_every_stop_of_a_journey_has_words() -> None:
    text = (ROOT / "results" / "journeys.py").read_text("utf-8")
    stops = set(re.findall(r"""_stop\(\s*["']([a-z_]+)["']""", text)) | {
        "connected",
        "connection_reused",
        "went_along",
    }

    assert len(stops) > 8
    assert [stop for stop in stops if not known(f"stop.{stop}")] == []


def test_a_language_without_a_word_says_it_in_english() -> None:
    assert label("outcome.inbox", "xx") == label("outcome.inbox")


def test_a_key_without_words_is_said_as_it_is() -> None:
    assert label("reply.some_new_answer") == "some new answer"


def test_a_field_that_is_missing_leaves_a_gap_and_no_error() -> None:
    assert label("summary.one") == "the letter arrived after ."


def test_an_error_carries_its_sentence_and_its_fields() -> None:
    error = taught(ArgumentError, "bad_seed", found=-1)

    assert str(error).startswith("the seed -1 cannot be used.")
    assert error.fields == {"found": -1}
    assert error_words(error, "en") == str(error)


@pytest.mark.parametrize("code", ["scenario_is_wrong", "unknown_term"])
def test_words_that_stand_elsewhere_are_not_known_here(code: str) -> None:
    assert error_words(ArgumentError(code), "en") is None
