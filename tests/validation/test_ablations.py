"""Each rule of Postfix is good for something: without it a recording that is met is missed.

Rules that no packaged recording notices are not here: with a limit of 100 processes for some hundred letters
and an import of a millisecond, neither the process limit nor the pace of imports decides any of these runs.
"""

from bisect import bisect_right
from functools import cache

import pytest

from sim.validation.recording_folder import PACKAGED, Recording, read_recording
from sim.validation.recording_rows import compare, rows_of
from tests.validation import ablations
from tests.validation.ablations import Ablation


@cache
def recording(name: str) -> Recording:
    return read_recording(PACKAGED / name)


def missed(name: str, *changes: str) -> dict[str, float]:
    """Give the checks of a recording that are missed, with their errors."""
    rows = rows_of(compare(recording(name), changes=changes))
    return {row.check.partition(": ")[2]: row.error or 0.0 for row in rows if not row.ok}


MET = ("greylisting_20s", "dead_then_back", "cohort_limit_10", "dns_outage", "rtt_50ms_cached")
CURVE = "share of letters delivered over time, largest distance"


@pytest.mark.parametrize("name", MET)
def test_with_every_rule_in_its_place_these_recordings_are_met(name: str) -> None:
    assert missed(name) == {}


@pytest.mark.parametrize(
    ("name", "change", "check"),
    [
        # Without the grid letters come back after 10 s and not at a scan: the curves have nothing in common.
        ("greylisting_20s", "senders.recorded.postconf.queue_run_delay=1", CURVE),
        # Without kept connections each letter pays for three turnarounds of 50 ms more.
        ("rtt_50ms_cached", "senders.recorded.postconf.smtp_connection_cache_on_demand=no", CURVE),
    ],
)
def test_a_rule_that_is_switched_off_by_a_setting_is_missed(name: str, change: str, check: str) -> None:
    assert missed(name, change)[check] > 0.05


@pytest.mark.parametrize(
    ("name", "ablation", "check"),
    [
        # 500 letters are put off four times in 60 s, most of them without being tried.
        ("dead_then_back", ablations.dead_site_letters_wait, "attempts a letter"),
        # 450 to RCPT would make the site dead, and its letters would be put off untried.
        ("greylisting_20s", ablations.a_4xx_slows_the_window, CURVE),
        # Forty domains with a letter now and then: none would be forgotten, and failures would add up.
        ("dns_outage", ablations.destinations_are_remembered, CURVE),
        # The first failure after a growth lowers the window by two.
        ("cohort_limit_10", ablations.no_guard_of_half_a_step, CURVE),
    ],
)
def test_a_rule_that_is_taken_out_of_the_engine_is_missed(
    name: str, ablation: Ablation, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ablation(monkeypatch)
    assert missed(name)[check] > 0.05


def test_connections_that_are_open_outlive_the_closing_of_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """The port is closed from 25 s on; in the record 20 letters a second go on over kept connections until 35 s."""
    port = recording("outage_midway_refused")

    def by_34_s() -> int:
        return bisect_right(compare(port).typical.delivered_s, 34.0)

    recorded = bisect_right(port.delivered_s, 34.0)
    assert by_34_s() == pytest.approx(recorded, abs=2)
    ablations.a_closed_port_breaks_open_connections(monkeypatch)
    assert by_34_s() < recorded - 150
