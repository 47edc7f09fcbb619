"""A signature, a key and what may be wrong with either (RFC 6376 6.1; words of RFC 8601 2.7.1)."""

import pytest

from sim.mail.authentication.dkim import UNSIGNED, Signature, after_change, verify
from sim.mail.authentication.records import MemoryRecords, Question

NAME = "s1._domainkey.school.example.jp"
SIGNED = Signature("signed", "School.example.jp", "s1")
BROKEN = Signature("broken", "School.example.jp", "s1")


def found(signature: Signature, *keys: str) -> str:
    return verify(signature, MemoryRecords({NAME: {"TXT": list(keys)}})).result


@pytest.mark.parametrize("key", ["v=DKIM1; k=rsa; p=MIGf", "p=MIGf", "k=ed25519; p=11qY;", "n=a note; p=x"])
def test_an_intact_signature_passes_with_its_key(key: str) -> None:
    assert (found(SIGNED, key), found(BROKEN, key)) == ("pass", "fail")


@pytest.mark.parametrize(
    "keys",
    [
        [],  # 6.1.2: no key for the signature
        ["v=DKIM1; p="],  # 3.6.1: revoked
        ["v=DKIM1; k=rsa"],  # without a key
        ["v=DKIM2; p=MIGf"],
        ["p=MIGf; v=DKIM1"],  # 3.6.1: the version comes first
        ["v=DKIM1; p=MIGf; p=MIGf"],
        ["hello"],
        ["v=DKIM1; p=MIGf", "v=DKIM1; p=MIGg"],  # 3.6.2.2: undefined
    ],
)
@pytest.mark.parametrize("signature", [SIGNED, BROKEN])
def test_without_a_usable_key_nothing_can_be_verified(signature: Signature, keys: list[str]) -> None:
    assert found(signature, *keys) == "permerror"


def test_one_question_finds_the_key_and_names_the_signer() -> None:
    result = verify(SIGNED, MemoryRecords({NAME: {"TXT": ["p=MIGf"]}}))
    assert (result.domain, result.questions) == ("school.example.jp", (Question(NAME, "TXT"),))


def test_a_letter_without_a_signature_asks_nothing() -> None:
    result = verify(UNSIGNED, MemoryRecords({}))
    assert (result.result, result.questions) == ("none", ())


def test_a_name_server_that_says_nothing_may_answer_later() -> None:
    """RFC 6376 6.1.2: the verifier may come back to it."""
    assert verify(SIGNED, MemoryRecords({}, [NAME])).result == "temperror"


def test_a_selector_of_which_no_question_can_be_made_has_no_key() -> None:
    result = verify(Signature("signed", "school.example.jp", "s" * 64), MemoryRecords({}))
    assert (result.result, result.questions) == ("permerror", ())


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [(False, False, SIGNED), (True, False, BROKEN), (False, True, BROKEN), (True, True, BROKEN)],
)
def test_a_change_of_body_or_signed_headers_breaks_a_signature(
    body: bool, headers: bool, expected: Signature
) -> None:
    assert after_change(SIGNED, body=body, headers=headers) == expected
    assert after_change(BROKEN, body=body, headers=headers) == BROKEN
    assert after_change(UNSIGNED, body=body, headers=headers) == UNSIGNED
