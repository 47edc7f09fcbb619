"""The scenario of the bench: a bulk send the whole way, handed in at once.

One sender with a machine that costs time, a caching resolver, four kinds of provider (a greylist, a rate
limit, a counter that checks letters, a limit on connections), unknown users, an outage, readers with POP3,
IMAP and an app. The greylist makes one letter in four come twice, however many there are, so that runs of
different numbers of letters can be compared.
"""

from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario


def bench_scenario(letters: int) -> Scenario:
    """Make the scenario for so many letters; each takes 1.2 to 1.5 attempts."""
    # The machine hands over at most a thousand letters a second; the last greylisted ones need an hour more.
    duration_s = letters // 400 + 3 * 3600
    return scenario_from_mapping(
        {
            "format": 1,
            "seed": 1,
            "duration": f"{duration_s} s",
            "senders": {
                "school": {
                    "domain": "school.example",
                    "resolver": "campus",
                    "postconf": {"smtp_tls_connection_reuse": True},
                    "host": {
                        "commit_time": "1 ms",
                        "import_time": "1 ms",
                        "serial_time": "1 ms",
                        "letter_time": "4 ms",
                        "process_start": "12 ms",
                        "deferral_time": "4 ms",
                    },
                }
            },
            "providers": {
                "webmail": {
                    "domain": "webmail.example",
                    "tls": True,
                    "rate_limit": {"rate": "600/s", "burst": 1000},
                    "connection_limit": {"per_client": 100},
                },
                "carrier": {
                    "domain": "carrier.example",
                    "pipelining": False,
                    "checking": {"workers": 32, "time": {"exponential": "60 ms"}},
                },
                "office": {
                    "domain": "office.example",
                    "greylisting": "4 min",
                    "connection_limit": {"per_client": 50, "total": 100},
                    "mx": [{"host": "mx1", "preference": 10}, {"host": "mx2", "preference": 20}],
                },
                "region": {"domain": "region.example", "command_time": "2 ms"},
            },
            "resolvers": {"campus": {"hit_time": "200 us", "lookup_time": "15 ms"}},
            "default_road": {"round_trip": "20 ms", "bandwidth": "100 Mbit/s"},
            "letters": {
                "closure": {
                    "from": "school",
                    "count": letters,
                    "size": {"median": "20 kB", "p90": "60 kB"},
                    "to": {"webmail": "35 %", "office": "25 %", "region": "25 %", "carrier": "rest"},
                    "unknown_users": "1 %",
                }
            },
            "readers": {
                "webmail": {"with": {"app": "80 %", "imap": "20 %"}, "devices": 2},
                "carrier": {"with": {"app": "100 %"}, "opens_after": {"median": "10 min", "p90": "2 h"}},
                "office": {"with": {"imap": "70 %", "pop3": "30 %"}},
                "region": {"with": {"pop3": "100 %"}},
            },
            "faults": [{"at": "5 s", "for": "10 s", "where": "roads.west", "what": "silent"}],
            "roads": {"west": {"from": "school", "to": "region", "round_trip": "40 ms"}},
        },
        stem="bench",
    )


def spread_scenario(letters: int, destinations: int) -> Scenario:
    """Make a campaign that is spread evenly over so many equal companies."""
    names = [f"company{number}" for number in range(1, destinations + 1)]
    return scenario_from_mapping(
        {
            "format": 1,
            "seed": 1,
            "duration": f"{letters // 100 + 3600} s",
            "senders": {
                "school": {
                    "preset": "tuned_for_lists",
                    "domain": "school.example",
                    "host": "small_vps",
                    "resolver": "campus",
                }
            },
            "providers": {name: {"preset": "company", "domain": f"{name}.example"} for name in names},
            "resolvers": {"campus": "unbound"},
            "letters": {
                "closure": {
                    "from": "school",
                    "count": letters,
                    "size": "20 kB",
                    "to": {**dict.fromkeys(names[1:], f"{100 / destinations} %"), names[0]: "rest"},
                }
            },
        },
        stem="spread",
    )
