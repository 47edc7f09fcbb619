"""How a receiver remembers its senders, and what it lets them feel.

Receivers do not publish their rules. Where they name a figure it stands here with its source; the rest says that
it is an assumption.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, Strict, model_validator

from sim.scenario.settings import Count, Name, Settings, convention, graded, refuse
from sim.units import PositiveDuration, Rate, Share, format_duration, format_share
from sim.vocabulary.replies import POOR_REPUTATION, POOR_REPUTATION_YET, RATE_LIMITED, UNUSUAL_RATE

_DAY_US: Final = 86_400_000_000
_TOO_FAST: Final[Mapping[str, int]] = {"421 4.7.28": UNUSUAL_RATE, "450 4.7.1": RATE_LIMITED}
_REFUSED: Final[Mapping[str, int]] = {"421 4.7.0": POOR_REPUTATION_YET, "550 5.7.1": POOR_REPUTATION}
_ONLY_LATER: Final = ("450 4.7.1", "550 5.7.1")
"""Replies that no greeting can be: RFC 5321 4.3.2 knows 220 and 554 there, and 421 anywhere."""

Complaints = Annotated[float, Strict(), Field(ge=0, le=1_000_000)]
"""As many complaints as something weighs."""


class Reputation(Settings):
    """A receiver's memory of how one sent before: how much it takes, what it files as spam, whom it refuses."""

    kept_by: Literal["ip", "domain", "both"] = graded(
        "both", "published", "Gmail, answer 3726730: limits by IP address and by the domain of DKIM and SPF"
    )
    """What has a memory of its own: each `ip` address, each sending `domain`, or `both`, and the worse one counts."""
    stranger_per_s: Rate = graded(
        480 / 86_400,
        "published",
        "SendGrid, Warming Up an IP Address: 20 an hour is what it dares on the first day",
        plausible=(
            "300/d",
            "1111/d",
            "what senders dare on the first day: Mailtrap 300 letters, Amazon SES 1111; receivers do not say",
        ),
    )
    """How much a sender without history may bring. A day's worth is taken at once; then as much again each day."""
    growth_per_day: Annotated[float, Strict(), Field(ge=1, le=10)] = graded(
        1.5,
        "assumption",
        "more than SendGrid's 1.4 a day, which has a step of 1.6; less than the doubling that Gmail warns of",
        plausible=(1.3, 2.0, "from the growth of Mailtrap's plan to the doubling that Gmail warns of"),
    )
    """By how much the volume may grow from day to day, on and on; a sender whose volume grows so just has room."""
    half_life_us: PositiveDuration = graded(
        14 * _DAY_US,
        "assumption",
        "Amazon SES: a reputation takes two to six weeks; receivers do not say",
        plausible=("7 d", "42 d", "from the week that Gmail watches to the longest that Amazon SES names"),
    )
    """After this time half of what is remembered, the usual volume and the blame, is forgotten. One day or more."""
    judged_over_us: PositiveDuration = graded(
        7 * _DAY_US,
        "assumption",
        "Gmail, answer 14229414, watches a spam rate for 7 days before it helps again",
        plausible=("1 d", "28 d", "Gmail works a spam rate out day by day; four times its 7 days is a guess"),
    )
    """Proportions are taken of what came within about this time; older letters and complaints fade."""
    known_per_s: dict[Name, Rate] = convention(dict, factory=True)
    """Senders that are no strangers at the start, and how much each of them has brought steadily, with no blame."""
    harmless_complaints_ratio: Share = graded(
        0.001, "published", "Gmail, answer 81126: keep the spam rate below 0.10 %"
    )
    """Complaints in proportion to letters that nothing is made of."""
    fatal_complaints_ratio: Share = graded(
        0.003, "published", "Gmail, answers 81126 and 14229414, and Yahoo: never reach 0.3 %"
    )
    """Complaints in proportion to letters at which nothing is left of a sender's standing."""
    harmless_unknown_users_ratio: Share = graded(
        0.02,
        "assumption",
        "receivers do not say; Amazon SES tells its own customers to stay below 2 %",
        plausible=(
            "1 %",
            "5 %",
            "from half of what Amazon SES advises to where it begins to look into a customer",
        ),
    )
    """Share of letters to users that do not exist that nothing is made of."""
    fatal_unknown_users_ratio: Share = graded(
        0.1,
        "assumption",
        "receivers do not say; Amazon SES may stop its own customers at 10 %",
        plausible=(
            "5 %",
            "20 %",
            "from where Amazon SES looks into a customer to twice where it may stop one",
        ),
    )
    """Share of letters to users that do not exist at which nothing is left of a sender's standing."""
    fewest_letters: Count = graded(
        5000,
        "assumption",
        "Gmail, answer 14229414: a bulk sender is one of about 5000 letters a day",
        plausible=(500, 50_000, "a tenth to ten times as many; receivers do not say"),
    )
    """Proportions are taken of at least so many letters, so that one complaint does not ruin a small sender."""
    trap_complaints: Complaints = graded(
        10.0,
        "assumption",
        "traps weigh heavily; nobody says how heavily",
        plausible=(1.0, 100.0, "from one complaint to a hundred; nobody says"),
    )
    """A letter to a spam trap weighs as many complaints."""
    unauthenticated_complaints: Complaints = graded(
        0.002,
        "assumption",
        "so a sender none of whose letters can be authenticated keeps half its standing",
        plausible=(
            0.0,
            0.003,
            "from nothing to so much that a sender without authentication has no standing left",
        ),
    )
    """A letter that fails authentication weighs as many complaints."""
    pushing_complaints: Complaints = graded(
        0.0001,
        "assumption",
        "an employee of Microsoft on mailop: who pushes on after a 4xx gets blocked",
        plausible=(0.0, 0.001, "from nothing to ten times as much; nobody says how heavily pushing weighs"),
    )
    """An attempt that is refused weighs as many complaints."""
    spam_below_ratio: Share = graded(
        0.8,
        "assumption",
        "receivers do not say; a round number",
        plausible=("60 %", "95 %", "a guess on both sides: 60 % lets much pass, 95 % hardly any blame"),
    )
    """Below this standing some letters go to the spam folder: the more, the lower it is."""
    refused_below_ratio: Share = graded(
        0.3,
        "assumption",
        "so that one with no standing left is let in after a week, as Gmail watches 7 days",
        plausible=(
            "10 %",
            "50 %",
            "so that one with no standing left is let in after two days, or after two weeks",
        ),
    )
    """At this standing all letters go to the spam folder; below it they are refused."""
    stage: Literal["greeting", "rcpt", "end_of_data"] = graded(
        "end_of_data", "community", "Postfix logs of Gmail's 421 4.7.28, as in mailinabox issue 1771"
    )
    """When it is looked up. At `greeting` a connection is judged, and not each letter."""
    too_fast_reply: Literal["421 4.7.28", "450 4.7.1"] = graded(
        "421 4.7.28", "published", "Gmail, answer 3726730: an unusual rate of mail"
    )
    """What one is told who brings more than the allowance."""
    refused_reply: Literal["421 4.7.0", "550 5.7.1"] = graded(
        "421 4.7.0", "published", "Gmail, answer 3726730: a low reputation of the address or the domain"
    )
    """What one is told whose standing is too low."""

    @property
    def too_fast_index(self) -> int:
        """Return the place in `REPLIES` of what one is told who is too fast."""
        return _TOO_FAST[self.too_fast_reply]

    @property
    def refused_index(self) -> int:
        """Return the place in `REPLIES` of what one is told whose standing is too low."""
        return _REFUSED[self.refused_reply]

    @model_validator(mode="after")
    def _in_order(self) -> "Reputation":
        for lower, upper in (
            ("harmless_complaints", "fatal_complaints"),
            ("harmless_unknown_users", "fatal_unknown_users"),
            ("refused_below", "spam_below"),
        ):
            low, high = getattr(self, f"{lower}_ratio"), getattr(self, f"{upper}_ratio")
            if low >= high:
                at = upper if f"{upper}_ratio" in self.model_fields_set else lower
                refuse(
                    "wrong_order",
                    at,
                    found=f"{lower}: {format_share(low)}, {upper}: {format_share(high)}",
                    expected=f"{lower} < {upper}",
                )
        return self

    @model_validator(mode="after")
    def _a_day_or_more(self) -> "Reputation":
        if self.half_life_us < _DAY_US:
            refuse("out_of_range", "half_life", found=format_duration(self.half_life_us), expected=">= 1 d")
        return self

    @model_validator(mode="after")
    def _said_at_that_stage(self) -> "Reputation":
        replies: dict[str, Any] = {"too_fast_reply": _TOO_FAST, "refused_reply": _REFUSED}
        for key, known in replies.items():
            if self.stage == "greeting" and getattr(self, key) in _ONLY_LATER:
                refuse(
                    "does_not_go_with",
                    key,
                    found=f"{key}: {getattr(self, key)}",
                    other="stage: greeting",
                    expected=", ".join(f"{key}: {reply}" for reply in known if reply not in _ONLY_LATER),
                )
        return self
