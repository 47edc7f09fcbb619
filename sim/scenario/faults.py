"""Trouble: on a timetable, again and again, or by chance."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from sim.scenario.presets import PresetSettings
from sim.scenario.road import MOST_LOST
from sim.scenario.settings import convention, refuse
from sim.units import Duration, PositiveDuration, Share, format_duration, format_share

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
    "readers": ("down",),
}
"""What can go wrong where."""
_SHARED: Final = ("losing", "denying_users")
"""What goes with a share."""
_SHORTEST_US: Final = 1_000_000
"""What comes again more often is no fault but a habit."""
PLACE_PATTERN = (
    r"^(providers\.[a-z][a-z0-9_]*(\.[a-z][a-z0-9_-]*)?"
    r"|(senders|resolvers|roads|name_servers|readers)\.[a-z][a-z0-9_]*)$"
)
Struck = Annotated[Share, Field(gt=0)]


class Fault(PresetSettings):
    """One place is in trouble for a time, once, again and again, or by chance."""

    preset_kind = "outage"

    at_us: Duration
    """When it begins, counted from the start; with `mtbf` it may begin from then on."""
    for_us: PositiveDuration | None = convention(None)
    """How long it lasts."""
    every_us: PositiveDuration | None = convention(None)
    """It comes again so long after it last began."""
    mtbf_us: PositiveDuration | None = convention(None)
    """It comes by chance, and between two times the place works for so long on average (exponential)."""
    mttr_us: PositiveDuration | None = convention(None)
    """With `mtbf`: how long it lasts on average (exponential)."""
    until_us: PositiveDuration | None = convention(None)
    """With `every` or `mtbf`: it does not begin again from this moment on; left out, it may until the end."""
    where: Annotated[str, StringConstraints(pattern=PLACE_PATTERN)]
    """Where: `providers.x`, `providers.x.mx1`, `senders.x`, `resolvers.x`, `name_servers.x`, `roads.x`, `readers.x`."""
    what: FaultKind
    """`down` (refuses at once), `silent` (no answer), `slow` (answers late), or what only some places do."""
    by_us: PositiveDuration | None = convention(None)
    """`slow` only: how much later each answer comes."""
    share_ratio: Struck | None = convention(None)
    """`losing`: share of packets that are lost on one way; `denying_users`: share of letters that are answered 550."""

    @model_validator(mode="after")
    def _lasts(self) -> "Fault":
        if self.mtbf_us is None and self.mttr_us is None and self.for_us is None:
            refuse("missing_key", "for", expected="for: 10 min")
        if self.mtbf_us is None and self.mttr_us is not None:
            refuse("missing_key", "mtbf", expected="mtbf: 2 d")
        if self.mtbf_us is not None and self.mttr_us is None:
            refuse("missing_key", "mttr", expected="mttr: 10 min")
        for key, value in (("for", self.for_us), ("every", self.every_us)):
            if self.mtbf_us is not None and value is not None:
                refuse("does_not_go_with", key, found=key, other="mtbf", expected="mtbf, mttr, until")
        return self

    @model_validator(mode="after")
    def _comes_again_after_its_end(self) -> "Fault":
        for key, value in (("every", self.every_us), ("mtbf", self.mtbf_us)):
            if value is not None and value < _SHORTEST_US:
                expected = f">= {format_duration(_SHORTEST_US)}"
                refuse("out_of_range", key, found=format_duration(value), expected=expected)
        if self.every_us is not None and self.for_us is not None and self.every_us <= self.for_us:
            expected = f"> {format_duration(self.for_us)}"
            refuse("out_of_range", "every", found=format_duration(self.every_us), expected=expected)
        if self.until_us is not None and self.every_us is None and self.mtbf_us is None:
            refuse("does_not_go_with", "until", found="until", other="for", expected="every, mtbf")
        if self.until_us is not None and self.until_us <= self.at_us:
            refuse("wrong_order", "until", found="until <= at", expected="at < until")
        return self

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
