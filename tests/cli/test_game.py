import json

from tests.cli.conftest import Mailsim

TWO = ("--mornings", "2")


def test_the_game_says_what_fails_and_how_to_move(mailsim: Mailsim) -> None:
    ended = mailsim("game", "newsletter=tomorrow", *TWO)

    assert (ended.status, ended.err) == (0, "")
    assert "Not yet" in ended.out
    assert (
        "fewer than 95 of 100 arrive at all (wanted: 95 by 10:00). Fulfilled on 0 of 2 mornings." in ended.out
    )
    assert "mailsim game NAME=VALUE" in ended.out


def test_moves_that_win_are_told_so_in_japanese(mailsim: Mailsim) -> None:
    ended = mailsim("game", "resolver=hoster", "smtp_connect_timeout=5s", *TWO, "--lang", "ja")

    assert (ended.status, ended.err) == (0, "")
    assert "合格です。" in ended.out


def test_json_holds_the_verdict_morning_by_morning(mailsim: Mailsim) -> None:
    ended = mailsim("game", "newsletter=tomorrow", *TWO, "--json", "-")
    found = json.loads(ended.out)

    assert (found["passed"], found["moves"]) == (False, {"newsletter": "tomorrow"})
    assert [one["seed"] for one in found["mornings"]] == [1, 2]
    # What never came is null.
    assert found["mornings"][0]["newsletter"] == {"value": None, "ok": False}


def test_a_move_that_is_none_is_refused_in_words(mailsim: Mailsim) -> None:
    for given, said in (
        ("resolver", "is no move"),
        ("resolvr=hoster", "there is no move"),
        ("smtp_connect_timeout=soon", "Postfix writes a time"),
    ):
        ended = mailsim("game", given)

        assert ended.status == 2
        assert said in ended.err
