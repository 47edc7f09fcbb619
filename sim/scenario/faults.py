"""Trouble on a timetable."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from sim.scenario.road import MOST_LOST
from sim.scenario.settings import Settings, convention, keyed, refuse
from sim.units import Duration, PositiveDuration, Share, format_share

FaultKind = Literal[
    "down",
    "crash",
    "silent",
    "slow",
    "refusing",
    "hanging",
    "greets_421",
    "greets_554",
    "disk_full",
    "disk_full_final",
    "denying_users",
    "losing",
    "servfail",
    "nxdomain",
]
KINDS_BY_PLACE: Final[dict[str, tuple[FaultKind, ...]]] = {
    "providers": (
        "down",
        "crash",
        "silent",
        "slow",
        "refusing",
        "hanging",
        "greets_421",
        "greets_554",
        "disk_full",
        "disk_full_final",
        "denying_users",
    ),
    "senders": ("down", "crash", "silent", "slow"),
    "resolvers": ("down", "silent", "slow", "servfail"),
    "name_servers": ("down", "silent", "slow", "servfail", "nxdomain"),
    "roads": ("down", "silent", "slow", "losing"),
}
"""What can go wrong where."""
_SHARED: Final = ("losing", "denying_users")
"""What goes with a share."""
PLACE_PATTERN = (
    r"^(providers\.[a-z][a-z0-9_]*(\.[a-z][a-z0-9_-]*)?"
    r"|(senders|resolvers|roads|name_servers)\.[a-z][a-z0-9_]*)$"
)
Struck = Annotated[Share, Field(gt=0)]


class Fault(Settings):
    """One place is in trouble for a time."""

    at_us: Duration
    """When it begins, counted from the start."""
    for_us: PositiveDuration = keyed("for")
    """How long it lasts."""
    where: Annotated[str, StringConstraints(pattern=PLACE_PATTERN)]
    """Where: `providers.office`, `providers.office.mx1`, `senders.school`, `resolvers.campus`, `roads.sea`."""
    what: FaultKind
    """`down` (refuses at once), `silent` (no answer), `slow` (answers late), or what only some places do."""
    by_us: PositiveDuration | None = convention(None)
    """`slow` only: how much later each answer comes."""
    share_ratio: Struck | None = convention(None)
    """`losing`: share of packets that are lost on one way; `denying_users`: share of letters that are answered 550."""

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

    @model_validator(mode="after")
    def _losing_says_how_much(self) -> "Fault":
        if self.what in _SHARED and self.share_ratio is None:
            refuse("missing_key", "share", found=f"what: {self.what}", expected="share: 5 %")
        if self.what not in _SHARED and self.share_ratio is not None:
            expected = ", ".join(f"what: {kind}" for kind in _SHARED)
            refuse("does_not_go_with", "share", found="share", other=self.what, expected=expected)
        if self.what == "losing" and self.share_ratio is not None and self.share_ratio > MOST_LOST:
            refuse(
                "out_of_range",
                "share",
                found=format_share(self.share_ratio),
                expected=f"<= {format_share(MOST_LOST)}",
            )
        return self

    @model_validator(mode="after")
    def _fits_the_place(self) -> "Fault":
        kinds = KINDS_BY_PLACE[self.where.partition(".")[0]]
        if self.what not in kinds:
            fitting = [section for section, known in KINDS_BY_PLACE.items() if self.what in known]
            refuse(
                "fault_elsewhere",
                "what",
                found=self.what,
                other=self.where,
                section=", ".join(fitting),
                expected=", ".join(kinds),
            )
        return self
