"""Lists of tags (RFC 6376 3.2)."""

import pytest

from sim.mail.authentication.tag_list import tags, usable_tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DKIM1; p=abc=", {"v": "DKIM1", "p": "abc="}),
        (" k = rsa ;\tp=a b ; ", {"k": "rsa", "p": "a b"}),
        ("p=", {"p": ""}),
        ("P=1;p=2", {"P": "1", "p": "2"}),  # names have a case
        ("p=1;p=2", None),
        ("p=1;;v=2", None),
        ("p", None),
        ("1=2", None),
        ("", None),
    ],
)
def test_a_list_is_read_strictly(text: str, expected: dict[str, str] | None) -> None:
    assert tags(text) == expected


def test_what_can_be_read_of_a_list_is_read() -> None:
    assert usable_tags("v=DMARC1; p=none; what; p=reject;; 3=4; sp=") == {
        "v": "DMARC1",
        "p": "none",
        "sp": "",
    }
