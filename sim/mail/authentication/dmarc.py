"""Whether the domain that readers see in From stands behind a letter, and what it wants done if not: DMARC.

A letter passes where SPF or DKIM passed for a domain that is aligned with that of From. Where it fails, the
policy of the domain says what becomes of it; `pct` of it is drawn, and the draw is the caller's.
Left out: reports, and receivers that overrule a policy (RFC 7489 6.7).
See: RFC 7489; the sections stand beside what follows them; RFC 8601 2.7 and RFC 7489 11.2 for the words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sim.mail.authentication.dkim import DkimResult
from sim.mail.authentication.dmarc_record import DmarcRecord, Policy, is_dmarc, read_record
from sim.mail.authentication.organizational_domain import organizational_domain
from sim.mail.authentication.records import Asked, Question, Records, canonical, may_be_asked
from sim.mail.authentication.spf import SpfWord

DmarcWord = Literal["none", "pass", "fail", "permerror", "temperror"]

_WEAKER: Final[dict[Policy, Policy]] = {"reject": "quarantine", "quarantine": "none", "none": "none"}
"""What a failing letter gets that `pct` did not pick (RFC 7489 6.6.4)."""


@dataclass(frozen=True, slots=True)
class DmarcResult:
    """What a check found.

    Attributes:
        result: the word of RFC 7489 11.2.
        disposition: what the domain wants done with the letter: `none`, `quarantine` or `reject`.
        policy_domain: whose record was used; empty where there was none.
        spf_aligned: whether SPF passed for an aligned domain.
        dkim_aligned: whether a signature of an aligned domain passed.
        questions: what a receiver has to ask, in order: one or two names.
    """

    result: DmarcWord
    disposition: Policy = "none"
    policy_domain: str = ""
    spf_aligned: bool = False
    dkim_aligned: bool = False
    questions: tuple[Question, ...] = ()


def evaluate(
    from_domain: str,
    spf: SpfWord,
    spf_domain: str,
    signatures: Iterable[DkimResult],
    records: Records,
    draw: float,
) -> DmarcResult:
    """Check one letter (RFC 7489 6.6).

    Args:
        from_domain: the domain in From, as the reader sees it.
        spf: what SPF found.
        spf_domain: of which domain: that of the envelope's sender, or of the greeting where that is empty.
        signatures: what DKIM found, for each signature of the letter.
        records: who answers.
        draw: chance for `pct`, in [0, 1).
    """
    asked = Asked(records)
    found = _find_policy(canonical(from_domain), asked)
    if isinstance(found, str):
        return DmarcResult(found, questions=asked.questions)
    record, policy_domain = found
    by_spf = _is_aligned(spf_domain, from_domain, strict=record.strict_spf)
    by_dkim = [
        signature.result
        for signature in signatures
        if _is_aligned(signature.domain, from_domain, strict=record.strict_dkim)
    ]
    spf_aligned, dkim_aligned = by_spf and spf == "pass", "pass" in by_dkim
    result, disposition = _judge(
        passed=spf_aligned or dkim_aligned,
        # Only an aligned domain could have made the letter pass, had it answered (6.6.2).
        unknown=(by_spf and spf == "temperror") or "temperror" in by_dkim,
        wanted=record.policy_for(own=policy_domain == canonical(from_domain)),
        picked=draw * 100 < record.percent,
    )
    return DmarcResult(result, disposition, policy_domain, spf_aligned, dkim_aligned, asked.questions)


def _judge(*, passed: bool, unknown: bool, wanted: Policy, picked: bool) -> tuple[DmarcWord, Policy]:
    if passed:
        return "pass", "none"
    if unknown:
        return "temperror", "none"  # without a definite failure no policy may be applied (6.6.2)
    return "fail", wanted if picked else _WEAKER[wanted]


def _find_policy(
    from_domain: str, asked: Asked
) -> tuple[DmarcRecord, str] | Literal["none", "temperror", "permerror"]:
    """Find the record and whose it is, or the result that ends the check (6.6.3)."""
    for domain in dict.fromkeys((from_domain, organizational_domain(from_domain))):
        name = f"_dmarc.{domain}"
        if not may_be_asked(name):
            continue
        answer = asked.look_up(name, "TXT")
        if answer.status == "servfail":
            return "temperror"
        texts = [text for text in answer.values if is_dmarc(text)]
        if len(texts) > 1:
            return "none"  # nobody can tell which holds (step 5)
        if texts:
            record = read_record(texts[0])
            return (record, domain) if record else "permerror"  # step 6
    return "none"


def _is_aligned(domain: str, from_domain: str, *, strict: bool) -> bool:
    """Compare two domains, or their organizations (3.1.1, 3.1.2)."""
    if strict:
        return canonical(domain) == canonical(from_domain)
    return organizational_domain(domain) == organizational_domain(from_domain)
