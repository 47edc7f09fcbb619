"""Small random worlds in which messages go to several recipients, beside messages to one.

They are the worlds of `worlds`, with more recipients, and senders that have too few processes for them: large messages
stand in the way of small ones, are cut into deliveries by the recipient limit, and earn slots in which small ones pass.
"""

from random import Random

from tests.reference.worlds import Mapping, world

FIRST = 1_000_000
"""These worlds are made from others than those of the numbers that `worlds` itself is used with."""
MOST_LETTERS = 240
"""A campaign or a list has at most so many letters."""


def message_world(seed: int) -> Mapping:
    """Make the scenario that belongs to a number, as a person would write it."""
    chance = Random(f"message world/{seed}")
    raw = world(FIRST + seed)
    entries = list(raw["letters"].values())
    for entry in entries:
        _give_recipients(chance, entry, (1, 1, 2, 3, 7, 30))
    _give_recipients(chance, entries[0], (2, 3, 7, 30, 30, 30))
    if chance.random() < 0.8:
        raw["letters"]["small"] = _small_letters(chance, entries[0])
    for sender in raw["senders"].values():
        _make_large_messages_wait(chance, sender["postconf"])
    return raw


def _small_letters(chance: Random, large: Mapping) -> Mapping:
    """Make an entry whose messages come while those of another are under way."""
    return {
        "from": large["from"],
        "to": large["to"],
        "size": "3 kB",
        "at": large["times"][0] if "times" in large else large["at"],
        "count": 25,
        "pace": chance.choice(("1.73/s", "11.3/min")),
        "recipients": chance.choice((1, 1, 2, 3)),
    }


def _give_recipients(chance: Random, entry: Mapping, numbers: tuple[int, ...]) -> None:
    recipients = chance.choice(numbers)
    entry["recipients"] = recipients
    most = max(2, MOST_LETTERS // recipients)
    if "times" in entry:
        entry["times"] = entry["times"][:most]
    if "count" in entry:
        entry["count"] = min(entry["count"], most)
    if "rate" in entry and recipients > 3:
        entry["rate"] = "1.1/min" if recipients == 7 else "0.27/min"


def _make_large_messages_wait(chance: Random, postconf: Mapping) -> None:
    for key in ("default_destination_recipient_limit", "smtp_destination_recipient_limit"):
        postconf.pop(key, None)
    limits = {
        "default_destination_recipient_limit": chance.choice((0, 1, 1, 2, 5, 50)),
        "smtp_destination_recipient_limit": chance.choice((0, 1, 1, 2, 2, 5, 50)),
    }
    slots = {
        "default_delivery_slot_cost": chance.choice((0, 1, 2, 2, 2, 3, 5)),
        "default_delivery_slot_loan": chance.choice((0, 1, 3)),
        "default_delivery_slot_discount": chance.choice((0, 25, 50, 100)),
        "default_minimum_delivery_slots": chance.choice((0, 0, 1, 3)),
    }
    postconf.update({key: value for key, value in limits.items() if chance.random() < 0.7})
    postconf.update({key: value for key, value in slots.items() if chance.random() < 0.85})
    if chance.random() < 0.8:
        postconf["default_process_limit"] = chance.choice((1, 1, 2, 3, 5))
