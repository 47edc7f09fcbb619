"""Each part of a receiver is good for something: without it a recording that is met is missed."""

from functools import cache
from typing import Any

import pytest

from sim.mail.flow_control import FlowControl
from sim.mail.server_processes import ServerProcesses
from sim.validation.recording_folder import PACKAGED, Recording, read_recording
from sim.validation.recording_rows import compare, rows_of

CURVE = "share of letters accepted over time, largest distance"
NEXT_HOP = "share of letters taken by the next hop over time, largest distance"
QUEUES = "letters in incoming, active and deferred over time, largest distance"


@cache
def recording(name: str) -> Recording:
    return read_recording(PACKAGED / name)


def errors(name: str, *changes: str) -> dict[str, float]:
    """Give the errors of all checks of a recording."""
    rows = rows_of(compare(recording(name), changes=changes))
    return {row.check.partition(": ")[2]: row.error or 0.0 for row in rows}


@pytest.mark.parametrize(
    "name",
    [
        "process_limit_10_sleep_1",
        "connection_limit_5",
        "idle_clients_stress",
        "slow_filter_behind",
        "flood_100_clients",
    ],
)
def test_with_every_part_in_its_place_the_curves_are_met(name: str) -> None:
    found = errors(name)
    assert found[CURVE] <= 0.05
    assert found.get(QUEUES, 0.0) <= 0.05


@pytest.mark.parametrize(
    ("name", "change", "check"),
    [
        # Ten processes, one second a letter: ten letters a second, and no more.
        ("process_limit_10_sleep_1", "providers.receiver.server_processes.limit=40", CURVE),
        # In a line of none, SYNs are lost and sent again seconds later.
        ("process_limit_10_sleep_1", "providers.receiver.server_processes.accept_queue=0", CURVE),
        ("connection_limit_5", "providers.receiver.connection_limit.per_client=20", CURVE),
        # A refused client that stayed away for a minute, or was back at once.
        ("connection_limit_5", "senders.clients.program.retry_after=20 s", CURVE),
        # Five threads with all letters would never be refused.
        ("connection_limit_5", "senders.clients.program.threads=5", CURVE),
        # Loopback knows no stress: those who are silent keep their 300 s, the last one as well.
        ("idle_clients_stress", "providers.receiver.server_processes.stress_mode=yes", CURVE),
        ("idle_clients_stress", "silent_clients.idle.count=9", CURVE),
        ("slow_filter_behind", "senders.gateway.postconf.smtp_destination_concurrency_limit=20", NEXT_HOP),
        ("slow_filter_behind", "senders.gateway.postconf.smtp_destination_concurrency_limit=20", QUEUES),
        # Without flow control 2,000 letters are in after 1.5 s, and nobody falls silent for a second.
        ("flood_100_clients", "senders.gateway.postconf.in_flow_delay=0", CURVE),
    ],
)
def test_a_part_that_is_set_otherwise_is_missed(name: str, change: str, check: str) -> None:
    assert errors(name, change)[check] > 0.05


def test_tokens_that_nobody_takes_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FlowControl, "pause_us", lambda flow: 0)
    assert errors("flood_100_clients")[CURVE] > 0.05


def test_a_process_that_serves_nobody_any_more_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After QUIT a process must take the next one in line."""

    def release(processes: Any, now_us: int) -> None:
        processes._idle += 1
        processes._places += 1

    monkeypatch.setattr(ServerProcesses, "release", release)
    assert errors("process_limit_10_sleep_1")[CURVE] > 0.05
