"""Name servers: asked in turn, passed over when they fail, and believed when they are wrong."""

from math import sqrt
from typing import Any

import pytest

from sim.kernel.condition import DOWN, NXDOMAIN, SERVFAIL, SILENT, UP
from sim.kernel.draws import Draws
from sim.mail.faults import condition_of, weather_of
from sim.mail.name_servers import NameServer
from sim.scenario.faults import Fault
from sim.scenario.name_server import NameServer as Settings
from sim.scenario.service_time import ServiceTime
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import ACCEPTED, DNS_TRY_AGAIN, DOMAIN_NOT_FOUND
from sim.vocabulary.stages import DNS
from tests.mail.town import HOUR, MS, NEVER_DEAD, S, fault, run, times

UPSTREAM_MS = 376
"""Unbound's first time-out for a server that it does not know; five tries."""


def asking(*names: str, **more: Any) -> dict[str, Any]:
    """A resolver 1 ms away, and name servers that answer within 40 ms."""
    return {
        **NEVER_DEAD,
        "senders.school.resolver": "campus",
        "resolvers.campus": {"hit_time": "1 ms"},
        "name_servers": {name: {"answer_time": "40 ms"} for name in names},
        "providers.office.name_servers": [*names],
        **more,
    }


def dns(changes: dict[str, Any], *at: float) -> list[tuple[int, int, int]]:
    """Give time in milliseconds, number of questions and reply for letters handed in at the given seconds."""
    result = run({**changes, "letters.notice.times": times(*at)})
    asked = [result.first(number) for number in range(1, len(at) + 1)]
    return [(attempt.dns_us // MS, attempt.dns_queries, attempt.reply) for attempt in asked]


def broken(what: str, *names: str, at_s: float = 0, for_s: float = 3000, **more: str) -> dict[str, Any]:
    return {"faults": [fault(f"name_servers.{name}", what, at_s, for_s, **more) for name in names]}


@pytest.mark.parametrize(
    ("what", "state"),
    [("down", DOWN), ("silent", SILENT), ("servfail", SERVFAIL), ("nxdomain", NXDOMAIN)],
)
def test_a_name_server_says_how_it_is_and_how_long_its_answer_takes(what: Any, state: int) -> None:
    faults = [
        Fault(at_us=10 * S, for_us=S, where="name_servers.ns1", what=what),
        Fault(at_us=20 * S, for_us=S, where="name_servers.ns1", what="slow", by_us=2 * S),
    ]
    law = Settings(answer_time=ServiceTime(mean_us=40 * MS, shape="constant"))
    server = NameServer(law, condition_of(("name_servers.ns1",), weather_of(faults, 1000 * S, Draws(1))))
    assert [server.ask(at_s * S, 0.5) for at_s in (9, 10, 20)] == [
        (UP, 40 * MS),
        (state, 40 * MS),
        (UP, 40 * MS + 2 * S),
    ]


def test_two_questions_to_a_name_server_take_two_answers_and_the_way_to_the_resolver() -> None:
    """MX, then the address; `lookup_time` is for domains without name servers of their own."""
    changes = asking("ns1", **{"resolvers.campus": {"hit_time": "1 ms", "lookup_time": "7 s"}})
    assert dns(changes, 0, 1) == [(81, 2, ACCEPTED), (1, 0, ACCEPTED)]


@pytest.mark.parametrize(
    ("what", "costs_ms"), [("down", 0), ("silent", UPSTREAM_MS), ("servfail", 40)], ids=str
)
def test_a_name_server_that_fails_is_passed_over_for_the_next(what: str, costs_ms: int) -> None:
    """Of two, the first to be asked is random for each question: half of them meet the bad one first.

    So a letter needs 2, 3 or 4 questions with probability 1/4, 1/2, 1/4, and each failure costs its time.
    """
    number = 2_000
    changes = asking(
        "ns1",
        "ns2",
        **broken(what, "ns1"),
        **{
            "resolvers.campus": {"hit_time": "1 ms", "cache": False},
            "letters.notice": {
                "from": "school",
                "to": "office",
                "size": "1 B",
                "count": number,
                "pace": "1/s",
            },
        },
    )
    attempts = run(changes).attempts()
    assert {(a.dns_queries, a.dns_us // MS) for a in attempts} == {
        (2 + failures, 81 + failures * costs_ms) for failures in (0, 1, 2)
    }
    for failures, share in ((0, 1 / 4), (1, 1 / 2), (2, 1 / 4)):
        found = sum(a.dns_queries == 2 + failures for a in attempts) / number
        assert found == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / number))


@pytest.mark.parametrize(
    ("what", "known_ms"), [("silent", 5 * UPSTREAM_MS), ("servfail", 5 * 40), ("down", 0)]
)
def test_where_none_answers_the_resolver_says_servfail_and_remembers_it_for_five_seconds(
    what: str, known_ms: int
) -> None:
    """Five questions; the stub asks again at once, 1 ms for each time, and defers the letter.

    Within 5 s of the failure nobody is asked again; after that, five questions more.
    """
    changes = asking("ns1", "ns2", **broken(what, "ns1", "ns2"))
    failed = (known_ms + 2, 5, DNS_TRY_AGAIN)
    assert dns(changes, 0, 4.9, known_ms / 1000 + 5.01) == [failed, (2, 0, DNS_TRY_AGAIN), failed]
    attempt = run(changes).first()
    assert (attempt.stage, attempt.ended_us) == (DNS, (known_ms + 2) * MS)


def test_who_asks_while_the_name_servers_are_being_asked_waits_for_the_same_failure() -> None:
    """At 1 s the failure is 880 ms away; both letters' second tries find it in the cache."""
    changes = asking("ns1", **broken("silent", "ns1"))
    assert dns(changes, 0, 1) == [(1882, 5, DNS_TRY_AGAIN), (882, 0, DNS_TRY_AGAIN)]


@pytest.mark.parametrize("off", [{"cache": False}, {"servfail_ttl": "0 s"}], ids=str)
def test_without_a_remembered_failure_the_second_try_asks_anew(off: dict[str, Any]) -> None:
    changes = asking("ns1", **broken("servfail", "ns1"))
    changes["resolvers.campus"] = {"hit_time": "1 ms", **off}
    assert dns(changes, 0) == [(2 * 201, 10, DNS_TRY_AGAIN)]


def test_a_second_try_may_find_the_name_servers_well_again() -> None:
    """Down until 0.5 ms: the first try fails at once, the second, at 1 ms, is answered."""
    changes = asking("ns1", **broken("down", "ns1", for_s=0.001))
    changes["resolvers.campus"] = {"hit_time": "1 ms", "servfail_ttl": "0 s"}
    assert dns(changes, 0) == [(82, 7, ACCEPTED)]


@pytest.mark.parametrize(("slow", "asked"), [("330 ms", 2), ("340 ms", 10)])
def test_an_answer_that_takes_longer_than_the_resolver_waits_is_as_good_as_none(
    slow: str, asked: int
) -> None:
    """40 ms and more: 370 ms are waited for, 380 are not."""
    changes = asking("ns1", **broken("slow", "ns1", by=slow))
    changes["resolvers.campus"] = {"hit_time": "1 ms", "servfail_ttl": "0 s"}
    (_, queries, reply) = dns(changes, 0)[0]
    assert (queries, reply) == (asked, ACCEPTED if asked == 2 else DNS_TRY_AGAIN)


def test_tries_and_patience_are_the_resolver_s_own() -> None:
    changes = asking("ns1", **broken("silent", "ns1"))
    changes["resolvers.campus"] = {
        "hit_time": "1 ms",
        "upstream_tries": 3,
        "upstream_timeout": "100 ms",
    }
    assert dns(changes, 0) == [(302, 3, DNS_TRY_AGAIN)]


def test_what_the_name_servers_do_not_tell_within_the_stub_s_patience_is_too_late() -> None:
    """Twenty tries of 600 ms are 12 s; the stub waits for two times 5 s. The failure is remembered all the same."""
    changes = asking("ns1", **broken("silent", "ns1"))
    changes["resolvers.campus"] = {
        "hit_time": "1 ms",
        "upstream_tries": 20,
        "upstream_timeout": "600 ms",
    }
    assert dns(changes, 0, 13) == [(10_000, 20, DNS_TRY_AGAIN), (2, 0, DNS_TRY_AGAIN)]


def test_a_name_server_that_denies_the_name_makes_letters_bounce_for_as_long_as_the_denial_is_kept() -> None:
    """Wrong for a minute, remembered for an hour (RFC 2308): the letter of 70 min is the first that arrives."""
    changes = asking("ns1", **broken("nxdomain", "ns1", for_s=60))
    changes |= {"duration": "2 h", "letters.notice.times": times(0, 30, 1800, 4200)}
    result = run(changes)
    fates = [(result.letter(n).outcome, len(result.letter(n).attempts)) for n in (1, 2, 3, 4)]
    assert fates == [(BOUNCED, 1)] * 3 + [(INBOX, 1)]
    assert {result.first(n).reply for n in (1, 2, 3)} == {DOMAIN_NOT_FOUND}
    assert [result.first(n).dns_queries for n in (1, 2, 3, 4)] == [1, 0, 0, 2]


def test_a_denied_host_makes_letters_bounce_though_the_list_of_hosts_is_known() -> None:
    """The MX record is kept for an hour, the address for a minute; the server denies it when it is asked again."""
    changes = asking("ns1", **broken("nxdomain", "ns1", at_s=90, for_s=60))
    changes |= {"providers.office.address_ttl": "1 min", "providers.office.negative_ttl": "10 min"}
    # 1 ms for the cache; the address alone is asked for: at 100 s in vain, at 800 s with success.
    assert dns(changes, 0, 100, 200, 800) == [
        (81, 2, ACCEPTED),
        (41, 1, DOMAIN_NOT_FOUND),
        (1, 0, DOMAIN_NOT_FOUND),
        (41, 1, ACCEPTED),
    ]


def test_each_domain_has_its_own_name_servers() -> None:
    changes = asking("ns1", **broken("silent", "ns1"))
    changes |= {
        "name_servers.ns2": {"answer_time": "10 ms"},
        "providers.webmail": {"domain": "webmail.example", "name_servers": ["ns2"]},
        "letters.second": {"from": "school", "to": "webmail", "size": "1 B", "times": ["0 s"]},
        "duration": "30 min",
    }
    result = run(changes)
    assert (result.first(entry="second").dns_us, result.first().reply) == (21 * MS, DNS_TRY_AGAIN)


def test_no_letter_is_lost_to_name_servers_that_fail_for_an_hour() -> None:
    letters = {"from": "school", "to": "office", "size": "1 B", "count": 60, "over": "10 min"}
    changes = asking("ns1", "ns2", **broken("silent", "ns1", "ns2", at_s=120, for_s=3600))
    changes |= {"duration": "4 h", "letters.notice": letters, "providers.office.address_ttl": "1 s"}
    ended = list(run(changes).letters.values())
    assert {letter.outcome for letter in ended} == {INBOX}
    assert max(letter.ended_us for letter in ended) >= 120 * S + HOUR
