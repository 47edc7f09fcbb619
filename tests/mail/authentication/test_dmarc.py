"""Policies: how they are found, what aligns with them, and what they ask for (RFC 7489)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mail.authentication.dkim import DkimResult, DkimWord
from sim.mail.authentication.dmarc import DmarcResult, evaluate
from sim.mail.authentication.dmarc_record import read_record
from sim.mail.authentication.records import MemoryRecords, Question
from sim.mail.authentication.spf import SpfWord

HOME = "example.co.jp"
BELOW = "news.example.co.jp"
STRANGER = "list.example.org"


def judged(
    records: dict[str, list[str]],
    *,
    from_domain: str = HOME,
    spf: SpfWord = "fail",
    spf_domain: str = HOME,
    dkim: DkimWord = "none",
    dkim_domain: str = "",
    draw: float = 0.0,
    silent: tuple[str, ...] = (),
) -> DmarcResult:
    zones = MemoryRecords({f"_dmarc.{name}": {"TXT": texts} for name, texts in records.items()}, silent)
    return evaluate(from_domain, spf, spf_domain, [DkimResult(dkim, dkim_domain)], zones, draw)


@pytest.mark.parametrize("policy", ["none", "quarantine", "reject"])
def test_a_letter_that_fails_gets_the_policy(policy: str) -> None:
    found = judged({HOME: [f"v=DMARC1; p={policy}"]})
    assert (found.result, found.disposition, found.policy_domain) == ("fail", policy, HOME)


@pytest.mark.parametrize(
    ("modes", "domain", "aligned"),
    [
        ("", HOME, True),
        ("", BELOW, True),
        ("", "Example.CO.jp", True),
        ("", "other.co.jp", False),  # 3.2: co.jp is not an organization
        ("", STRANGER, False),
        ("adkim=r; aspf=r", BELOW, True),
        ("adkim=s; aspf=s", HOME, True),
        ("adkim=s; aspf=s", BELOW, False),
        ("adkim=x; aspf=x", BELOW, True),  # 6.3: a wrong value counts as missing
    ],
)
def test_only_an_aligned_domain_makes_a_letter_pass(modes: str, domain: str, aligned: bool) -> None:
    """RFC 7489 3.1.1 and 3.1.2."""
    record = {HOME: [f"v=DMARC1; p=reject; {modes}"]}
    expected = ("pass", "none") if aligned else ("fail", "reject")
    by_spf = judged(record, spf="pass", spf_domain=domain)
    by_dkim = judged(record, dkim="pass", dkim_domain=domain)
    assert (by_spf.result, by_spf.disposition, by_spf.spf_aligned) == (*expected, aligned)
    assert (by_dkim.result, by_dkim.disposition, by_dkim.dkim_aligned) == (*expected, aligned)


def test_strict_is_said_of_each_check_alone() -> None:
    record = {HOME: ["v=DMARC1; p=reject; aspf=s"]}
    assert judged(record, spf="pass", spf_domain=BELOW).result == "fail"
    assert judged(record, dkim="pass", dkim_domain=BELOW).result == "pass"


def test_one_aligned_signature_among_several_is_enough() -> None:
    zones = MemoryRecords({f"_dmarc.{HOME}": {"TXT": ["v=DMARC1; p=reject"]}})
    signatures = [DkimResult("fail", HOME), DkimResult("pass", STRANGER), DkimResult("pass", BELOW)]
    assert evaluate(HOME, "fail", HOME, signatures, zones, 0.0).result == "pass"


@pytest.mark.parametrize("spf", ["none", "neutral", "softfail", "fail", "permerror"])
def test_only_pass_counts_as_passing_spf(spf: SpfWord) -> None:
    assert judged({HOME: ["v=DMARC1; p=reject"]}, spf=spf).result == "fail"


@pytest.mark.parametrize(
    ("records", "disposition", "policy_domain", "questions"),
    [
        ({HOME: ["v=DMARC1; p=reject"]}, "reject", HOME, 2),
        ({HOME: ["v=DMARC1; p=reject; sp=quarantine"]}, "quarantine", HOME, 2),
        ({HOME: ["v=DMARC1; p=reject"], BELOW: ["v=DMARC1; p=none; sp=reject"]}, "none", BELOW, 1),
        ({HOME: ["v=DMARC1; p=reject"], BELOW: ["hello"]}, "reject", HOME, 2),
    ],
)
def test_a_subdomain_without_a_record_has_that_of_its_organization(
    records: dict[str, list[str]], disposition: str, policy_domain: str, questions: int
) -> None:
    """RFC 7489 6.6.3, and 6.3 for sp, which is for subdomains that do not speak for themselves."""
    found = judged(records, from_domain=BELOW, spf_domain=STRANGER)
    assert (found.disposition, found.policy_domain) == (disposition, policy_domain)
    names = [Question(f"_dmarc.{BELOW}", "TXT"), Question(f"_dmarc.{HOME}", "TXT")]
    assert found.questions == tuple(names[:questions])


def test_sp_says_nothing_of_the_domain_itself() -> None:
    assert judged({HOME: ["v=DMARC1; p=none; sp=reject"]}).disposition == "none"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], "none"),
        (["hello", "v=spf1 -all"], "none"),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], "none"),  # 6.6.3 step 5
        (["v=dmarc1; p=reject"], "none"),  # 6.3: the version has a case
        (["p=reject; v=DMARC1"], "none"),
        (["v=DMARC1"], "permerror"),
        (["v=DMARC1; p=refuse"], "permerror"),
        (["v=DMARC1; p=reject; sp=refuse"], "permerror"),
        (["v=DMARC1; p=refuse; rua=nobody"], "permerror"),
    ],
)
def test_without_a_usable_record_nothing_is_done(texts: list[str], expected: str) -> None:
    found = judged({HOME: texts})
    assert (found.result, found.disposition) == (expected, "none")


def test_a_wrong_policy_with_an_address_for_reports_counts_as_none() -> None:
    """RFC 7489 6.6.3 step 6."""
    found = judged({HOME: ["v=DMARC1; p=refuse; rua=mailto:reports@example.co.jp"]})
    assert (found.result, found.disposition, found.policy_domain) == ("fail", "none", HOME)


@pytest.mark.parametrize("name", [HOME, BELOW])
def test_a_policy_that_nobody_can_tell_is_a_passing_error(name: str) -> None:
    found = judged({}, from_domain=BELOW, silent=(f"_dmarc.{name}",))
    assert (found.result, found.disposition) == ("temperror", "none")


@pytest.mark.parametrize(
    ("spf", "spf_domain", "dkim", "dkim_domain", "expected"),
    [
        ("temperror", HOME, "fail", HOME, "temperror"),
        ("fail", HOME, "temperror", BELOW, "temperror"),
        ("temperror", HOME, "pass", HOME, "pass"),
        ("temperror", STRANGER, "temperror", STRANGER, "fail"),  # they could not have made it pass
    ],
)
def test_a_passing_error_keeps_the_policy_from_being_applied(
    spf: SpfWord, spf_domain: str, dkim: DkimWord, dkim_domain: str, expected: str
) -> None:
    """RFC 7489 6.6.2."""
    record = {HOME: ["v=DMARC1; p=reject"]}
    found = judged(record, spf=spf, spf_domain=spf_domain, dkim=dkim, dkim_domain=dkim_domain)
    assert (found.result, found.disposition == "reject") == (expected, expected == "fail")


@pytest.mark.parametrize(
    ("policy", "draw", "expected"),
    [
        ("reject", 0.2499, "reject"),
        ("reject", 0.25, "quarantine"),
        ("quarantine", 0.2499, "quarantine"),
        ("quarantine", 0.25, "none"),
        ("none", 0.9, "none"),
    ],
)
def test_a_letter_that_was_not_drawn_gets_the_next_weaker_policy(
    policy: str, draw: float, expected: str
) -> None:
    """RFC 7489 6.6.4."""
    assert judged({HOME: [f"v=DMARC1; p={policy}; pct=25"]}, draw=draw).disposition == expected


@given(st.integers(0, 100), st.integers(0, 999))
def test_of_a_thousand_even_draws_pct_is_rejected(percent: int, step: int) -> None:
    found = judged({HOME: [f"v=DMARC1; p=reject; pct={percent}"]}, draw=(step + 0.5) / 1000)
    assert (found.disposition == "reject") == (step < 10 * percent)


@pytest.mark.parametrize("pct", ["101", "-1", "50.0", "x", "", "٥"])
def test_a_wrong_pct_means_all(pct: str) -> None:
    record = read_record(f"v=DMARC1; p=reject; pct={pct}")
    assert record is not None
    assert record.percent == 100


@given(st.text(max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_no_text_from_outside_raises(record: str, from_domain: str, domain: str) -> None:
    found = judged({from_domain: [f"v=DMARC1; {record}"]}, from_domain=from_domain, spf_domain=domain)
    assert found.disposition in ("none", "quarantine", "reject")
