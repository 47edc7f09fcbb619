"""Read at the PO box: several devices see the same mailbox, and hear of a new letter at once (IDLE).

From: mailbox_store.
To:   readers, who open the letter on one of the devices.

See: RFC 3501; RFC 2177 for IDLE.
Left out: connections and their limits, clients without IDLE, caches for reading offline.
"""


def opening_device(draw: float, devices: int) -> int:
    """Give the device on which a person opens a letter."""
    return int(draw * devices)
