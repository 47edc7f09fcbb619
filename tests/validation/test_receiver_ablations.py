"""Each part of a receiver is good for something: without it a recording that is met is missed."""

from functools import cache
from typing import Any

import pytest

from sim.mail.flow_control import FlowControl
from sim.mail.server_processes import ServerProcesses
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.validation.curves import curve_distance
from sim.validation.receiver_machine import PROCESS_START_US, SERIES_US, letter_us
from sim.validation.recording_folder import PACKAGED, Recording, read_recording
from sim.validation.recording_rows import compare, rows_of
from sim.vocabulary.kinds import LETTER

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


def clogged(in_flow_delay_s: int) -> float:
    """Give how far off the moments are at which the sender of `active_queue_clog` took its letters over.

    That recording is one of a sender, but it also tells when eight clients had their 250: its active queue of 200
    letters was full for most of the time, so that a letter took a second to be let in. Its machine is put up here as
    a receiver: half of the letters go on to a fast host, half to one that takes 4 s.
    """
    clog = recording("active_queue_clog")
    taken_s = [letter.accepted_s for letter in clog.letters]
    # Two hundredths of a second before the first, its clients connected.
    begin_s = taken_s[0] - 0.02

    def receiver(domain: str, to: str) -> dict[str, Any]:
        return {
            "domain": domain,
            "pipelining": False,
            "accept_time": f"{letter_us()} us",
            "checking": {"workers": 1, "time": f"{SERIES_US} us"},
            "server_processes": {"limit": 100, "start_time": f"{PROCESS_START_US} us"},
            "relay": {"by": "machine", "to": to},
        }

    postconf = {"qmgr_message_active_limit": 200, "in_flow_delay": in_flow_delay_s}
    clients = {"domain": "clients.example", "tls": "none"}
    scenario = scenario_from_mapping(
        {
            "format": 1,
            "duration": "60 s",
            "default_road": {"round_trip": "0 s", "bandwidth": "1000 Gbit/s"},
            "senders": {
                "clients": {**clients, "program": {"threads": 8, "reuse_connections": True}},
                "machine": {
                    "domain": "machine.example",
                    "host": "recording_machine",
                    "tls": "none",
                    "scan_phase": "0 s",
                    "postconf": postconf,
                },
            },
            "providers": {
                "to_fast": receiver("to-fast.example", "fast"),
                "to_slow": receiver("to-slow.example", "slow"),
                "fast": {"domain": "fast.example", "accept_time": "50 ms"},
                "slow": {"domain": "slow.example", "accept_time": "4 s"},
            },
            "letters": {
                "all": {
                    "from": "clients",
                    "to": {"to_fast": "50 %", "to_slow": "rest"},
                    "count": len(taken_s),
                    "size": "2306 B",
                }
            },
        }
    )
    letters = run_once(scenario, seed=1).letters
    moments = zip(letters["kind"], letters["delivered_us"], strict=True)
    replayed_s = sorted(begin_s + at_us / 1e6 for kind, at_us in moments if kind == LETTER and at_us >= 0)
    return curve_distance(taken_s, replayed_s, len(taken_s), len(taken_s))


def test_flow_control_also_tells_how_a_clogged_sender_takes_letters_over() -> None:
    """1,200 letters take 46 s to get in; without flow control they would all be there after two."""
    assert clogged(1) <= 0.05
    assert clogged(0) > 0.5
