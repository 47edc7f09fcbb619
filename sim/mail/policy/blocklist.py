"""Refuse clients whose address is on a DNS blocklist.

From: smtp_server, which asks at RCPT, and makes its answer later by `lookup_us`.
To:   smtp_server, as a reply: 554 5.7.1 goes back, or nothing against the letter.

The list has a timetable: an address or a network is on it from `at`, for as long as `for` says. A list that
answers well gives 127.0.0.2 to 127.0.0.11 about those that it holds and nothing about others. To a resolver
that it does not serve, as a public one, it may give 127.255.255.254 about everybody: whoever takes any
answer for a listing then refuses all mail, and whoever looks at the codes blocks nobody any more. A list that
is silent costs the host its `timeout`; then the client is let in, because mail cannot stop wherever a list
does not answer.
See: RFC 5782; Postfix's reject_rbl_client and maps_rbl_reject_code; Spamhaus on its return codes.
Left out: that a host, and its resolver, keep an answer for a while; lists of domains; scores of several lists;
a list that changes its way of answering during the run.
"""

import ipaddress
from collections.abc import Sequence
from typing import Final

from sim.scenario.receiving_rules import Blocklist as BlocklistSettings
from sim.scenario.receiving_rules import Listing
from sim.vocabulary.replies import ACCEPTED, BLOCKLISTED

_TO_THE_END_US: Final = 1 << 62


class Blocklist:
    """One blocklist, as one provider asks it.

    Args:
        settings: the listings, how the list answers, and what is taken for a listing.
        addresses: of all clients, as text.
        reply: what a listed client gets, as a place in `REPLIES`.
    """

    def __init__(
        self, settings: BlocklistSettings, addresses: Sequence[str], reply: int = BLOCKLISTED
    ) -> None:
        self._reply = reply
        self._answers_well = settings.answers == "well"
        self._refuses_all = settings.answers == "error_code" and settings.match == "any"
        self.lookup_us = settings.timeout_us if settings.answers == "silent" else settings.lookup_time_us
        """How long each question takes, whatever comes of it."""
        held = [
            (ipaddress.ip_network(listing.address), listing.at_us, _end_us(listing))
            for listing in settings.listings
        ]
        clients = (ipaddress.ip_address(address) for address in addresses)
        self._listed_us = [
            [(begin_us, end_us) for network, begin_us, end_us in held if client in network]
            for client in clients
        ]
        """From when until when each client is on the list."""

    def ask(self, client: int, envelope: int, mailbox: int, now_us: int) -> int:
        """Answer one recipient of a client that is looked up now."""
        if not self._answers_well:
            return self._reply if self._refuses_all else ACCEPTED
        for begin_us, end_us in self._listed_us[client]:
            if begin_us <= now_us < end_us:
                return self._reply
        return ACCEPTED


def _end_us(listing: Listing) -> int:
    return _TO_THE_END_US if listing.for_us is None else listing.at_us + listing.for_us
