"""What can be turned up or down in a scenario: groups of numbers that belong together.

A lever scales its numbers by one factor, whatever they are, so that "three times as many" can be asked of a whole
set of rules at once. Only numbers in which two setups differ are touched: what both share is not in question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from sim.scenario.schema import Scenario

Path = tuple[str, ...]
_ANY: Final = "*"
_HOST_TIMES: Final = (
    "import_time_us",
    "serial_time_us",
    "letter_time_us",
    "process_start_us",
    "deferral_time_us",
)
_LAW: Final = ("mean_us", "low_us", "high_us")


@dataclass(frozen=True)
class Lever:
    """Numbers of a scenario that are scaled together.

    Attributes:
        name: what it is called in words.
        more_is_better: whether more of it helps the sender.
        patterns: where the numbers stand, by the names of the settings' fields; `*` is any name. The first
            pattern that finds something gives the example that is shown.
    """

    name: str
    more_is_better: bool
    patterns: tuple[Path, ...]

    def numbers(self, scenario: Scenario) -> dict[Path, float]:
        """Give every number of this lever by where it stands."""
        return {path: number for pattern in self.patterns for path, number in _read(scenario, pattern, ())}


LEVERS: Final = (
    Lever(
        "welcome",
        True,
        (
            ("providers", _ANY, "rate_limit", "rate_per_s"),
            ("providers", _ANY, "rate_limit", "burst"),
            ("providers", _ANY, "connection_limit", "per_client"),
        ),
    ),
    Lever("pace", True, (("letters", _ANY, "pace_per_s"),)),
    Lever(
        "retries",
        False,
        tuple(
            ("senders", _ANY, "postconf", name)
            for name in ("minimal_backoff_time", "maximal_backoff_time", "queue_run_delay")
        ),
    ),
    Lever(
        "connections",
        True,
        tuple(
            ("senders", _ANY, "postconf", name)
            for name in (
                "default_destination_concurrency_limit",
                "smtp_destination_concurrency_limit",
                "initial_destination_concurrency",
                "default_process_limit",
            )
        ),
    ),
    Lever("checkers", True, (("providers", _ANY, "checking", "workers"),)),
    Lever("checking_time", False, tuple(("providers", _ANY, "checking", "time", name) for name in _LAW)),
    Lever(
        "work",
        False,
        (
            *(("senders", _ANY, "host", name) for name in _HOST_TIMES),
            *(("senders", _ANY, "host", "commit_time", name) for name in _LAW),
        ),
    ),
)


def differing(lever: Lever, scenario: Scenario, other: Scenario) -> dict[Path, float]:
    """Give the numbers of a lever that another scenario does not have, or has otherwise."""
    others = lever.numbers(other)
    return {path: n for path, n in lever.numbers(scenario).items() if n and others.get(path) != n}


def scaled(scenario: Scenario, paths: Mapping[Path, float], factor: float) -> Scenario:
    """Give a scenario in which some numbers are so many times as large."""
    for path in paths:
        scenario = _with(scenario, path, factor)
    return scenario


def _read(node: Any, pattern: Path, path: Path) -> Iterator[tuple[Path, float]]:
    if node is None:
        return
    if not pattern:
        yield path, node
        return
    step, rest = pattern[0], pattern[1:]
    if isinstance(node, Mapping):
        for name in node if step == _ANY else (step,):
            yield from _read(node[name], rest, (*path, name))
    else:
        yield from _read(getattr(node, step), rest, (*path, step))


def _with(node: Any, path: Path, factor: float) -> Any:
    """Give a copy of settings in which the number at a path is scaled; whole numbers stay so, and above 0."""
    if not path:
        return max(1, round(node * factor)) if isinstance(node, int) else node * factor
    step, rest = path[0], path[1:]
    if isinstance(node, Mapping):
        return {**node, step: _with(node[step], rest, factor)}
    assert isinstance(node, BaseModel)
    return node.model_copy(update={step: _with(getattr(node, step), rest, factor)})
