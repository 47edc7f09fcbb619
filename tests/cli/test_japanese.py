"""What each command says in Japanese: nothing of it is left in English."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.analogy.words import JAPANESE
from tests.cli.conftest import Mailsim

ENGLISH = re.compile(r"(?<![`.\w])[A-Za-z][a-z']+ [a-z']{2,} [a-z']{2,}\b")
"""Three plain words in a row are English; names, keys and commands are not."""


def left_in_english(text: str) -> list[str]:
    """List the lines that are English."""
    return [line for line in text.splitlines() if ENGLISH.search(line)]


def columns(line: str) -> int:
    """Count the columns that a line takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.fixture
def folder(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> Path:
    assert mailsim("run", scenario, "--out", tmp_path / "out", "--no-plots", "--lang", "ja").status == 0
    return tmp_path / "out"


@pytest.mark.parametrize("replications", [1, 2])
def test_a_run_answers_in_japanese(
    mailsim: Mailsim, scenario: Path, tmp_path: Path, replications: int
) -> None:
    text = scenario.read_text("utf-8").replace("question: Are", "question: {ja: 着きますか。, en: Are")
    scenario.write_text(text.replace("a minute?", "a minute?}"), "utf-8")
    ended = mailsim("run", scenario, "--lang", "ja", "--replications", replications)

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("手紙3通\n問い：着きますか。\n")
    assert "締め切りの6時1分までに届きました。" in ended.out
    assert left_in_english(ended.out) == []


def test_the_columns_of_a_table_with_japanese_words_stand_below_each_other(
    mailsim: Mailsim, scenario: Path
) -> None:
    out = mailsim("run", scenario, "--lang", "ja").out
    table = out[out.index("\n場所 ") + 1 :].split("\n\n")[0].splitlines()

    assert len(table) == 5
    assert len({columns(line) for line in table}) == 1


def test_a_check_is_said_in_japanese(mailsim: Mailsim, scenario: Path) -> None:
    ended = mailsim("check", scenario, "--lang", "ja")

    assert "schoolからoffice、carrierへ、3通、期間は20分です。" in ended.out
    assert "どの手紙も届くことができます。" in ended.out
    blocked = mailsim("check", scenario, "--lang", "ja", "--set", "senders.school.outbound_port_25=blocked")
    assert "  letters.notice：schoolのネットワークは、外の25番ポートへの接続を止めています" in blocked.out
    assert left_in_english(blocked.out) == []


def test_errors_of_a_scenario_are_said_in_japanese_with_their_place(mailsim: Mailsim, scenario: Path) -> None:
    wrong = scenario.read_text("utf-8").replace("greylisting", "greylsting").replace("20 min", "20")
    scenario.write_text(wrong, "utf-8")
    ended = mailsim("run", scenario, "--lang", "ja")
    lines = ended.err.splitlines()

    assert ended.status == 2
    assert lines[0].endswith(
        "5行目の11文字目、duration：`20`に単位がありません。時間は`5 min`のように、単位を付けて書いてください。"
    )
    assert "`greylsting`というキーは、ここでは使えません。" in lines[1]
    assert lines[1].endswith("`greylisting`ではありませんか。")
    assert left_in_english(ended.err) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "SCENARIO", "--seed", "-1"], "エラー：シード-1は使えません。0から922"),
        (["run", "SCENARIO", "--set", "seed"], "`path=value`"),
        (["check", "missing.yaml"], "missing.yaml：`missing.yaml`というファイルはありません。"),
        (["explain", "greylistin"], "`greylisting`ではありませんか。"),
        (["explain", "郵便ポス"], "`郵便ポスト`ではありませんか。"),
        (["new", "x y"], "エラー：`x y`はシナリオの名前にできません。"),
        (["journey", ".", "slowest"], "実行の結果がありません。"),
    ],
)  # fmt: skip
def test_errors_of_arguments_are_said_in_japanese(
    mailsim: Mailsim, scenario: Path, arguments: list[str], words: str
) -> None:
    ended = mailsim(*(str(scenario) if one == "SCENARIO" else one for one in arguments), "--lang", "ja")

    assert ended.status == 2
    assert words.replace("`path=value`", "パス=値") in ended.err
    assert left_in_english(ended.err) == []


@pytest.mark.parametrize("letter", ["slowest", "notice/1", "notice/2", "notice/3"])
def test_a_journey_is_told_in_japanese(mailsim: Mailsim, folder: Path, letter: str) -> None:
    ended = mailsim("journey", folder, letter, "--lang", "ja")

    assert ended.status == 0
    assert "（郵便ポストから局内へ）" in ended.out
    assert left_in_english(ended.out) == []


def test_everything_that_can_be_explained_is_listed_in_japanese(mailsim: Mailsim) -> None:
    ended = mailsim("explain", "--lang", "ja")

    assert "グレイリスティング" in ended.out
    assert left_in_english(ended.out) == []


@pytest.mark.parametrize("term", ["郵便ポスト", "post box", "submission"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_term_is_explained_in_both_languages_whatever_it_is_asked_by(
    mailsim: Mailsim, term: str, lang: str
) -> None:
    out = mailsim("explain", term, "--lang", lang).out

    assert "郵便ポスト" in out
    assert "post box" in out
    assert ("サーバーにメールを預ける入口です。" in out) == (lang == "ja")


@pytest.mark.parametrize("term", ["greylisting", "グレイリスティング"])
def test_a_term_that_is_a_key_too_is_explained_as_both(mailsim: Mailsim, term: str) -> None:
    out = mailsim("explain", term, "--lang", "ja").out

    assert "初回は出直しの窓口" in out
    assert "providers.<name>.greylisting" in out


def test_a_new_scenario_has_japanese_comments_and_is_right(
    mailsim: Mailsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = mailsim("new", "休校メール", "--lang", "ja")

    assert ended.out == (
        "休校メール.yamlと、エディター用のscenario.schema.jsonを書きました。"
        "次は mailsim run 休校メール.yaml --lang ja を試してください。\n"
    )
    comments = re.findall(r"# (.*)", (tmp_path / "休校メール.yaml").read_text("utf-8"))
    assert sum(1 for words in comments if re.search(f"[{JAPANESE}]", words)) > 30
    assert mailsim("check", "休校メール.yaml", "--lang", "ja").status == 0


def test_the_language_of_the_machine_decides_nothing(
    mailsim: Mailsim, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.setenv(name, "ja_JP.UTF-8")

    assert "Every letter can arrive." in mailsim("check", scenario).out


def test_a_language_that_does_not_exist_ends_with_2(mailsim: Mailsim, scenario: Path) -> None:
    assert mailsim("check", scenario, "--lang", "fr").status == 2
