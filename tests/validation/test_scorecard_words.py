"""Every text of the packaged scorecard has its Japanese.

Rows of theory and of recordings are made from figures that nobody has simulated, since words do not hang on them;
those of published figures and of cases are looked at where they are run, in `test_published` and in `tests.cases`.
"""

from dataclasses import dataclass

import pytest

from sim.analogy.labels import file_words
from sim.validation import theory
from sim.validation.recording_folder import PACKAGED, Recording, read_recording
from sim.validation.recording_misses import KNOWN_MISSES, MISSES_OF_RECEIVERS
from sim.validation.recording_queues import QUEUES, Passage
from sim.validation.recording_rows import SEEDS, Comparison, Replay, rows_of
from sim.validation.recording_scenario import has_chance
from sim.validation.row import Row
from sim.validation.scorecard_words import about_words, check_words, note_words
from sim.validation.theory.finding import Case, Finding
from tests.analogy.words import ends_well, fields_of, slips
from tests.validation.untranslated import untranslated

CHECKS = file_words("scorecard_checks.yaml")
REMARKS = file_words("scorecard_remarks.yaml")
RECORDINGS = [read_recording(folder) for folder in sorted(PACKAGED.iterdir()) if folder.is_dir()]


@dataclass(frozen=True)
class Unmeasured:
    """A case of theory that finds every figure to be 1, with an interval or without one."""

    case: Case
    half_width: float | None

    @property
    def name(self) -> str:
        return self.case.name

    @property
    def seed(self) -> int:
        return self.case.seed

    @property
    def letters(self) -> int:
        return self.case.letters

    @property
    def checks(self) -> list[str]:
        return list(self.case.checks)

    def measure(self, level: float) -> list[Finding]:
        return [Finding(check, 1.0, level, self.half_width) for check in self.checks]


def missed(recording: Recording) -> list[Row]:
    """Give the rows of a recording whose replays delivered nothing."""
    nothing = Replay([], len(recording.letters), 0, 0, {name: Passage([], []) for name in QUEUES})
    seeds = len(SEEDS) if has_chance(recording) else 1
    return rows_of(Comparison(recording, (nothing,) * seeds, (1.0,) * seeds))


@pytest.mark.parametrize("half_width", [None, 0.01])
@pytest.mark.parametrize("case", theory.CASES, ids=lambda case: case.name)
def test_every_row_of_theory_has_its_japanese(case: Case, half_width: float | None) -> None:
    assert untranslated(theory.rows_of(Unmeasured(case, half_width))) == []


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_every_row_of_a_recording_has_its_japanese(recording: Recording) -> None:
    assert untranslated(missed(recording)) == []


@pytest.mark.parametrize("queue", QUEUES)
def test_the_queue_that_is_worst_is_named_in_japanese_as_in_english(queue: str) -> None:
    words = note_words(f"as a share of 90 letters, at its worst in {queue}", "ja")
    assert words == f"差は90通に対する割合で、{queue}で最も大きくなります。"


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_what_a_recording_is_about_is_said_in_japanese(recording: Recording) -> None:
    about = str(recording.settings["about"])
    assert about_words(recording.name, about, "en") == about
    assert ends_well(about_words(recording.name, about, "ja"))


def test_nothing_is_said_of_recordings_that_are_not_packaged() -> None:
    named = {key.partition(".")[2] for key in REMARKS["ja"] if key.startswith("recorded.")}
    assert named == {recording.name for recording in RECORDINGS}


def test_what_explains_a_miss_is_said_in_japanese() -> None:
    reasons = [*KNOWN_MISSES.values(), *MISSES_OF_RECEIVERS.values()]
    assert [reason for reason in reasons if not ends_well(note_words(reason, "ja"))] == []


@pytest.mark.parametrize("words", [CHECKS, REMARKS], ids=["checks", "remarks"])
def test_what_varies_is_the_same_in_both_languages(words: dict[str, dict[str, str]]) -> None:
    english, japanese = words["en"], words["ja"]
    assert english.keys() == japanese.keys()
    assert [key for key in english if fields_of(english[key]) != fields_of(japanese[key])] == []


def test_remarks_are_polite_sentences_and_checks_are_none() -> None:
    assert [words for words in REMARKS["ja"].values() if not ends_well(words) or slips(words)] == []
    assert [words for words in CHECKS["ja"].values() if "。" in words or slips(words)] == []


def test_what_differs_in_english_differs_in_japanese() -> None:
    # Two rows of one name could not be told apart.
    groups: dict[str, list[str]] = {"subject": [], "check": []}
    for key, words in CHECKS["ja"].items():
        groups[key.partition(".")[0]].append(words)
    assert [words for found in groups.values() for words in found if found.count(words) > 1] == []


def test_a_phrase_is_told_by_its_own_pattern_and_not_by_one_that_would_swallow_it() -> None:
    assert (
        check_words("M/M/3, load 0.7: share that has to wait", "ja") == "M/M/3、利用率0.7：待つことになる割合"
    )
    assert check_words("M/M/5/5 (Erlang B), load 4: share turned away", "ja").startswith(
        "M/M/5/5（アーランB式）、呼量4"
    )
    assert note_words("a dozen letters", "ja") == "a dozen letters"


def test_the_name_of_a_recording_stays() -> None:
    assert check_words("my_own: new connections", "ja") == "my_own：新しい接続の数"
    assert check_words("my_own: whatever else", "ja") == "my_own: whatever else"


def test_remarks_follow_each_other_as_sentences() -> None:
    assert note_words("at most; all arrive", "ja") == "正しい値は上限です。すべて届きます。"
    assert note_words("at most; all arrive", "en") == "at most; all arrive"
