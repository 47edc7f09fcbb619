"""The identity check (SPF, DKIM and DMARC): who vouches for a letter, told without records.

From what senders publish it follows who may send in a domain's name, whose seals are known, and what a domain asks for
with letters for which neither speaks. Records that a scenario writes out itself, and country codes, under which it is
harder to tell whose a domain is, are not covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from sim.reference.client import Client
from sim.reference.letter import Letter
from sim.scenario.authentication import AuthenticationCheck
from sim.scenario.letters import Letters
from sim.scenario.sender import Sender
from sim.vocabulary.outcomes import INBOX, SPAM
from sim.vocabulary.replies import ACCEPTED, UNAUTHENTICATED, UNAUTHENTICATED_YET


@dataclass(frozen=True)
class Vouchers:
    """What speaks for a letter, and what its domain asks for."""

    spf: bool
    dkim: bool
    dmarc: bool
    wish: str
    """What the domain that the reader sees wants done: `none`, `quarantine` or `reject`."""


def organization(domain: str) -> str:
    """Give the domain that stands for the whole organization."""
    return ".".join(domain.lower().rstrip(".").split(".")[-2:])


class IdentityCheck:
    """What one provider asks for."""

    def __init__(
        self, settings: AuthenticationCheck, letters: Mapping[str, Letters], senders: Mapping[str, Sender]
    ) -> None:
        self._settings = settings
        self._letters = letters
        self._senders = senders

    def ask(self, client: Client, letter: Letter, now: int) -> int:
        """Answer a letter that is there: as its domain wishes, then as the provider does."""
        found = self._look(client, letter)
        if self._settings.obeys_dmarc and found.wish == "reject":
            return UNAUTHENTICATED
        if self._settings.missing == "spam" or not self._lacks_something(found, now):
            return ACCEPTED
        return UNAUTHENTICATED_YET if self._settings.missing == "put_off" else UNAUTHENTICATED

    def place(self, client: Client, letter: Letter, now: int) -> int:
        """Say where a letter shall lie that is taken."""
        found = self._look(client, letter)
        if self._settings.obeys_dmarc and found.wish == "quarantine":
            return SPAM
        return SPAM if self._settings.missing == "spam" and self._lacks_something(found, now) else INBOX

    def nobody_vouches(self, client: Client, letter: Letter) -> bool:
        """Say whether neither the address nor a seal speaks for a letter."""
        found = self._look(client, letter)
        return not (found.spf or found.dkim)

    def _lacks_something(self, found: Vouchers, now: int) -> bool:
        asked = self._settings.requires if now >= self._settings.since_us else ()
        return not all(getattr(found, what) for what in asked)

    def _look(self, client: Client, letter: Letter) -> Vouchers:
        """Compare what a letter shows with what is published."""
        entry = self._letters[letter.entry]
        writer = brings = self._senders[entry.sender]
        seen = entry.forges or writer.domain
        is_altered, envelope = False, writer.domain
        if entry.forwarded is not None:
            writer = self._senders[entry.forwarded.written_by]
            seen, is_altered = writer.domain, entry.forwarded.alters_body
            envelope = brings.domain if entry.forwarded.srs else writer.domain
        spf = client.address in self._may_send(envelope)
        dkim = writer.authentication.dkim == "signed" and not is_altered
        is_own = organization(seen)
        by_address = spf and organization(envelope) == is_own
        by_seal = dkim and organization(writer.domain) == is_own
        policy = self._policy(seen)
        dmarc = policy is not None and (by_address or by_seal)
        return Vouchers(spf, dkim, dmarc, "none" if dmarc or policy is None else policy)

    def _may_send(self, domain: str) -> set[object]:
        """Give the addresses that a domain names as its own; of senders that share it the last one writes them."""
        own = [one for one in self._senders.values() if one.domain == domain and one.authentication.spf]
        return {ip_address(address) for address in own[-1].all_addresses} if own else set()

    def _policy(self, seen: str) -> str | None:
        """Give what a domain, or else its organization, asks for; None where it does not say."""
        for domain in (seen.lower(), organization(seen)):
            asked = [
                one.authentication.dmarc
                for one in self._senders.values()
                if one.domain.lower() == domain and one.authentication.dmarc != "absent"
            ]
            if asked:
                return asked[-1]
        return None
