"""What the weather does to a packet: a SYN that must be answered, a command that must arrive.

Part of the SMTP client, which has the patience. Both look at a timetable that is known beforehand.
"""

from typing import Final, NamedTuple

from sim.kernel.condition import DOWN, SILENT, UP, Condition
from sim.kernel.world import SECOND_US
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    LOST_CONNECTION,
    NO_ROUTE,
)

_FIRST_RTO_US: Final = SECOND_US
_LONGEST_RTO_US: Final = 64 * SECOND_US
"""RFC 6298: what is lost is sent again after 1 s, then after twice as long each time, up to 60 s or more."""


class Arrival(NamedTuple):
    """`ACCEPTED` and when it arrives, or why not and when the client knows."""

    reply: int
    at_us: int


def syn_answer(road: Condition, host: Condition, now_us: int, half_us: int, timeout_us: int) -> Arrival:
    """Open a TCP connection at `now_us`: give when the host has it, or why not and when that is known."""
    offset_us, again_us = 0, _FIRST_RTO_US
    while offset_us < timeout_us:
        at_us = now_us + offset_us + half_us
        offset_us += again_us
        again_us = min(2 * again_us, _LONGEST_RTO_US)
        road_state = road.state_at(at_us)
        if road_state == DOWN:
            return Arrival(NO_ROUTE, at_us + half_us)
        host_state = host.state_at(at_us)
        if road_state == SILENT or host_state == SILENT:
            continue
        if host_state == DOWN:
            return Arrival(CONNECTION_REFUSED, at_us + half_us)
        return Arrival(ACCEPTED, at_us + 2 * half_us)
    return Arrival(CONNECT_TIMED_OUT, now_us + timeout_us)


def arrive(
    road: Condition, host: Condition, at_us: int, sent_us: int, limit_us: int, half_us: int
) -> Arrival:
    """Bring a command to the host over an open connection, sent again and again while it is lost.

    Args:
        road: the road's condition.
        host: the host's condition.
        at_us: when it would arrive.
        sent_us: when it was sent.
        limit_us: how long the client waits for the answer.
        half_us: a trip one way.
    """
    again_us = _FIRST_RTO_US
    while road.state_at(at_us) != UP or host.state_at(at_us) == SILENT:
        at_us += again_us
        again_us = min(2 * again_us, _LONGEST_RTO_US)
        if at_us - sent_us >= limit_us:
            return Arrival(CONVERSATION_TIMED_OUT, sent_us + limit_us)
    if host.state_at(at_us) == DOWN:
        return Arrival(LOST_CONNECTION, at_us + half_us)
    return Arrival(ACCEPTED, at_us)
