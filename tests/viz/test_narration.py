"""A journey as a story: every word that it may need is there, and what it says is what the tables say."""

import re
from pathlib import Path

import pandas as pd
import pytest

from sim import api
from sim.analogy.labels import LANGUAGES, file_words, has_label
from sim.analogy.terms import terms
from sim.results.journeys import journey
from sim.results.tables import frames
from sim.viz.narration import STAYS, VOCABULARIES, narrate
from sim.viz.trouble import KINDS
from sim.vocabulary.kinds import READER_NAMES
from sim.vocabulary.replies import REPLIES
from sim.vocabulary.stages import STAGE_NAMES
from tests.analogy.words import ends_well, slips
from tests.results.hand_made import record

ROOT = Path(__file__).parents[2]
CLOSURE = ROOT / "scenarios" / "closure_mail.yaml"
ALL_WORDS = [(words, lang) for words in VOCABULARIES for lang in LANGUAGES]


@pytest.fixture(scope="module")
def result() -> api.Result:
    """The typhoon morning with its resolver silent when it is needed, so that everything goes wrong once."""
    return api.run(api.load(CLOSURE, ["duration=2 h", "letters.closure.count=40"]))


def test_no_stop_reply_stage_reader_or_incident_lacks_words() -> None:
    text = (ROOT / "sim" / "results" / "journeys.py").read_text("utf-8")
    stops = set(re.findall(r"""_stop\(\s*["']([a-z_]+)["']""", text))
    stops |= {"connected", "connection_reused", "went_along", "spam", "discarded", "deferred", "incoming"}
    stops |= {
        "dsn",
        "warning",
        "bounced",
        "expired",
        "spool_wait",
        "taken",
        *(f"{one}_at_end" for one in STAYS),
    }
    needed = [f"story_{words}.{stop}" for words in VOCABULARIES for stop in sorted(stops)]
    named = [f"reply.{reply.name}" for reply in REPLIES] + [f"fault.{kind}" for kind in KINDS]
    named += [f"stage.{name}" for name in STAGE_NAMES.values()]
    named += [f"reader.{name}" for name in READER_NAMES.values()]

    assert len(stops) > 25
    assert [key for key in needed if not all(has_label(key, lang) for lang in LANGUAGES)] == []
    assert [key for key in named if key not in terms()] == []


def test_the_two_vocabularies_tell_the_same_stops() -> None:
    keys = [
        {key.partition(".")[2] for key in file_words("story.yaml")["en"] if key.startswith(f"story_{words}.")}
        for words in VOCABULARIES
    ]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(("words", "lang"), ALL_WORDS)
def test_every_letter_has_a_story_without_gaps(words: str, lang: str) -> None:
    made = record()
    tables = frames(made)
    for letter in tables["letters"]["letter"]:
        told = narrate(journey(tables, letter), tables["incidents"], made.scenario.start, words, lang)
        assert told
        for sentence in told:
            assert not re.search(r"[{}]|\(\)|（）|「」|  ", sentence), sentence
            assert sentence.endswith("。" if lang == "ja" else ".")
            assert lang == "en" or (ends_well(sentence) and slips(sentence) == []), sentence


def test_a_story_says_what_the_table_says(result: api.Result) -> None:
    letters = result.tables["letters"]
    late = letters[(letters["provider"] == "office") & (letters["attempts"] == 2)].iloc[0]
    told = result.story(late["letter"])

    assert "on try 1, a van sets out for office" in told[1]
    assert "first visit, please come again (450 4.2.0)" in told[1]
    assert "redelivery shelf" in told[2]
    assert "taken at the counter (250 2.0.0)" in told[3]
    minutes = int((late["delivered_s"] - late["submitted_s"]) // 60)
    assert f"in the PO box, {minutes} min" in " ".join(told)


def test_the_weather_is_told_to_those_whom_it_met(result: api.Result) -> None:
    attempts = result.tables["attempts"]
    met = attempts.loc[attempts["reply_name"] == "dns_try_again", "letter"].iloc[0]
    spared = attempts.loc[attempts["ended_s"] < 1000.0, "letter"].iloc[0]

    assert "The weather at that time: nobody at the counter at campus (06:20 to 06:30)." in result.story(met)
    assert "そのときの故障は、campusの「無応答」（6時20分から6時30分まで）です。" in result.story(
        met, "mail", "ja"
    )
    assert not [one for one in result.story(spared) if "weather" in one]


def test_an_answer_is_explained_once() -> None:
    made = record()
    tables = frames(made)
    told = narrate(
        journey(tables, "closure/2"), pd.DataFrame(tables["incidents"]), made.scenario.start, "mail"
    )
    assert sum("has never seen this sender" in sentence for sentence in told) == 1
