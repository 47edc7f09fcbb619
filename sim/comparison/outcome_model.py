"""The form of a comparison, `format: 1`: what `compare --json` prints and `comparison.json` holds.

`comparison.schema.json` beside this file is made from these models; a test keeps it current.
"""

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sim.results.summary_model import MachineModel, SummaryModel

SCHEMA_FILE = Path(__file__).with_name("comparison.schema.json")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class DifferenceModel(_Model):
    """What one setup has more than another: figure of `b` minus figure of `a`, replication by replication."""

    figure: str
    """Name of the figure, as in the summary of a run where it is there; shares are 0 to 1, times are seconds."""
    a: str
    """The setup that is subtracted."""
    b: str
    """The setup from which it is subtracted."""
    value: float | None
    """Mean of the paired differences; null where a setup never got so far in a replication."""
    low: float | None
    """Lower end of the 95 % interval (Student t over pairs); null for a single replication."""
    high: float | None
    """Upper end of the interval."""
    n: int
    """How many replications gave a difference."""


class PairingModel(_Model):
    """What common random numbers were worth."""

    figure: str
    a: str
    b: str
    variance_ratio: float | None
    """Variance of the paired difference, divided by the sum of both variances; 1 is no gain, below 1 is one."""
    n: int


class SpreadModel(_Model):
    """How much a figure differs from run to run."""

    figure: str
    setup: str
    value: float | None
    """Standard deviation over the replications."""
    low: float | None
    """Lower end of its 95 % interval (chi square)."""
    high: float | None
    """Upper end of the interval."""
    n: int


class MonthModel(_Model):
    """The cost of a month, in yen."""

    letters: float
    """Letters sent in the month."""
    service: float
    """Subscription and fees for letters."""
    machines: float
    """Servers and addresses."""
    setup: float
    """The part of the setting up that falls on this month."""
    staff: float
    """Hours of work in the month."""
    servers: int
    """How many servers are needed; 0 where the service sees to it."""
    total: float
    per_thousand: float
    """The cost of a thousand letters."""


class CostModel(_Model):
    """What one setup costs."""

    setup: str
    preset: str | None
    """The price list, if it has a name."""
    month: MonthModel


class BreakEvenModel(_Model):
    """Numbers of letters a month at which the cheaper one of two setups changes."""

    a: str
    b: str
    letters_per_month: list[float]


class CostTurnModel(_Model):
    """Which number of `costs`, changed alone, makes the dearer setup the cheaper one."""

    cheaper: str
    dearer: str
    setup: str
    """The setup whose number is changed, or `both`."""
    field: str
    now: float
    turns_at: float | None
    """From there on the order is the other way round; null: no value up to a thousand times does that."""
    grade: str
    """How well the number is known: published, community, assumption; or `written` by the scenario's author."""


class TurnModel(_Model):
    """What pulling one lever does to the order of two setups, all else equal."""

    figure: str
    ahead: str
    behind: str
    setup: str
    """The setup whose numbers are scaled."""
    lever: str
    paths: list[str]
    """Where these numbers stand in the scenario."""
    now: float
    """The first of them as it is; durations are in microseconds, those of `postconf` in seconds."""
    factor_low: float
    """The order still holds when the numbers are so many times as large."""
    factor_high: float | None
    """Here it does not any more; null: it holds up to the furthest pull, `factor_low`."""
    grade: str
    """How well the first number is known: published, community, assumption; or `written`."""


class TriedModel(_Model):
    """An assumption that was set to both ends of its range, in all setups alike."""

    key: str
    """What it is called, with the rule that it belongs to."""
    paths: dict[str, list[str]]
    """Where it stands, by setup."""
    now: Any
    """The value that is assumed, as one writes it."""
    low: Any
    high: Any
    why: str
    """Why it should lie between these."""
    grade: str
    source: str


class VerdictModel(_Model):
    """What becomes of the order of two setups by one figure."""

    figure: str
    a: str
    b: str
    now: float | None
    """Figure of `b` minus figure of `a` as things are assumed."""
    ahead: str | None
    """The setup that is ahead; null where the runs do not tell."""
    low: float | None
    """The smallest difference over all ends of all assumptions, and as things are."""
    high: float | None
    """The largest."""
    holds: bool
    """Whether the same setup is ahead, or none, at all ends."""


class EndModel(_Model):
    """A difference where one assumption is set to an end of its range."""

    figure: str
    a: str
    b: str
    key: str
    end: Literal["low", "high"]
    set_to: Any
    value: float | None
    low: float | None
    high: float | None
    n: int
    ahead: str | None
    effect: Literal["holds", "turns", "blurs", "decides", "impossible"]
    """The order stays; is the other way round; is not to be told; is to be told; the end goes not with the rest."""


class RankingChangeModel(_Model):
    """An end of an assumption at which two setups change places."""

    key: str
    end: Literal["low", "high"]
    set_to: Any
    setups: list[str]


class RankingModel(_Model):
    """More than two setups by one figure, the best first."""

    figure: str
    setups: list[str]
    changes: list[RankingChangeModel]


class RobustnessModel(_Model):
    """The comparison under other assumptions: each at both ends of its range, one at a time."""

    runs: int
    tried: list[TriedModel]
    without_range: dict[str, int]
    """By setup, how many further assumptions it rests on; no range is known of them, and they stayed."""
    verdicts: list[VerdictModel]
    ends: list[EndModel]
    rankings: list[RankingModel]


class ComparisonModel(_Model):
    """What came of setups that were compared under common random numbers."""

    format: Literal[1]
    seed: int
    """The seed of all setups."""
    replications: int
    setups: list[SummaryModel]
    """The summary of each setup's runs, as `run --json` prints it; `scenario` is the setup's name."""
    differences: list[DifferenceModel]
    pairings: list[PairingModel]
    spreads: list[SpreadModel]
    costs: list[CostModel]
    """Of the setups whose scenario has `costs`."""
    break_evens: list[BreakEvenModel]
    cost_turns: list[CostTurnModel]
    turns: list[TurnModel]
    turns_complete: bool
    """False: the mailings are so large that not every lever was tried."""
    robustness: RobustnessModel | None = None
    """Only there if it was asked for (`--assumptions`)."""
    machine: MachineModel


def schema() -> dict[str, Any]:
    """Give the published JSON Schema of a comparison."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ComparisonModel.model_json_schema(mode="serialization"),
    }


def schema_text() -> str:
    """Give the schema as it stands in its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
