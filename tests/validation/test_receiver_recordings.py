"""Recordings of a Postfix that receives: reading them, what they ask for, the scenario that replays them."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.errors import RecordingError
from sim.scenario.schema import Scenario
from sim.validation.receiver_machine import PROCESS_START_US, SERIES_US, process_start_s, series_s
from sim.validation.recording_copy import write_small_copy
from sim.validation.recording_folder import PACKAGED, Recording, read_recording
from sim.validation.recording_rows import compare_all
from sim.validation.recording_scenario import has_chance, needs, scenario_of

HEADING = "client,letter,attempt,begin_s,banner_s,end_s,reply\n"
TRIES = HEADING + (
    "0,0,1,0.0100,0.0200,1.0300,250\n1,0,1,0.0110,0.0210,0.0210,421\n"
    "idle0,0,1,0.0001,,300.1,dropped\n1,0,2,5.0210,5.0220,6.0300,250\n"
)
SETTINGS: dict[str, Any] = {
    "clients": 2,
    "letters": 1,
    "idle": 1,
    "retry_s": 5,
    "max_s": 60,
    "maxproc": 3,
    "main_cf": {"smtpd_recipient_restrictions": "sleep 1, permit"},
    "t0_epoch": 1795574747.25,
}


def folder_with(path: Path, tries: str = TRIES, **changes: Any) -> Path:
    path.mkdir(exist_ok=True)
    (path / "run.json").write_text(json.dumps(SETTINGS | changes), encoding="utf-8")
    (path / "letters.csv").write_text(tries, encoding="utf-8")
    return path


def replayed(path: Path, **changes: Any) -> Scenario:
    return scenario_of(read_recording(folder_with(path, **changes)))


def with_filter(path: Path) -> Recording:
    (path / "queue.csv").write_text("t,incoming,active,deferred\n0.25,0,0,0\n0.50,1,2,3\n", encoding="utf-8")
    (path / "filter.csv").write_text(
        "# t0=1795574745.25\nt,provider,event,rcpt,code,conns\n"
        "3.5,filter,connect,,,1\n4.5,filter,accepted,u0.0@in.test,250,1\n",
        encoding="utf-8",
    )
    return read_recording(folder_with(path, filter={"data_s": 1.0}))


def test_a_letter_is_delivered_when_it_is_accepted_and_silent_clients_have_none(tmp_path: Path) -> None:
    recording = read_recording(folder_with(tmp_path))
    assert [(one.accepted_s, one.delivered_s, one.attempts) for one in recording.letters] == [
        (0.01, 1.03, 1),
        (0.011, 6.03, 2),
    ]
    assert recording.receiver is not None
    assert recording.receiver.begun_s == (0.01, 0.011)
    assert recording.queues is None


def test_a_letter_that_nobody_tried_is_one_that_was_not_accepted(tmp_path: Path) -> None:
    recording = read_recording(folder_with(tmp_path, letters=2))
    assert len(recording.letters) == 4
    assert len(recording.delivered_s) == 2


def test_a_next_hop_has_a_time_of_its_own(tmp_path: Path) -> None:
    """Its seconds count from two seconds before the recording's."""
    recording = with_filter(tmp_path)
    assert recording.receiver is not None
    assert recording.receiver.passed_s == (2.5,)
    assert recording.queues is not None


def test_a_small_copy_tells_the_same(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    told = with_filter(whole)
    write_small_copy(whole, tmp_path / "small")
    kept = read_recording(tmp_path / "small")
    assert (kept.letters, kept.queues, kept.receiver) == (told.letters, told.queues, told.receiver)
    assert kept.settings == told.settings


@pytest.mark.parametrize(
    ("tries", "changes", "words"),
    [
        (HEADING.replace("reply", "answer"), {}, "no column reply"),
        (HEADING + "0,0,1,soon,,1.0,250\n", {}, "no table of tries"),
        (HEADING + "7,0,1,0.1,0.2,1.0,250\n", {}, "client 7 has a letter 0"),
        (TRIES, {"clients": 0}, "clients is 0"),
        (TRIES, {"letters": True}, "letters is True"),
        (TRIES, {"clients": 999_999, "letters": 999_999}, "letters each"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, tries: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        read_recording(folder_with(tmp_path, tries, **changes))


def test_a_next_hop_without_its_time_is_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "filter.csv").write_text("t,event\n1.0,accepted\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"filter\.csv: .*no time 0"):
        read_recording(folder)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"main_cf": {"smtpd_recipient_restrictions": "check_policy_service unix:x"}},
            "check_policy_service",
        ),
        ({"main_cf": {"smtpd_milters": "unix:x"}}, "smtpd_milters"),
        ({"main_cf": {"smtpd_timeout": "${x}"}}, "smtpd_timeout"),
        ({"filter": {"reads_minds": True}}, "reads_minds"),
        ({"moon": "full"}, "moon"),
    ],
)
def test_what_this_version_cannot_say_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    recording = read_recording(folder_with(tmp_path, **changes))
    assert [need for need in needs(recording) if words in need]
    rows, comparisons = compare_all([recording])
    assert [row.ok for row in rows] == [None]
    assert comparisons == []


def test_refusals_without_a_pause_are_not_covered(tmp_path: Path) -> None:
    recording = read_recording(folder_with(tmp_path))
    assert needs(recording) == []
    del recording.settings["retry_s"]
    assert [need for need in needs(recording) if "retry_s" in need]
    # Who was never served was not refused.
    waits = read_recording(folder_with(tmp_path, HEADING + "0,0,1,0.0100,,50.0,000\n"))
    del waits.settings["retry_s"]
    assert needs(waits) == []


def test_only_a_filter_s_draws_are_chance(tmp_path: Path) -> None:
    assert not has_chance(read_recording(folder_with(tmp_path)))
    assert has_chance(read_recording(folder_with(tmp_path, filter={"data_s": 1, "data_dist": "exp"})))


def test_clients_on_loopback_are_exempt_from_limits_unless_the_exceptions_are_empty(tmp_path: Path) -> None:
    """smtpd_client_event_limit_exceptions is $mynetworks; the limit of connections is half the process limit."""
    limits = {"smtpd_client_connection_count_limit": "5", "smtpd_client_message_rate_limit": "30"}
    receiver = replayed(tmp_path, main_cf=limits).providers["receiver"]
    assert (receiver.connection_limit, receiver.letter_rate) == (None, None)
    counted = {**limits, "smtpd_client_event_limit_exceptions": "", "anvil_rate_time_unit": "10s"}
    receiver = replayed(tmp_path, main_cf=counted).providers["receiver"]
    assert receiver.connection_limit is not None
    assert receiver.connection_limit.per_client == 5
    assert receiver.letter_rate is not None
    assert (receiver.letter_rate.limit, receiver.letter_rate.time_unit_us) == (30, 10_000_000)
    usual = replayed(tmp_path, main_cf={"smtpd_client_event_limit_exceptions": ""}).providers["receiver"]
    assert usual.connection_limit is not None
    assert usual.connection_limit.per_client == 50


def test_processes_line_and_sleep_follow_from_the_settings(tmp_path: Path) -> None:
    """master_listen.c: room for the larger of both process limits; all restrictions are looked at after RCPT."""
    sleeps = {"smtpd_recipient_restrictions": "sleep 1, permit", "smtpd_client_restrictions": "sleep 2"}
    scenario = replayed(tmp_path, main_cf={**sleeps, "smtpd_timeout": "${stress?{10}:{200}}s"})
    receiver = scenario.providers["receiver"]
    processes = receiver.server_processes
    assert processes is not None
    assert (processes.limit, processes.accept_queue) == (3, 101)
    assert (processes.silence_timeout_us, processes.stress_mode) == (200_000_000, False)
    assert receiver.accept_time.mean_us - 3_000_000 == 4_700
    assert scenario.silent_clients["idle"].count == 1
    program = scenario.senders["clients"].program
    assert program is not None
    assert (program.threads, program.retry_after_us, program.reuse_connections) == (2, 5_000_000, False)


def test_the_machine_s_constants_are_the_measured_ones() -> None:
    assert pytest.approx(series_s(read_recording(PACKAGED / "two_waves")) * 1e6, abs=5) == SERIES_US
    first = process_start_s(read_recording(PACKAGED / "process_limit_10_sleep_1"))
    assert pytest.approx(first * 1e6, abs=50) == PROCESS_START_US
