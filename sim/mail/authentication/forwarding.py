"""What a forwarder changes of what a receiver can check.

The letter comes from the forwarder's address and with its greeting. Plain forwarding keeps the envelope's sender
(RFC 5321 3.9.1), so that SPF asks a domain that knows nothing of the forwarder (RFC 7208, appendix D). With the Sender
Rewriting Scheme (SRS) the forwarder puts its own domain there: SPF passes, but for a domain that is not aligned
with From (RFC 7489 3.1.2). A signature survives unless the letter is changed (RFC 6376 6.1.3).
Left out: the hash, the time stamp and the second forwarder of SRS; ARC.
"""

from dataclasses import dataclass, replace
from typing import Final

from sim.mail.authentication.dkim import Signature, after_change

_SRS: Final = "SRS0"
"""How a rewritten local part begins (Shevek, The Sender Rewriting Scheme, 2004)."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What a letter shows a receiver of who it is from.

    Attributes:
        ip: the client's address.
        helo: the name in its greeting.
        mail_from: the envelope's sender; empty for a notice.
        from_domain: the domain in From, as the reader sees it.
        signatures: what DKIM signatures the letter carries.
    """

    ip: str
    helo: str
    mail_from: str
    from_domain: str
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Somebody who sends letters on.

    Attributes:
        ip: its address.
        helo: the name in its greeting.
        srs_domain: the domain that it puts into the envelope's sender; None where it rewrites nothing.
        changes_body: whether it adds a footer, or changes the body in another way.
        changes_headers: whether it changes a signed header, as the subject.
    """

    ip: str
    helo: str
    srs_domain: str | None = None
    changes_body: bool = False
    changes_headers: bool = False


def forwarded(letter: Presented, forwarder: Forwarder) -> Presented:
    """Give what the next receiver sees of a letter."""
    mail_from = letter.mail_from
    if forwarder.srs_domain is not None:
        mail_from = rewritten_sender(mail_from, forwarder.srs_domain)
    changes = {"body": forwarder.changes_body, "headers": forwarder.changes_headers}
    return replace(
        letter,
        ip=forwarder.ip,
        helo=forwarder.helo,
        mail_from=mail_from,
        signatures=tuple(after_change(signature, **changes) for signature in letter.signatures),
    )


def rewritten_sender(mail_from: str, domain: str) -> str:
    """Rewrite an envelope's sender as SRS does; an empty one stays empty (RFC 5321 4.5.5: notices)."""
    local_part, _, original = mail_from.rpartition("@")
    return f"{_SRS}={original}={local_part}@{domain}" if mail_from else mail_from
