"""The rules that a learner sets at the counter, few enough to choose from, and what they are in a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from sim.learn.choices import OFF, read_choices

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "content_filter": (OFF, "on"),
    "greylisting": (OFF, "1 min", "5 min", "20 min"),
    "rate_limit": (OFF, "10", "30", "100"),
    "reply": ("450", "421", "554"),
}
"""What can be chosen, rule by rule; the first of each holds where nothing is chosen."""
_FILTER: Final = (
    "providers.town.content_filter={missed: 5 %, mistaken: 1 %}",
    "providers.town.checking={workers: 1, time: 1 s}",
)
"""No filter is measured in public, so these are round numbers; looking into a letter costs the counter a second."""
_REPLIES: Final = {
    "450": "stage: rcpt, reply: 450 4.7.1",
    "421": "stage: greeting, reply: 421 4.7.0",
    "554": "stage: rcpt, reply: 554 5.7.0",
}


@dataclass(frozen=True)
class Rules:
    """The rules at the counter.

    Attributes:
        content_filter: whether each letter is looked into, a second each; what looks like spam goes to its folder.
        greylisting: how long a stranger is asked to stay away.
        rate_limit: how many letters a minute one address may bring, and so many at once.
        reply: what is said to those who bring more: 450 or 554 at RCPT, or 421 at the greeting.
    """

    content_filter: str = CHOICES["content_filter"][0]
    greylisting: str = CHOICES["greylisting"][0]
    rate_limit: str = CHOICES["rate_limit"][0]
    reply: str = CHOICES["reply"][0]

    def settings(self) -> list[str]:
        """Give what replaces values of the scenario, each `path=value`."""
        found = list(_FILTER) if self.content_filter != OFF else []
        if self.greylisting != OFF:
            found.append(f"providers.town.greylisting={self.greylisting}")
        if (most := self.rate_limit) != OFF:
            said = _REPLIES[self.reply]
            found.append(f"providers.town.rate_limit={{rate: {most}/min, burst: {most}, {said}}}")
        return found

    @property
    def chosen(self) -> Mapping[str, str]:
        """The rules that do something; without a rate limit nobody needs its reply."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value
            for name, value in every.items()
            if value != OFF and (name != "reply" or self.rate_limit != OFF)
        }

    def written(self) -> str:
        """Write the rules as a run takes them; nothing where there are none."""
        return ", ".join(f"{name}={value}" for name, value in self.chosen.items())


def read_rules(given: Mapping[str, Any]) -> Rules:
    """Read rules as they are written between brackets.

    Raises:
        ArgumentError: there is no such rule, or it cannot be set so.
    """
    return Rules(**read_choices(given, CHOICES, "no_such_rule"))
