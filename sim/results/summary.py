"""The summary of a run: every figure with its interval, as `--json` prints it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sim.results.audit import Audit
from sim.results.measures import Measures, Tree
from sim.results.statistics import figure

_CENSORED = frozenset({"s_to_50", "s_to_90", "s_to_99"})
"""Figures whose absence in a replication means "later than anything seen", not "no such thing"."""


_COUNTS_BY_NAME = frozenset({"replies", "answers", "waiting_s"})
"""Trees in which a name may be missing, since it was counted 0 times."""
_JUST_SO = ("kind", "where", "from_s", "to_s", "why")
"""What makes incidents of several replications one and the same."""


def summarise(
    *,
    scenario: str,
    seed: int,
    measures: Sequence[Measures],
    assumptions: Iterable[Tree],
    machine: Tree,
) -> Tree:
    """Join the measures of all replications into the summary.

    Args:
        scenario: the scenario's name.
        seed: the seed of the runs.
        measures: one for each replication, in their order.
        assumptions: values in force that the scenario's author did not choose: path, value, grade, source.
        machine: wall_s, version and platform: the only part that may differ between two equal runs.
    """
    return {
        "format": 1,
        "scenario": scenario,
        "seed": seed,
        "replications": len(measures),
        **_join([measure.figures for measure in measures]),
        "incidents": _incidents(measures),
        "assumptions": [dict(assumption) for assumption in assumptions],
        "audit": joined_audit([measure.audit for measure in measures]).as_dict(),
        "machine": machine,
    }


def _join(trees: Sequence[Tree]) -> Tree:
    """Join trees of the same shape, number by number."""
    joined: Tree = {}
    for key in dict.fromkeys(key for tree in trees for key in tree):
        values: list[Any] = [tree.get(key) for tree in trees]
        if key in _COUNTS_BY_NAME:
            joined[key] = _join_counts(values)
        elif isinstance(values[0], dict):
            joined[key] = _join(values)
        else:
            joined[key] = asdict(figure(values, every=key in _CENSORED))
    return joined


def _join_counts(counts: Sequence[Any]) -> Tree:
    """Join counts by name, where a name that is missing means that it was counted 0 times."""
    names = sorted({name for one in counts for name in one})
    return {name: asdict(figure([one.get(name, 0) for one in counts])) for name in names}


def _incidents(measures: Sequence[Measures]) -> list[Tree]:
    """List each incident once, with the number of replications in which it happened just so, and what followed."""
    seen: dict[tuple[Any, ...], list[Tree]] = {}
    for measure in measures:
        for incident in measure.incidents:
            seen.setdefault(tuple(incident[name] for name in _JUST_SO), []).append(incident)
    return [
        {
            **dict(zip(_JUST_SO, just_so, strict=True)),
            "n": len(alike),
            "letters_delayed": asdict(figure([one["letters_delayed"] for one in alike])),
            "delay_s": asdict(figure([one["delay_s"] for one in alike])),
            # Of the first that has one: it is the first replication's letters that a saved run tells of.
            "worst_letter": next((one["worst_letter"] for one in alike if one["worst_letter"]), None),
        }
        for just_so, alike in seen.items()
    ]


def joined_audit(audits: Sequence[Audit]) -> Audit:
    """Join the audits of replications: of each check the first that failed, or else the first."""
    by_name: dict[str, Any] = {}
    for one in audits:
        for check in one.checks:
            known = by_name.get(check.name)
            if known is None or (known.ok and not check.ok):
                by_name[check.name] = check
    return Audit(tuple(by_name.values()))
