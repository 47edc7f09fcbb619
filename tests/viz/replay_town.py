"""A small town for tests of the replay, in which everything happens once: refusals of both kinds, a dead resolver,
a host that nobody answers at, readers."""

from functools import cache

from sim import api
from sim.scenario.load import scenario_from_mapping

TOWN = {
    "format": 1,
    "title": {"en": "A small </script> town & more", "ja": "小さな町"},
    "question": {"en": "Who waits where?", "ja": "だれがどこで待ちますか。"},
    "seed": 3,
    "start": "2026-09-01T23:50+09:00",
    "duration": "1 h",
    "deadline": "10 min",
    "senders": {"school": {"domain": "school.example", "resolver": "campus"}},
    "resolvers": {"campus": {"preset": "unbound"}},
    "providers": {
        "office": {"domain": "office.example", "greylisting": "5 min"},
        "carrier": {"domain": "carrier.example", "user_filter": "30 %"},
        "island": {"domain": "island.example"},
    },
    "letters": {
        "notice": {
            "from": "school",
            "at": "1 min",
            "count": 60,
            "size": "20 kB",
            "to": {"office": "40 %", "carrier": "40 %", "island": "rest"},
        },
        "everyday": {
            "from": "school",
            "rate": "2/min",
            "size": "5 kB",
            "to": {"carrier": "50 %", "island": "rest"},
        },
    },
    "readers": {
        "carrier": {
            "with": {"app": "50 %", "pop3": "50 %"},
            "opens_after": {"median": "1 min", "p90": "3 min"},
        }
    },
    "faults": [
        {"at": "50 s", "for": "10 min", "where": "providers.island", "what": "silent"},
        {"at": "30 min", "for": "10 min", "where": "resolvers.campus", "what": "silent"},
        {"at": "20 min", "for": "1 min", "where": "providers.office.mx", "what": "slow", "by": "2 s"},
    ],
    "watch": ["notice/7"],
}


@cache
def town() -> api.Result:
    """Give the result of a day in the town."""
    return api.run(scenario_from_mapping(TOWN, "town"))
