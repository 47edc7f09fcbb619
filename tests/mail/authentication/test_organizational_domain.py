"""The registered domain above a name (RFC 7489 3.2), with the short list of suffixes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mail.authentication.organizational_domain import TWO_LABEL_SUFFIXES, organizational_domain


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("a.b.c.d.example.com", "example.com"),  # the example of RFC 7489 3.2
        ("example.com", "example.com"),
        ("Mail.Example.CO.JP.", "example.co.jp"),
        ("example.co.jp", "example.co.jp"),
        ("news.example.jp", "example.jp"),
        ("jimu.gakko.ed.jp", "gakko.ed.jp"),
        ("www.city.lg.jp", "city.lg.jp"),
        ("a.shop.co.uk", "shop.co.uk"),
        ("a.shop.com.au", "shop.com.au"),
        ("co.jp", "co.jp"),
        ("jp", "jp"),
        ("", ""),
    ],
)
def test_it_is_the_suffix_and_one_label(domain: str, expected: str) -> None:
    assert organizational_domain(domain) == expected


LABELS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=3)


@given(LABELS, st.sampled_from([*sorted(TWO_LABEL_SUFFIXES), "jp", "com", "net"]))
def test_all_names_below_a_registered_domain_share_it(labels: list[str], suffix: str) -> None:
    registered = f"shop.{suffix}"
    assert organizational_domain(".".join([*labels, registered])) == registered
    assert organizational_domain(registered) == registered
