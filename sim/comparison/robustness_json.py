"""A comparison under other assumptions as plain values, as `compare --json` prints them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sim.comparison.robustness import Robustness, Verdict


def robustness_json(found: Robustness, setups: Sequence[str]) -> dict[str, Any]:
    """Give what stands under `robustness`; see `comparison.schema.json`.

    Args:
        found: what is left of the comparison.
        setups: the names of the setups.
    """
    return {
        "runs": found.runs,
        "tried": [
            {
                "key": one.key,
                "paths": {
                    setup: [".".join(path) for path in paths]
                    for setup, paths in zip(setups, one.paths, strict=True)
                },
                "now": one.graded.value,
                "low": one.plausible.low,
                "high": one.plausible.high,
                "why": one.plausible.why,
                "grade": one.graded.grade,
                "source": one.graded.source,
            }
            for one in found.tried
        ],
        "without_range": dict(found.without_range),
        "verdicts": [_verdict(one) for one in found.verdicts],
        "ends": [row for one in found.verdicts for row in _ends(one)],
        "rankings": [
            {
                "figure": one.figure,
                "setups": list(one.names),
                "changes": [
                    {"key": key, "end": end, "set_to": set_to, "setups": list(names)}
                    for key, end, set_to, names in one.changes
                ],
            }
            for one in found.rankings
        ],
    }


def _verdict(one: Verdict) -> dict[str, Any]:
    known = one.range()
    return {
        "figure": one.figure,
        "a": one.a,
        "b": one.b,
        "now": one.now.value,
        "ahead": one.ahead,
        "low": None if known is None else known[0],
        "high": None if known is None else known[1],
        "holds": one.holds,
    }


def _ends(verdict: Verdict) -> Iterator[dict[str, Any]]:
    for one in verdict.ends:
        row = {"figure": verdict.figure, "a": verdict.a, "b": verdict.b}
        numbers = dict.fromkeys(("value", "low", "high")) | {"n": 0}
        if one.difference is not None:
            numbers = {name: asdict(one.difference)[name] for name in numbers}
        yield (
            row
            | {"key": one.key, "end": one.end, "set_to": one.set_to}
            | numbers
            | {
                "ahead": one.ahead,
                "effect": one.effect,
            }
        )
