"""Random worlds whose faults come again and again, or by chance: see worlds for the others."""

from random import Random

from tests.reference.worlds import Mapping, world


def recurring(number: int) -> Mapping:
    """Let the faults of a random world come more than once; one that has none is given none."""
    return with_recurring_faults(world(number), Random(f"recurring/{number}"))


def with_recurring_faults(raw: Mapping, chance: Random) -> Mapping:
    """Let each fault of a world come more than once; times are odd, so that no two events meet at one moment.

    Places have one trouble after the other in the worlds; now they may have several at once.
    """
    for fault in raw.get("faults", ()):
        lasts_us = int(fault["for"].split()[0])
        if chance.random() < 0.5:
            fault["every"] = f"{lasts_us + chance.randrange(3_000_000, 600_000_000)} us"
        else:
            del fault["for"]
            fault["mtbf"] = f"{chance.randrange(3_000_000, 900_000_000)} us"
            fault["mttr"] = f"{lasts_us} us"
        if chance.random() < 0.2:
            fault["until"] = f"{int(fault['at'].split()[0]) + chance.randrange(1, 1_200_000_000)} us"
    return raw
