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
    comes_later: bool
    """Whether the sender has it only after a change of its addresses."""


class Addresses:
    """All addresses that one sender ever has, and which of them a new connection comes from."""

    def __init__(self, name: str, sender: Sender, chance: Chance) -> None:
        clients = {address: _client(name, sender, address) for address in sender.all_addresses}
        self.clients = list(clients.values())
        self._in_use = [(0, [clients[address] for address in sender.addresses])]
        """Since when which of them are in use."""
        for change in sender.address_changes:
            self._in_use.append((change.at_us, [clients[address] for address in change.addresses]))
        self._choice = sender.address_choice
        self._chance = chance

    def choose(self, key: int, attempt: int, now: int) -> Client:
        """Choose one for an attempt of a letter: the first, or by lot for the letter, or for the attempt."""
        in_use = [clients for since, clients in self._in_use if since <= now][-1]
        if self._choice == "first":
            return in_use[0]
        u = self._chance.u("address", key, attempt if self._choice == "per_attempt" else 0)
        return in_use[int(u * len(in_use))]


def _client(name: str, sender: Sender, written: str) -> Client:
    address = ip_address(written)
    network = ip_network((written, NETWORK_BITS[address.version]), strict=False)
    return Client(
        name, sender.domain, address, str(network), sender.reverse_dns, written not in sender.addresses
    )
