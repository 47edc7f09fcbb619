"""Reading records: every syntax error spoils the whole record (RFC 7208 4.6)."""

import pytest

from sim.mail.authentication.spf_record import is_spf, read_record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=spf1", True),
        ("v=spf1 -all", True),
        ("V=SPF1 -all", True),
        ("v=spf10 -all", False),
        ("v=spf1\t-all", False),
        (" v=spf1 -all", False),
        ("spf1 -all", False),
    ],
)
def test_the_version_ends_with_a_blank_or_with_the_record(text: str, expected: bool) -> None:
    """RFC 7208 4.5."""
    assert is_spf(text) == expected


@pytest.mark.parametrize(
    "terms",
    [
        "",
        "   ",
        "-all ",
        "A MX -ALL",
        "?a/24//64",
        "~mx:example.jp/24",
        "a:%{i}.example.jp//48",
        "ip4:192.0.2.0/0",
        "ip6:2001:db8::/32",
        "ip6:::ffff:192.0.2.1",
        "ptr ptr:example.jp",
        "include:%{d} exists:%{ir}.example.jp",
        "redirect=example.jp exp=why.example.jp",
        "colour=green x-y_z.1=%{d}/: colour=red",
    ],
)
def test_records_without_errors(terms: str) -> None:
    assert read_record(f"v=spf1 {terms}") is not None


@pytest.mark.parametrize(
    "terms",
    [
        "all:example.jp",
        "-all/24",
        "all.",
        "+-all",
        "!all",
        "nonsense",
        "include",
        "include:",
        "include:example.jp/24",
        "exists",
        "exists:example",
        "a:",
        "a/33",
        "a//129",
        "a/024",
        "a/24/64",
        "a/",
        "mx/-1",
        "mx:example.jp/24//",
        "ptr/24",
        "ip4",
        "ip4:192.0.2",
        "ip4:192.0.2.256",
        "ip4:192.0.02.1",
        "ip4:192.0.2.1/33",
        "ip4:192.0.2.1//32",
        "ip4:2001:db8::1",
        "ip6:192.0.2.1",
        "ip6:2001:db8::1/129",
        "ip6:2001:db8:::1",
        "redirect=",
        "redirect=-all",
        "redirect:example.jp",
        "redirect=a.example.jp redirect=a.example.jp",
        "exp=a.example.jp exp=b.example.jp",
        "exp=%{c}.example.jp",
        "colour=%x",
        "=all",
        "1a=b",
        "a\tmx",
        "a:日本.example.jp",
        "-all\n",
    ],
)
def test_records_with_an_error(terms: str) -> None:
    assert read_record(f"v=spf1 ip4:192.0.2.3 {terms}") is None


def test_terms_keep_their_order_and_their_words() -> None:
    record = read_record("v=spf1 redirect=b.example.jp -MX:a.example.jp/24//64  ?ip4:192.0.2.77/24")
    assert record is not None
    mail_hosts, network = record.mechanisms
    assert (mail_hosts.qualifier, mail_hosts.name, mail_hosts.domain) == ("-", "mx", ("a.example.jp",))
    assert (mail_hosts.ip4_prefix, mail_hosts.ip6_prefix) == (24, 64)
    assert (network.text, str(network.network)) == ("?ip4:192.0.2.77/24", "192.0.2.0/24")
    assert record.redirect == ("b.example.jp",)
