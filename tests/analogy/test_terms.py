"""Everything that a letter meets has a mail word, a post-office word and an explanation, in both languages."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from sim.analogy.terms import Term, all_words, find_terms, term, terms
from sim.results.waiting import PLACES
from sim.scenario.faults import FaultKind
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.incidents import OUT_OF_MEMORY
from sim.vocabulary.kinds import READER_NAMES
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES
from sim.vocabulary.stages import STAGE_NAMES
from tests.analogy.words import ends_well

MAIL = Path(__file__).parents[2] / "sim" / "mail"
ALL = list(terms().values())


def stations() -> set[str]:
    """Give the files of sim/mail that are stations: their manual page says from where letters come."""
    pages = {path.stem: ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in MAIL.rglob("*.py")}
    return {name for name, page in pages.items() if re.search(r"^From:", page or "", re.MULTILINE)}


def names(group: str) -> set[str]:
    return {one.name for one in ALL if one.group == group}


def test_every_station_has_its_words() -> None:
    assert len(stations()) > 15
    assert names("station") == stations()


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        ("queue", {*PLACES, "checking", "content_filter"}),
        ("reply", {reply.name for reply in REPLIES}),
        ("outcome", {*OUTCOME_NAMES.values(), "lost"}),
        ("stage", set(STAGE_NAMES.values())),
        ("connection", set(CONNECTION_NAMES.values())),
        ("reader", set(READER_NAMES.values())),
        ("fault", {*get_args(FaultKind), OUT_OF_MEMORY}),
    ],
)
def test_every_word_of_the_vocabulary_has_its_words(group: str, wanted: set[str]) -> None:
    assert names(group) == wanted


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_a_term_is_complete_in_both_languages(one: Term) -> None:
    for words in (one.mail, one.post, one.about):
        assert set(words) == {"en", "ja"}
        assert all(isinstance(said, str) and said for said in words.values())
    assert re.fullmatch(r"[A-Z][^.]*\.", one.about["en"]), "one sentence"
    assert one.about["ja"].count("。") == 1
    assert ends_well(one.about["ja"])


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_things_that_differ_are_called_differently_within_their_group(lang: str) -> None:
    called = [(one.group, one.post[lang]) for one in ALL]

    assert sorted({one for one in called if called.count(one) > 1}) == []


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("post box", "station.submission"),
        ("The Post Box", "station.submission"),
        ("郵便ポスト", "station.submission"),
        ("greylisting", "station.greylisting"),
        ("グレイリスティング", "station.greylisting"),
        ("Ｇreylisting", "station.greylisting"),
        ("4xx", "idea.temporary_error"),
        ("queue.deferred", "queue.deferred"),
        ("return-to-sender", "station.bounce"),
        ("ＤＫＩＭ", "idea.dkim"),
    ],
)
def test_a_term_is_found_by_any_of_its_words(word: str, key: str) -> None:
    assert key in [one.key for one in find_terms(word)]


@pytest.mark.parametrize("word", all_words())
def test_no_word_leads_nowhere(word: str) -> None:
    assert find_terms(word) != ()


def test_a_word_that_is_not_known_finds_nothing() -> None:
    assert find_terms("閲覧室") == ()
    assert find_terms("") == ()


def test_a_term_is_given_by_its_key_or_by_its_name() -> None:
    assert term("reply.greylisted") is term("greylisted")
    assert term("pop3").group == "station"
    with pytest.raises(KeyError):
        term("pigeon")


def test_the_words_of_a_term_are_said_together() -> None:
    assert term("submission").words() == "submission (post box)"
    assert term("submission").words("ja") == "メールの投稿（郵便ポスト）"
    assert term("outcome.lost").words() == "lost"


def test_reputation_is_one_thing() -> None:
    assert [one.key for one in find_terms("reputation")] == ["station.reputation"]
    assert find_terms("送信者の評価") == find_terms("reputation") == find_terms("差出局の信用")
