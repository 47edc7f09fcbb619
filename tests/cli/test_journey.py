from pathlib import Path

import pytest

from tests.cli.conftest import Mailsim


@pytest.fixture
def folder(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> Path:
    assert mailsim("run", scenario, "--out", tmp_path / "out", "--no-plots").status == 0
    return tmp_path / "out"


def test_a_letter_is_followed_by_the_clock_of_its_scenario(mailsim: Mailsim, folder: Path) -> None:
    ended = mailsim("journey", folder, "slowest")

    assert ended.status == 0
    assert "06:00:00.000" in ended.out
    assert "greylisted" in ended.out
    assert "deferred queue" in ended.out
    assert "in the inbox (the PO box)" in ended.out


def test_a_watched_letter_shows_its_conversation(mailsim: Mailsim, folder: Path) -> None:
    assert "The conversation" in mailsim("journey", folder, "notice/1").out
    assert "put the letter into `watch:`" in mailsim("journey", folder, "notice/2").out


def test_a_letter_says_where_its_time_went(mailsim: Mailsim, folder: Path) -> None:
    english = mailsim("journey", folder, "slowest")
    japanese = mailsim("journey", folder, "slowest", "--lang", "ja")

    assert "Where its " in english.out
    assert "put off: greylisted " in english.out
    assert "の内訳：接続を開く " in japanese.out


def test_a_letter_s_way_is_told_as_a_story(mailsim: Mailsim, folder: Path) -> None:
    post = mailsim("journey", folder, "slowest").out
    mail = mailsim("journey", folder, "slowest", "--words", "mail", "--lang", "ja").out

    assert "The story\nAt 06:00 letter notice/" in post
    assert "redelivery shelf" in post.partition("The story")[2]
    assert "メールサーバーに投稿されました。" in mail.partition("物語")[2]


def test_a_folder_of_a_version_without_blame_still_tells_journeys(mailsim: Mailsim, folder: Path) -> None:
    (folder / "blame.csv").unlink()
    ended = mailsim("journey", folder, "slowest")

    assert ended.status == 0
    assert "Where its " not in ended.out


@pytest.mark.parametrize("letter", ["slowest", "typical", "notice/1", "notice/2", "notice/3"])
def test_every_letter_has_a_journey(mailsim: Mailsim, folder: Path, letter: str) -> None:
    assert mailsim("journey", folder, letter).status == 0


def test_a_letter_that_does_not_exist_ends_with_2(mailsim: Mailsim, folder: Path) -> None:
    ended = mailsim("journey", folder, "notice/4")

    assert ended.status == 2
    assert "notice/1 … notice/3" in ended.err


def test_a_folder_that_holds_no_run_ends_with_2(mailsim: Mailsim, tmp_path: Path) -> None:
    ended = mailsim("journey", tmp_path, "slowest")

    assert ended.status == 2
    assert "holds no results of a run" in ended.err


def test_a_damaged_folder_ends_with_2(mailsim: Mailsim, folder: Path) -> None:
    (folder / "letters.csv").write_text("")
    ended = mailsim("journey", folder, "slowest")

    assert ended.status == 2
    assert f"letters.csv in {folder} is not as mailsim wrote it" in ended.err
    assert "もう一度実行" in mailsim("journey", folder, "slowest", "--lang", "ja").err


def test_a_run_without_letters_is_no_circle(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "late"
    ran = mailsim(
        "run", scenario, "--set", "letters.notice.at=2 h", "--set", "watch=[]", "--out", out, "--no-plots"
    )

    assert ran.status == 0
    assert "No letter was handed in before the end of the run (06:20)." in ran.out
    for untrue in ("Where 0 letters", "every attempt succeeded", "Fewer than half", "hardly waited"):
        assert untrue not in ran.out
    for letter in ("slowest", "notice/1"):
        ended = mailsim("journey", out, letter)
        assert ended.status == 2
        assert "no letter was handed in before the end of this run" in ended.err
        assert "Did you mean" not in ended.err
