import pandas as pd
import pytest

from sim.errors import ArgumentError
from sim.results.journeys import journey
from sim.results.tables import frames
from tests.results.hand_made import record


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return frames(record())


def way(tables: dict[str, pd.DataFrame], letter: str) -> list[tuple[str, float, float | None]]:
    return [(stop.what, stop.at_s, stop.stayed_s) for stop in journey(tables, letter).stops]


def test_a_letter_that_goes_through_passes_every_station(tables: dict[str, pd.DataFrame]) -> None:
    assert way(tables, "closure/1") == [
        ("spool", 0.0, 1.0),
        ("incoming", 1.0, 1.0),
        ("active", 2.0, 8.0),
        ("asked_dns", 10.0, pytest.approx(0.1)),
        ("connected", 10.1, pytest.approx(0.4)),
        ("answered", 10.5, 1.0),
        ("delivery", 11.0, 1.0),
        ("inbox", 12.0, None),
        ("fetched", 12.0, None),
        ("opened", 60.0, None),
    ]


def test_a_greylisted_letter_waits_in_the_deferred_queue(tables: dict[str, pd.DataFrame]) -> None:
    told = journey(tables, "closure/2")
    answers = [stop for stop in told.stops if stop.what == "answered"]

    assert [stop.fields["reply"] for stop in answers] == ["450 4.2.0", "250 2.0.0"]
    assert ("deferred", 21.0, 289.0) in way(tables, "closure/2")
    assert told.steps["event"].tolist() == ["connect", "reply"]


def test_a_bounced_letter_comes_back(tables: dict[str, pd.DataFrame]) -> None:
    assert way(tables, "closure/3")[-2:] == [("bounced", 30.0, None), ("dsn", 30.0, 2.0)]


def test_a_suspended_attempt_and_a_failed_one_are_told_apart(tables: dict[str, pd.DataFrame]) -> None:
    whats = [stop.what for stop in journey(tables, "closure/4").stops]

    assert whats == [
        "spool",
        "incoming",
        "suspended",
        "warning",
        "deferred",
        "active",
        "not_connected",
        "expired",
        "dsn",
    ]


@pytest.mark.parametrize(
    ("letter", "last"),
    [
        ("closure/5", ("deferred", 330.0, None)),
        ("closure/6", ("refused", 0.0, None)),
        ("everyday/1", ("active_at_end", 991.0, None)),
        ("everyday/2", ("incoming", 997.0, None)),
        ("everyday/3", ("spool", 999.0, None)),
    ],
)
def test_a_letter_that_has_not_ended_stops_where_it_is(
    tables: dict[str, pd.DataFrame], letter: str, last: tuple[str, float, None]
) -> None:
    assert way(tables, letter)[-1] == last


def test_a_dsn_has_a_way_too(tables: dict[str, pd.DataFrame]) -> None:
    assert [what for what, _, _ in way(tables, "closure/3!dsn")] == [
        "spool",
        "incoming",
        "returned_to_writer",
    ]


def test_a_notice_that_a_letter_is_late_has_a_way_of_its_own(tables: dict[str, pd.DataFrame]) -> None:
    assert ("warning", 500.0, 2.0) in way(tables, "closure/4")
    assert way(tables, "closure/4!warning") == [
        ("spool", 500.0, 1.0),
        ("incoming", 501.0, 1.0),
        ("writer_warned", 502.0, 0.0),
    ]


def test_stops_come_one_after_the_other(tables: dict[str, pd.DataFrame]) -> None:
    for letter in tables["letters"]["letter"]:
        times = [stop.at_s for stop in journey(tables, letter).stops]
        assert times == sorted(times)


@pytest.mark.parametrize(
    ("word", "letter"), [("slowest", "closure/2"), ("typical", "closure/1"), ("bounced", "closure/3")]
)
def test_a_word_stands_for_a_letter(tables: dict[str, pd.DataFrame], word: str, letter: str) -> None:
    assert journey(tables, word).letter == letter


def test_a_letter_that_does_not_exist_is_refused_with_what_there_is(tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ArgumentError, match=r"no letter `closur/1`.*closure/1 … closure/6.*slowest"):
        journey(tables, "closur/1")


def test_where_no_letter_bounced_there_is_no_bounced_one(tables: dict[str, pd.DataFrame]) -> None:
    letters = tables["letters"]
    without = {**tables, "letters": letters[letters["outcome"] != "bounced"]}

    with pytest.raises(ArgumentError, match="no letter of this run is `bounced`"):
        journey(without, "bounced")


@pytest.mark.parametrize(
    ("wanted", "nearest", "others"),
    [
        ("closur/2", "closure/2", "closure/1 … closure/6"),
        ("closure/99", "closure/6", "closure/1 … closure/6"),
        ("closure/0", "closure/1", "closure/1 … closure/6"),
        ("closure/x", "closure/1", "closure/1 … closure/6"),
        ("slowes", "slowest", "closure/1 … closure/6"),
    ],
)
def test_what_comes_nearest_is_one_letter_and_is_named_once(
    tables: dict[str, pd.DataFrame], wanted: str, nearest: str, others: str
) -> None:
    with pytest.raises(ArgumentError) as error:
        journey(tables, wanted)
    words = str(error.value).partition("Did you mean ")[2]
    said, _, rest = words.partition("? There are also: ")

    assert said == nearest
    assert others in rest
    assert nearest not in rest.rstrip(".").split(", ")


def test_only_words_that_stand_for_a_letter_are_offered(tables: dict[str, pd.DataFrame]) -> None:
    letters = tables["letters"]
    queued = {**tables, "letters": letters[letters["outcome"] == "queued"]}

    with pytest.raises(ArgumentError) as error:
        journey(queued, "nothing/1")
    assert not {"slowest", "typical", "bounced"} & set(str(error.value).rstrip(".").split(", "))


def test_the_only_letter_of_a_run_is_named(tables: dict[str, pd.DataFrame]) -> None:
    letters = tables["letters"]
    one = {
        **tables,
        "letters": letters[letters["outcome"] == "queued"].iloc[:1].assign(number=1, entry="note"),
    }

    with pytest.raises(ArgumentError, match=r"The only one is note/1\.$"):
        journey(one, "note/7")


@pytest.mark.parametrize("wanted", ["slowest", "typical", "bounced", "closure/1"])
def test_a_run_without_letters_says_so(tables: dict[str, pd.DataFrame], wanted: str) -> None:
    with pytest.raises(ArgumentError, match="no letter was handed in before the end of this run"):
        journey({**tables, "letters": tables["letters"].iloc[:0]}, wanted)
