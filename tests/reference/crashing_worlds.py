"""Random worlds in which the machines of senders crash: any moment, or early, where the first conversations are.

Of several kinds: messages to one or several recipients; senders that lose patience, so that letters come twice; hosts
that let few clients in, for whom a dead one's connection counts; receivers that remember; hosts with few processes.
"""

from collections.abc import Callable
from random import Random

from tests.reference.crowded_worlds import few, several
from tests.reference.message_worlds import message_world
from tests.reference.remembering_worlds import remembering_world
from tests.reference.test_duplicates import impatient
from tests.reference.worlds import Mapping, world

UNITS_US = {"us": 1, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
FEW = 30
"""At least so many stays in an active queue are ended by the crashes of the worlds of one kind that are always run."""


def _limited(number: int) -> Mapping:
    """Make a world whose hosts let one or a few in, and take a few letters of each connection."""
    raw = (several if number % 2 else world)(number)
    chance = Random(f"limited/{number}")
    for provider in raw["providers"].values():
        provider["connection_limit"] = {
            "total": chance.choice((1, 2, 4)),
            "per_client": chance.choice((1, 2)),
        }
        if chance.random() < 0.5:
            provider["session_limits"] = {"letters": chance.choice((1, 2, 3))}
    return raw


KINDS: dict[str, Callable[[int], Mapping]] = {
    "single": world,
    "several": several,
    "messages": message_world,
    "impatient": impatient,
    "limited": _limited,
    "remembering": remembering_world,
    "few": few,
}
NORMAL = {
    "single": (6, 8, 10, 19, 21),
    "several": (2, 7, 8, 15, 17, 19),
    "messages": (1, 2, 5, 21, 22),
    "impatient": (5, 9, 11, 17),
    "limited": (1, 2, 5, 8, 9),
    "remembering": (12, 13, 14, 23),
    "few": (1, 2, 7, 22),
}
"""Small ones in which crashes end something."""
NORMAL_FILTERS = {
    "single": (0, 7),
    "several": (2, 12),
    "messages": (2, 3),
    "impatient": (0,),
    "limited": (9,),
    "remembering": (8,),
    "few": (3,),
}
"""Small ones in which memory runs out."""


def crashing(kind: str, number: int) -> Mapping:
    """Make a world of a kind, and let each sender's machine crash from once to eight times."""
    raw = KINDS[kind](number)
    chance = Random(f"crashing/{kind}/{number}")
    duration_us = _us(raw["duration"])
    begins = [
        _us(entry["times"][0] if "times" in entry else entry["at"]) for entry in raw["letters"].values()
    ]
    faults = raw.setdefault("faults", [])
    for name in raw["senders"]:
        for _ in range(chance.choice((1, 2, 4, 8))):
            at_us = chance.randrange(1, duration_us)
            if chance.random() < 0.7:
                at_us = chance.choice(begins) + chance.randrange(
                    1, chance.choice((500_000, 5_000_000, 60_000_000))
                )
            shortest_us, longest_us = chance.choice(((1_000, 1_000_000), (1_000_000, 400_000_000)))
            lasts_us = chance.randrange(shortest_us, longest_us)
            fault = {
                "at": f"{at_us} us",
                "for": f"{lasts_us} us",
                "where": f"senders.{name}",
                "what": "crash",
            }
            faults.append(fault)
    return raw


def _us(written: str) -> int:
    number, unit = written.split()
    return int(float(number) * UNITS_US[unit])


def filtering(kind: str, number: int) -> Mapping:
    """Make a crashing world whose senders have content filters, and a memory that does not always suffice."""
    raw = crashing(kind, number)
    chance = Random(f"filtering/{kind}/{number}")
    for name, sender in raw["senders"].items():
        host = sender.setdefault("host", {})
        # Else the directory could be asked at the very moment at which a filter's process is one too many.
        host.setdefault("letter_time", "7013 us")
        if chance.random() < 0.8:
            low_us = chance.randrange(1_000, 800_000)
            host["content_filter"] = {
                "time": {"uniform": [f"{low_us} us", f"{low_us + chance.randrange(1_000, 3_000_000)} us"]},
                "processes": chance.choice((1, 2, 5, 20)),
                "memory": "100 MB",
            }
        if chance.random() < 0.8:
            host["memory"] = chance.choice(("1 GB", "700 MB", "3 GB"))
            host["system_memory"] = "500 MB"
            host["process_memory"] = chance.choice(("1 MB", "30 MB"))
            host["letter_memory"] = chance.choice(("1 kB", "20 MB"))
            host["restart_time"] = f"{chance.randrange(1_000_000, 90_000_000)} us"
        if chance.random() < 0.5:
            at_us = chance.randrange(1, _us(raw["duration"]))
            fault = {"at": f"{at_us} us", "for": f"{chance.randrange(1_000, 200_000_000)} us", "what": "down"}
            raw["faults"].append({**fault, "where": f"senders.{name}"})
    return raw
