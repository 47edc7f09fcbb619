"""A resolver, the name servers behind it, and what it remembers (RFC 2308, RFC 7505, RFC 9520; smtp_addr.c).

Questions to sound servers take 30 ms, and an answer that is at hand 1 ms.
"""

from collections import Counter
from typing import Any

import pytest

from sim.vocabulary.connections import NO_CONNECTION, SUSPENDED
from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import ACCEPTED, DNS_TRY_AGAIN, DOMAIN_NOT_FOUND, NULL_MX
from sim.vocabulary.stages import DNS
from tests.reference.small import MS, S, letter, run_small


def _town(**resolver: Any) -> dict[str, Any]:
    return {
        "senders.school.resolver": "campus",
        "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "1 ms", **resolver},
    }


def _served(servers: tuple[str, ...] = ("ns1",), **resolver: Any) -> dict[str, Any]:
    """Give the provider name servers that answer after 10 ms, and a resolver that waits 300 ms for each."""
    return {
        **_town(upstream_timeout="300 ms", upstream_tries=2, **resolver),
        "name_servers": {name: {"answer_time": "10 ms"} for name in servers},
        "providers.office.name_servers": list(servers),
    }


def _fault(
    what: str, where: str = "name_servers.ns1", at: str = "0 s", lasts: str = "1 h", **more: Any
) -> Any:
    return {"at": at, "for": lasts, "where": where, "what": what, **more}


def _dns(result: Any, *numbers: int) -> list[tuple[int, int]]:
    first = [letter(result, number).attempts[0] for number in numbers]
    return [(attempt.dns_us, attempt.dns_queries) for attempt in first]


@pytest.mark.parametrize(("records", "reply"), [("nxdomain", DOMAIN_NOT_FOUND), ("null_mx", NULL_MX)])
def test_a_domain_that_takes_no_mail_sends_its_letters_back_at_once(records: str, reply: int) -> None:
    result = run_small({**_town(), "providers.office.records": records})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.connection) == (reply, DNS, NO_CONNECTION)
    assert attempt.ended_us == attempt.dns_us == attempt.setup_us == 31 * MS
    assert letter(result).outcome == BOUNCED
    assert letter(result, kind=DSN).submitted_us == 31 * MS


def test_a_domain_that_is_not_there_makes_nothing_dead() -> None:
    result = run_small(
        {
            **_town(),
            "providers.office.records": "nxdomain",
            "letters.notice.times": ["0 s"] * 30,
            "senders.school.postconf": {"initial_destination_concurrency": 1},
        }
    )
    assert {each.attempts[0].connection for each in result.letters.values()} == {NO_CONNECTION}


@pytest.mark.parametrize(("records", "kept_for"), [("nxdomain", "negative_ttl"), ("null_mx", "mx_ttl")])
def test_the_word_that_a_domain_takes_no_mail_is_remembered_for_its_time(records: str, kept_for: str) -> None:
    times = {"mx_ttl": "1 s", "negative_ttl": "1 s", "address_ttl": "1 s", kept_for: "10 s"}
    result = run_small(
        {
            **_town(),
            "providers.office.records": records,
            **{f"providers.office.{name}": time for name, time in times.items()},
            "letters.notice.times": ["0 s", "20 ms", "10029 ms", "10030 ms"],
        }
    )
    # The answer comes at 30 ms, for whoever waits for it by then, and lasts 10 s from there.
    assert _dns(result, 1, 2, 3, 4) == [(31 * MS, 1), (11 * MS, 0), (1 * MS, 0), (31 * MS, 1)]


def test_without_a_memory_the_address_of_a_missing_name_is_asked_for_as_well() -> None:
    """Postfix asks for the address where there is no MX record; a resolver that remembers NXDOMAIN knows it."""
    result = run_small(
        {**_town(cache="no"), "providers.office.records": "nxdomain", "letters.notice.times": ["0 s", "1 s"]}
    )
    assert _dns(result, 1, 2) == [(61 * MS, 2), (61 * MS, 2)]


def test_a_domain_without_mx_records_is_its_own_host() -> None:
    """RFC 5321 section 5.1. That there is no MX record is remembered as a negative answer, the address as its own."""
    result = run_small(
        {
            **_town(),
            "providers.office.records": "address",
            "providers.office.negative_ttl": "10 s",
            "providers.office.address_ttl": "100 s",
            "letters.notice.times": ["0 s", "5 s", "50 s", "101 s"],
        }
    )
    assert _dns(result, 1, 2, 3, 4) == [(61 * MS, 2), (1 * MS, 0), (31 * MS, 1), (61 * MS, 2)]
    assert {each.outcome for each in result.letters.values()} == {INBOX}


def test_one_silent_server_of_two_holds_up_half_of_the_questions() -> None:
    result = run_small(
        {
            **_served(("ns1", "ns2"), cache="no"),
            "faults": [_fault("silent", lasts="12 h")],
            "duration": "12 h",
            "letters.notice.times": [f"{number} min" for number in range(400)],
        }
    )
    seen = Counter(_dns(result, *range(1, 401)))
    # Two questions, of which each meets the silent server first with a chance of a half.
    assert set(seen) == {(21 * MS, 2), (321 * MS, 3), (621 * MS, 4)}
    assert abs(seen[21 * MS, 2] - 100) < 4 * 75**0.5
    assert abs(seen[321 * MS, 3] - 200) < 4 * 100**0.5


@pytest.mark.parametrize(
    ("what", "more", "wait_ms"),
    [("silent", {}, 300), ("down", {}, 0), ("servfail", {}, 10), ("slow", {"by": "10 min"}, 300)],
)
def test_servers_that_do_not_help_make_servfail(what: str, more: dict[str, str], wait_ms: int) -> None:
    """Two tries upstream, then SERVFAIL; the client asks again at once, and is told what the resolver remembers."""
    result = run_small({**_served(), "faults": [_fault(what, **more)]})
    attempt = letter(result).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.connection) == (DNS_TRY_AGAIN, DNS, NO_CONNECTION)
    assert _dns(result, 1) == [((2 * wait_ms + 2) * MS, 2)]


def test_a_servfail_is_remembered_for_a_while() -> None:
    result = run_small(
        {
            **_served(servfail_ttl="5 s"),
            "faults": [_fault("silent", lasts="3 s")],
            "letters.notice.times": ["0 s", "300 ms", "5597 ms", "5601 ms"],
            "senders.school.postconf": {"default_destination_concurrency_failed_cohort_limit": 0},
        }
    )
    first = [letter(result, number).attempts[0].reply for number in (1, 2, 3, 4)]
    # Known at 600 ms; whoever asks by then hears it then, and it lasts 5 s, though the server is well after 3 s.
    assert first == [DNS_TRY_AGAIN] * 3 + [ACCEPTED]
    assert _dns(result, 1, 2, 3, 4) == [(602 * MS, 2), (302 * MS, 0), (2 * MS, 0), (21 * MS, 2)]


@pytest.mark.parametrize("resolver", [{"servfail_ttl": "0 s"}, {"cache": "no"}])
def test_a_servfail_that_is_not_kept_is_looked_for_again(resolver: dict[str, str]) -> None:
    result = run_small({**_served(**resolver), "faults": [_fault("silent")]})
    assert _dns(result, 1) == [(1202 * MS, 4)]


def test_the_second_try_finds_servers_that_are_well_again() -> None:
    result = run_small({**_served(servfail_ttl="0 s"), "faults": [_fault("silent", lasts="601 ms")]})
    # At 601 ms the client asks anew, and both questions are answered.
    assert _dns(result, 1) == [(622 * MS, 4)]
    assert letter(result).attempts[0].reply == ACCEPTED


def test_a_clients_patience_ends_before_a_resolver_that_tries_for_long() -> None:
    """Twenty tries of 600 ms are 12 s; the client gives up after two times 5 s, and the answer is kept all the same."""
    slow = {**_served(servfail_ttl="60 s"), "resolvers.campus.upstream_tries": 20}
    result = run_small(
        {
            **slow,
            "resolvers.campus.upstream_timeout": "600 ms",
            "faults": [_fault("silent")],
            "letters.notice.times": ["0 s", "11 s", "20 s"],
            "senders.school.postconf": {"default_destination_concurrency_failed_cohort_limit": 0},
        }
    )
    assert _dns(result, 1, 2, 3) == [(10 * S, 20), (1 * S + 2 * MS, 0), (2 * MS, 0)]


def test_a_server_that_denies_a_living_domain_sends_its_letters_back_beyond_its_own_trouble() -> None:
    result = run_small(
        {
            **_served(),
            "providers.office.negative_ttl": "10 s",
            "faults": [_fault("nxdomain", lasts="5 s")],
            "letters.notice.times": ["0 s", "9 s", "11 s"],
        }
    )
    assert [letter(result, number).outcome for number in (1, 2, 3)] == [BOUNCED, BOUNCED, INBOX]
    assert _dns(result, 1, 2, 3) == [(11 * MS, 1), (1 * MS, 0), (21 * MS, 2)]


def test_a_denied_address_is_a_missing_domain_while_the_hosts_stay_known() -> None:
    """The trouble begins between the two questions, at 10 ms."""
    result = run_small(
        {
            **_served(),
            "providers.office.negative_ttl": "10 s",
            "faults": [_fault("nxdomain", at="5 ms", lasts="1 s")],
            "letters.notice.times": ["0 s", "9 s", "11 s"],
        }
    )
    replies = [letter(result, number).attempts[0].reply for number in (1, 2, 3)]
    assert replies == [DOMAIN_NOT_FOUND, DOMAIN_NOT_FOUND, ACCEPTED]
    # The third asks for the address alone.
    assert _dns(result, 1, 2, 3) == [(21 * MS, 2), (1 * MS, 0), (11 * MS, 1)]


def test_a_resolver_in_trouble_is_asked_twice_at_once() -> None:
    result = run_small({**_town(), "faults": [_fault("servfail", "resolvers.campus")]})
    assert _dns(result, 1) == [(2 * MS, 2)]
    assert letter(result).attempts[0].reply == DNS_TRY_AGAIN


def test_a_failed_look_up_makes_a_destination_dead() -> None:
    result = run_small(
        {
            **_town(),
            "faults": [_fault("servfail", "resolvers.campus")],
            "letters.notice.times": ["0 s"] * 3,
            "senders.school.postconf": {"initial_destination_concurrency": 1},
        }
    )
    first = [letter(result, number).attempts[0].connection for number in (1, 2, 3)]
    assert first == [NO_CONNECTION, SUSPENDED, SUSPENDED]


def test_what_a_domain_says_matters_only_to_senders_that_ask() -> None:
    result = run_small({"providers.office.records": "nxdomain"})
    assert letter(result).outcome == INBOX
