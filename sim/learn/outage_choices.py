"""What a learner sets before and after an outage, few enough to choose from, and what it is in a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from sim.learn.choices import OFF, read_choices

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "counter": ("free", "line", "limit"),
    "circular": (OFF, "on"),
    "retries": ("rounds", "own", "jitter"),
    "pause": (OFF, "3 s"),
    "lifetime": ("5 d", "2 h", "1 h", "30 min"),
    "crash": (OFF, "10:30", "11:20"),
}
"""What can be chosen, by name; the first of each holds where nothing is chosen."""
TAKES_PER_MIN: Final = 20
"""What the carrier takes in a minute, where it does not take everything."""
_COUNTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "free": (),
    "line": ("providers.carrier.checking={workers: 1, time: 3 s}",),
    "limit": (f"providers.carrier.rate_limit={{rate: {TAKES_PER_MIN}/min, burst: {TAKES_PER_MIN}}}",),
}
_CIRCULAR: Final = "letters.circular={from: town, at: 90 min, count: 300, size: 20 kB, to: carrier}"
_OUTAGE: Final = "{at: 1 h, for: 2 h, where: providers.carrier, what: down}"
_CRASHES: Final = {"10:30": "150 min", "11:20": "200 min"}
_JITTER: Final = {"own": "0 %", "jitter": "50 %"}
_DOUBLING_MIN: Final = 75
_LIFETIMES_MIN: Final = {"5 d": 5 * 24 * 60, "2 h": 120, "1 h": 60, "30 min": 30}


@dataclass(frozen=True)
class Conditions:
    """Under which conditions the carrier is down.

    Attributes:
        counter: whether the carrier takes everything once it is back, or twenty letters a minute: others wait in a
            `line`, or are told to come back (`limit`).
        circular: whether the office writes 300 letters at once at 09:30, besides the others.
        retries: whether letters are tried again at Postfix's `rounds`, each at a moment of its `own`, or with `jitter`.
        pause: how long the office's server waits after each letter (smtp_destination_rate_delay).
        lifetime: after what time a letter is given up (maximal_queue_lifetime).
        crash: when the office's machine breaks down for ten minutes.
    """

    counter: str = CHOICES["counter"][0]
    circular: str = CHOICES["circular"][0]
    retries: str = CHOICES["retries"][0]
    pause: str = CHOICES["pause"][0]
    lifetime: str = CHOICES["lifetime"][0]
    crash: str = CHOICES["crash"][0]

    def settings(self) -> list[str]:
        """Give what replaces values of the scenario, each `path=value`."""
        found = list(_COUNTERS[self.counter])
        if self.circular != OFF:
            found.append(_CIRCULAR)
        lifetime_min = _LIFETIMES_MIN[self.lifetime]
        if self.retries in _JITTER:
            found.append(f"senders.town.retry={_rule(lifetime_min, _JITTER[self.retries])}")
        else:
            found.append(f"senders.town.postconf.maximal_queue_lifetime={lifetime_min}m")
        if self.pause != OFF:
            found.append(f"senders.town.postconf.smtp_destination_rate_delay={self.pause.replace(' ', '')}")
        if self.crash != OFF:
            crash = f"{{at: {_CRASHES[self.crash]}, for: 10 min, where: senders.town, what: crash}}"
            found.append(f"faults=[{_OUTAGE}, {crash}]")
        return found

    @property
    def chosen(self) -> Mapping[str, str]:
        """What is not as it was."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in every.items() if value != CHOICES[name][0]}

    def written(self) -> str:
        """Write the conditions as a run takes them; nothing where all is as it was."""
        return ", ".join(f"{name}={value}" for name, value in self.chosen.items())


def read_conditions(given: Mapping[str, Any]) -> Conditions:
    """Read conditions as they are written between brackets.

    Raises:
        ArgumentError: there is nothing of that name, or it cannot be set so.
    """
    return Conditions(**read_choices(given, CHOICES, "no_such_condition"))


def _rule(lifetime_min: int, jitter: str) -> str:
    """Give a rule with Postfix's waits, 5 min and then doubled up to 70 min, but without its rounds."""
    doubling = min(_DOUBLING_MIN, lifetime_min)
    steps = [f"{{until: {doubling} min, every: 5 min, factor: 2}}"]
    if lifetime_min > doubling:
        steps.append(f"{{until: {lifetime_min} min, every: 70 min}}")
    return f"{{steps: [{', '.join(steps)}], jitter: {jitter}}}"
