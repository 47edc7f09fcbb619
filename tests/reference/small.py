"""A town so small that its times can be computed by hand; each test changes what it is about."""

from copy import deepcopy
from typing import Any

from sim.reference.plain_run import run_plain
from sim.reference.records import PlainLetter, PlainResult
from sim.scenario.load import scenario_from_mapping

MS = 1_000
S = 1_000_000
MIN = 60 * S

_TOWN: dict[str, Any] = {
    "format": 1,
    "duration": "1 h",
    "senders": {"school": {"domain": "school.example", "tls": "none", "scan_phase": "0 s"}},
    "providers": {"office": {"domain": "office.example"}},
    # A hop of 10 ms, and a road so wide that a letter of one byte takes no time on it.
    "default_road": {"round_trip": "20 ms", "bandwidth": "1000 Gbit/s"},
    "letters": {"notice": {"from": "school", "to": "office", "size": "1 B", "times": ["0 s"]}},
}


def run_small(changes: dict[str, Any] | None = None, **more: Any) -> PlainResult:
    """Run the small town with changes, each named by its path: `{"providers.office.tls": True}`."""
    town = deepcopy(_TOWN)
    for path, value in {**(changes or {}), **more}.items():
        *way, last = path.split(".")
        place = town
        for key in way:
            place = place.setdefault(key, {})
        place[last] = value
    return run_plain(scenario_from_mapping(town))


def letter(result: PlainResult, number: int = 1, kind: int = 0) -> PlainLetter:
    """Give a letter of the one entry."""
    return result.letters["notice", number, kind]
