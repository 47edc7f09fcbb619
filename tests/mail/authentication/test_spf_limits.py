"""How much one check may cost (RFC 7208 4.6.4), and what it did cost."""

import pytest

from sim.mail.authentication.records import Question
from tests.mail.authentication.zones import CLIENT, DOMAIN, check

OTHER = "198.51.100.1"


@pytest.mark.parametrize(("asking", "expected"), [(10, "pass"), (11, "permerror")])
@pytest.mark.parametrize("kind", ["a", "mx", "ptr", "exists:here.example.jp", "include:empty.example.jp"])
def test_ten_terms_may_ask(kind: str, asking: int, expected: str) -> None:
    zone = {
        DOMAIN: {"A": [OTHER], "MX": ["10 here.example.jp"]},
        "here.example.jp": {"A": [OTHER]},
        "empty.example.jp": {"TXT": ["v=spf1"]},
        "3.2.0.192.in-addr.arpa": {"PTR": ["here.example.jp"]},
    }
    terms = ["a"] * (asking - 1) + [f"?{kind}"]
    found = check(f"v=spf1 {' '.join(terms)} ip4:{CLIENT}", zone)
    neutral = kind.startswith("exists") and expected == "pass"  # the only one that matches
    assert (found.result, found.terms) == ("neutral" if neutral else expected, 10)


def test_mechanisms_that_ask_nothing_are_free() -> None:
    many = " ".join(f"ip4:198.51.100.{number}" for number in range(200))
    assert check(f"v=spf1 {many} +all").result == "pass"


@pytest.mark.parametrize("record", ["v=spf1 include:%{d} -all", "v=spf1 redirect=%{d}"])
def test_a_record_that_refers_to_itself_ends_at_the_limit(record: str) -> None:
    found = check(record)
    assert (found.result, found.terms, found.lookups) == ("permerror", 10, 1)


def test_the_terms_of_included_records_count() -> None:
    """1 include + 9 a inside make 10; one more is too many."""
    inner = {"in.example.jp": {"TXT": ["v=spf1 " + "a " * 9], "A": [OTHER]}, DOMAIN: {"A": [CLIENT]}}
    assert check(f"v=spf1 include:in.example.jp ip4:{CLIENT}", inner).result == "pass"
    assert check("v=spf1 include:in.example.jp a", inner).result == "permerror"


@pytest.mark.parametrize(("void", "expected"), [(2, "softfail"), (3, "permerror")])
@pytest.mark.parametrize("name", ["nobody{}.example.jp", "text{}.example.jp"])
def test_two_questions_may_be_in_vain(name: str, void: int, expected: str) -> None:
    """No such name, and no such record, are both in vain."""
    zone = {f"text{number}.example.jp": {"TXT": ["hello"]} for number in range(3)}
    terms = " ".join(f"a:{name.format(number)}" for number in range(void))
    found = check(f"v=spf1 {terms} ~all", zone)
    assert (found.result, found.void) == (expected, void)


def mail_hosts(count: int, address: str) -> dict[str, dict[str, list[str]]]:
    hosts = [f"mx{number}.example.jp" for number in range(count)]
    zone = {host: {"A": [OTHER]} for host in hosts}
    zone[hosts[-1]] = {"A": [address]}
    return {DOMAIN: {"MX": [f"{rank} {host}" for rank, host in enumerate(hosts)]}, **zone}


@pytest.mark.parametrize(
    ("count", "address", "expected"),
    [(10, OTHER, "fail"), (10, CLIENT, "pass"), (11, OTHER, "permerror"), (11, CLIENT, "permerror")],
)
def test_the_addresses_of_ten_mail_hosts_are_asked_for(count: int, address: str, expected: str) -> None:
    found = check("v=spf1 mx -all", mail_hosts(count, address))
    assert (found.result, found.terms) == (expected, 1)
    assert found.lookups == 1 + 1 + 10  # the record, the MX records, ten hosts


@pytest.mark.parametrize(("place", "expected"), [(10, "pass"), (11, "fail")])
def test_of_the_client_s_names_the_first_ten_count(place: int, expected: str) -> None:
    """More are passed over without an error: the client's names are not the sender's to answer for."""
    names = [f"n{number}.{DOMAIN}" for number in range(1, 13)]
    zone = {name: {"A": [CLIENT if number == place else OTHER]} for number, name in enumerate(names, start=1)}
    zone["3.2.0.192.in-addr.arpa"] = {"PTR": names}
    found = check("v=spf1 ptr -all", zone)
    assert (found.result, found.lookups) == (expected, 1 + 1 + 10)


def test_the_name_of_the_client_costs_a_term_once() -> None:
    """RFC 7208 4.6.4 includes the PTR question of a `p`: nine `a` and a `p` make ten."""
    zone = {DOMAIN: {"A": [OTHER]}, "3.2.0.192.in-addr.arpa": {"PTR": [f"mail.{DOMAIN}"]}}
    zone[f"mail.{DOMAIN}"] = {"A": [CLIENT]}
    assert check("v=spf1 " + "a " * 8 + "a:%{p} -all", zone).result == "pass"
    assert check("v=spf1 " + "a " * 9 + "a:%{p} -all", zone).result == "permerror"


def test_the_questions_are_those_that_a_receiver_asks_in_order() -> None:
    zone = {
        DOMAIN: {"A": [OTHER], "MX": [f"10 mail.{DOMAIN}"]},
        f"mail.{DOMAIN}": {"A": [CLIENT]},
    }
    found = check("v=spf1 a mx a -all", zone)
    asked = [(DOMAIN, "TXT"), (DOMAIN, "A"), (DOMAIN, "MX"), (f"mail.{DOMAIN}", "A")]
    assert found.questions == tuple(Question(*question) for question in asked)
    assert (found.result, found.terms, found.void) == ("pass", 2, 0)
