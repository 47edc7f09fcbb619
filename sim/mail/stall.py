"""What the weather does to a packet: a SYN that must be answered, a command that must arrive.

Part of the SMTP client, which has the patience. All look at a timetable that is known beforehand.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from sim.kernel.condition import CRASHED, DOWN, HANGING, NEVER_US, REFUSING, SILENT, UP, Condition
from sim.kernel.draws import uniform
from sim.kernel.world import SECOND_US, World
from sim.mail.delivery import Delivery
from sim.mail.handoff import ReceivesMail
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
_LONGEST_WAKING_US: Final = 10_000
_MUTE: Final = (SILENT, CRASHED)
"""A machine that is off answers nothing; what is sent to it is sent again and again."""


class Arrival(NamedTuple):
    """`ACCEPTED` and when it arrives, or why not and when the client knows; and when that was said which arrives."""

    reply: int
    at_us: int
    said_us: int = -1


def syn_answer(
    road: Condition, host: Condition, now_us: int, half_us: int, timeout_us: int, lost_us: int = 0
) -> Arrival:
    """Open a TCP connection at `now_us`: give when the host has it, or why not and when that is known.

    Args:
        road: the road's condition.
        host: the host's condition; one that hangs has the connection as any other.
        now_us: when the first SYN is sent.
        half_us: a trip one way.
        timeout_us: how long the client waits.
        lost_us: the copies that are sent sooner than this after the first SYN are lost by chance.
    """
    offset_us, again_us = 0, _FIRST_RTO_US
    while offset_us < timeout_us:
        sent_us = offset_us
        offset_us += again_us
        again_us = min(2 * again_us, _LONGEST_RTO_US)
        if sent_us < lost_us:
            continue
        at_us = now_us + sent_us + half_us
        if at_us + half_us > now_us + timeout_us:
            break  # Whatever the answer is, the client has given up when it comes.
        road_state = road.state_at(at_us)
        if road_state == DOWN:
            return Arrival(NO_ROUTE, at_us + half_us)
        host_state = host.state_at(at_us)
        if road_state == SILENT or host_state in _MUTE:
            continue
        if host_state in (DOWN, REFUSING):
            return Arrival(CONNECTION_REFUSED, at_us + half_us)
        return Arrival(ACCEPTED, at_us + 2 * half_us)
    return Arrival(CONNECT_TIMED_OUT, now_us + timeout_us)


def arrive(
    road: Condition,
    host: Condition,
    at_us: int,
    sent_us: int,
    limit_us: int,
    half_us: int,
    waking_us: Callable[[], int],
    dies_us: int = NEVER_US,
) -> Arrival:
    """Bring a command to the host over an open connection, sent again and again while it is lost.

    A host that hangs has what arrives, and takes it up a little after it has come to itself. One that has crashed and
    started again knows nothing of the connection, and says so to what comes then (RST).

    Args:
        road: the road's condition.
        host: the host's condition.
        at_us: when it would arrive.
        sent_us: when it was sent.
        limit_us: how long the client waits for the answer.
        half_us: a trip one way.
        waking_us: gives how long after its hanging the host takes up what has come.
        dies_us: when the host crashes for the first time after the connection was opened.
    """
    again_us = _FIRST_RTO_US
    said_us = None
    while at_us - sent_us < limit_us:
        state = host.state_at(at_us)
        if road.state_at(at_us) != UP or state in _MUTE:
            at_us += again_us
            again_us = min(2 * again_us, _LONGEST_RTO_US)
        elif state == HANGING and at_us < dies_us:
            if said_us is None:
                said_us = at_us - half_us
            at_us = _end_of_hanging_us(host, at_us) + waking_us()
            again_us = _FIRST_RTO_US
            if at_us >= dies_us:
                break  # Its kernel had it before the crash, so nobody sends it again.
        elif state == DOWN or at_us >= dies_us:
            if at_us + half_us > sent_us + limit_us:
                break
            return Arrival(LOST_CONNECTION, at_us + half_us)
        else:
            return Arrival(ACCEPTED, at_us, at_us - half_us if said_us is None else said_us)
    return Arrival(CONVERSATION_TIMED_OUT, sent_us + limit_us)


def answer(
    road: Condition,
    host: Condition,
    ready_us: int,
    sent_us: int,
    limit_us: int,
    half_us: int,
    dies_us: int = NEVER_US,
) -> Arrival:
    """Bring the answer to the final dot to the client, sent again and again while the road loses it.

    Args:
        road: the road's condition.
        host: the host's condition; what it has answered it sends again also while it is down, as its kernel does.
        ready_us: when the host answers.
        sent_us: since when the client waits.
        limit_us: how long it waits.
        half_us: a trip one way.
        dies_us: when the host crashes, and sends nothing again.
    """
    at_us, again_us = ready_us, _FIRST_RTO_US
    while at_us < dies_us and at_us + half_us <= sent_us + limit_us:
        if road.state_at(at_us) == UP and host.state_at(at_us) != SILENT:
            return Arrival(ACCEPTED, at_us + half_us)
        at_us += again_us
        again_us = min(2 * again_us, _LONGEST_RTO_US)
    return Arrival(CONVERSATION_TIMED_OUT, sent_us + limit_us)


def _end_of_hanging_us(host: Condition, at_us: int) -> int:
    """Give the next moment at which a host that hangs does not."""
    while host.state_at(at_us) == HANGING:
        following_us = host.next_change_us(at_us)
        assert following_us is not None, "every fault ends"
        at_us = following_us
    return at_us


class Weather:
    """The weather as a delivery meets it on its road and at a host.

    Args:
        world: the run.
    """

    def __init__(self, world: World) -> None:
        self._key = world.letters.key
        self._base = world.draws.purpose("wake")

    def slow_us(self, delivery: Delivery, server: ReceivesMail, at_us: int) -> int:
        """Give how much longer a reply takes that is asked for at `at_us`."""
        return server.condition.slow_at(at_us) + delivery.route.network.condition.slow_at(at_us)

    def back(
        self, delivery: Delivery, server: ReceivesMail, ready_us: int, sent_us: int, limit_us: int
    ) -> Arrival:
        """Give when the client has the answer to the final dot, or that it has given up before."""
        road, dies_us = delivery.route.network.condition, _end_of(delivery)
        return answer(road, server.condition, ready_us, sent_us, limit_us, delivery.half_us, dies_us)

    def reach(
        self, delivery: Delivery, server: ReceivesMail, at_us: int, sent_us: int, limit_us: int
    ) -> Arrival:
        """Give when what was sent on an open connection reaches the host, or how it fails to."""

        def waking_us() -> int:
            draw = uniform(self._base, self._key(delivery.row), delivery.attempt)
            return int(draw * _LONGEST_WAKING_US)

        road, dies_us = delivery.route.network.condition, _end_of(delivery)
        return arrive(road, server.condition, at_us, sent_us, limit_us, delivery.half_us, waking_us, dies_us)


def _end_of(delivery: Delivery) -> int:
    """Give when the connection of a delivery dies with its host; NEVER_US where it does not, or is not there yet."""
    return NEVER_US if delivery.connection is None else delivery.connection.dies_us()
