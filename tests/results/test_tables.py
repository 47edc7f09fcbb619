import numpy as np
import pandas as pd
import pytest

from sim.results.tables import frames
from tests.mail.town import run
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
    assert attempts[attempts["connection"] == "suspended"][["host", "address"]].isna().all(axis=None)


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


OLD, NEW = "198.51.100.7", "198.51.100.8"


@pytest.mark.parametrize("recipients", [1, 2])
def test_each_attempt_names_the_address_from_which_it_came(recipients: int) -> None:
    """Right value: an address that is listed is the one whose letters are refused, and only those."""
    made = run(
        {
            "senders.school.addresses": [OLD, NEW],
            "senders.school.address_choice": "per_letter",
            "letters.notice": {
                "from": "school",
                "to": "office",
                "size": "1 B",
                "count": 40,
                "recipients": recipients,
            },
            "providers.office.blocklists": [{"listings": [{"address": OLD, "at": "0 s", "for": "1 h"}]}],
        }
    ).record
    attempts = frames(made)["attempts"]
    at_a_host = attempts[attempts["host"].notna()]

    assert set(at_a_host.loc[at_a_host["reply_name"] == "blocklisted", "address"]) == {OLD}
    assert set(at_a_host.loc[at_a_host["reply_name"] == "accepted", "address"]) == {NEW}


def test_an_attempt_after_a_change_comes_from_the_new_address() -> None:
    made = run(
        {
            "senders.school.addresses": [OLD],
            "senders.school.address_changes": [{"at": "200 s", "addresses": [NEW]}],
            "providers.office.greylisting": "1 min",
        }
    ).record

    assert frames(made)["attempts"]["address"].tolist() == [OLD, NEW]
