from typing import Any

import pytest

from sim.validation.recording_folder import RecordedLetter, Recording
from sim.validation.recording_log import RecordedLog
from sim.validation.recording_phase import scan_moments_s, scan_phase_s


def recording_of(
    *delivered_s: float, log: RecordedLog | None = None, recorded: dict[str, Any] | None = None
) -> Recording:
    settings = {
        "providers": {"a.test": {"data_s": 0.0}},
        "main_cf": {"queue_run_delay": "5s"},
        "recorded": recorded or {},
    }
    letters = tuple(RecordedLetter("a.test", 2.0, moment, 3) for moment in delivered_s)
    return Recording("tried", settings, letters, log=log)


def test_the_phase_of_scans_is_read_off_retried_letters() -> None:
    assert scan_phase_s(recording_of(20.306, 20.4, 20.9, 25.206, 30.106)) == pytest.approx(0.2)
    assert scan_phase_s(recording_of(19.806)) == pytest.approx(-0.2)
    assert scan_phase_s(recording_of()) == 0


def test_a_phase_that_is_noted_holds() -> None:
    assert scan_phase_s(recording_of(20.306, recorded={"scan_phase_s": -0.4})) == pytest.approx(-0.4)


def test_the_log_tells_which_deliveries_are_the_first_of_a_scan() -> None:
    # With a pause of a second after each delivery, all would look like the first of a scan.
    paced = [40.136, 41.19, 42.25, 43.3, 44.36]
    log = RecordedLog(80, (40.1,))
    assert scan_phase_s(recording_of(*paced, log=log)) == pytest.approx(0.13)


def test_a_scan_that_runs_over_into_the_next_second_is_one() -> None:
    letters = [RecordedLetter("a.test", 2.0, moment, 2) for moment in (100.056, 100.3, 101.2)]
    assert scan_moments_s([99.5, 100.5], letters, {"a.test": 0.05}) == pytest.approx([100.0])


def test_a_scan_after_which_nothing_was_delivered_tells_nothing() -> None:
    letters = [RecordedLetter("a.test", 2.0, 45.3, 2)]
    assert scan_moments_s([15.0, 30.0], letters, {}) == []
