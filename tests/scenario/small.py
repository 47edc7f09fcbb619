"""A small scenario as text and as a mapping, to be changed by the tests."""

from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.scenario.load import load, scenario_from_mapping
from sim.scenario.schema import Scenario

SMALL = """\
format: 1
start: 2026-09-01T06:00+09:00
duration: 6 h
senders:
  school: {preset: postfix_default, domain: school.example, host: small_vps, resolver: campus}
providers:
  carrier: {preset: mobile_carrier_like, domain: carrier.example}
  office:
    domain: office.example
    mx: [{host: mx1}, {host: mx2, preference: 20}]
    greylisting: 5 min
resolvers:
  campus: {preset: unbound}
letters:
  closure:
    from: school
    at: 5 min
    count: 1000
    size: 20 kB
    to: {carrier: 55 %, office: rest}
readers:
  carrier: {with: {app: 80 %, imap: rest}}
faults:
  - {at: 20 min, for: 10 min, where: resolvers.campus, what: silent}
watch: [closure/1]
"""


def mapping(**changes: Any) -> dict[str, Any]:
    """Return the smallest scenario there is, with some keys changed."""
    return {
        "duration": "6 h",
        "senders": {"school": {"domain": "school.example"}},
        "providers": {"office": {"domain": "office.example"}},
        "letters": {"closure": {"from": "school", "count": 10, "size": "20 kB", "to": "office"}},
        **changes,
    }


def scenario(**changes: Any) -> Scenario:
    """Return the smallest scenario there is, with some keys changed."""
    return scenario_from_mapping(mapping(**changes))


def problems_of(file: Path, content: str | bytes, *overrides: str) -> tuple[Problem, ...]:
    """Write a file, load it, and return what is wrong."""
    file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    try:
        load(file, overrides)
    except ScenarioError as error:
        return error.problems
    return ()
