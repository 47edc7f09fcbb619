"""Clients without a name: three ways to treat them."""

from typing import Literal

import pytest

from sim.mail.policy.reverse_dns import ReverseDns
from sim.scenario.receiving_rules import ReverseDns as Settings
from sim.vocabulary.replies import ACCEPTED, NO_REVERSE_DNS, NO_REVERSE_DNS_YET, PERMANENT, REPLIES

NAMED, NAMELESS = 0, 1
PUT_OFF, REFUSED = 23, 24


@pytest.mark.parametrize(
    ("missing", "answer"), [("let_in", ACCEPTED), ("put_off", PUT_OFF), ("refused", REFUSED)]
)
def test_only_clients_without_a_name_are_answered(
    missing: Literal["let_in", "put_off", "refused"], answer: int
) -> None:
    rule = ReverseDns(Settings(missing=missing), [True, False], PUT_OFF, REFUSED)
    assert [rule.ask(client, 0, 0, 0) for client in (NAMED, NAMELESS, NAMED)] == [ACCEPTED, answer, ACCEPTED]


def test_the_codes_are_those_of_postfix_and_rfc_7372() -> None:
    """Postfix: unknown_client_reject_code is 450, with 4.7.25; a server that means it for good says 550 5.7.25."""
    assert (REPLIES[NO_REVERSE_DNS_YET].key, REPLIES[NO_REVERSE_DNS].key) == ("450 4.7.25", "550 5.7.25")
    assert (NO_REVERSE_DNS_YET in PERMANENT, NO_REVERSE_DNS in PERMANENT) == (False, True)


def test_left_alone_it_does_as_postfix_does() -> None:
    assert ReverseDns(Settings(), [False]).ask(0, 0, 0, 0) == NO_REVERSE_DNS_YET


def test_what_becomes_known_later_counts() -> None:
    """The list is the world's, not a copy: an address that gets a name is let in."""
    names = [False]
    rule = ReverseDns(Settings(missing="refused"), names)
    assert rule.ask(0, 0, 0, 0) == NO_REVERSE_DNS
    names[0] = True
    assert rule.ask(0, 0, 0, 0) == ACCEPTED
