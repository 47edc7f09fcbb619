"""The plain world in which a case happens: nothing costs time but what the case is about."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.connections import SUSPENDED

SECOND_US: Final = 1_000_000
NO_RETRY: Final[Mapping[str, Any]] = {"queue_run_delay": "100000s"}
"""No scan of the deferred queue comes round: only first tries happen."""
NO_WINDOW: Final[Mapping[str, Any]] = {
    "initial_destination_concurrency": 100_000,
    "default_destination_concurrency_limit": 100_000,
    "default_destination_concurrency_negative_feedback": "0",
    "default_destination_concurrency_failed_cohort_limit": 0,
}
"""No destination has a limit of its own, and none is ever dead: whoever is next gets a process."""
SAME_INSTANT: Final[Mapping[str, Any]] = {
    "round_trip": "0 s",
    "jitter": "0 s",
    "bandwidth": "1000 Gbit/s",
}


def sender(postconf: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Give a sender whose machine takes no time, with the first scan of the deferred queue at the start."""
    return {
        "domain": "sender.example",
        "host": "instant",
        "scan_phase": "0 s",
        "postconf": dict(postconf or {}),
        **more,
    }


def provider(**rules: Any) -> dict[str, Any]:
    """Give a provider that takes every letter at once but for its rules."""
    return {"domain": "provider.example", **rules}


def letters(to: str = "office", origin: str = "shop", **when: Any) -> dict[str, Any]:
    """Give a stream of small letters."""
    return {"from": origin, "to": to, "size": "2 kB", **when}


def fault(where: str, what: str, at: str, lasts: str, **more: Any) -> dict[str, Any]:
    """Give a fault."""
    return {"where": where, "what": what, "at": at, "for": lasts, **more}


def run(
    duration: str,
    *,
    senders: Mapping[str, Any],
    providers: Mapping[str, Any],
    letters: Mapping[str, Any],
    faults: Iterable[Mapping[str, Any]] = (),
    **more: Any,
) -> RunRecord:
    """Run a case's world, given as a scenario file would give it."""
    return run_once(
        scenario_from_mapping(
            {
                "format": 1,
                "duration": duration,
                "senders": dict(senders),
                "providers": dict(providers),
                "letters": dict(letters),
                "faults": [dict(one) for one in faults],
                "default_road": dict(SAME_INSTANT),
                **more,
            },
            stem="case",
        )
    )


def tries_us(record: RunRecord) -> dict[int, list[int]]:
    """Give the moments at which each letter was tried, by the letter's row."""
    tried: dict[int, list[int]] = {}
    attempts = record.attempts
    for letter, moment in zip(attempts["letter"], attempts["handed_us"], strict=True):
        tried.setdefault(letter, []).append(moment)
    for moments in tried.values():
        moments.sort()
    return tried


def suspended(record: RunRecord) -> int:
    """Count the tries that were put off without a connection, because their destination was dead."""
    return sum(kind == SUSPENDED for kind in record.attempts["connection"])


def delivered_s(record: RunRecord, entry: str | None = None) -> list[float]:
    """Give when letters were delivered, in seconds, in order; all letters or those of one entry."""
    wanted = None if entry is None else record.names.entries.index(entry)
    columns = zip(record.letters["delivered_us"], record.letters["entry"], strict=True)
    return sorted(moment / SECOND_US for moment, index in columns if moment >= 0 and wanted in (None, index))


def delays_s(record: RunRecord, entry: str) -> list[float]:
    """Give how long each delivered letter of an entry took from its acceptance, in seconds, by acceptance."""
    wanted = record.names.entries.index(entry)
    found = [
        (accepted, delivered - accepted)
        for index, accepted, delivered in zip(
            record.letters["entry"],
            record.letters["accepted_us"],
            record.letters["delivered_us"],
            strict=True,
        )
        if index == wanted and delivered >= 0
    ]
    return [delay / SECOND_US for _, delay in sorted(found)]
