"""Who may send in a domain's name: each mechanism, each result, with the section of RFC 7208 that says so."""

import pytest

from sim.mail.authentication.records import MemoryRecords, Question
from sim.mail.authentication.spf import check_host, identity
from tests.mail.authentication.zones import CLIENT, CLIENT_6, DOMAIN, HELO, SENDER, check

TURNED = "3.2.0.192.in-addr.arpa"
TURNED_6 = "1.0.b.c." + "0." * 20 + "8.b.d.0.1.0.0.2.ip6.arpa"


@pytest.mark.parametrize(
    ("record", "expected", "mechanism"),
    [
        ("v=spf1 all", "pass", "all"),  # 4.6.2: a mechanism without a qualifier lets pass
        ("v=spf1 -all", "fail", "-all"),
        ("v=spf1 ~all", "softfail", "~all"),
        ("v=spf1 ?all", "neutral", "?all"),
        ("v=spf1", "neutral", "default"),  # 4.7
        ("v=spf1 ip4:192.0.2.4", "neutral", "default"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "pass", "ip4:192.0.2.0/24"),
        ("v=spf1 -ip4:192.0.2.2/31 +all", "fail", "-ip4:192.0.2.2/31"),  # 2.3 differs in the last bit only
        ("v=spf1 ip6:::/0 -all", "fail", "-all"),  # 5.6: an IPv4 client matches no ip6
        ("v=spf1 ip6:::ffff:192.0.2.3 -all", "fail", "-all"),
        ("v=spf1 -all moo", "permerror", None),  # 4.6: an error anywhere
        ("spf2.0/pra -all", "none", None),  # 4.5
    ],
)
def test_results_without_a_question_after_the_record(record: str, expected: str, mechanism: str) -> None:
    found = check(record)
    assert (found.result, found.mechanism) == (expected, mechanism)
    assert (found.terms, found.questions) == (0, (Question(DOMAIN, "TXT"),))


@pytest.mark.parametrize(
    ("ip", "expected"), [(CLIENT, "pass"), (f"::ffff:{CLIENT}", "pass"), (CLIENT_6, "fail")]
)
def test_an_ipv4_address_inside_an_ipv6_one_is_an_ipv4_address(ip: str, expected: str) -> None:
    """RFC 7208 5."""
    assert check("v=spf1 ip4:192.0.2.3 -all", ip=ip).result == expected


@pytest.mark.parametrize(
    ("ip", "record", "expected"),
    [
        (CLIENT, "v=spf1 a -all", "fail"),
        (CLIENT, "v=spf1 a/24 -all", "pass"),  # 192.0.2.0/24 holds .3 and .200
        (CLIENT, "v=spf1 a/25 -all", "fail"),  # .200 is in the upper half
        (CLIENT, "v=spf1 a//0 -all", "fail"),
        (CLIENT_6, "v=spf1 a//64 -all", "pass"),
        (CLIENT_6, "v=spf1 a//128 -all", "fail"),
        (CLIENT_6, "v=spf1 a/0 -all", "fail"),
        (CLIENT, "v=spf1 a:mail.school.example.jp -all", "pass"),
        (CLIENT, "v=spf1 a:%{h} -all", "pass"),
        (CLIENT, "v=spf1 a:nobody.example.jp/0 -all", "fail"),  # 5.3: no address, no match
        (CLIENT, "v=spf1 mx -all", "pass"),
        (CLIENT_6, "v=spf1 mx -all", "fail"),
        (CLIENT, "v=spf1 mx:mail.school.example.jp -all", "fail"),  # 5.4: a host is not its own MX
        (CLIENT, "v=spf1 mx:quiet.example.jp ?all", "neutral"),  # RFC 7505: a null MX is no host
        (CLIENT, "v=spf1 exists:%{ir}.allowed.example.jp -all", "pass"),
        (CLIENT, "v=spf1 exists:v6only.example.jp -all", "fail"),  # 5.7: always an A record
        (CLIENT_6, "v=spf1 exists:mail.school.example.jp -all", "pass"),
        (CLIENT, "v=spf1 exists:%{l}.people.example.jp -all", "pass"),
        (CLIENT, "v=spf1 a:school..example.jp -all", "fail"),  # 4.8: of such a name no question can be made
        (CLIENT, "v=spf1 mx:broken.example.jp -all", "fail"),
    ],
)
def test_address_mechanisms(ip: str, record: str, expected: str) -> None:
    zone = {
        DOMAIN: {
            "A": ["192.0.2.200"],
            "AAAA": ["2001:db8::1"],
            "MX": ["20 backup.school.example.jp", "10 mail.school.example.jp"],
        },
        "mail.school.example.jp": {"A": ["198.51.100.1", "192.0.2.3"]},
        "backup.school.example.jp": {"A": ["198.51.100.2"]},
        "quiet.example.jp": {"MX": ["0 ."], "A": ["192.0.2.3"]},
        "3.2.0.192.allowed.example.jp": {"A": ["127.0.0.2"]},
        "office.people.example.jp": {"A": ["127.0.0.2"]},
        "v6only.example.jp": {"AAAA": ["2001:db8::1"]},
        "broken.example.jp": {"MX": [""], "A": ["not an address"]},
    }
    assert check(record, zone, ip=ip).result == expected


@pytest.mark.parametrize(
    ("ip", "record", "names", "expected"),
    [
        (CLIENT, "v=spf1 ptr -all", ["Mail.School.Example.JP."], "pass"),
        (CLIENT, "v=spf1 ptr -all", ["liar.school.example.jp"], "fail"),  # its address is another one
        (CLIENT, "v=spf1 ptr -all", ["elsewhere.example.jp"], "fail"),  # true, but not below the domain
        (CLIENT, "v=spf1 ptr:example.jp -all", ["elsewhere.example.jp"], "pass"),
        (CLIENT, "v=spf1 ptr:ample.jp -all", ["elsewhere.example.jp"], "fail"),  # a label is not cut
        (
            CLIENT,
            "v=spf1 ptr -all",
            ["dead.example.jp", "mail.school.example.jp"],
            "pass",
        ),  # errors are skipped
        (CLIENT_6, "v=spf1 ptr -all", ["mail.school.example.jp"], "pass"),
        (
            CLIENT,
            "v=spf1 a:%{p}.yes.example.jp -all",
            ["elsewhere.example.jp", "mail.school.example.jp"],
            "pass",
        ),
        (CLIENT, "v=spf1 a:%{p}.yes.example.jp -all", ["liar.school.example.jp"], "fail"),
        (CLIENT, "v=spf1 exists:%{p}.no.example.jp -all", ["liar.school.example.jp"], "pass"),
    ],
)
def test_names_of_the_client(ip: str, record: str, names: list[str], expected: str) -> None:
    """RFC 7208 5.5, and 7.3 for `p`: a name below the domain is preferred, `unknown` stands for none."""
    zone = {
        TURNED: {"PTR": names},
        TURNED_6: {"PTR": names},
        "mail.school.example.jp": {"A": [CLIENT], "AAAA": [CLIENT_6]},
        "elsewhere.example.jp": {"A": [CLIENT]},
        "liar.school.example.jp": {"A": ["198.51.100.9"]},
        "mail.school.example.jp.yes.example.jp": {"A": [CLIENT]},
        "unknown.no.example.jp": {"A": ["127.0.0.2"]},
    }
    assert check(record, zone, ip=ip, silent=("dead.example.jp",)).result == expected


def test_a_client_whose_name_nobody_can_tell_has_none() -> None:
    """RFC 7208 5.5: an error of the PTR question is no match, unlike errors of all other questions."""
    assert check("v=spf1 ptr -all", silent=(TURNED,)).result == "fail"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("v=spf1 +all", "pass"),
        ("v=spf1 -all", "softfail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "softfail"),
        ("v=spf1 nonsense", "permerror"),
        ("hello", "permerror"),
        ("v=spf1 a:dead.example.jp", "temperror"),
    ],
)
def test_include_matches_only_what_passes(other: str, expected: str) -> None:
    """The table of RFC 7208 5.2."""
    zone = {"other.example.jp": {"TXT": [other]}}
    found = check("v=spf1 include:other.example.jp ~all", zone, silent=("dead.example.jp",))
    assert found.result == expected
    assert found.mechanism == {"pass": "include:other.example.jp", "softfail": "~all"}.get(expected)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=spf1 redirect=other.example.jp", "fail"),
        ("v=spf1 redirect=other.example.jp ~all", "softfail"),  # 6.1: only where nothing matches
        ("v=spf1 redirect=nobody.example.jp", "permerror"),  # 6.1: none becomes permerror
        ("v=spf1 redirect=%{d1}", "permerror"),  # one label has no record (4.3)
    ],
)
def test_redirect_hands_over_the_question(record: str, expected: str) -> None:
    assert check(record, {"other.example.jp": {"TXT": ["v=spf1 -all"]}}).result == expected


def test_a_redirected_record_speaks_of_its_own_domain() -> None:
    """RFC 7208 6.1: the target is the new domain, of which `a` and `d` speak."""
    zone = {
        "other.example.jp": {"TXT": ["v=spf1 a:mail.%{d} -all"]},
        "mail.other.example.jp": {"A": [CLIENT]},
    }
    assert check("v=spf1 redirect=other.example.jp", zone).mechanism == "a:mail.%{d}"


@pytest.mark.parametrize("kind", ["a", "mx", "exists", "include"])
def test_a_name_server_that_says_nothing_is_a_passing_error(kind: str) -> None:
    """RFC 7208 5, 5.2: server failures and time-outs give temperror."""
    found = check(f"v=spf1 {kind}:dead.example.jp +all", silent=("dead.example.jp",))
    assert (found.result, found.mechanism) == ("temperror", None)


@pytest.mark.parametrize(
    ("domain", "expected", "lookups"),
    [
        ("nobody.example.jp", "none", 1),
        ("dead.example.jp", "temperror", 1),  # 4.4
        ("twice.example.jp", "permerror", 1),  # 4.5
        ("jp", "none", 0),  # 4.3: more than one label
        ("[192.0.2.3]", "none", 0),
        ("a..example.jp", "none", 0),
        ("a" * 64 + ".example.jp", "none", 0),
        ("", "none", 0),
    ],
)
def test_domains_without_one_record(domain: str, expected: str, lookups: int) -> None:
    zones = MemoryRecords({"twice.example.jp": {"TXT": ["v=spf1 -all", "v=spf1 -all"]}}, ["dead.example.jp"])
    found = check_host(CLIENT, domain, f"a@{domain}", HELO, zones)
    assert (found.result, found.lookups) == (expected, lookups)


@pytest.mark.parametrize(
    ("mail_from", "expected"),
    [
        (SENDER, (DOMAIN, SENDER)),
        ("", (HELO, f"postmaster@{HELO}")),  # 2.4: a notice is asked by its greeting
        (f"@{DOMAIN}", (DOMAIN, f"postmaster@{DOMAIN}")),  # 4.3
        ('"a@b"@' + DOMAIN, (DOMAIN, '"a@b"@' + DOMAIN)),
    ],
)
def test_whose_record_is_asked_for(mail_from: str, expected: tuple[str, str]) -> None:
    assert identity(mail_from, HELO) == expected


def test_a_sender_without_a_local_part_is_the_postmaster_in_macros() -> None:
    zone = {"postmaster.school.example.jp": {"A": [CLIENT]}}
    assert check("v=spf1 a:%{l}.%{o} -all", zone, sender=f"@{DOMAIN}").result == "pass"


def test_without_a_sender_macros_speak_of_the_domain() -> None:
    zone = {"postmaster.school.example.jp": {"A": [CLIENT]}}
    assert check("v=spf1 a:%{l}.%{o} -all", zone, sender="").result == "pass"


def test_a_name_that_macros_make_too_long_is_cut_on_the_left() -> None:
    """RFC 7208 7.3: 14 times `school.example.jp.` and `jp` make 254; without `school.` there are 247."""
    long = "%{d}." * 14 + "jp"
    name = ("school.example.jp." * 14 + "jp").removeprefix("school.")
    assert check(f"v=spf1 a:{long} -all", {name: {"A": [CLIENT]}}).result == "pass"


def test_a_greeting_of_half_characters_matches_nothing() -> None:
    """What no bytes can be made of still has to come to a result."""
    assert check("v=spf1 a:%{H}.example.jp -all", helo="\ud800").result == "fail"


def test_an_address_that_is_none_is_the_caller_s_mistake() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        check("v=spf1 -all", ip="nonsense")
