"""Trouble on a timetable."""

from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from sim.scenario.settings import Settings, convention, keyed, refuse
from sim.units import Duration, PositiveDuration

FaultKind = Literal["down", "silent", "slow"]
PLACE_PATTERN = (
    r"^(providers\.[a-z][a-z0-9_]*(\.[a-z][a-z0-9_-]*)?|(senders|resolvers|roads)\.[a-z][a-z0-9_]*)$"
)


class Fault(Settings):
    """One place is down, silent or slow for a time."""

    at_us: Duration
    """When it begins, counted from the start."""
    for_us: PositiveDuration = keyed("for")
    """How long it lasts."""
    where: Annotated[str, StringConstraints(pattern=PLACE_PATTERN)]
    """The place: `providers.office`, `providers.office.mx1`, `senders.school`, `resolvers.campus`, `roads.overseas`."""
    what: FaultKind
    """`down` (refuses at once), `silent` (does not answer) or `slow` (answers late)."""
    by_us: PositiveDuration | None = convention(None)
    """`slow` only: how much later each answer comes."""

    @property
    def until_us(self) -> int:
        """Return when it is over."""
        return self.at_us + self.for_us

    @model_validator(mode="after")
    def _slow_says_by_how_much(self) -> "Fault":
        if self.what == "slow" and self.by_us is None:
            refuse("missing_key", "by", found="what: slow", expected="by: 2 s")
        if self.what != "slow" and self.by_us is not None:
            refuse("does_not_go_with", "by", found="by", other=self.what, expected="what: slow")
        return self
