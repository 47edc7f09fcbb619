"""A blocklist (DNSBL): who is on it at a moment, and how long it takes to say so."""

from ipaddress import ip_network

from sim.reference.client import Client
from sim.reference.letter import Letter
from sim.scenario.receiving_rules import Blocklist as Settings
from sim.vocabulary.replies import ACCEPTED, BLOCKLISTED


class Blocklist:
    """One list, as one provider asks it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listings = [(ip_network(listing.address), listing) for listing in settings.listings]
        self.answers_after_us = (
            settings.timeout_us if settings.answers == "silent" else settings.lookup_time_us
        )
        """How long the host waits for it."""

    def ask(self, client: Client, letter: Letter, now: int) -> int:
        """Answer a letter by who brings it."""
        return BLOCKLISTED if self._is_against(client, now) else ACCEPTED

    def _is_against(self, client: Client, now: int) -> bool:
        """Say whether the list's answer is taken for a listing; silence never is."""
        if self._settings.answers == "silent":
            return False
        if self._settings.answers == "error_code":
            return self._settings.match == "any"
        return any(
            client.address in network
            and listing.at_us <= now
            and (listing.for_us is None or now < listing.at_us + listing.for_us)
            for network, listing in self._listings
        )
