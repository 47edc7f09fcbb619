"""The road between a sender and a provider: how long a trip takes, and whether it is open.

From: smtp_client, with commands and bodies.
To:   smtp_server.

A round trip takes `round_trip` and, with `jitter`, up to that much more, drawn once an attempt. A body
takes its size over the bandwidth. A road that is down answers a new connection with "no route"; to an
open connection it is as a silent one: packets are lost until it is open again.
See: RFC 6298 for the retransmission of a lost SYN (after 1, 3, 7 and 15 s).
Left out: loss of single packets, TCP slow start, sharing of bandwidth.
"""

from sim.kernel.condition import Condition
from sim.kernel.draws import uniform
from sim.scenario.road import DefaultRoad, Road


class Network:
    """One road.

    Args:
        settings: round trip, jitter, bandwidth.
        condition: what faults make of it over time.
        base: base of the draws of its jitter.
    """

    def __init__(self, settings: Road | DefaultRoad, condition: Condition, base: int) -> None:
        self.half_us = settings.round_trip_us // 2
        self.jitter_us = settings.jitter_us
        self.condition = condition
        self._round_trip_us = settings.round_trip_us
        self._bits_per_s = settings.bandwidth_bits_per_s
        self._base = base

    def half_trip_us(self, key: int, attempt: int) -> int:
        """Give the time of a trip one way during one attempt of a letter."""
        extra_us = int(uniform(self._base, key, attempt) * self.jitter_us)
        return (self._round_trip_us + extra_us) // 2

    def transfer_us(self, size_bytes: int) -> int:
        """Give how long a body takes to pass."""
        return size_bytes * 8_000_000 // self._bits_per_s
