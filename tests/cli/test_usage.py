"""Wrong options and arguments are answered in the language that is asked for."""

import pytest

from sim.cli.usage import asked_language
from tests.cli.conftest import Mailsim


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "a.yaml", "--replications", "0"), "--replicationsには1以上の整数を書いてください。"),
        (("run", "a.yaml", "--seed", "abc"), "--seedには整数を書いてください。"),
        (("run", "a.yaml", "--replication", "3"), "--replicationsではありませんか。"),
        (("run",), "SCENARIO.yamlがありません。"),
        (("sweep", "a.yaml"), "--gridがありません。"),
        (("check", "a.yaml", "b.yaml"), "b.yamlが余分です。"),
        (("runn", "a.yaml"), "runnというコマンドはありません。"),
    ],
)
def test_a_wrong_argument_is_answered_in_japanese(
    mailsim: Mailsim, arguments: tuple[str, ...], words: str
) -> None:
    ended = mailsim(*arguments, "--lang", "ja")

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("エラー：")
    assert words in ended.err
    assert " -h`で見られます。" in ended.err


def test_in_english_the_parser_speaks_for_itself(mailsim: Mailsim) -> None:
    ended = mailsim("run", "a.yaml", "--seed", "abc")

    assert ended.status == 2
    assert "--seed" in ended.err
    assert "エラー" not in ended.err


@pytest.mark.parametrize(
    ("arguments", "lang"),
    [
        (["--lang", "ja"], "ja"),
        (["--lang=ja"], "ja"),
        (["--lang", "fr"], "en"),
        (["--lang"], "en"),
        ([], "en"),
        (["--lang", "ja", "--lang", "en"], "en"),
    ],
)
def test_the_language_is_found_among_arguments_that_are_wrong(arguments: list[str], lang: str) -> None:
    assert asked_language(arguments) == lang
