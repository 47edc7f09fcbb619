"""The world in which a queue stands alone: nothing costs time but the queue, and nothing holds a letter up."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from sim.kernel.draws import Draws, letter_key, uniform
from sim.kernel.recorder import RunRecord
from sim.kernel.variates import sample_us
from sim.results.columns import Whole
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario
from sim.scenario.service_time import ServiceTime
from sim.validation.intervals import Floats

AFTERWARDS_S: Final = 10_000
"""The run goes on so long after the last letter was written."""
_UNLIMITED: Final = 1_000_000
FREE: Final[Mapping[str, Any]] = {
    "initial_destination_concurrency": _UNLIMITED,
    "default_destination_concurrency_limit": _UNLIMITED,
    "default_process_limit": _UNLIMITED,
    "qmgr_message_active_limit": _UNLIMITED,
    # A reused connection takes fewer round trips; with fresh ones every letter of a road takes equally long.
    "smtp_connection_cache_on_demand": False,
    # No failure slows the sender down.
    "default_destination_concurrency_negative_feedback": "0",
    "default_destination_concurrency_failed_cohort_limit": 0,
}


def sender(**more: Any) -> dict[str, Any]:
    """Give a sender that hands every letter on at once."""
    return {"domain": "sender.example", "host": "instant", "postconf": dict(FREE), **more}


def stream(rate_per_s: float, until_s: float, origin: str = "sender") -> dict[str, Any]:
    """Give Poisson mail."""
    return {
        "from": origin,
        "rate": f"{rate_per_s:f}/s",
        "until": f"{round(until_s)} s",
        "size": "2 kB",
        "to": "office",
    }


def scenario(
    length_s: float,
    provider: Mapping[str, Any],
    letters: Mapping[str, Mapping[str, Any]],
    *,
    senders: Mapping[str, Mapping[str, Any]] | None = None,
    **more: Any,
) -> Scenario:
    """Make the scenario of a case.

    Args:
        length_s: until when letters are written.
        provider: the one provider, beside its domain.
        letters: the entries.
        senders: one that hands on at once, unless others are given.
        more: further keys of the scenario.
    """
    return scenario_from_mapping(
        {
            "format": 1,
            "duration": f"{round(length_s + AFTERWARDS_S)} s",
            "senders": dict(senders or {"sender": sender()}),
            "providers": {"office": {"domain": "office.example", **provider}},
            "default_road": {"round_trip": "0 s", "bandwidth": "1000 Gbit/s"},
            "letters": {name: dict(entry) for name, entry in letters.items()},
            **more,
        },
        stem="theory",
    )


def run(made: Scenario, seed: int) -> RunRecord:
    """Run a case's scenario."""
    return run_once(made, seed=seed)


def drawn_s(record: RunRecord, law: ServiceTime, purpose: str, attempt: int, letters: Whole) -> Floats:
    """Draw the services of letters once more, in seconds: keyed draws come out the same.

    Args:
        record: the run.
        law: of the services.
        purpose: what the engine drew them for.
        attempt: number of the attempt that the draw belongs to.
        letters: rows of the letters.
    """
    if law.shape == "constant":
        return np.full(len(letters), law.mean_us / 1e6)
    base = Draws(record.seed, record.replication).purpose(purpose)
    entries, numbers = record.letters["entry"], record.letters["number"]
    first_key = [letter_key(name, 0) for name in record.names.entries]
    mask = (1 << 64) - 1
    return np.fromiter(
        (
            sample_us(law, uniform(base, (first_key[entries[row]] + numbers[row]) & mask, attempt)) / 1e6
            for row in letters.tolist()
        ),
        dtype=np.float64,
        count=len(letters),
    )
