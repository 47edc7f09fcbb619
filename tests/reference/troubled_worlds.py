"""Random worlds with trouble of every kind at every place, by chance and again and again: see worlds for the others.

They are small, and go on for so long after all trouble is over that each letter must have come to its end.
"""

from random import Random
from typing import Any

from sim.scenario.faults import KINDS_BY_PLACE
from tests.reference.crowded_worlds import few, several
from tests.reference.recurring_worlds import with_recurring_faults
from tests.reference.worlds import LOSSES, Mapping, world

LIFETIME_S = 2_000
QUIET_US = 5_000_000_000
"""More than a letter's lifetime, the longest of its waits, and a queue's work."""
_BEGUN_BY_US = 60_000_000
_CRASHES_UNTIL = "150 s"


def troubled(number: int) -> Mapping:
    """Make the world of a number."""
    chance = Random(f"troubled/{number}")
    raw: Mapping = chance.choice((world, several, few))(number)
    end_us = int(raw["duration"].split()[0]) * 60_000_000
    places = [f"{part}.{name}" for part in KINDS_BY_PLACE for name in raw.get(part, {})]
    senders = [f"senders.{name}" for name in raw["senders"]]
    hosts = [
        f"providers.{name}.{host['host']}"
        for name, provider in raw["providers"].items()
        for host in provider["mx"]
    ]
    for place in (*places, *hosts):
        if chance.random() < 0.7:
            raw["faults"].append(_fault(chance, place, end_us))
    with_recurring_faults(raw, chance)
    for fault in raw["faults"]:
        if "every" in fault or "mtbf" in fault:
            fault["at"] = f"{min(int(fault['at'].split()[0]), end_us - 1)} us"
            fault["until"] = f"{end_us} us"
    raw["faults"] += [_crashes(chance, place) for place in (*senders, *hosts) if chance.random() < 0.4]
    for provider in raw["providers"].values():
        if chance.random() < 0.5:  # So slow that a crash finds it at work.
            provider["accept_time"] = {"uniform": ["100 ms", f"{chance.randrange(200, 4_000)} ms"]}
            provider.setdefault("delivery", {})["time"] = {"uniform": ["100 ms", "9 s"]}
    for entry in raw["letters"].values():
        _make_small(entry, chance)
    _let_it_end(raw)
    raw["duration"] = f"{end_us + QUIET_US} us"
    return raw


def _fault(chance: Random, place: str, end_us: int) -> Mapping:
    latest_us = chance.choice((2_000_000, _BEGUN_BY_US, end_us))
    lasts_us = int(chance.choice((3e5, 2e6, 3e7, 4e8)) * chance.uniform(0.5, 1.5))
    what = chance.choice(KINDS_BY_PLACE[place.partition(".")[0]])
    fault: dict[str, Any] = {"at": f"{chance.randrange(1, latest_us)} us", "for": f"{lasts_us} us"}
    fault |= {"where": place, "what": what}
    if what == "slow":
        fault["by"] = f"{chance.randrange(10_000, 30_000_000)} us"
    if what in ("losing", "denying_users"):
        fault["share"] = chance.choice(LOSSES)
    return fault


def _crashes(chance: Random, place: str) -> Mapping:
    """Let a machine crash so often that some letter is under way then."""
    mtbf_us, mttr_us = chance.randrange(2_000_000, 30_000_000), chance.randrange(200_000, 9_000_000)
    by_chance = {"mtbf": f"{mtbf_us} us", "mttr": f"{mttr_us} us"}
    return {"at": "0 s", "until": _CRASHES_UNTIL, "where": place, "what": "crash", **by_chance}


def _make_small(entry: Mapping, chance: Random) -> None:
    """Let few letters come, and early, where crashes find them."""
    entry["size"] = chance.choice(("700 B", "20 kB"))  # What is large takes hours on a road that loses much.
    entry["recipients"] = min(3, entry.get("recipients", 1))
    if "times" in entry:
        entry["times"] = [f"{time} us" for time in sorted(chance.sample(range(_BEGUN_BY_US), 12))]
        return
    entry["at"] = f"{chance.randrange(_BEGUN_BY_US)} us"
    if "count" in entry:
        entry["count"] = min(12, entry["count"])
    else:
        entry["rate"], entry["until"] = "9/min", _CRASHES_UNTIL


def _let_it_end(raw: Mapping) -> None:
    """Make roads and queues so good that all letters come to an end when the trouble is over."""
    for road in (raw["default_road"], *raw["roads"].values()):
        road.pop("loss", None)
    for sender in raw["senders"].values():
        postconf = sender["postconf"]
        postconf["maximal_queue_lifetime"] = f"{LIFETIME_S}s"
        postconf.pop("qmgr_message_active_limit", None)
        for name in ("minimal_backoff_time", "maximal_backoff_time"):
            postconf[name] = max(19, postconf[name])
        if "retry" in sender:
            sender["retry"]["steps"][-1]["until"] = f"{LIFETIME_S} s"
