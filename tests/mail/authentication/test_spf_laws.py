"""What holds for every record, every client and every zone."""

from ipaddress import ip_address
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from sim.mail.authentication.records import MemoryRecords
from sim.mail.authentication.spf import SpfWord, check_host
from sim.mail.authentication.spf_record import is_spf, read_record
from tests.mail.authentication.zones import HELO, check

NAMES = ["a.example.jp", "b.example.jp", "c.example.jp", "dead.example.jp"]
FILLED = st.sampled_from(
    [*NAMES, "%{d}", "%{p}", "%{ir}.example.jp", "%{l1r-}.%{d2}", "%{H}.example.jp", "..jp"]
)
TERMS = st.one_of(
    st.builds(
        "{}:{}".format, st.sampled_from(["a", "-mx", "include", "~exists", "?ptr", "redirect"]), FILLED
    ),
    st.builds("redirect={}".format, FILLED),
    st.sampled_from(["a", "mx/8", "ptr", "?all", "-all", "ip4:192.0.2.0/28", "ip6:2001:db8::/40", "a//9"]),
    st.text("aimx+-?~:/%{}=.0189 ", max_size=6),
)
RECORDS = st.builds("v=spf1 {}".format, st.lists(TERMS, max_size=14).map(" ".join))
ADDRESSES = st.lists(st.one_of(st.ip_addresses(v=4).map(str), st.just("192.0.2.3")), max_size=3)
MAIL_HOSTS = st.lists(st.sampled_from(NAMES).map("10 {}".format), max_size=14)
ZONES = st.fixed_dictionaries(
    {
        **{
            name: st.fixed_dictionaries(
                {"TXT": st.lists(RECORDS, max_size=1), "A": ADDRESSES, "MX": MAIL_HOSTS}
            )
            for name in NAMES[:3]
        },
        "3.2.0.192.in-addr.arpa": st.fixed_dictionaries(
            {"PTR": st.lists(st.sampled_from(NAMES), max_size=14)}
        ),
    }
)
CLIENTS = st.sampled_from(["192.0.2.3", "2001:db8::cb01"])


@given(RECORDS, ZONES, CLIENTS)
def test_no_check_costs_more_than_the_rfc_allows(
    record: str, zone: dict[str, dict[str, list[str]]], ip: str
) -> None:
    """RFC 7208 4.6.4: ten terms, each with at most ten addresses, and two questions in vain."""
    found = check(record, zone, ip=ip, silent=("dead.example.jp",))
    assert found.result in get_args(SpfWord)
    assert found.terms <= 10
    assert found.lookups <= 1 + 10 * (1 + 10)
    assert found.void <= 2 or (found.void == 3 and found.result == "permerror")
    assert len(set(found.questions)) == found.lookups


@given(RECORDS, ZONES)
def test_what_matched_decides_the_result(record: str, zone: dict[str, dict[str, list[str]]]) -> None:
    """RFC 7208 4.6.2: the qualifier of the mechanism is the result; no mechanism matched is neutral (4.7)."""
    found = check(record, zone, silent=("dead.example.jp",))
    if found.result in ("permerror", "temperror", "none"):
        assert found.mechanism is None
    else:
        assert found.mechanism is not None
        word = "neutral" if found.mechanism == "default" else "pass"
        signs = {"-": "fail", "~": "softfail", "?": "neutral", "+": "pass"}
        assert found.result == signs.get(found.mechanism[0], word)


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, st.ip_addresses().map(str))
def test_no_text_from_outside_raises(record: str, domain: str, sender: str, helo: str, ip: str) -> None:
    zones = MemoryRecords({domain: {"TXT": [record, f"v=spf1 {record}"], "MX": [record], "A": [record]}})
    assert check_host(ip, domain, sender, helo, zones).result in get_args(SpfWord)
    assert check(f"v=spf1 {record}", ip=ip, sender=sender, helo=helo).result in get_args(SpfWord)
    own = check("v=spf1 exists:%{s}.%{H}.%{Lr}.jp mx:%{o}.jp -all", ip=ip, sender=sender, helo=helo)
    assert own.result in ("fail", "permerror")


@given(st.text("v=spf1 amx:/%{}d2r-.?~+0123456789", max_size=60))
def test_reading_never_raises(text: str) -> None:
    record = read_record(f"v=spf1 {text}")
    assert is_spf(f"v=spf1 {text}")
    assert record is None or len(record.mechanisms) <= len(text.split())


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_prefix_compares_the_first_bits(other: object, bits: int) -> None:
    """Written as arithmetic: two addresses agree when their difference vanishes with the last 32 - bits bits."""
    client = int(ip_address("192.0.2.3"))
    agrees = (client ^ int(ip_address(str(other)))) >> (32 - bits) == 0
    expected = "pass" if agrees else "fail"
    assert check(f"v=spf1 ip4:{other}/{bits} -all").result == expected
    assert (
        check(f"v=spf1 a:h.example.jp/{bits} -all", {"h.example.jp": {"A": [str(other)]}}).result == expected
    )


@given(st.sampled_from(NAMES[:3]), RECORDS)
def test_names_and_the_version_have_no_case(name: str, record: str) -> None:
    def found(domain: str, text: str) -> str:
        zones = MemoryRecords({name: {"TXT": [text], "A": ["192.0.2.3"]}})
        return check_host("192.0.2.3", domain, f"office@{name}", HELO, zones).result

    assert found(name.upper() + ".", record.replace("spf1", "SPF1")) == found(name, record)
