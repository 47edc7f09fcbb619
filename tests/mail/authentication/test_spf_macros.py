"""Macros: the examples of RFC 7208 7.4 come out as printed there."""

from ipaddress import ip_address

import pytest

from sim.mail.authentication.spf_macros import Values, read_domain, read_text, write_out
from tests.mail.authentication.zones import CLIENT, CLIENT_6


def expand(text: str, *, ip: str = CLIENT, sender: str = "strong-bad@email.example.com") -> str:
    pieces = read_text(text)
    assert pieces is not None
    domain = "email.example.com"
    return write_out(pieces, Values(sender, domain, ip_address(ip), "greeting.example", lambda: "unknown"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
    ],
)
def test_the_examples_of_the_rfc(text: str, expected: str) -> None:
    assert expand(text) == expected


def test_an_ipv6_address_is_written_digit_by_digit() -> None:
    """The last example of 7.4: 2001:db8::cb01 has 32 digits, of which 20 in the middle are zeros."""
    expected = "1.0.b.c." + "0." * 20 + "8.b.d.0.1.0.0.2.ip6._spf.example.com"
    assert expand("%{ir}.%{v}._spf.%{d2}", ip=CLIENT_6) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a%%b%_c%-d", "a%b c%20d"),  # 7.1
        ("%{S}", "a%26b~c%40email.example.com"),  # 7.3: all but letters, digits, - . _ ~ is escaped
        ("%{h}", "greeting.example"),
        ("%{p}", "unknown"),
        ("%{D1}", "com"),
    ],
)
def test_signs_and_escapes(text: str, expected: str) -> None:
    assert expand(text, sender="a&b~c@email.example.com") == expected


@pytest.mark.parametrize("sign", [".", "-", "+", ",", "/", "_", "="])
def test_seven_signs_may_cut_a_value(sign: str) -> None:
    """RFC 7208 7.1, delimiter; the parts are joined by dots (7.3)."""
    assert expand(f"%{{l2r{sign}}}", sender=f"a{sign}b{sign}c@email.example.com") == "b.a"


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "100%",
        "%a",
        "%(d)",
        "%{d",
        "%{}",
        "%{z}",
        "%{c}",
        "%{r}",
        "%{t}",
        "%{d0}",
        "%{d00r}",
        "%{dq}",
        "a b",
    ],
)
def test_what_is_no_macro_string_is_refused(text: str) -> None:
    """7.1: a percent sign stands only in a macro. 7.2: c, r and t only in explanations. 7.3: no zero parts."""
    assert read_text(text) is None


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("example.jp", True),
        ("example.jp.", True),
        ("a:b/c.example.jp", True),
        ("%{d}", True),
        ("a%%", True),  # 7.1: domain-end may be any macro-expand
        ("%{d}.jp", True),
        ("example.xn--wgv71a", True),
        ("example.4u", True),
        ("", False),
        ("example", False),
        ("example.", False),
        ("192.0.2.1", False),
        ("example.-jp", False),
        ("example.jp-", False),
        ("example.jp:25", False),
        ("%{d}jp", False),
        ("%{d}.a_b", False),
    ],
)
def test_a_name_ends_in_a_macro_or_in_a_top_label(text: str, valid: bool) -> None:
    assert (read_domain(text) is not None) == valid
