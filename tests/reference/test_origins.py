"""Who a letter is really from, in both engines: cases whose answer the RFCs give, and random worlds."""

from random import Random
from typing import Any

import pytest

from sim.reference.plain_run import run_plain
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.outcomes import INBOX, SPAM
from sim.vocabulary.replies import ACCEPTED, UNAUTHENTICATED, UNAUTHENTICATED_YET
from tests.mail.town import mapping, times
from tests.reference.crowded_worlds import several
from tests.reference.first_difference import as_plain, first_difference
from tests.reference.remembering_worlds import remembering_world
from tests.reference.small import letter, run_small
from tests.reference.worlds import Mapping, world

REJECTED, PUT_ASIDE, LET_IN = (UNAUTHENTICATED, None), (ACCEPTED, SPAM), (ACCEPTED, INBOX)


def first(changes: dict[str, Any], number: int = 1) -> tuple[int, int | None]:
    """Give the reply to the first attempt of a letter, and where it lies if it was taken; both engines agree."""
    scenario = scenario_from_mapping(mapping(changes))
    assert first_difference(run_once(scenario), run_plain(scenario)) is None
    found = letter(run_small(changes), number)
    reply = found.attempts[0].reply
    return reply, (found.outcome if reply == ACCEPTED else None)


def published(dmarc: str, **more: Any) -> dict[str, Any]:
    return {
        "providers.office.authentication": {"obeys_dmarc": True},
        "senders.school.authentication": {"dmarc": dmarc, **more},
    }


@pytest.mark.parametrize(
    ("own", "answer"),
    [
        ({"spf": True, "dkim": "signed"}, LET_IN),
        ({"spf": False, "dkim": "signed"}, LET_IN),  # one that is aligned is enough (RFC 7489 4.2)
        ({"spf": True, "dkim": "broken"}, LET_IN),
        ({"spf": False, "dkim": "absent"}, REJECTED),
    ],
)
def test_a_sender_s_own_letters_pass_with_either(own: dict[str, Any], answer: tuple[int, int | None]) -> None:
    assert first(published("reject", **own)) == answer


FORGER: dict[str, Any] = {
    "senders.forger": {"domain": "forger.example", "tls": "none", "addresses": ["192.0.2.66"]},
    "letters.notice.from": "forger",
}


@pytest.mark.parametrize(
    ("dmarc", "answer"),
    [("reject", REJECTED), ("quarantine", PUT_ASIDE), ("none", LET_IN), ("absent", LET_IN)],
)
@pytest.mark.parametrize("seen", ["school.example", "sub.school.example"])
def test_forged_letters_fare_as_the_domain_wishes_in_whose_name_they_are(
    dmarc: str, seen: str, answer: tuple[int, int | None]
) -> None:
    """Its own SPF and seal pass, for a domain not aligned (RFC 7489 3.1); a subdomain asks as its parent does."""
    assert first({**FORGER, **published(dmarc), "letters.notice.forges": seen}) == answer


@pytest.mark.parametrize(
    ("forwarder", "answer"),
    [
        ({}, LET_IN),  # SPF asks the writer's domain and fails (RFC 7208 D), the seal holds
        ({"srs": True}, LET_IN),
        ({"alters_body": True}, REJECTED),  # the seal is broken (RFC 6376 6.1.3)
        ({"srs": True, "alters_body": True}, REJECTED),  # SPF passes, for the forwarder, who is not aligned
    ],
)
def test_a_forwarded_letter_stands_by_its_seal(
    forwarder: dict[str, Any], answer: tuple[int, int | None]
) -> None:
    town = {
        **FORGER,
        **published("reject"),
        "letters.notice.forwarded": {"written_by": "school", **forwarder},
    }
    assert first(town) == answer


def test_what_a_provider_requires_holds_from_its_day_on() -> None:
    """SPF is required from 100 s on, and this sender has none."""
    town = {
        "letters.notice.times": times(0, 99, 101),
        "senders.school.authentication": {"spf": False},
        "providers.office.authentication": {"requires": ["spf"], "since": "100 s", "missing": "put_off"},
    }
    assert [first(town, number)[0] for number in (1, 2, 3)] == [ACCEPTED, ACCEPTED, UNAUTHENTICATED_YET]


def identified(number: int) -> Mapping:
    """Make a random world in which providers ask who letters are from, and not all are from whom they say."""
    raw = (world, several, remembering_world)[number % 3](number)
    chance = Random(f"identified/{number}")
    for sender in raw["senders"].values():
        sender["authentication"] = {
            "spf": chance.random() < 0.6,
            "dkim": chance.choice(("signed", "broken", "absent")),
            "dmarc": chance.choice(("absent", "none", "quarantine", "reject", "reject")),
        }
    domains = [sender["domain"] for sender in raw["senders"].values()]
    seen = (*domains, *(f"sub.{domain}" for domain in domains), "elsewhere.example")
    for entry in raw["letters"].values():
        way = chance.choice(("own", "own", "forged", "forwarded"))
        if way == "forged":
            entry["forges"] = chance.choice(seen)
        if way == "forwarded" and len(domains) > 1:
            writer = next(name for name in raw["senders"] if name != entry["from"])
            changes = {"srs": chance.random() < 0.5, "alters_body": chance.random() < 0.5}
            entry["forwarded"] = {"written_by": writer, **changes}
    for provider in raw["providers"].values():
        if chance.random() < 0.8:
            provider["authentication"] = {
                "obeys_dmarc": chance.random() < 0.7,
                "requires": chance.sample(("spf", "dkim", "dmarc"), chance.choice((0, 1, 2))),
                "since": f"{chance.randrange(1_200_000_000)} us",
                "missing": chance.choice(("put_off", "refused", "spam")),
            }
    return raw


def agree(number: int) -> int:
    """Compare both engines on a random world, and give how many letters nobody vouched for were not taken."""
    scenario = scenario_from_mapping(identified(number))
    record = run_once(scenario)
    difference = first_difference(record, run_plain(scenario))
    assert difference is None, f"world {number}: {difference}"
    found = as_plain(record)[0].values()
    replies = [attempt.reply for one in found for attempt in one.attempts]
    return sum(reply in (UNAUTHENTICATED, UNAUTHENTICATED_YET) for reply in replies)


def test_both_engines_agree_on_who_letters_are_from() -> None:
    assert sum(agree(number) for number in (6, 7, 14, 19)) > 30


@pytest.mark.long
@pytest.mark.parametrize("first_number", range(0, 120, 20))
def test_both_engines_agree_on_many_more_worlds_of_letters_from_somebody_else(first_number: int) -> None:
    for number in range(first_number, first_number + 20):
        agree(number)
