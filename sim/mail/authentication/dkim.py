"""Whether the domain that signed a letter vouches for it: DKIM, without its cryptography.

A signature is intact or broken, and that is all that a verifier would learn from the mathematics. What it learns
from DNS is asked for: the key record at `selector._domainkey.domain`.
Results are the words of RFC 8601 2.7.1. Of the PERMFAILs of RFC 6376 6.1.2 and 6.1.3 a signature that does not
fit the letter is `fail`, a key that cannot be used is `permerror`: there the letter was never looked at.
Left out: canonical forms (what counts as a change is the caller's to say), expiry, `t=`, `h=` and `s=` of keys.
See: RFC 6376 3.6 and 6.1, RFC 8601 2.7.1.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from sim.mail.authentication.records import Asked, Question, Records, canonical, may_be_asked
from sim.mail.authentication.tag_list import tags

DkimState = Literal["signed", "broken", "absent"]
DkimWord = Literal["none", "pass", "fail", "permerror", "temperror"]

_VERSION: Final = "DKIM1"
"""RFC 6376 3.6.1: where `v` is given, it is the first tag and has this value."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a letter carries.

    Attributes:
        state: `absent` is a letter without a signature; `broken` one whose signature no longer fits.
        domain: who signed, `d=`; empty where nobody did.
        selector: which of the domain's keys, `s=`.
    """

    state: DkimState = "absent"
    domain: str = ""
    selector: str = ""


@dataclass(frozen=True, slots=True)
class DkimResult:
    """What a verifier found.

    Attributes:
        result: the word of RFC 8601 2.7.1.
        domain: who signed; empty without a signature.
        questions: what a receiver has to ask: the key, or nothing.
    """

    result: DkimWord
    domain: str = ""
    questions: tuple[Question, ...] = ()


UNSIGNED: Final = Signature()
"""A letter without a signature."""


def after_change(signature: Signature, *, body: bool = False, headers: bool = False) -> Signature:
    """Give a letter's signature after somebody on the way changed the letter.

    Args:
        signature: as it was.
        body: whether the body was changed, as by the footer of a mailing list (RFC 6376 6.1.3, body hash).
        headers: whether a signed header was changed, as the subject by a mailing list (RFC 6376 6.1.3).
    """
    changed = (body or headers) and signature.state == "signed"
    return replace(signature, state="broken") if changed else signature


def verify(signature: Signature, records: Records) -> DkimResult:
    """Verify a signature; the key is fetched before anything is computed (RFC 6376 6.1.2, 6.1.3).

    Args:
        signature: what the letter carries.
        records: who answers.
    """
    if signature.state == "absent":
        return DkimResult("none")
    domain = canonical(signature.domain)
    asked = Asked(records)
    result = _key_problem(f"{signature.selector}._domainkey.{domain}", asked)
    if result is None:
        result = "pass" if signature.state == "signed" else "fail"
    return DkimResult(result, domain, asked.questions)


def _key_problem(name: str, asked: Asked) -> DkimWord | None:
    """Fetch a key and say what is wrong with it; None where nothing is (RFC 6376 6.1.2)."""
    if not may_be_asked(name):
        return "permerror"
    answer = asked.look_up(name, "TXT")
    if answer.status == "servfail":
        return "temperror"
    # Two records are "undefined" (3.6.2.2): nobody can tell which is the key.
    key = tags(answer.values[0]) if len(answer.values) == 1 else None
    if key is None or ("v" in key and (next(iter(key)) != "v" or key["v"] != _VERSION)):
        return "permerror"
    return None if key.get("p") else "permerror"  # an empty p is a revoked key (3.6.1)
