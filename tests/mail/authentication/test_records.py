"""What a scenario's zones answer."""

import pytest

from sim.mail.authentication.records import Answer, Asked, MemoryRecords, Question, may_be_asked, shortened

ZONES = MemoryRecords(
    {
        "Mail.Example.jp.": {"A": ["192.0.2.1"]},
        "www.example.jp": {"CNAME": ["mail.example.JP."]},
        "one.example.jp": {"CNAME": ["two.example.jp"]},
        "two.example.jp": {"CNAME": ["one.example.jp"]},
        "half.example.jp": {"A": ["192.0.2.2"]},
    },
    silent=["half.example.jp", "dead.example.jp."],
)


@pytest.mark.parametrize("name", ["mail.example.jp", "MAIL.EXAMPLE.JP", "mail.example.jp.", "www.example.jp"])
def test_names_are_found_in_any_case_with_a_dot_and_by_an_alias(name: str) -> None:
    assert ZONES.look_up(name, "A") == Answer("found", ("192.0.2.1",))


@pytest.mark.parametrize(
    ("name", "kind", "expected", "void"),
    [
        ("mail.example.jp", "AAAA", "found", True),  # the name is there, such a record is not
        ("example.jp", "A", "found", True),  # RFC 4592 2.2.2: what is above an existing name exists
        ("nobody.example.jp", "A", "nxdomain", True),
        ("dead.example.jp", "A", "servfail", False),
        ("half.example.jp", "AAAA", "servfail", False),
        ("half.example.jp", "A", "found", False),
        ("one.example.jp", "A", "servfail", False),  # RFC 1034 3.6.2: a loop is an error
    ],
)
def test_the_kinds_of_no_are_told_apart(name: str, kind: str, expected: str, void: bool) -> None:
    answer = ZONES.look_up(name, kind)
    assert (answer.status, answer.void) == (expected, void)


class Counting(MemoryRecords):
    """Records that count how often they are asked."""

    asked = 0

    def look_up(self, name: str, kind: str) -> Answer:
        self.asked += 1
        return super().look_up(name, kind)


def test_a_question_is_asked_once() -> None:
    counting = Counting({})
    asked = Asked(counting)
    assert [asked.look_up(name, "A").status for name in ("a.jp", "A.jp.", "a.jp")] == ["nxdomain"] * 3
    assert (counting.asked, asked.questions) == (1, (Question("a.jp", "A"),))


def test_questions_are_remembered_in_order() -> None:
    asked = Asked(ZONES)
    for name in ("mail.example.jp", "Mail.example.jp.", "www.example.jp"):
        asked.look_up(name, "A")
    assert asked.questions == (Question("mail.example.jp", "A"), Question("www.example.jp", "A"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a" * 63 + ".jp", True),
        ("a" * 64 + ".jp", False),
        ("a..jp", False),
        ("", False),
        ("日本.jp", False),
        (".".join(["a" * 62] * 4) + ".b", True),  # 4 x 62 + 3 dots + 2 = 253
        (".".join(["a" * 62] * 4) + ".bc", False),
    ],
)
def test_only_names_that_fit_into_a_question_may_be_asked(name: str, expected: bool) -> None:
    assert may_be_asked(name) == expected


def test_a_long_name_loses_labels_on_the_left() -> None:
    """RFC 7208 7.3: successive labels are removed until there are no more than 253 characters."""
    label = "a" * 49
    assert shortened(".".join([label] * 6)) == ".".join([label] * 5)  # 6 x 49 + 5 = 299, 5 x 49 + 4 = 249
