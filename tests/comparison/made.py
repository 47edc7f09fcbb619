"""Setups made by hand, whose figures are known."""

from collections.abc import Sequence
from typing import Any

from sim.comparison.variants import Setup
from sim.results.audit import Audit
from sim.results.measures import Measures
from sim.run_replications import Replications
from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario


def small(**changes: Any) -> Scenario:
    """A scenario that takes no time, with some keys changed."""
    mapping: dict[str, Any] = {
        "duration": "20 min",
        "deadline": "1 min",
        "senders": {"school": {"domain": "school.example", "scan_phase": "1 s"}},
        "providers": {"office": {"domain": "office.example"}},
        "letters": {"notice": {"from": "school", "count": 100, "size": "20 kB", "to": "office"}},
        **changes,
    }
    return scenario_from_mapping(mapping)


def paced(pace: str, stem: str) -> Scenario:
    """A hundred letters handed in at a pace."""
    letters = {"notice": {"from": "school", "count": 100, "pace": pace, "size": "20 kB", "to": "office"}}
    return small(letters=letters).model_copy(update={"stem": stem})


def figures(s_to_90: float | None, share: float = 0.9, peak: int = 5) -> dict[str, Any]:
    """The figures of a run of ten letters."""
    outcomes = {"submitted": 10, "inbox": 9, "spam": 0, "discarded": 0, "bounced": 1}
    return {
        "letters": outcomes,
        "accepted_to_delivered_s": {"p50": 1.0, "p90": 2.0, "p99": 3.0},
        "reached": {"share_by_deadline": share, "s_to_50": 1.0, "s_to_90": s_to_90, "s_to_99": None},
        "attempts": {"total": 15},
        "queues": {"school.active": {"peak": peak}, "office.delivery": {"peak": 99}},
    }


def setup(name: str, runs: Sequence[dict[str, Any]], scenario: Scenario | None = None) -> Setup:
    """A setup whose runs gave these figures."""
    measures = tuple(Measures(one, [], Audit(())) for one in runs)
    return Setup(name, scenario or small(), Replications(None, measures))  # type: ignore[arg-type]
