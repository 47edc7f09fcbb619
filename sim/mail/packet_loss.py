"""What a lossy road costs: packets are sent again after 1, 3, 7, 15 s, and the conversation waits.

Part of the SMTP client, whose packets they are. A step of the conversation is a group of round trips in
which each way may lose its packet; the group is as late as TCP's retransmission timer makes it, which
doubles with every loss in a row (RFC 6298, first time-out 1 s).
Left out: fast retransmission (a command is one packet, so no later one tells of its loss), and the loss of
a retransmission counted by way and not by group.
"""

from typing import Final

from sim.kernel.draws import uniform
from sim.kernel.world import SECOND_US, World
from sim.mail.delivery import Delivery

_STEPS_PER_ATTEMPT: Final = 64
_MOST_LOSSES: Final = 20
_GROUPS_PER_HOST: Final = 4

SYN: Final = 0
GREETING: Final = 1
HELLO: Final = 2
ENVELOPE: Final = 3
"""The groups of one host's conversation; the last is MAIL and RCPT, with RSET where a connection is reused.
A fifth one, DATA and the final dot, has its draws at the other end of the attempt's."""


def retransmission_us(losses: int) -> int:
    """Give how long so many losses in a row hold up a packet: 1, 3, 7, 15 s (RFC 6298)."""
    return ((1 << losses) - 1) * SECOND_US


class PacketLoss:
    """The packets that one sender loses.

    Args:
        world: the run.
    """

    def __init__(self, world: World) -> None:
        self._key = world.letters.key
        self._base = world.draws.purpose("loss")

    def delay_us(self, delivery: Delivery, group: int, at_us: int, round_trips: int) -> int:
        """Give how much later a group is through because of what was lost.

        Args:
            delivery: whose conversation it is; its candidate is the host.
            group: one of the four.
            at_us: when it is sent.
            round_trips: how many the group has.
        """
        host = delivery.first_address + delivery.candidate
        return self._draw(delivery, _GROUPS_PER_HOST * host + group, at_us, round_trips)

    def last_delay_us(self, delivery: Delivery, at_us: int) -> int:
        """Give how much later DATA and the final dot are through because of what was lost."""
        host = delivery.first_address + delivery.candidate
        return self._draw(delivery, _STEPS_PER_ATTEMPT - 1 - host, at_us, 1)

    def _draw(self, delivery: Delivery, step: int, at_us: int, round_trips: int) -> int:
        share = delivery.route.network.loss_at(at_us)
        if not share:
            return 0
        place = delivery.attempt * _STEPS_PER_ATTEMPT + step
        u = uniform(self._base, self._key(delivery.row), place)
        once = chance = 1 - (1 - share) ** (2 * round_trips)
        losses = 0
        while losses < _MOST_LOSSES and u < chance:
            losses += 1
            chance *= once
        return retransmission_us(losses)
