"""What a recorded receiving server did, as a scenario says it.

At RCPT the recorded server asks its greylist, then its bucket, then chance, as a provider here does. `down`
closes the port only, so it is the fault `refusing`, and `hang` is the fault `hanging`. `soft_p` and `hard_p`
are chances of each RCPT: of letters that are tried again after each 450, `hard_p / (1 - soft_p)` meet a 550 in
the end, however often they are tried, and that is the share of users who are not there.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.validation.recording_settings import bad, duration, number, share, windows

_LAWS: Final = ("exp", "const")
OWN: Final = frozenset({"data_s", "data_dist", "max_conns", "down", "hang", "ip"})
"""What one host of a domain may have of its own here."""
SHARED: Final = frozenset(
    {"cmd_s", "banner_s", "rate_per_s", "burst", "grey_s", "soft_p", "hard_p", "pipelining"}
)
"""What must be the same at all hosts of a domain."""
CHANCES: Final = ("soft_p", "hard_p")
_FAULTS: Final[Mapping[str, str]] = {"down": "refusing", "hang": "hanging"}

Behaviour = Mapping[str, Any]


def needs(behaviour: Behaviour, name: str) -> list[str]:
    """List what a server did that a scenario cannot say."""
    wanted = [f"`{key}` at {name}" for key in behaviour if key not in OWN | SHARED]
    law = behaviour.get("data_dist", "exp")
    if law not in _LAWS:
        wanted.append(f"`data_dist: {law}` at {name}")
    return wanted


def has_chance(behaviour: Behaviour) -> bool:
    """Tell whether a draw decides anything at a server."""
    return behaviour.get("data_dist") == "exp" or any(behaviour.get(key) for key in CHANCES)


def accept_time(behaviour: Behaviour, name: str) -> Any:
    """Give how long the 250 takes after the final dot."""
    mean = duration(number(behaviour.get("data_s", 0), f"data_s at {name}"))
    return {"exponential": mean} if behaviour.get("data_dist") == "exp" else mean


def connection_limit(behaviour: Behaviour, name: str) -> dict[str, int] | None:
    """Give how many connections the server takes, if that was limited."""
    if "max_conns" not in behaviour:
        return None
    return {"total": int(number(behaviour["max_conns"], f"max_conns at {name}"))}


def rules(behaviour: Behaviour, name: str) -> dict[str, Any]:
    """Give what a provider does at all its hosts."""

    def seconds(key: str) -> str:
        return duration(number(behaviour.get(key, 0), f"{key} at {name}"))

    found: dict[str, Any] = {
        "banner_delay": seconds("banner_s"),
        "command_time": seconds("cmd_s"),
        "pipelining": bool(behaviour.get("pipelining", False)),
        "tls": False,
    }
    if "rate_per_s" in behaviour:
        rate = number(behaviour["rate_per_s"], f"rate_per_s at {name}")
        burst = int(number(behaviour.get("burst", 1), f"burst at {name}"))
        found["rate_limit"] = {"rate": f"{rate:f}/s", "burst": burst}
    if behaviour.get("grey_s"):
        found["greylisting"] = seconds("grey_s")
    if behaviour.get("soft_p"):
        found["temporary_failures"] = _percent(_soft(behaviour, name))
    return found


def unknown_users(behaviour: Behaviour, name: str) -> str | None:
    """Give the share of recipients who get a 550 in the end."""
    hard = share(behaviour.get("hard_p", 0), f"hard_p at {name}")
    return _percent(min(1.0, hard / (1 - _soft(behaviour, name)))) if hard else None


def faults(behaviour: Behaviour, name: str, place: str) -> Iterable[dict[str, str]]:
    """Give the stretches in which the server was in trouble."""
    for key, what in _FAULTS.items():
        for begin_s, end_s in windows(behaviour.get(key, []), f"{key} at {name}"):
            yield {"at": duration(begin_s), "for": duration(end_s - begin_s), "where": place, "what": what}


def _soft(behaviour: Behaviour, name: str) -> float:
    soft = share(behaviour.get("soft_p", 0), f"soft_p at {name}")
    if soft == 1:
        raise bad(f"soft_p at {name}", behaviour["soft_p"], "a share below 1; nothing would ever be accepted")
    return soft


def _percent(ratio: float) -> str:
    return f"{ratio * 100:f} %"
