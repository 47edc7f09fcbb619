from pathlib import Path

import pytest

from tests.cli.conftest import Mailsim


def test_a_scenario_and_its_saved_run_give_the_same_page(
    mailsim: Mailsim, scenario: Path, tmp_path: Path
) -> None:
    assert mailsim("run", scenario, "--out", tmp_path / "out", "--no-plots").status == 0
    ended = mailsim("replay", tmp_path / "out", "--out", tmp_path / "saved.html")
    again = mailsim("replay", scenario, "--out", tmp_path / "run.html")

    assert ended.status == again.status == 0
    assert ended.out == f"Replay: {tmp_path / 'saved.html'}\n"
    assert (tmp_path / "saved.html").read_bytes() == (tmp_path / "run.html").read_bytes()


def test_the_page_opens_in_the_words_that_were_asked_for(
    mailsim: Mailsim, scenario: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    mailsim(
        "replay",
        scenario,
        "--out",
        page,
        "--lang",
        "ja",
        "--words",
        "mail",
        "--set",
        "letters.notice.count=2",
    )

    written = page.read_text("utf-8")
    assert '<html lang="ja">' in written
    assert '"lang":"ja","words_first":"mail"' in written
    assert "2通すべてを表示しています" in written


@pytest.mark.parametrize("option", [("--seed", 2), ("--set", "letters.notice.count=2")])
def test_a_saved_run_cannot_be_changed(
    mailsim: Mailsim, scenario: Path, tmp_path: Path, option: tuple[object, ...]
) -> None:
    mailsim("run", scenario, "--out", tmp_path / "out", "--no-plots")
    ended = mailsim("replay", tmp_path / "out", "--out", tmp_path / "page.html", *option)

    assert ended.status == 2
    assert "holds a run that is over" in ended.err
    assert not (tmp_path / "page.html").exists()


def test_what_is_no_run_and_words_that_are_none_end_with_2(
    mailsim: Mailsim, scenario: Path, tmp_path: Path
) -> None:
    assert mailsim("replay", tmp_path, "--out", tmp_path / "page.html").status == 2
    ended = mailsim("replay", scenario, "--words", "pigeon", "--out", tmp_path / "page.html")
    assert ended.status == 2
    assert "pigeon" in ended.err
