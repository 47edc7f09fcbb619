"""Ask a domain whether a client may send in its name: check_host of RFC 7208.

The result is one of seven words (2.6). What was asked on the way is handed back in order, so that whoever
calls can let time pass for it; nothing here knows of time.
Left out: explanations (6.2; their syntax is checked), the time limit of 4.6.4 (the caller's, who has the clock).
See: RFC 7208; the sections stand beside what follows them.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, Literal

from sim.mail.authentication.records import (
    Answer,
    Asked,
    Question,
    Records,
    canonical,
    may_be_asked,
    shortened,
)
from sim.mail.authentication.spf_macros import MacroText, Values, dotted, write_out
from sim.mail.authentication.spf_record import (
    Address,
    Mechanism,
    SpfRecord,
    is_spf,
    read_record,
)

SpfWord = Literal["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"]

MOST_TERMS: Final = 10
"""Terms of one check that ask DNS: include, a, mx, ptr, exists, redirect, and a `p` (RFC 7208 4.6.4)."""
MOST_NAMES: Final = 10
"""Names of one mx or ptr whose addresses are asked for (RFC 7208 4.6.4)."""
MOST_VOID: Final = 2
"""Questions in vain, the recommended limit (RFC 7208 4.6.4)."""

_RESULTS: Final[dict[str, SpfWord]] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
"""RFC 7208 4.6.2."""
_POSTMASTER: Final = "postmaster"
"""The local part of a sender that has none (RFC 7208 2.4, 4.3)."""
_UNKNOWN: Final = "unknown"
"""What a `p` stands for where no name of the client is confirmed (RFC 7208 7.3)."""


@dataclass(frozen=True, slots=True)
class SpfResult:
    """What a check found.

    Attributes:
        result: the word of RFC 7208 2.6.
        terms: how many terms asked DNS, as 4.6.4 counts them.
        void: how many of their questions were in vain.
        mechanism: what matched, as the domain has written it; `default` where nothing did (9.1), None where
            the check came to no end.
        questions: what a receiver has to ask, in this order, each question once.
    """

    result: SpfWord
    terms: int = 0
    void: int = 0
    mechanism: str | None = None
    questions: tuple[Question, ...] = ()

    @property
    def lookups(self) -> int:
        """How many questions a receiver asks; the caller lets time pass for each."""
        return len(self.questions)


def identity(mail_from: str, helo: str) -> tuple[str, str]:
    """Give the domain and the sender to be checked (RFC 7208 2.4, 4.3).

    Args:
        mail_from: the envelope's sender; empty for a notice, of which the name in the greeting is checked.
        helo: the name in the greeting.

    Returns:
        domain, sender with a local part.
    """
    if not mail_from:
        return helo, f"{_POSTMASTER}@{helo}"
    local_part, _, domain = mail_from.rpartition("@")
    return domain, f"{local_part or _POSTMASTER}@{domain}"


def check_host(ip: str, domain: str, sender: str, helo: str, records: Records) -> SpfResult:
    """Ask whether a client may send in the name of a domain (RFC 7208 4).

    Args:
        ip: the client's address. An IPv4 address inside an IPv6 one counts as what it is (5).
        domain: whose record is asked for.
        sender: whose letter it is; its local part and domain stand in macros.
        helo: the name in the client's greeting.
        records: who answers.

    Raises:
        ValueError: `ip` is no address. No other text is refused.
    """
    address = ip_address(ip)
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    local_part, _, sender_domain = sender.rpartition("@")
    check = _Check(address, f"{local_part or _POSTMASTER}@{sender_domain or domain}", helo, Asked(records))
    try:
        result, mechanism = check.of(domain)
    except _EndedError as ended:
        result, mechanism = ended.result, None
    return SpfResult(result, check.terms, check.void, mechanism, check.asked.questions)


class _EndedError(Exception):
    """The check ends here and now."""

    def __init__(self, result: SpfWord) -> None:
        super().__init__(result)
        self.result: SpfWord = result


@dataclass(slots=True)
class _Check:
    """One check of one client, with what it has cost so far."""

    ip: Address
    sender: str
    helo: str
    asked: Asked
    terms: int = 0
    void: int = 0
    _client_names: list[str] | None = field(default=None)

    def of(self, domain: str) -> tuple[SpfWord, str | None]:
        """Check one domain; raise _EndedError where an error ends it all."""
        record = self._record(domain)
        if record is None:
            return "none", None
        for mechanism in record.mechanisms:
            if self._matches(mechanism, domain):
                return _RESULTS[mechanism.qualifier], mechanism.text
        if record.redirect is None:
            return "neutral", "default"  # 4.7
        self._count_term()
        result, matched = self.of(self._write_out(record.redirect, domain))
        if result == "none":
            raise _EndedError("permerror")  # 6.1
        return result, matched

    def _record(self, domain: str) -> SpfRecord | None:
        """Find the record of a domain (4.3 to 4.6); None where it has none."""
        if not _is_full_name(domain):
            return None
        answer = self.asked.look_up(domain, "TXT")
        if answer.status == "servfail":
            raise _EndedError("temperror")  # 4.4
        texts = [text for text in answer.values if is_spf(text)]
        if not texts:
            return None
        record = read_record(texts[0]) if len(texts) == 1 else None  # 4.5
        if record is None:
            raise _EndedError("permerror")
        return record

    def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        match mechanism.name:
            case "all":
                return True
            case "ip4" | "ip6":
                network = mechanism.network
                return network is not None and network.version == self.ip.version and self.ip in network
        self._count_term()
        target = domain if mechanism.domain is None else self._write_out(mechanism.domain, domain)
        match mechanism.name:
            case "include":
                return self._included(target)
            case "exists":
                return bool(self._ask(target, "A").values)
            case "a":
                return self._has_address(target, mechanism)
            case "mx":
                return self._has_mail_host(target, mechanism)
            case _:
                return any(_is_below(name, canonical(target)) for name in self._confirmed_names())

    def _included(self, target: str) -> bool:
        """See whether another domain lets the client pass (5.2)."""
        result, _ = self.of(target)
        if result == "none":
            raise _EndedError("permerror")
        return result == "pass"

    def _has_address(self, name: str, mechanism: Mechanism) -> bool:
        """See whether the client has an address of a name, or one beside it (5.3)."""
        kind, bits = ("A", mechanism.ip4_prefix) if self.ip.version == 4 else ("AAAA", mechanism.ip6_prefix)
        return any(_near(self.ip, text, bits) for text in self._ask(name, kind).values)

    def _has_mail_host(self, name: str, mechanism: Mechanism) -> bool:
        """See whether the client has an address of a mail host (5.4); that of a null MX is never asked (RFC 7505 3)."""
        hosts = [text.rpartition(" ")[2] for text in self._ask(name, "MX").values]
        if any(self._has_address(host, mechanism) for host in hosts[:MOST_NAMES]):
            return True
        if len(hosts) > MOST_NAMES:
            raise _EndedError("permerror")  # 4.6.4
        return False

    def _confirmed_names(self) -> list[str]:
        """Give the names of the client whose addresses confirm them (5.5); errors are passed over."""
        if self._client_names is None:
            arpa = "in-addr.arpa" if self.ip.version == 4 else "ip6.arpa"
            turned = ".".join(reversed(dotted(self.ip).split(".")))
            kind = "A" if self.ip.version == 4 else "AAAA"
            answer = self._ask(f"{turned}.{arpa}", "PTR", errors_end=False)
            names = [canonical(name) for name in answer.values[:MOST_NAMES]]
            self._client_names = [
                name
                for name in names
                if any(
                    _near(self.ip, text, self.ip.max_prefixlen)
                    for text in self._ask(name, kind, errors_end=False).values
                )
            ]
        return self._client_names

    def _client_name(self, domain: str) -> str:
        """Choose the name that a `p` stands for (7.3): the domain itself, one below it, any, or `unknown`."""
        if self._client_names is None:
            self._count_term()
        names, domain = self._confirmed_names(), canonical(domain)
        below = [name for name in names if _is_below(name, domain)]
        return domain if domain in names else (below or names or [_UNKNOWN])[0]

    def _write_out(self, pieces: MacroText, domain: str) -> str:
        values = Values(self.sender, domain, self.ip, self.helo, lambda: self._client_name(domain))
        return shortened(write_out(pieces, values))

    def _count_term(self) -> None:
        if self.terms == MOST_TERMS:
            raise _EndedError("permerror")
        self.terms += 1

    def _ask(self, name: str, kind: str, *, errors_end: bool = True) -> Answer:
        """Ask on behalf of a term; a name of which no question can be made does not exist (4.3, 4.8).

        4.6.4 limits "void lookups" in the words of terms, and of look-ups in the next sentence: here each
        look-up counts, also a second one for the same name, as the receivers' usual libraries do.
        """
        if not may_be_asked(name):
            return Answer("nxdomain")
        answer = self.asked.look_up(name, kind)
        if answer.status == "servfail" and errors_end:
            raise _EndedError("temperror")  # 5
        if answer.void:
            self.void += 1
            if self.void > MOST_VOID:
                raise _EndedError("permerror")
        return answer


def _is_full_name(domain: str) -> bool:
    """Tell whether a domain may have a record at all: more than one label, no address in brackets (4.3)."""
    return may_be_asked(domain) and "." in canonical(domain) and not domain.startswith("[")


def _is_below(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _near(ip: Address, text: str, bits: int) -> bool:
    """Tell whether an address of a zone agrees with the client's in its first bits; no address agrees with none."""
    try:
        network: IPv4Network | IPv6Network = ip_network(f"{text}/{bits}", strict=False)
    except ValueError:
        return False
    return isinstance(ip, IPv4Address) == isinstance(network, IPv4Network) and ip in network
