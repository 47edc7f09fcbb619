"""What is left of a letter's credentials after forwarding.

The values follow from three sentences. RFC 7208, appendix D: the forwarder is not in the sender's record.
RFC 7489 3.1.2: SPF of a foreign domain does not align. RFC 6376 6.1.3: a changed body breaks the signature.
"""

import pytest

from sim.mail.authentication.checks import Authentication, authenticate
from sim.mail.authentication.dkim import Signature
from sim.mail.authentication.forwarding import Forwarder, Presented, forwarded, rewritten_sender
from sim.mail.authentication.records import MemoryRecords, Question

SIGNATURE = Signature("signed", "school.example.jp", "s1")
SIGNED = Presented(
    "192.0.2.3", "mail.school.example.jp", "office@school.example.jp", "school.example.jp", (SIGNATURE,)
)
UNSIGNED = Presented("192.0.2.3", "mail.school.example.jp", "office@school.example.jp", "school.example.jp")


def zones(policy: str = "reject", *, spf: str = "v=spf1 ip4:192.0.2.3 -all") -> MemoryRecords:
    return MemoryRecords(
        {
            "school.example.jp": {"TXT": [spf]},
            "s1._domainkey.school.example.jp": {"TXT": ["v=DKIM1; p=MIGf"]},
            "_dmarc.school.example.jp": {"TXT": [f"v=DMARC1; p={policy}"]},
            "alumni.example.org": {"TXT": ["v=spf1 ip4:198.51.100.7 -all"]},
        }
    )


def way(kind: str) -> Forwarder | None:
    if kind == "direct":
        return None
    return Forwarder(
        "198.51.100.7",
        "mx.alumni.example.org",
        srs_domain="alumni.example.org" if kind in ("srs", "both") else None,
        changes_body=kind in ("footer", "both"),
    )


def received(letter: Presented, kind: str, records: MemoryRecords) -> Authentication:
    forwarder = way(kind)
    return authenticate(forwarded(letter, forwarder) if forwarder else letter, records, 0.0)


@pytest.mark.parametrize(
    ("kind", "signed", "spf", "dkim", "dmarc"),
    [
        ("direct", True, "pass", "pass", "pass"),
        ("plain", True, "fail", "pass", "pass"),
        ("srs", True, "pass", "pass", "pass"),
        ("footer", True, "fail", "fail", "fail"),
        ("both", True, "pass", "fail", "fail"),
        ("direct", False, "pass", "none", "pass"),
        ("plain", False, "fail", "none", "fail"),
        ("srs", False, "pass", "none", "fail"),
        ("footer", False, "fail", "none", "fail"),
        ("both", False, "pass", "none", "fail"),
    ],
)
@pytest.mark.parametrize("policy", ["none", "quarantine", "reject"])
def test_outcomes(kind: str, signed: bool, spf: str, dkim: str, dmarc: str, policy: str) -> None:
    found = received(SIGNED if signed else UNSIGNED, kind, zones(policy))
    assert found.spf.result == spf
    assert (found.dkim[0].result if found.dkim else "none") == dkim
    assert found.dmarc.result == dmarc
    assert found.dmarc.disposition == (policy if dmarc == "fail" else "none")


@pytest.mark.parametrize("policy", ["none", "reject"])
@pytest.mark.parametrize("srs", ["plain", "srs"])
def test_srs_repairs_spf_and_not_dmarc(policy: str, srs: str) -> None:
    """Case D33: forwarded letters of a p=reject domain are lost, SRS or not, unless their signature survives."""
    nothing_for_spf = zones(policy, spf="hello")  # the domain relies on its signatures alone
    accepted = {
        "SPF only": received(UNSIGNED, srs, zones(policy)).dmarc.disposition == "none",
        "DKIM only": received(SIGNED, srs, nothing_for_spf).dmarc.disposition == "none",
        "both": received(SIGNED, srs, zones(policy)).dmarc.disposition == "none",
    }
    assert accepted == {"SPF only": policy == "none", "DKIM only": True, "both": True}


@pytest.mark.parametrize("srs", ["plain", "srs"])
def test_the_lost_share_is_that_of_strict_domains_without_a_surviving_signature(srs: str) -> None:
    """Case D33. Of 100 letters 40 come from p=reject domains, and 25 of those carry no signature."""
    letters = [(UNSIGNED, "reject")] * 25 + [(SIGNED, "reject")] * 15 + [(UNSIGNED, "none")] * 60
    lost = [received(letter, srs, zones(policy)).dmarc.disposition == "reject" for letter, policy in letters]
    assert sum(lost) / len(lost) == 0.25


def test_a_changed_subject_breaks_the_signature_as_a_footer_does() -> None:
    mailing_list = Forwarder("198.51.100.7", "lists.alumni.example.org", changes_headers=True)
    assert authenticate(forwarded(SIGNED, mailing_list), zones(), 0.0).dmarc.disposition == "reject"


def test_srs_keeps_who_it_was_and_a_notice_stays_without_a_sender() -> None:
    assert rewritten_sender("office@school.example.jp", "alumni.example.org") == (
        "SRS0=school.example.jp=office@alumni.example.org"
    )
    assert rewritten_sender("", "alumni.example.org") == ""


def test_a_forwarded_notice_is_checked_by_the_forwarder_s_greeting() -> None:
    """RFC 7208 2.4: without a sender the greeting is asked, here a name without a record."""
    notice = Presented("192.0.2.3", "mail.school.example.jp", "", "school.example.jp")
    found = received(notice, "srs", zones())
    assert found.spf.result == "none"
    assert found.spf.questions == (Question("mx.alumni.example.org", "TXT"),)


def test_a_receiver_asks_for_each_record_once() -> None:
    found = received(SIGNED, "direct", zones())
    names = ["school.example.jp", "s1._domainkey.school.example.jp", "_dmarc.school.example.jp"]
    assert found.questions == tuple(Question(name, "TXT") for name in names)
