"""D33: a forwarder's SRS repairs SPF, not DMARC.

Right value, for one letter written by W.example and forwarded by F.example, whose address stands in F's SPF record and
not in W's:

SPF (RFC 7208 2.4) asks the domain on the envelope. Without SRS that is W, whose record ends in -all and does not name
F's address: fail, or none where W has no record. With SRS it is F: pass, for F.
DKIM (RFC 6376 6.1.3): W's signature passes, unless the body was changed after signing.
DMARC (RFC 7489 3.1, 3.1.2) wants a pass for a domain aligned with From, which is W. F is not. So SPF never helps a
forwarded letter, with or without SRS, and DKIM alone decides:

    signed   body      DMARC   p=none     p=quarantine   p=reject
    yes      as it was pass    accepted   accepted       accepted
    yes      altered   fail    accepted   spam folder    550 5.7.26
    no       either    fail    accepted   spam folder    550 5.7.26

So the share of forwarded mail that is lost is that from p=reject domains without a signature that survives.
"""

from collections import Counter
from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.results.audit import audit
from sim.validation.cases.world import letters, provider, run, sender
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED, INBOX, SPAM
from sim.vocabulary.replies import ACCEPTED, UNAUTHENTICATED
from tests.cases.test_stories import told

PROTECTED = {
    "spf_only": {"spf": True, "dkim": "absent"},
    "dkim_only": {"spf": False, "dkim": "signed"},
    "both": {"spf": True, "dkim": "signed"},
}
POLICIES = ("none", "quarantine", "reject")
ACCEPTED_AT_REJECT = {"spf_only": False, "dkim_only": True, "both": True}
"""The case's table, SRS or not; at p=none everything is accepted."""


def ended(record: RunRecord) -> dict[str, dict[int, int]]:
    """Count the letters of each entry by how they ended, notices apart."""
    columns = zip(record.letters["entry"], record.letters["outcome"], record.letters["kind"], strict=True)
    found: dict[str, Counter[int]] = {name: Counter() for name in record.names.entries}
    for entry, outcome, kind in columns:
        if kind == LETTER:
            found[record.names.entries[entry]][outcome] += 1
    return {name: dict(counts) for name, counts in found.items()}


def world(authentication: dict[str, Any]) -> RunRecord:
    """Forward five letters of every kind of writer in every way to a receiver that asks who they are from."""
    writers = {
        f"{kind}_{policy}": sender(
            domain=f"{kind.replace('_', '-')}-{policy}.example",
            addresses=[f"192.0.2.{10 * place + number}"],
            authentication={**published, "dmarc": policy},
        )
        for place, (kind, published) in enumerate(PROTECTED.items())
        for number, policy in enumerate(POLICIES)
    }
    entries = {
        f"{writer}_{'srs' if srs else 'plain'}{'_altered' if altered else ''}": letters(
            origin="university", count=5, forwarded={"written_by": writer, "srs": srs, "alters_body": altered}
        )
        for writer in writers
        for srs in (False, True)
        for altered in (False, True)
    }
    return run(
        "1 h",
        senders={"university": sender(domain="university.example", addresses=["198.51.100.7"]), **writers},
        providers={"office": provider(authentication=authentication)},
        letters=entries,
    )


@pytest.fixture(scope="module")
def obeying() -> dict[str, dict[int, int]]:
    record = world({})
    assert audit(record).failures == ()
    return ended(record)


@pytest.mark.parametrize("srs", ["plain", "srs"])
@pytest.mark.parametrize("policy", ["none", "reject"])
@pytest.mark.parametrize("kind", PROTECTED)
def test_srs_repairs_spf_and_not_dmarc(
    obeying: dict[str, dict[int, int]], kind: str, policy: str, srs: str
) -> None:
    accepted = policy == "none" or ACCEPTED_AT_REJECT[kind]
    assert obeying[f"{kind}_{policy}_{srs}"] == {INBOX if accepted else BOUNCED: 5}


@pytest.mark.parametrize("srs", ["plain", "srs"])
@pytest.mark.parametrize(("policy", "outcome"), [("none", INBOX), ("quarantine", SPAM), ("reject", BOUNCED)])
@pytest.mark.parametrize("kind", PROTECTED)
def test_a_list_that_alters_the_body_leaves_nothing_that_vouches_for_the_writer(
    obeying: dict[str, dict[int, int]], kind: str, policy: str, outcome: int, srs: str
) -> None:
    assert obeying[f"{kind}_{policy}_{srs}_altered"] == {outcome: 5}


def test_what_srs_does_repair_is_spf() -> None:
    """A receiver that asks for SPF alone and does not care whose: with SRS all pass, without it none."""
    found = ended(world({"obeys_dmarc": False, "requires": ["spf"], "missing": "refused"}))
    assert len(found) == 36
    for name, counts in found.items():
        assert counts == {INBOX if "_srs" in name else BOUNCED: 5}


def test_letters_are_sent_by_the_forwarder_and_what_is_refused_is_refused_with_550_5_7_26() -> None:
    record = world({})
    university = record.names.senders.index("university")
    assert set(record.letters["sender"]) == {university}
    assert set(record.attempts["reply"]) == {ACCEPTED, UNAUTHENTICATED}


def test_the_shipped_scenario_loses_what_the_table_says() -> None:
    as_it_is = ended(told("forwarded_mail"))
    assert as_it_is == {
        "from_bank": {INBOX: 40},
        "from_town_hall": {BOUNCED: 30},
        "from_club": {INBOX: 20},
        "over_the_list": {BOUNCED: 10},
    }
    assert ended(told("forwarded_mail", "letters.from_town_hall.forwarded.srs=yes")) == as_it_is
    signed = ended(told("forwarded_mail", "senders.town_hall.authentication.dkim=signed"))
    assert signed == {**as_it_is, "from_town_hall": {INBOX: 30}}
