"""What tables, journeys and numbers say of messages with several recipients, read off a record written by hand."""

from pathlib import Path

import pandas as pd
import pytest

from sim.exports.csv_table import read_csv
from sim.exports.saved_run import TEXT_COLUMNS, write_tables
from sim.exports.table_shapes import check_shape
from sim.results.journeys import journey
from sim.results.measures import measure
from sim.results.tables import frames
from sim.vocabulary.outcomes import QUEUED
from tests.results.hand_made import S
from tests.results.hand_made_messages import messages

Tables = dict[str, pd.DataFrame]
Way = list[tuple[str, float, float | None]]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return frames(messages())


def way(tables: Tables, letter: str) -> Way:
    return [(stop.what, stop.at_s, stop.stayed_s) for stop in journey(tables, letter).stops]


def test_each_letter_names_its_message(tables: Tables) -> None:
    letters = tables["letters"].set_index("letter")["message"]

    assert letters.iloc[:15].tolist() == [f"notice/{first}" for first in (1, 4, 7, 10, 13) for _ in range(3)]
    assert letters["notice/2!dsn"] == "notice/2!dsn"


def test_letters_wait_where_their_message_is(tables: Tables) -> None:
    letters = tables["letters"].set_index("letter")

    assert letters["waiting_in"].dropna().to_dict() == {
        **{f"notice/{number}": "active" for number in (7, 9, 10, 11, 12)},
        **{f"notice/{number}": "incoming" for number in (13, 14, 15)},
    }


def test_who_is_put_off_waits_for_the_others_of_his_message(tables: Tables) -> None:
    assert way(tables, "notice/1")[:9] == [
        ("spool", 0.0, 1.0),
        ("incoming", 1.0, 1.0),
        ("active", 2.0, 8.0),
        ("asked_dns", 10.0, pytest.approx(0.1)),
        ("connected", pytest.approx(10.1), pytest.approx(0.4)),
        ("answered", 10.5, 2.5),
        ("with_fellows", 13.0, 7.0),
        ("deferred", 20.0, 220.0),
        ("active", 240.0, 10.0),
    ]


def test_who_goes_along_has_his_own_answer_and_is_told_of_when_all_are_done(tables: Tables) -> None:
    assert way(tables, "notice/2")[4:] == [
        ("went_along", pytest.approx(10.1), pytest.approx(0.4)),
        ("answered", 10.5, 2.5),
        ("bounced", 13.0, None),
        ("dsn", 20.0, 2.0),
    ]


def test_who_is_delivered_waits_for_nobody(tables: Tables) -> None:
    assert "with_fellows" not in {what for what, _, _ in way(tables, "notice/3")}


def test_who_is_last_waits_for_nobody(tables: Tables) -> None:
    """C's third letter is the one with which the first round is over."""
    assert way(tables, "notice/9")[3:] == [
        ("not_connected", 412.0, 3.0),
        ("warning", 415.0, 2.0),
        ("active_at_end", 415.0, None),
    ]


@pytest.mark.parametrize("letter", ["notice/4", "notice/5"])
def test_who_is_given_up_shares_the_notice_of_that(tables: Tables, letter: str) -> None:
    """The third letter of B bounced, which another notice says, that was back at 706."""
    assert way(tables, letter)[2:] == [
        ("active", 4.0, 686.0),
        ("not_connected", 690.0, 5.0),
        ("with_fellows", 695.0, 8.0),
        ("expired", 703.0, None),
        ("dsn", 703.0, 4.0),
    ]
    assert way(tables, "notice/6")[-2:] == [("bounced", 703.0, None), ("dsn", 703.0, 3.0)]


def test_a_late_message_is_told_of_once_and_all_of_its_letters_say_so(tables: Tables) -> None:
    for number in (7, 8, 9):
        assert [stop for stop in way(tables, f"notice/{number}") if stop[0] == "warning"] == [
            ("warning", 415.0, 2.0)
        ]
    assert [stop for stop in way(tables, "notice/1") if stop[0] == "warning"] == []


def test_who_is_put_off_when_the_run_ends_still_waits_for_the_others(tables: Tables) -> None:
    assert way(tables, "notice/7")[-1] == ("with_fellows", 965.0, None)
    # Refused for good, and not told of yet.
    assert way(tables, "notice/8")[-1] == ("bounced", 965.0, None)
    assert way(tables, "notice/10")[-1] == ("active_at_end", 981.0, None)


def test_who_waits_for_a_letter_that_has_arrived_waits_until_its_agent_is_told(tables: Tables) -> None:
    """Nobody of C waits any more, but the 250 of the third letter is on its way back."""
    record = messages()
    record.letters["delivered_us"][8] = 999 * S

    assert way(frames(record), "notice/7")[-1] == ("with_fellows", 965.0, None)


def test_a_refusal_that_is_not_final_puts_off_as_well() -> None:
    """As with soft_bounce: the second letter of A is refused with 550, and is to be tried again."""
    record = messages()
    record.letters["outcome"][1] = QUEUED
    record.letters["ended_us"][1] = -1

    assert way(frames(record), "notice/2")[-2:] == [("with_fellows", 13.0, 7.0), ("deferred", 20.0, None)]


def test_who_goes_along_where_no_connection_came_about_is_not_said_to_be_connected(tables: Tables) -> None:
    whats = {stop.what for stop in journey(tables, "notice/5").stops}

    assert "not_connected" in whats
    assert "went_along" not in whats


def test_a_connection_is_counted_once_a_delivery() -> None:
    """Those of A1, A3, A1 again, B3 and C1 again; A2 and C2 went along in two of them."""
    attempts = measure(messages()).figures["attempts"]

    assert attempts["connected"] == 5
    assert attempts["total"] == 12


def test_a_saved_run_tells_the_same_ways(tables: Tables, tmp_path: Path) -> None:
    write_tables(tmp_path, tables, {})
    saved = {name: read_csv(tmp_path / f"{name}.csv", TEXT_COLUMNS) for name in tables}
    for name, frame in saved.items():
        check_shape(frame, tmp_path / f"{name}.csv")

    for letter in tables["letters"]["letter"]:
        assert way(saved, letter) == [
            (what, at_s, stayed_s if stayed_s is None else pytest.approx(stayed_s))
            for what, at_s, stayed_s in way(tables, letter)
        ]
