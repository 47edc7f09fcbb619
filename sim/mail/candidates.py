"""Which hosts of a provider an attempt may try, in which order.

Part of the SMTP client. Hosts are tried by MX preference, equal ones in random order
(`smtp_randomize_addresses`), `smtp_mx_address_limit` of them. A host that was tried over a connection that
was there already is one of them, and is not tried again.
See: RFC 5321 5.1; Postfix's smtp_connect.c, smtp_addr.c.
"""

from typing import Final

from sim.kernel.draws import uniform
from sim.kernel.world import World
from sim.mail.delivery import Delivery
from sim.mail.handoff import ReceivesMail
from sim.scenario.postconf import Postconf

_HOSTS_PER_ATTEMPT: Final = 16


class Candidates:
    """The choice of hosts by one sender.

    Args:
        world: the run.
        postconf: limits, and whether equal hosts are shuffled.
    """

    def __init__(self, world: World, postconf: Postconf) -> None:
        self._key = world.letters.key
        self._order_base = world.draws.purpose("mx_order")
        self._limit = postconf.smtp_mx_address_limit
        self._shuffles = postconf.smtp_randomize_addresses

    def for_new(self, delivery: Delivery) -> list[ReceivesMail]:
        """Give the hosts to try where there is no connection yet."""
        if delivery.route.single:
            return delivery.route.servers
        return self._in_order(delivery)[: self._limit or None]

    def after(self, delivery: Delivery, used: ReceivesMail) -> list[ReceivesMail]:
        """Give the hosts to try after one that there was a connection to already."""
        others = [server for server in self._in_order(delivery) if server is not used]
        return others[: self._limit - 1] if self._limit else others

    def _in_order(self, delivery: Delivery) -> list[ReceivesMail]:
        route = delivery.route
        if not (route.has_ties and self._shuffles):
            return route.servers
        base, key = self._order_base, self._key(delivery.row)
        first = delivery.attempt * _HOSTS_PER_ATTEMPT
        order = {
            server: (server.preference, uniform(base, key, first + place))
            for place, server in enumerate(route.in_file_order)
        }
        return sorted(route.servers, key=order.__getitem__)
