"""The addresses from which all senders connect, as receivers know them: each is a client.

Data that assembly makes once. A receiver judges a client by its address, by the network around it, by its name in
the reverse zone, and by the domain in whose name it sends.
"""

import ipaddress
from dataclasses import dataclass, field
from typing import Final

from sim.kernel.draws import uniform
from sim.kernel.world import World
from sim.scenario.sender import Sender

_NETWORK_BITS: Final = {4: 24, 6: 64}
"""What receivers take for one network: postgrey's /24, and the /64 of a single IPv6 subnet (RFC 4291 2.5.4)."""


@dataclass
class Clients:
    """All clients, each a place in these lists.

    Attributes:
        sender: the sender's place.
        address: as text.
        network: equal for those of one network.
        has_reverse_dns: whether its address has a name.
    """

    sender: list[int] = field(default_factory=list)
    address: list[str] = field(default_factory=list)
    network: list[int] = field(default_factory=list)
    has_reverse_dns: list[bool] = field(default_factory=list)
    _networks: dict[str, int] = field(default_factory=dict)

    def add(self, place: int, settings: Sender) -> range:
        """Add a sender's addresses and give their places."""
        first = len(self.sender)
        for text in settings.addresses:
            address = ipaddress.ip_address(text)
            bits = _NETWORK_BITS[address.version]
            network = str(ipaddress.ip_network(f"{text}/{bits}", strict=False))
            self.sender.append(place)
            self.address.append(text)
            self.network.append(self._networks.setdefault(network, len(self._networks)))
            self.has_reverse_dns.append(settings.reverse_dns)
        return range(first, len(self.sender))


class Pool:
    """One sender's addresses, and which of them a new connection comes from.

    Args:
        world: the run.
        clients: their places among all.
        settings: how one is chosen.
    """

    def __init__(self, world: World, clients: range, settings: Sender) -> None:
        self._base = world.draws.purpose("address")
        self._clients = clients
        self._by_attempt = settings.address_choice == "per_attempt"
        self.only = clients[0] if settings.address_choice == "first" or len(clients) == 1 else None
        """The one that all connections come from, where there is no choice."""

    def choose(self, key: int, attempt: int) -> int:
        """Choose an address for an attempt of a letter."""
        draw = uniform(self._base, key, attempt if self._by_attempt else 0)
        return self._clients[int(draw * len(self._clients))]
