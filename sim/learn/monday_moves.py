"""The moves of the incident game: what an operator can change on a Monday morning, and what it is in a scenario."""

from collections.abc import Mapping
from typing import Any, Final

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.learn.choices import read_choices
from sim.scenario.postconf import Postconf

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "resolver": ("own", "hoster"),
    "newsletter": ("in_front", "own_queue", "5/s", "2/s", "1/s", "tomorrow"),
    "smtp_connect_timeout": ("30s", "10s", "5s"),
    "smtp_tls_connection_reuse": ("no", "yes"),
    "default_destination_concurrency_limit": ("20", "5", "100"),
    "queue_run_delay": ("300s", "60s"),
    "minimal_backoff_time": ("300s", "60s"),
    "maximal_backoff_time": ("4000s", "900s", "300s"),
    "maximal_queue_lifetime": ("5d", "1h", "15m"),
}
"""The moves that are offered, and what each can be; the first of each holds where it is not made.

`resolver` is the name server in /etc/resolv.conf. `newsletter` is what becomes of it: it goes through a second Postfix
with a queue of its own, or is handed in at a pace, or not before the next day (held). The others are Postfix's
parameters, and any other of Postfix's parameters that the simulator knows may be set as well.
"""
_OURS: Final = ("resolver", "newsletter")
_TOMORROW: Final = "1 d"

Moves = Mapping[str, str]


def read_moves(given: Mapping[str, Any]) -> Moves:
    """Read moves as they are written between brackets; those that change nothing are left out.

    Raises:
        ArgumentError: there is no such move, or it cannot be made so.
    """
    ours = read_choices(
        {name: _plain(value) for name, value in given.items() if name in _OURS}, CHOICES, "no_such_move"
    )
    found = {}
    for name, value in given.items():
        if name in ours:
            found[name] = ours[name]
        elif name in Postconf.model_fields:
            found[name] = _written(value)
        else:
            raise taught(ArgumentError, "no_such_move", found=name, expected=", ".join(CHOICES))
    return {name: value for name, value in found.items() if value != CHOICES.get(name, ("",))[0]}


def settings_of(moves: Moves) -> list[str]:
    """Give what moves replace in the scenario, each `path=value`; a second server is set like the first."""
    servers = ("portal", "second") if moves.get("newsletter") == "own_queue" else ("portal",)
    found = [
        f"senders.{server}.postconf.{name}={value}"
        for server in servers
        for name, value in moves.items()
        if name not in _OURS
    ]
    if "resolver" in moves:
        found += [f"senders.{server}.resolver={moves['resolver']}" for server in servers]
    newsletter = moves.get("newsletter", "")
    if newsletter == "own_queue":
        found.append("letters.newsletter.from=second")
    elif newsletter.endswith("/s"):
        found.append(f"letters.newsletter.pace={newsletter}")
    elif newsletter == "tomorrow":
        found.append(f"letters.newsletter.at={_TOMORROW}")
    return found


def written(moves: Moves) -> str:
    """Write moves as the game takes them; nothing where none is made."""
    return ", ".join(f"{name}={value}" for name, value in moves.items())


def _plain(value: Any) -> Any:
    return value.strip().replace(" ", "_") if isinstance(value, str) else value


def _written(value: Any) -> str:
    """Write a value as a scenario file has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()
