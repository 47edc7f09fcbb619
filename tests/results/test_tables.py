import numpy as np
import pandas as pd
import pytest

from sim.results.tables import frames
from tests.results.hand_made import record


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return frames(record())


def test_every_table_of_the_record_becomes_a_frame(tables: dict[str, pd.DataFrame]) -> None:
    lengths = {name: len(frame) for name, frame in tables.items()}

    assert lengths == {
        "letters": 12,
        "attempts": 11,
        "steps": 2,
        "readings": 2,
        "series": 40,
        "incidents": 2,
        "blame": 12,
        "suppressions": 0,
        "feedback": 0,
        "queues": 4,
        "stations": 2,
    }


def test_letters_have_names_seconds_and_words(tables: dict[str, pd.DataFrame]) -> None:
    letters = tables["letters"].set_index("letter")

    assert list(letters.index[:3]) == ["closure/1", "closure/2", "closure/3"]
    assert list(letters.index[-3:]) == ["closure/3!dsn", "closure/4!warning", "closure/4!dsn"]
    assert letters.loc["closure/1", ["sender", "provider", "outcome"]].tolist() == [
        "school",
        "carrier",
        "inbox",
    ]
    assert letters.loc["closure/1", "delivered_s"] == 11.0
    assert np.isnan(letters.loc["closure/3", "delivered_s"])
    assert letters.loc["closure/3!dsn", "provider"] == "local"
    assert letters["accepted_s"].dtype == np.float64
    assert isinstance(letters["provider"].dtype, pd.CategoricalDtype)
    assert letters["read"].tolist() == [True] + [False] * 11


def test_letters_still_under_way_say_where_they_wait(tables: dict[str, pd.DataFrame]) -> None:
    letters = tables["letters"].set_index("letter")

    assert letters["waiting_in"].dropna().to_dict() == {
        "closure/5": "deferred",
        "everyday/1": "active",
        "everyday/2": "incoming",
        "everyday/3": "spool",
    }


def test_attempts_are_numbered_and_split_as_postfix_splits_its_delays(
    tables: dict[str, pd.DataFrame],
) -> None:
    attempts = tables["attempts"]
    second = attempts[attempts["letter"] == "closure/2"]

    assert second["attempt"].tolist() == [1, 2]
    assert second["host"].tolist() == ["office.mx1", "office.mx1"]
    assert second["reply"].tolist() == ["450 4.2.0", "250 2.0.0"]
    assert second["reply_name"].tolist() == ["greylisted", "accepted"]
    first = second.iloc[0]
    assert first[["delay_a_s", "delay_b_s", "delay_c_s", "delay_d_s"]].tolist() == [3.0, 15.0, 0.5, 0.5]
    assert attempts[attempts["connection"] == "suspended"]["host"].isna().all()


def test_the_parts_of_a_delay_add_up_to_the_time_since_acceptance(tables: dict[str, pd.DataFrame]) -> None:
    attempts = tables["attempts"]
    letters = tables["letters"].set_index("letter")
    parts = attempts[["delay_a_s", "delay_b_s", "delay_c_s", "delay_d_s"]].sum(axis=1)
    since = attempts["ended_s"] - attempts["letter"].map(letters["accepted_s"])

    assert np.allclose(parts, since)


def test_an_incident_that_is_not_over_has_no_end(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["incidents"]["to_s"].isna().tolist() == [False, True]


def test_readings_steps_and_series_have_names(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["readings"]["reader"].tolist() == ["app", "imap"]
    assert tables["steps"]["letter"].tolist() == ["closure/2", "closure/2"]
    assert tables["series"]["name"].iloc[:3].tolist() == [
        "school.incoming",
        "school.active",
        "school.deferred",
    ]


def test_queues_tell_their_mean_length(tables: dict[str, pd.DataFrame]) -> None:
    means = tables["queues"].set_index("queue")["mean"]

    assert means["school.deferred"] == 1.467


def test_frames_share_nothing_with_the_record() -> None:
    made = record()
    letters = frames(made)["letters"]
    letters.loc[0, "number"] = 99

    assert made.letters["number"][0] == 1
