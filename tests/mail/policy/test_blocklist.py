"""A DNS blocklist: who is on it and when, and what becomes of mail when the list answers otherwise (case D31)."""

from typing import Any

import pytest
from pydantic import ValidationError

from sim.mail.policy.blocklist import Blocklist
from sim.scenario.receiving_rules import Blocklist as Settings
from sim.vocabulary.replies import ACCEPTED, BLOCKLISTED, CONVERSATION_TIMED_OUT, PERMANENT, REPLIES
from tests.mail.town import ROUND_TRIP, S, run

MIN = 60_000_000
REFUSED = 9
CLIENTS = ["192.0.2.10", "192.0.2.11", "198.51.100.7", "2001:db8::25"]
SPAMMER: dict[str, Any] = {"address": "192.0.2.11"}


def refused(now_us: int = 0, clients: list[str] = CLIENTS, **settings: Any) -> list[str]:
    """Give the clients that are refused at a moment."""
    blocklist = Blocklist(Settings.model_validate(settings), clients, REFUSED)
    answers = [blocklist.ask(client, 0, 0, now_us) for client in range(len(clients))]
    assert set(answers) <= {ACCEPTED, REFUSED}
    return [client for client, answer in zip(clients, answers, strict=True) if answer == REFUSED]


@pytest.mark.parametrize("match", ["any", "listing_codes"])
def test_a_list_that_answers_well_blocks_whom_it_holds(match: str) -> None:
    assert refused(listings=[SPAMMER], match=match) == ["192.0.2.11"]


@pytest.mark.parametrize(("match", "share"), [("any", 1.0), ("listing_codes", 0.0)])
def test_an_error_code_refuses_all_or_blocks_nobody(match: str, share: float) -> None:
    """D31: public resolver and any answer, 100 % refused; with listing codes 0 % refused, and 0 % blocked."""
    found = refused(listings=[SPAMMER], answers="error_code", match=match)
    assert len(found) / len(CLIENTS) == share
    assert ("192.0.2.11" in found) is (share == 1.0)


@pytest.mark.parametrize("match", ["any", "listing_codes"])
def test_a_silent_list_lets_everybody_in_after_the_timeout(match: str) -> None:
    """D31: accepted, plus the delay. The stub resolver's patience is 2 * 5 s."""
    settings = Settings.model_validate({"listings": [SPAMMER], "answers": "silent", "match": match})
    assert refused(**settings.model_dump()) == []
    assert Blocklist(settings, CLIENTS).lookup_us == 10_000_000


@pytest.mark.parametrize("answers", ["well", "error_code"])
def test_a_question_takes_the_lookup_time(answers: str) -> None:
    settings = Settings.model_validate({"answers": answers, "lookup_time_us": 30_000})
    assert Blocklist(settings, CLIENTS).lookup_us == 30_000


def test_a_listing_begins_and_ends() -> None:
    """On it from the tenth minute to the thirtieth, the last moment not included; the second time for good."""
    listings = [
        {**SPAMMER, "at_us": 10 * MIN, "for_us": 20 * MIN},
        {**SPAMMER, "at_us": 50 * MIN},
    ]
    moments = [0, 10 * MIN - 1, 10 * MIN, 30 * MIN - 1, 30 * MIN, 50 * MIN - 1, 50 * MIN, 10**6 * MIN]
    blocked = [bool(refused(now_us=moment, listings=listings)) for moment in moments]
    assert blocked == [False, False, True, True, False, False, True, True]


@pytest.mark.parametrize(
    ("network", "held"),
    [
        ("192.0.2.0/24", ["192.0.2.10", "192.0.2.11"]),
        ("192.0.2.10/31", ["192.0.2.10", "192.0.2.11"]),
        ("192.0.2.11/32", ["192.0.2.11"]),
        ("2001:db8::/32", ["2001:db8::25"]),
        ("::/0", ["2001:db8::25"]),
    ],
)
def test_a_network_holds_its_addresses(network: str, held: list[str]) -> None:
    assert refused(listings=[{"address": network}]) == held


def test_a_refusal_is_final_as_maps_rbl_reject_code_is() -> None:
    assert REPLIES[BLOCKLISTED].key == "554 5.7.1"
    assert BLOCKLISTED in PERMANENT
    settings = Settings.model_validate({"listings": [SPAMMER]})
    assert Blocklist(settings, CLIENTS).ask(1, 0, 0, 0) == BLOCKLISTED


@pytest.mark.parametrize(
    ("found", "expected"),
    [("mail.example", "192.0.2.10"), ("192.0.2.10/24", "192.0.2.0/24"), ("192.0.2.10/40", "192.0.2.10")],
)
def test_what_is_no_network_is_refused_with_one_that_is(found: str, expected: str) -> None:
    with pytest.raises(ValidationError) as error:
        Settings.model_validate({"listings": [{"address": found}]})
    (detail,) = error.value.errors()
    assert (detail["type"], detail["ctx"]["expected"]) == ("not_an_address", expected)


def test_an_answer_that_comes_after_the_timeout_is_refused() -> None:
    with pytest.raises(ValidationError) as error:
        Settings(lookup_time_us=2_000_000, timeout_us=1_000_000)
    assert error.value.errors()[0]["ctx"]["expected"] == "<= 1 s"


@pytest.mark.parametrize(("patience_s", "reply"), [(9, CONVERSATION_TIMED_OUT), (11, ACCEPTED)])
def test_a_client_may_lose_patience_before_the_host_does(patience_s: int, reply: int) -> None:
    """The host waits 10 s for a list that says nothing; the client waits for RCPT's answer meanwhile."""
    changes = {
        "providers.office.blocklists": [{"answers": "silent"}],
        "senders.school.postconf.smtp_rcpt_timeout": patience_s,
    }
    first = run(changes).first()
    assert first.reply == reply
    assert first.ended_us == (3 * ROUND_TRIP + 9 * S if reply else 5 * ROUND_TRIP + 10 * S)
