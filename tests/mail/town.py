"""A town so small that its times can be computed by hand, run through the engine.

Each test changes what it is about. A hop takes 10 ms (a round trip 20), the road is so wide that a
letter of one byte takes no time on it, the sender's machine costs nothing, and names are known without
asking. With PIPELINING a letter then needs five round trips over a new connection: it is delivered
90 ms after it was accepted, and its sender knows after 100 ms.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.kernel.recorder import QueueRecord, RunRecord, Table
from sim.reference.records import LetterName, PlainAttempt, PlainLetter
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import NO_HOST
from tests.reference.first_difference import as_plain

MS = 1_000
S = 1_000_000
MIN = 60 * S
HOUR = 60 * MIN
DAY = 24 * HOUR
HOP = 10 * MS
ROUND_TRIP = 20 * MS

_TOWN: dict[str, Any] = {
    "format": 1,
    "duration": "1 h",
    "senders": {"school": {"domain": "school.example", "tls": "none", "scan_phase": "0 s"}},
    "providers": {"office": {"domain": "office.example"}},
    "default_road": {"round_trip": "20 ms", "bandwidth": "1000 Gbit/s"},
    "letters": {"notice": {"from": "school", "to": "office", "size": "1 B", "times": ["0 s"]}},
}
ONE_AT_A_TIME: dict[str, Any] = {
    "senders.school.postconf.initial_destination_concurrency": 1,
    "senders.school.postconf.default_destination_concurrency_limit": 1,
}
ALL_AT_ONCE: dict[str, Any] = {
    "senders.school.postconf.initial_destination_concurrency": 10_000,
    "senders.school.postconf.default_destination_concurrency_limit": 10_000,
    "senders.school.postconf.default_process_limit": 10_000,
}
TWO_HOSTS: list[dict[str, Any]] = [{"host": "mx1", "preference": 10}, {"host": "mx2", "preference": 20}]
NEVER_DEAD: dict[str, Any] = {
    "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 0,
}


@dataclass
class Outcome:
    """What a run of the town left behind."""

    record: RunRecord

    @cached_property
    def letters(self) -> dict[LetterName, PlainLetter]:
        """All letters with their attempts, by entry, number and kind."""
        return as_plain(self.record)[0]

    def letter(self, number: int = 1, entry: str = "notice", kind: int = 0) -> PlainLetter:
        """One letter."""
        return self.letters[entry, number, kind]

    def first(self, number: int = 1, entry: str = "notice") -> PlainAttempt:
        """The first attempt of a letter."""
        return self.letters[entry, number, 0].attempts[0]

    def attempts(self) -> list[PlainAttempt]:
        """The attempts of all letters."""
        return [attempt for letter in self.letters.values() for attempt in letter.attempts]

    def hosts(self) -> list[str]:
        """The hosts at which the attempts ended, in the order of the letters, where they came to one."""
        hosts = [attempt.host for attempt in self.attempts() if attempt.host != NO_HOST]
        return [self.record.names.hosts[host] for host in hosts]

    def said(self, number: int = 1) -> list[tuple[int, str, str]]:
        """The conversation of a watched letter: when, event, detail."""
        rows = rows_of(self.record.steps)
        numbers = self.record.letters["number"]
        mine = [row for row in rows if numbers[row["letter"]] == number]
        return [(row["at_us"], row["event"], row["detail"]) for row in mine]

    def queue(self, name: str) -> QueueRecord:
        """What one queue knows of itself."""
        (found,) = (queue for queue in self.record.queues if queue.name == name)
        return found


def mapping(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The town as a person would write it, with changes: `{"providers.office.tls": True}`."""
    town = deepcopy(_TOWN)
    for path, value in (changes or {}).items():
        *way, last = path.split(".")
        place = town
        for key in way:
            place = place.setdefault(key, {})
        place[last] = deepcopy(value)
    return town


def scenario(changes: dict[str, Any] | None = None) -> Scenario:
    """The town as a scenario."""
    return scenario_from_mapping(mapping(changes))


def run(changes: dict[str, Any] | None = None, seed: int | None = None) -> Outcome:
    """Run the town once."""
    return Outcome(run_once(scenario(changes), seed))


def fault(where: str, what: str, at_s: float, for_s: float, **more: str) -> dict[str, Any]:
    """Write a fault."""
    at, lasts = f"{round(at_s * 1000)} ms", f"{round(for_s * 1000)} ms"
    return {"at": at, "for": lasts, "where": where, "what": what, **more}


def times(*seconds: float) -> list[str]:
    """Write the times of listed letters."""
    return [f"{round(second * 1000)} ms" for second in seconds]


def rows_of(table: Table) -> list[dict[str, Any]]:
    """Give a table row by row."""
    columns = table.columns
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
