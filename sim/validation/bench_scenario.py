"""The scenario of the bench: a bulk send the whole way, with what makes real sends slow.

One sender, three kinds of provider (a greylist, a rate limit, a counter that checks letters), a caching
resolver, unknown users, a slow spell, readers with POP3, IMAP and an app. Letters set out at a fixed pace, so
that a larger number means a longer send and never a denser one: letters a second can then be compared.
"""

from typing import Final

from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario

PACE_PER_S: Final = 200
AFTERWARDS_S: Final = 4 * 3600


def bench_scenario(letters: int) -> Scenario:
    """Make the scenario for so many letters; each takes 1.2 to 1.5 attempts."""
    duration_s = letters // PACE_PER_S + AFTERWARDS_S
    return scenario_from_mapping(
        {
            "format": 1,
            "seed": 1,
            "duration": f"{duration_s} s",
            "senders": {
                "school": {
                    "domain": "school.example",
                    "resolver": "campus",
                    "host": {
                        "commit_time": {"lognormal": {"mean": "6 ms", "cv": 0.5}},
                        "commit_workers": 4,
                        "import_time": "500 us",
                        "serial_time": "500 us",
                        "letter_time": "3 ms",
                        "process_start": "10 ms",
                        "deferral_time": "3 ms",
                    },
                    "scan_phase": "40 s",
                    "postconf": {"default_destination_concurrency_limit": 50, "default_process_limit": 200},
                }
            },
            "providers": {
                "webmail": {
                    "domain": "webmail.example",
                    "users": 1_000_000,
                    "tls": True,
                    "accept_time": {"exponential": "20 ms"},
                    "rate_limit": {"rate": "115/s", "burst": 500},
                    "connection_limit": {"per_client": 60},
                    "mx": [{"host": "mx1"}, {"host": "mx2"}],
                },
                "carrier": {
                    "domain": "carrier.example",
                    "users": 1_000_000,
                    "pipelining": False,
                    "checking": {"workers": 8, "time": {"exponential": "60 ms"}},
                },
                "office": {
                    "domain": "office.example",
                    "users": 1_000_000,
                    "greylisting": "4 min",
                    "delivery": {"time": {"exponential": "10 ms"}, "workers": 4},
                },
            },
            "resolvers": {"campus": {"hit_time": "200 us", "lookup_time": {"exponential": "15 ms"}}},
            "default_road": {"round_trip": "20 ms", "jitter": "5 ms", "bandwidth": "100 Mbit/s"},
            "letters": {
                "closure": {
                    "from": "school",
                    "count": letters,
                    "pace": f"{PACE_PER_S}/s",
                    "size": {"median": "20 kB", "p90": "60 kB"},
                    "to": {"webmail": "50 %", "carrier": "20 %", "office": "rest"},
                    "unknown_users": "1 %",
                }
            },
            "readers": {
                "webmail": {"with": {"app": "80 %", "imap": "15 %", "pop3": "5 %"}, "devices": 2},
                "carrier": {"with": {"app": "100 %"}, "opens_after": {"median": "10 min", "p90": "2 h"}},
                "office": {"with": {"imap": "70 %", "pop3": "30 %"}},
            },
            "faults": [
                {"at": "20 s", "for": "10 s", "where": "providers.carrier", "what": "slow", "by": "200 ms"}
            ],
        },
        stem="bench",
    )
