"""Japanese as a Japanese teacher writes it: polite sentences, no slips of the keyboard, nothing left in English."""

from collections.abc import Iterator

import pytest

from sim.analogy import sentence
from sim.analogy.labels import file_words
from sim.analogy.meanings import form_words, has_japanese, meaning_words, source_words
from sim.analogy.terms import terms
from sim.cli import explain as _explain_command
from sim.scenario import catalogue
from sim.scenario.explain import explain
from sim.scenario.template import template
from sim.yaml_io import parse
from tests.analogy.words import ends_well, fields_of, is_english, slips
from tests.scenario.test_sentences import TEXTS

LABELS = file_words("labels.yaml")
KEYS = [one for one in explain() if one.kind != "preset"]
MEANINGS = sorted({one.meaning for one in KEYS})
SOURCES = sorted(
    {one.source for one in KEYS if one.source}
    | {known.source for one in explain() for _, known in one.values}
    | {one.plausible.why for one in KEYS if one.plausible}
    | {known.plausible.why for one in explain() for _, known in one.values if known.plausible}
)
ABOUTS = {
    preset.name: preset.about_ja for kind in catalogue.KINDS for preset in catalogue.presets(kind).values()
}


def errors(lang: str) -> Iterator[tuple[str, str]]:
    """Give all texts of the file of errors, by their place."""
    for group, texts in TEXTS.items():
        if lang in texts:
            yield group, texts[lang]
            continue
        for code, words in texts.items():
            yield f"{group}.{code}", words[lang]


ENGLISH, JAPANESE = dict(errors("en")), dict(errors("ja"))


def test_every_error_has_a_sentence_in_both_languages_with_the_same_fields() -> None:
    assert [code for code in ENGLISH if fields_of(ENGLISH[code]) != fields_of(JAPANESE[code])] == []


def test_bounds_and_alternatives_are_said_in_words() -> None:
    def said(expected: str) -> str:
        return sentence("out_of_range", {"found": 0, "expected": expected}, "ja")

    assert said(">= 1") == "`0`とあります。書ける範囲は1以上です。"
    assert said("5 ms or 6 ms") == "`0`とあります。書ける範囲は5 ms か 6 msです。"


@pytest.mark.parametrize("code", TEXTS["sentences"])
def test_every_error_is_a_polite_japanese_sentence(code: str) -> None:
    words = TEXTS["sentences"][code]["ja"]

    assert words.endswith("。")
    assert ends_well(words)


def test_labels_that_are_sentences_in_english_are_polite_sentences_in_japanese() -> None:
    # What ends in a colon in English leads to a list.
    sentences = [key for key, words in LABELS["en"].items() if words.endswith(".")]

    assert len(sentences) > 40
    assert [
        key for key in sentences if not ends_well(LABELS["ja"][key]) or LABELS["ja"][key][-1] != "。"
    ] == []


def test_nobody_mistyped_and_nothing_is_left_in_english() -> None:
    words = [*LABELS["ja"].values(), *JAPANESE.values(), *ABOUTS.values()]
    words += [meaning_words(meaning, "ja") for meaning in MEANINGS]
    words += [source_words(source, "ja") for source in SOURCES]
    words += [one["ja"] for term in terms().values() for one in (term.mail, term.post, term.about)]

    assert [(one, slips(one)) for one in words if slips(one)] == []
    assert [one for one in words if is_english(one)] == []


def test_every_key_has_a_japanese_meaning_that_is_a_polite_sentence() -> None:
    assert [meaning for meaning in MEANINGS if not has_japanese(meaning)] == []
    assert [one for one in (meaning_words(meaning, "ja") for meaning in MEANINGS) if not ends_well(one)] == []


def test_every_source_has_its_japanese() -> None:
    assert [source for source in SOURCES if not has_japanese(source, "sources")] == []


def test_how_a_value_is_written_is_said_in_japanese() -> None:
    forms = {form_words(one.form, "ja") for one in KEYS}

    assert [form for form in forms if is_english(form) or " or " in form or "mapping" in form] == []


@pytest.mark.parametrize("name", ABOUTS)
def test_every_preset_says_what_it_is_in_polite_japanese(name: str) -> None:
    assert ends_well(ABOUTS[name])
    assert ABOUTS[name].endswith("。")


def test_the_template_with_japanese_comments_is_the_same_scenario() -> None:
    english, japanese = template("mine"), template("mine", "ja")

    assert parse(japanese).data == parse(english).data
    assert [line.split("#")[0] for line in japanese.splitlines()][15:] != []
    assert "NAME" not in japanese


def test_every_comment_of_the_template_is_in_japanese_where_the_english_one_is_a_comment() -> None:
    english = [line.partition(" # ")[2] for line in template("mine").splitlines() if " # " in line]
    japanese = [line.partition(" # ")[2] for line in template("mine", "ja").splitlines() if " # " in line]

    assert len(japanese) == len(english)
    assert [words for words in japanese if is_english(words) or words in english] == []


def test_the_words_for_other_languages_are_complete() -> None:
    assert set(_explain_command._OTHER) == {"en", "ja"}
