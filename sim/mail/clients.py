"""The addresses from which all senders connect, as receivers know them: each is a client.

Data that assembly makes once. Which of its addresses a sender connects from may change in the course of a run; an
address that comes back is the client that it was. A receiver judges a client by its address, by the network around
it, by its name in the reverse zone, and by the domain in whose name it sends.
Left out: one address that two senders share, or that moves from one to the other; each sender's are its own.
"""

import ipaddress
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sim.kernel.draws import uniform
from sim.kernel.world import World
from sim.scenario.sender import Sender

_NETWORK_BITS: Final = {4: 24, 6: 64}
"""What receivers take for one network: postgrey's /24, and the /64 of a single IPv6 subnet (RFC 4291 2.5.4)."""

Timetable: TypeAlias = Sequence[tuple[int, Sequence[int]]]
"""Moments, the first at 0, and from which clients' addresses a sender connects from each of them on."""


@dataclass
class Clients:
    """All clients, each a place in these lists.

    Attributes:
        sender: the sender's place.
        address: as text.
        network: equal for those of one network.
        domain: equal for those that send in the name of one domain.
        has_reverse_dns: whether its address has a name.
        comes_later: whether its sender does not connect from there when the run begins.
    """

    sender: list[int] = field(default_factory=list)
    address: list[str] = field(default_factory=list)
    network: list[int] = field(default_factory=list)
    domain: list[int] = field(default_factory=list)
    has_reverse_dns: list[bool] = field(default_factory=list)
    comes_later: list[bool] = field(default_factory=list)
    _networks: dict[str, int] = field(default_factory=dict)
    _domains: dict[str, int] = field(default_factory=dict)

    def add(self, place: int, settings: Sender) -> Timetable:
        """Add a sender's addresses, and give their places from moment to moment."""
        first = [self._add(place, text, settings, comes_later=False) for text in settings.addresses]
        places = dict(zip(settings.addresses, first, strict=True))
        timetable = [(0, first)]
        for change in settings.address_changes:
            for text in change.addresses:
                if text not in places:
                    places[text] = self._add(place, text, settings, comes_later=True)
            timetable.append((change.at_us, [places[text] for text in change.addresses]))
        return timetable

    def _add(self, place: int, text: str, settings: Sender, *, comes_later: bool) -> int:
        """Add one address and give its place."""
        bits = _NETWORK_BITS[ipaddress.ip_address(text).version]
        network = str(ipaddress.ip_network(f"{text}/{bits}", strict=False))
        self.sender.append(place)
        self.address.append(text)
        self.network.append(self._networks.setdefault(network, len(self._networks)))
        self.domain.append(self._domains.setdefault(settings.domain, len(self._domains)))
        self.has_reverse_dns.append(settings.reverse_dns)
        self.comes_later.append(comes_later)
        return len(self.sender) - 1


class Pool:
    """One sender's addresses, and which of them a new connection comes from.

    Args:
        world: the run.
        timetable: their places among all clients, from moment to moment.
        settings: how one is chosen.
    """

    def __init__(self, world: World, timetable: Timetable, settings: Sender) -> None:
        self._base = world.draws.purpose("address")
        self._since_us = [at_us for at_us, _ in timetable]
        self._clients = [clients for _, clients in timetable]
        self._by_attempt = settings.address_choice == "per_attempt"
        self._is_first = settings.address_choice == "first"
        clients = self._clients[0]
        has_choice = len(timetable) > 1 or not (self._is_first or len(clients) == 1)
        self.only = None if has_choice else clients[0]
        """The one that all connections come from, where there is no choice."""

    def choose(self, key: int, attempt: int, now_us: int) -> int:
        """Choose an address for the connections that an attempt of a letter opens from a moment on."""
        clients = self._clients[bisect_right(self._since_us, now_us) - 1]
        if self._is_first or len(clients) == 1:
            return clients[0]
        draw = uniform(self._base, key, attempt if self._by_attempt else 0)
        return clients[int(draw * len(clients))]
