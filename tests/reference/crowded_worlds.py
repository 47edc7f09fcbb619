"""Random worlds in which messages have several recipients, or hosts have few processes: see worlds for the others."""

from random import Random

from tests.reference.worlds import Mapping, world


def several(number: int) -> Mapping:
    """Give messages of a random world several recipients, and its senders limits that make entries of them."""
    raw = world(number)
    chance = Random(f"several/{number}")
    for entry in raw["letters"].values():
        entry["recipients"] = recipients = chance.choice((1, 2, 3, 7, 30))
        if "count" in entry:
            entry["count"] = max(1, entry["count"] // recipients)
        if "times" in entry:
            entry["times"] = entry["times"][: max(1, len(entry["times"]) // recipients)]
    is_in_step = any(
        provider.get("records", "mx") not in ("mx", "address") for provider in raw["providers"].values()
    )
    for sender in raw["senders"].values():
        if is_in_step:
            # Where no host is asked, deliveries take a time without jitter, and processes would start at their ends.
            sender["host"].pop("process_start", None)
        postconf = sender.setdefault("postconf", {})
        postconf.pop("smtp_destination_recipient_limit", None)
        postconf["default_destination_recipient_limit"] = chance.choice((0, 1, 2, 5, 50))
        postconf["default_delivery_slot_cost"] = chance.choice((0, 2, 5))
        postconf["default_delivery_slot_loan"] = chance.choice((0, 3))
        postconf["default_minimum_delivery_slots"] = chance.choice((0, 1, 3))
        postconf["default_process_limit"] = chance.choice((1, 2, 5, 100))
    return raw


def few(number: int) -> Mapping:
    """Give hosts of a random world few processes, where no process of a sender must be started.

    Who finds no room waits for a time without jitter; the start of a process would fall into step with its end.
    """
    chance = Random(f"few/{number}")
    raw = several(number) if chance.random() < 0.4 else world(number)
    if any("process_start" in sender["host"] for sender in raw["senders"].values()):
        return raw
    for provider in raw["providers"].values():
        if chance.random() < 0.8:
            provider["server_processes"] = {
                "limit": chance.choice((1, 2, 5)),
                "accept_queue": chance.choice((0, 1, 3, 20)),
                "when_full": chance.choice(("drop", "half_open")),
            }
    return raw
