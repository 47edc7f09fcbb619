"""Clients: the addresses from which senders connect, as post offices know them."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sim.reference.chance import Chance
from sim.scenario.sender import Sender

NETWORK_BITS = {4: 24, 6: 64}
"""An address belongs to the network of its first 24 bits (IPv4) or 64 bits (IPv6)."""


@dataclass(frozen=True, eq=False, slots=True)
class Client:
    """One address of one sender."""

    sender: str
    domain: str
    address: IPv4Address | IPv6Address
    network: str
    has_name: bool
    """Whether the reverse zone (PTR) knows the address."""


class Addresses:
    """All addresses of one sender, and which of them a new connection comes from."""

    def __init__(self, name: str, sender: Sender, chance: Chance) -> None:
        self.clients = [_client(name, sender, address) for address in sender.addresses]
        self._choice = sender.address_choice
        self._chance = chance

    def choose(self, key: int, attempt: int) -> Client:
        """Choose one for an attempt of a letter: the first, or by lot for the letter, or for the attempt."""
        if self._choice == "first":
            return self.clients[0]
        u = self._chance.u("address", key, attempt if self._choice == "per_attempt" else 0)
        return self.clients[int(u * len(self.clients))]


def _client(name: str, sender: Sender, written: str) -> Client:
    address = ip_address(written)
    network = ip_network((written, NETWORK_BITS[address.version]), strict=False)
    return Client(name, sender.domain, address, str(network), sender.reverse_dns)
