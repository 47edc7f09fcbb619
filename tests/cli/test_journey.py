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
