"""The macros of SPF: `%{d2}` and its kind, read strictly and written out.

See: RFC 7208 7.1 (syntax), 7.2 (letters), 7.3 (transformers, escaping).
Left out: the letters c, r and t, which stand only in explanations (7.2); explanations are not fetched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final, TypeAlias
from urllib.parse import quote

_MACRO: Final = re.compile(r"%\{([slodipvh])([0-9]*)(r?)([.\-+,/_=]*)\}", re.IGNORECASE | re.ASCII)
_LITERAL: Final = re.compile(r"[\x21-\x24\x26-\x7e]+")
_ESCAPES: Final = {"%%": "%", "%_": " ", "%-": "%20"}
"""RFC 7208 7.1."""
_TOP_LABEL: Final = re.compile(r"\.(?=[A-Za-z0-9-]*[A-Za-z-])[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?\Z")
"""The end of a name: letters, digits and inner hyphens, not digits alone (RFC 7208 7.1, toplabel)."""
_ENOUGH_DIGITS: Final = 6
"""No name has more parts than fit into so many digits."""


@dataclass(frozen=True, slots=True)
class Macro:
    """One `%{...}`: its letter, how many parts from the right, whether they are turned round, where they are cut."""

    letter: str
    parts: int | None
    reverse: bool
    delimiters: str
    escape: bool
    """Whether the letter is a capital: the value is escaped as in a URL."""


class Escape(str):
    """A sign that was written as a macro: `%%`, `%_` or `%-`."""

    __slots__ = ()


MacroText: TypeAlias = tuple[str | Macro, ...]
"""Text and macros in turn."""


@dataclass(frozen=True, slots=True)
class Values:
    """What the letters stand for.

    Attributes:
        sender: the sender with a local part, `postmaster@example.jp` where there was none (4.3).
        domain: the domain whose record is read.
        ip: the client.
        helo: the name in its greeting.
        client_name: gives the confirmed name of the client, or `unknown`; asked only where a `p` stands.
    """

    sender: str
    domain: str
    ip: IPv4Address | IPv6Address
    helo: str
    client_name: Callable[[], str]


def read_text(text: str) -> MacroText | None:
    """Read a macro-string (7.1); None where it is none."""
    pieces: list[str | Macro] = []
    at = 0
    while at < len(text):
        piece, at = _piece(text, at)
        if piece is None:
            return None
        pieces.append(piece)
    return tuple(pieces)


def read_domain(text: str) -> MacroText | None:
    """Read a domain-spec (7.1): a macro-string that ends in a macro or in a top label; None where it is none."""
    pieces = read_text(text)
    if not pieces:
        return None
    last = pieces[-1]
    ends_well = isinstance(last, Macro | Escape) or _TOP_LABEL.search(last)
    return pieces if ends_well else None


def _piece(text: str, at: int) -> tuple[str | Macro | None, int]:
    """Read the next piece of a macro-string, and where the one after it begins; None where it is none."""
    if found := _LITERAL.match(text, at):
        return found[0], found.end()
    if (written := text[at : at + 2]) in _ESCAPES:
        return Escape(_ESCAPES[written]), at + 2
    found = _MACRO.match(text, at)
    if found is None:
        return None, at
    letter, digits, turned, delimiters = found.groups()
    if digits and not digits.strip("0"):
        return None, at  # no parts at all (7.3)
    parts = int(digits.lstrip("0")[:_ENOUGH_DIGITS]) if digits else None
    macro = Macro(letter.lower(), parts, bool(turned), delimiters or ".", escape=letter.isupper())
    return macro, found.end()


def write_out(pieces: MacroText, values: Values) -> str:
    """Put in what the macros stand for (7.2, 7.3)."""
    return "".join(piece if isinstance(piece, str) else _expand(piece, values) for piece in pieces)


def _expand(macro: Macro, values: Values) -> str:
    parts = re.split(f"[{re.escape(macro.delimiters)}]", _value(macro.letter, values))
    if macro.reverse:
        parts.reverse()
    if macro.parts is not None:
        parts = parts[-macro.parts :]
    text = ".".join(parts)
    return quote(text, safe="~", errors="surrogatepass") if macro.escape else text


def _value(letter: str, values: Values) -> str:
    local_part, _, sender_domain = values.sender.rpartition("@")
    match letter:
        case "s":
            return values.sender
        case "l":
            return local_part
        case "o":
            return sender_domain
        case "d":
            return values.domain
        case "i":
            return dotted(values.ip)
        case "p":
            return values.client_name()
        case "v":
            return "in-addr" if values.ip.version == 4 else "ip6"
        case _:
            return values.helo


def dotted(ip: IPv4Address | IPv6Address) -> str:
    """Write an address with dots: as usual, or a dot between the 32 digits of an IPv6 address (7.2, 7.3)."""
    return str(ip) if ip.version == 4 else ".".join(f"{int(ip):032x}")
