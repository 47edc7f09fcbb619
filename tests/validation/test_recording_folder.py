import gzip
import json
from pathlib import Path

import pytest

from sim.errors import RecordingError
from sim.validation.recording_folder import PACKAGED, read_recording, recording_folders

RECEIVED = {
    "connection_limit_5": 100,
    "flood_100_clients": 2000,
    "idle_clients_stress": 20,
    "process_limit_10_sleep_1": 400,
    "slow_filter_behind": 400,
}
"""Letters of each recorded receiver: clients times letters."""
LETTERS = {
    "active_queue_clog": 1200,
    "cohort_limit_10": 500,
    "dead_then_back": 500,
    "dns_outage": 800,
    "expiry_60s": 100,
    "greylisting_20s": 500,
    "hard_bounce_10pct": 600,
    "mmc_80pct": 4800,
    "mx_failover": 400,
    "no_service_time": 3000,
    "nxdomain_20pct": 500,
    "outage_midway_refused": 1600,
    "rate_delay_outage": 80,
    "rate_limited_10ps": 600,
    "rate_limited_polite": 90,
    "rtt_50ms_cached": 600,
    "rtt_50ms_uncached": 600,
    "slow_start_ramp": 200,
    "steady_one_destination": 2000,
    "two_waves": 1600,
}
"""Letters of each recording, as the table of the real one counts them."""
HEADING = "recipient,accepted_by_sender_s,delivered_s,log_lines\n"


def folder_with(
    path: Path, letters: str = HEADING + "u1@a.test,2.0,2.5,1\n", settings: str = '{"max_s": 9}'
) -> Path:
    path.mkdir(exist_ok=True)
    (path / "run.json").write_text(settings, encoding="utf-8")
    (path / "letters.csv").write_text(letters, encoding="utf-8")
    return path


def test_the_project_s_own_copies_can_be_read() -> None:
    recordings = {folder.name: read_recording(folder) for folder in recording_folders(PACKAGED)}
    assert {name: len(recording.letters) for name, recording in recordings.items()} == LETTERS | RECEIVED
    for name, recording in recordings.items():
        assert (recording.receiver is not None) == (name in RECEIVED)
        if name in RECEIVED:
            continue
        assert recording.queues is not None
        assert recording.new_connections is not None
    assert recordings["greylisting_20s"].attempts_per_letter == 3.0


def test_letters_come_in_order_of_acceptance(tmp_path: Path) -> None:
    recording = read_recording(folder_with(tmp_path, HEADING + "u1@a.test,2.5,,2\nu2@a.test,2.0,2.1,1\n"))
    assert [letter.accepted_s for letter in recording.letters] == [2.0, 2.5]
    assert recording.delivered_s == [2.1]


def test_a_zipped_table_is_read_as_well(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "letters.csv").unlink()
    (folder / "letters.csv.gz").write_bytes(gzip.compress((HEADING + "u1@a.test,2.0,2.5,1\n").encode()))
    assert len(read_recording(folder).letters) == 1


def test_a_folder_of_recordings_or_one_recording_can_be_named(tmp_path: Path) -> None:
    one = folder_with(tmp_path / "one")
    (tmp_path / "notes").mkdir()
    assert recording_folders(tmp_path) == [one]
    assert recording_folders(one) == [one]


@pytest.mark.parametrize(
    ("letters", "settings", "words"),
    [
        ("", "{}", "no column recipient"),
        (HEADING, "{}", "there is no letter in it"),
        ("recipient,delivered_s\n", "{}", "no column accepted_by_sender_s, log_lines"),
        (HEADING + "u1@a.test,2.0\n", "{}", "line 2: this row has not as many fields"),
        (HEADING + "u1@a.test,2.0,3.0,1,9\n", "{}", "line 2: this row has not as many fields"),
        (HEADING + "u1@a.test,soon,3.0,1\n", "{}", "'soon' is no time"),
        (HEADING + "u1@a.test,nan,3.0,1\n", "{}", "'nan' is no time"),
        (HEADING + "u1@a.test,2.0,3.0,many\n", "{}", "log_lines is 'many'"),
        (HEADING + "@,2.0,3.0,1\n", "{}", "the recipient is empty"),
        (HEADING + "u1@a.test,2.0,3.0,1\n", "{", "line 1: this is not JSON"),
        (HEADING + "u1@a.test,2.0,3.0,1\n", "[]", "this is no JSON object"),
        (HEADING + "u1@a.test,2.0,3.0,1\n", '{"max_s": "long"}', "max_s is 'long'"),
    ],
)
def test_a_broken_recording_is_told_what_is_wrong(
    tmp_path: Path, letters: str, settings: str, words: str
) -> None:
    with pytest.raises(RecordingError) as caught:
        read_recording(folder_with(tmp_path, letters, settings))
    assert words in str(caught.value)


def test_missing_and_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="there is no such folder"):
        recording_folders(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match="no recording in it"):
        recording_folders(tmp_path)
    folder = folder_with(tmp_path / "one")
    with pytest.raises(RecordingError, match="is a file"):
        recording_folders(folder / "run.json")
    (folder / "letters.csv").write_bytes("宛先".encode("shift_jis"))
    with pytest.raises(RecordingError, match="not UTF-8"):
        read_recording(folder)
    (folder / "letters.csv").unlink()
    with pytest.raises(RecordingError, match=r"letters\.csv: there is no such file"):
        read_recording(folder)
    (folder / "letters.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(RecordingError, match="not a table"):
        read_recording(folder)
    (folder / "run.json").unlink()
    with pytest.raises(RecordingError, match=r"run\.json: there is no such file"):
        read_recording(folder)


def test_a_recording_without_an_end_is_compared_until_after_its_last_event(tmp_path: Path) -> None:
    recording = read_recording(folder_with(tmp_path, settings=json.dumps({})))
    assert (recording.length_s, recording.compared_s) == (5.0, 4.0)


def test_what_happens_in_the_last_second_is_left_out(tmp_path: Path) -> None:
    letters = HEADING + "u1@a.test,2.0,7.9,1\nu2@a.test,2.0,8.1,1\n"
    recording = read_recording(folder_with(tmp_path, letters, '{"max_s": 9}'))
    assert recording.delivered_s == [7.9]


def test_the_small_copies_stay_small() -> None:
    assert sum(file.stat().st_size for file in PACKAGED.rglob("*") if file.is_file()) < 600_000
