from datetime import UTC, datetime
from functools import partial

import pytest

from sim.viz.amounts import count_words, duration_words, figure_words, moment_words, share_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (0.0963, "96.3 ms"),
        (0.9996, "1 s"),
        (5.17, "5.17 s"),
        (59.96, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (3605, "1 h"),
        (3660, "1 h 1 min"),
        (86_400 * 2 + 3600, "2 d 1 h"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (1, "100 %"), (0.5, "50 %"), (0.9999, ">99.9 %"), (0.00001, "<0.1 %"), (0.974, "97.4 %")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, words: str) -> None:
    assert share_words(share) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0"), (1234567, "1,234,567"), (3.25, "3.2"), (1234.5, "1,234")]
)
def test_a_count_is_said_with_its_thousands_apart(count: float, words: str) -> None:
    assert count_words(count) == words


def test_a_figure_is_said_with_half_its_interval() -> None:
    assert figure_words({"value": 12, "low": None, "high": None, "n": 1}) == "12"
    assert figure_words({"value": 12.0, "low": 12.0, "high": 12.0, "n": 5}) == "12"
    assert figure_words({"value": 0.5, "low": 0.25, "high": 0.75, "n": 5}, share_words) == "50 % ± 25 %"
    assert figure_words({"value": None, "low": None, "high": None, "n": 0}) == "–"


def test_a_moment_is_said_by_the_clock_and_with_its_date_on_another_day() -> None:
    start = datetime(2026, 9, 1, 6, tzinfo=UTC)

    assert moment_words(start, 3600) == "07:00"
    assert moment_words(start, 3661) == "07:01:01"
    assert moment_words(start, 86_400) == "2026-09-02 06:00"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0963, "96.3ミリ秒"), (5.17, "5.17秒"), (231, "3分51秒"), (3600, "1時間"), (90_000, "1日1時間")],
)
def test_a_duration_in_japanese_has_no_gaps(seconds: float, words: str) -> None:
    assert duration_words(seconds, "ja") == words


def test_a_share_in_japanese_is_never_rounded_to_all_or_nothing_either() -> None:
    assert [share_words(share, "ja") for share in (0.809, 0.99999, 0.00001)] == [
        "80.9 %",
        "99.9 %超",
        "0.1 %未満",
    ]


def test_a_figure_in_japanese_has_its_interval_in_japanese() -> None:
    figure = {"value": 231.0, "low": 201.0, "high": 261.0, "n": 5}

    assert figure_words(figure, partial(duration_words, lang="ja")) == "3分51秒 ± 30秒"


@pytest.mark.parametrize(
    ("at_s", "words"),
    [
        (3600, "7時"),
        (4 * 3600 + 600, "10時10分"),
        (3661, "7時1分1秒"),
        (86_400, "9月2日6時"),
        (122 * 86_400, "2027年1月1日6時"),
    ],
)
def test_a_moment_in_japanese_is_said_as_one_says_it(at_s: float, words: str) -> None:
    assert moment_words(datetime(2026, 9, 1, 6, tzinfo=UTC), at_s, "ja") == words
