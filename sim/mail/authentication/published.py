"""The records that senders publish: a zone for each domain, and what a scenario writes out beside them."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sim.mail.authentication.dkim import Signature
from sim.mail.authentication.records import MemoryRecords
from sim.scenario.schema import RecordType
from sim.scenario.sender import Sender

SELECTOR: Final = "mailsim"
_KEY: Final = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
"""Any key will do: signatures are not computed."""


def records_of(
    senders: Iterable[Sender], zones: Mapping[str, Mapping[RecordType, Sequence[str]]]
) -> MemoryRecords:
    """Give all that receivers can find out about senders' domains.

    Args:
        senders: what they publish.
        zones: name -> type -> values, as the scenario writes them; they take the place of what senders publish there.
    """
    found: dict[str, dict[str, Sequence[str]]] = {}
    for sender in senders:
        published, domain = sender.authentication, sender.domain
        found.setdefault(domain, {})
        if published.spf:
            found[domain]["TXT"] = [_spf_record(sender.all_addresses)]
        if published.dkim != "absent":
            found[f"{SELECTOR}._domainkey.{domain}"] = {"TXT": [_KEY]}
        if published.dmarc != "absent":
            found[f"_dmarc.{domain}"] = {"TXT": [f"v=DMARC1; p={published.dmarc}"]}
    for name, kinds in zones.items():
        zone = found.setdefault(name, {})
        for kind, values in kinds.items():
            zone[kind] = values
    return MemoryRecords(found)


def signatures_of(sender: Sender) -> tuple[Signature, ...]:
    """Give the signature that a sender's letters bear."""
    state = sender.authentication.dkim
    return () if state == "absent" else (Signature(state, sender.domain, SELECTOR),)


def _spf_record(addresses: Sequence[str]) -> str:
    """Write the addresses that may send, and that nobody else may (RFC 7208 5.6, 5.1)."""
    terms = [f"ip{ipaddress.ip_address(address).version}:{address}" for address in addresses]
    return " ".join(["v=spf1", *terms, "-all"])
