"""The road between a sender and a provider: how long a trip takes, what gets lost, and whether it is open.

From: smtp_client, with commands and bodies.
To:   smtp_server.

A round trip takes `round_trip` and, with `jitter`, up to that much more, drawn once an attempt. A body
starts slowly: ten segments, then twice as many each round trip, until the road is full; from there on its
bytes come as fast as the bandwidth lets them. On a road that loses packets it comes no faster than TCP does
after each loss. A road that is down answers a new connection with "no route"; to an open connection it is
as a silent one: packets are lost until it is open again.
See: RFC 6928 for the first flight, RFC 5681 3.1 for slow start, RFC 6298 for what is lost and sent again
(after 1, 3, 7 and 15 s); Mathis, Semke, Mahdavi and Ott (1997) for TCP's rate under loss.
Left out: sharing of bandwidth; a connection that is used again is no faster at its second letter, as if it
had lain idle for a retransmission time-out (RFC 5681 4.1); delayed acknowledgements.
"""

from bisect import bisect_left
from math import sqrt
from typing import Final

from sim.kernel.condition import Condition
from sim.kernel.draws import uniform
from sim.kernel.variates import LARGEST_BYTES
from sim.scenario.road import DefaultRoad, Road

_SEGMENT_BYTES: Final = 1460
_FIRST_FLIGHT_BYTES: Final = 10 * _SEGMENT_BYTES
_MATHIS: Final = 1.22
"""The square root of 3/2: the constant of the formula where every segment is acknowledged."""
_BIT_US: Final = 8_000_000
"""Bits of a byte times microseconds of a second."""


class Network:
    """One road.

    Args:
        settings: round trip, jitter, bandwidth, loss.
        condition: what faults make of it over time.
        base: base of the draws of its jitter.
    """

    def __init__(self, settings: Road | DefaultRoad, condition: Condition, base: int) -> None:
        self.half_us = settings.round_trip_us // 2
        self.jitter_us = settings.jitter_us
        self.condition = condition
        self.lossy = settings.loss_ratio > 0 or _ever_loses(condition)
        self._loss_ratio = settings.loss_ratio
        self._round_trip_us = settings.round_trip_us
        self._bits_per_s = settings.bandwidth_bits_per_s
        self._base = base
        self._ramp = self._ramp_of(self.half_us)

    def half_trip_us(self, key: int, attempt: int) -> int:
        """Give the time of a trip one way during one attempt of a letter."""
        extra_us = int(uniform(self._base, key, attempt) * self.jitter_us)
        return (self._round_trip_us + extra_us) // 2

    def loss_at(self, at_us: int) -> float:
        """Give the share of packets that are lost on one way."""
        return 1 - (1 - self._loss_ratio) * (1 - self.condition.loss_at(at_us))

    def transfer_us(self, size_bytes: int, half_us: int) -> int:
        """Give how long a body takes to pass, from its first byte to its last, where nothing is lost.

        Args:
            size_bytes: the body's.
            half_us: a trip one way.
        """
        if size_bytes <= _FIRST_FLIGHT_BYTES:
            return size_bytes * _BIT_US // self._bits_per_s
        sent_bytes, round_trip_us = self._ramp if half_us == self.half_us else self._ramp_of(half_us)
        flights = bisect_left(sent_bytes, size_bytes)
        rest_bytes = size_bytes - (sent_bytes[flights - 1] if flights else 0)
        return flights * round_trip_us + rest_bytes * _BIT_US // self._bits_per_s

    def _ramp_of(self, half_us: int) -> tuple[list[int], int]:
        """Give how many bytes have gone with the first flight, the first two, and so on, and a round trip.

        Flights that fill the road are not among them: after these there is no waiting for acknowledgements.
        """
        round_trip_us = 2 * half_us
        full = self._bits_per_s * round_trip_us
        flight_bytes, sent_bytes = _FIRST_FLIGHT_BYTES, 0
        ramp: list[int] = []
        while flight_bytes * _BIT_US < full and sent_bytes < LARGEST_BYTES:
            sent_bytes += flight_bytes
            ramp.append(sent_bytes)
            flight_bytes *= 2
        return ramp, round_trip_us

    def lossy_transfer_us(self, size_bytes: int, half_us: int, loss: float) -> int:
        """Give how long a body takes where each packet is lost with probability `loss`."""
        recovering_us = int(size_bytes * (2 * half_us) * sqrt(loss) / (_SEGMENT_BYTES * _MATHIS))
        return max(self.transfer_us(size_bytes, half_us), recovering_us)


def _ever_loses(condition: Condition) -> bool:
    """Tell whether a fault makes the road lose packets at some time."""
    at_us: int | None = -1
    while at_us is not None:
        at_us = condition.next_change_us(at_us)
        if at_us is not None and condition.loss_at(at_us) > 0:
            return True
    return False
