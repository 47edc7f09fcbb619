"""A town in which every limit is felt, run by an engine with a fault in one place.

The fault is put into the engine, not into the record: so the record agrees with itself as far as it can.
"""

from collections.abc import Callable
from typing import Any

import pytest

from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping

Break = Callable[[pytest.MonkeyPatch], None]


def town() -> dict[str, Any]:
    """Give a town in which every limit is felt and everything happens that can be told from rows."""
    return {
        "format": 1,
        "duration": "2 h",
        "senders": {
            "school": {
                "domain": "school.example",
                "tls": "none",
                "scan_phase": "40 s",
                "host": {
                    "commit_time": "20 ms",
                    "import_time": "10 ms",
                    "serial_time": "10 ms",
                    "deferral_time": "2 ms",
                },
                "postconf": {
                    "default_process_limit": 12,
                    "default_destination_concurrency_limit": 6,
                    "maximal_queue_lifetime": "40m",
                    "queue_run_delay": "150s",
                },
            },
            "club": {
                "domain": "club.example",
                "tls": "none",
                "scan_phase": "20 s",
                "postconf": {
                    "default_destination_rate_delay": "4s",
                    "delay_warning_time": "10m",
                    "queue_run_delay": "150s",
                },
            },
            "mill": {
                "domain": "mill.example",
                "tls": "none",
                "retry": {
                    "steps": [
                        {"until": "20 min", "every": "90 s"},
                        {"until": "50 min", "every": "4 min", "factor": 1.5},
                    ],
                    "jitter": "10 %",
                    "queue_run": "1 min",
                },
                "postconf": {
                    "delay_warning_time": "10m",
                    "soft_bounce": True,
                    "default_destination_recipient_limit": 1,
                    "default_destination_concurrency_limit": 1,
                },
            },
        },
        "providers": {
            "office": {
                "domain": "office.example",
                "greylisting": "4 min",
                "checking": {"workers": 1, "time": {"exponential": "80 ms"}},
                "delivery": {"workers": 2, "time": "50 ms"},
            },
            "webmail": {
                "domain": "webmail.example",
                "rate_limit": {"rate": "30/min", "burst": 10},
                "connection_limit": {"total": 4},
                "delivery": {"workers": 1, "time": {"uniform": ["10 ms", "60 ms"]}},
            },
            "carrier": {"domain": "carrier.example"},
        },
        "default_road": {"round_trip": "200 ms", "jitter": "20 ms"},
        "letters": {
            "closure": {
                "from": "school",
                "count": 300,
                "size": "20 kB",
                "to": {"office": "40 %", "webmail": "30 %", "carrier": "rest"},
                "unknown_users": "10 %",
            },
            "late": {
                "from": "school",
                "at": "110 min",
                "count": 60,
                "over": "9 min",
                "size": "20 kB",
                "to": "office",
            },
            "news": {
                "from": "club",
                "count": 90,
                "over": "15 min",
                "size": "20 kB",
                "to": {"office": "50 %", "carrier": "rest"},
            },
            "orders": {
                "from": "mill",
                "count": 200,
                "over": "1 h",
                "size": "20 kB",
                "to": {"webmail": "50 %", "carrier": "rest"},
                "unknown_users": "10 %",
            },
        },
        "readers": {
            "office": {"with": {"imap": "50 %", "pop3": "rest"}, "devices": 2},
            "webmail": {"with": {"app": "100 %"}},
        },
        "faults": [
            {"at": "5 s", "for": "80 min", "where": "providers.carrier", "what": "down"},
        ],
    }


def failed() -> set[str]:
    """Give the names of the checks that fail, without the places that they speak of."""
    found = audit(run_once(scenario_from_mapping(town())))
    return {check.name.partition(".")[0] for check in found.failures}


def after_init(patch: pytest.MonkeyPatch, station: type, **values: Any) -> None:
    """Let every station of a kind begin with other settings than the scenario's."""
    begin = station.__init__  # type: ignore[misc]

    def init(self: Any, *args: Any, **named: Any) -> None:
        begin(self, *args, **named)
        for name, value in values.items():
            setattr(self, name, value)

    patch.setattr(station, "__init__", init)
