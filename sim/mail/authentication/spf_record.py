"""Read an SPF record: its mechanisms in order, where it redirects to, or that it is none.

See: RFC 7208 4.6.1 (terms), 5 (mechanisms), 6 (modifiers), 12 (the grammar in one piece).
A record is read whole before anything is done: an error anywhere spoils all of it (4.6). What is not ASCII (3.1)
stands in no rule of the grammar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final, TypeAlias

from sim.mail.authentication.spf_macros import MacroText, read_domain, read_text

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

IP4_BITS: Final = 32
IP6_BITS: Final = 128
"""Prefix lengths that a record without any means (RFC 7208 5.3, 5.6)."""

_VERSION: Final = re.compile(r"v=spf1(?: |\Z)", re.IGNORECASE | re.ASCII)
_MODIFIER: Final = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)", re.DOTALL)
_MECHANISM: Final = re.compile(r"([+\-?~]?)([A-Za-z][A-Za-z0-9._-]*)(.*)", re.DOTALL)
_NUMBER: Final = r"(0|[1-9][0-9]{0,2})"
_DUAL_PREFIX: Final = re.compile(rf"(.*?)(?:/{_NUMBER})?(?://{_NUMBER})?", re.DOTALL)
"""What stands before them, the length for IPv4, the length for IPv6 (RFC 7208 5.3)."""
_BYTE: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
"""RFC 7208 5.6, qnum."""
_IP4: Final = re.compile(rf":({_BYTE}(?:\.{_BYTE}){{3}})(?:/{_NUMBER})?")
_IP6: Final = re.compile(rf":([0-9A-Fa-f:.]+)(?:/{_NUMBER})?")
_KEPT_RECORDS: Final = 4096
"""Texts whose reading is remembered: a speed-up, nothing else."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism with its qualifier.

    Attributes:
        text: as it is written.
        qualifier: `+`, `-`, `?` or `~`.
        name: all, include, a, mx, ptr, ip4, ip6 or exists.
        domain: what is written behind the colon; None means the domain of the record.
        network: what ip4 and ip6 match.
        ip4_prefix: how many bits of an IPv4 address a and mx compare.
        ip6_prefix: how many bits of an IPv6 address a and mx compare.
    """

    text: str
    qualifier: str
    name: str
    domain: MacroText | None = None
    network: Network | None = None
    ip4_prefix: int = IP4_BITS
    ip6_prefix: int = IP6_BITS


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A record without errors.

    Attributes:
        mechanisms: in the order of the record.
        redirect: whose record holds where none of them matches (6.1); None where the record says nothing.
    """

    mechanisms: tuple[Mechanism, ...]
    redirect: MacroText | None = None


def is_spf(text: str) -> bool:
    """Tell whether a TXT record is an SPF record: `v=spf1`, then a blank or nothing (4.5)."""
    return _VERSION.match(text) is not None


@lru_cache(_KEPT_RECORDS)
def read_record(text: str) -> SpfRecord | None:
    """Read a record of which `is_spf` is true; None where it has a syntax error (4.6)."""
    mechanisms: list[Mechanism] = []
    once: dict[str, MacroText] = {}
    for term in _terms(text):
        if modifier := _MODIFIER.fullmatch(term):
            name, value = modifier[1].lower(), modifier[2]
            known = name in ("redirect", "exp")
            content = read_domain(value) if known else read_text(value)
            if content is None or name in once:
                return None
            if known:
                once[name] = content  # neither may stand twice (6)
        elif mechanism := _read_mechanism(term):
            mechanisms.append(mechanism)
        else:
            return None
    return SpfRecord(tuple(mechanisms), once.get("redirect"))


def _terms(text: str) -> Iterator[str]:
    """Give what stands between the blanks behind the version; no other white space separates (4.6.1)."""
    return (term for term in text.split(" ")[1:] if term)


def _read_mechanism(term: str) -> Mechanism | None:
    found = _MECHANISM.fullmatch(term)
    if found is None:
        return None
    qualifier, name, rest = found[1] or "+", found[2].lower(), found[3]
    match name:
        case "all":
            return None if rest else Mechanism(term, qualifier, name)
        case "include" | "exists":
            domain = _domain_after_colon(rest)
            return None if domain is None else Mechanism(term, qualifier, name, domain)
        case "ptr":
            return _with_domain(Mechanism(term, qualifier, name), rest)
        case "a" | "mx":
            return _read_address_mechanism(term, qualifier, name, rest)
        case "ip4" | "ip6":
            network = _read_network(name, rest)
            return None if network is None else Mechanism(term, qualifier, name, network=network)
        case _:
            return None


def _domain_after_colon(rest: str) -> MacroText | None:
    return read_domain(rest[1:]) if rest.startswith(":") else None


def _with_domain(mechanism: Mechanism, rest: str) -> Mechanism | None:
    """Add the domain that may be missing; None where what is written is none."""
    if not rest:
        return mechanism
    domain = _domain_after_colon(rest)
    if domain is None:
        return None
    return Mechanism(
        mechanism.text,
        mechanism.qualifier,
        mechanism.name,
        domain,
        None,
        mechanism.ip4_prefix,
        mechanism.ip6_prefix,
    )


def _read_address_mechanism(term: str, qualifier: str, name: str, rest: str) -> Mechanism | None:
    found = _DUAL_PREFIX.fullmatch(rest)
    if found is None:
        return None
    ip4_prefix, ip6_prefix = int(found[2] or IP4_BITS), int(found[3] or IP6_BITS)
    if ip4_prefix > IP4_BITS or ip6_prefix > IP6_BITS:
        return None
    plain = Mechanism(term, qualifier, name, None, None, ip4_prefix, ip6_prefix)
    return _with_domain(plain, found[1])


def _read_network(name: str, rest: str) -> Network | None:
    found = (_IP4 if name == "ip4" else _IP6).fullmatch(rest)
    if found is None:
        return None
    text = found[1] if found[2] is None else f"{found[1]}/{found[2]}"
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None  # not eight groups, or a longer prefix than the address
    return network if network.version == (4 if name == "ip4" else 6) else None
