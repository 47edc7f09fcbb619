"""Asking for the way: answers are kept for their TTL, a silent resolver is asked twice, a dead one not at all."""

from typing import Any

import pytest

from sim.vocabulary.connections import NO_CONNECTION
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, DNS_TRY_AGAIN, SERVER_BUSY
from sim.vocabulary.stages import DNS
from tests.mail.town import MS, ROUND_TRIP, S, run, times

ASKING: dict[str, Any] = {
    "senders.school.resolver": "campus",
    "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "1 ms"},
}


def dns(at: list[float], changes: dict[str, Any]) -> list[tuple[int, int]]:
    """Give time in milliseconds and number of questions for letters handed in at the given seconds."""
    result = run({**ASKING, "letters.notice.times": times(*at), **changes})
    asked = [result.first(number) for number in range(1, len(at) + 1)]
    return [(attempt.dns_us // MS, attempt.dns_queries) for attempt in asked]


def silent(at_s: float, for_s: float, what: str = "silent") -> dict[str, Any]:
    return {
        "faults": [
            {
                "at": f"{round(at_s * 1000)} ms",
                "for": f"{round(for_s * 1000)} ms",
                "where": "resolvers.campus",
                "what": what,
            }
        ]
    }


def test_an_answer_is_kept_for_its_time_to_live_and_asked_again_after_it() -> None:
    """Answers come at 30 ms (MX) and 60 ms (address); with a TTL of a minute they end at 60.03 and 60.06 s."""
    ttl = {"providers.office.mx_ttl": "1 min", "providers.office.address_ttl": "1 min"}
    assert dns([0, 59, 60.02, 61], ttl) == [(61, 2), (1, 0), (1, 0), (61, 2)]


def test_an_answer_of_which_one_part_is_stale_costs_one_question() -> None:
    """At 60.04 s the MX record is stale (60.03), the address is not (60.06); at 70 s both were asked anew."""
    ttl = {"providers.office.mx_ttl": "1 min", "providers.office.address_ttl": "1 min"}
    assert dns([0, 60.04], ttl) == [(61, 2), (31, 1)]


def test_who_asks_while_the_list_of_hosts_is_asked_for_anew_waits_for_it() -> None:
    """At 60.05 s the address is still fresh, and the list is under way since 60.04 s, due at 60.07 s."""
    ttl = {"providers.office.mx_ttl": "1 min", "providers.office.address_ttl": "1 min"}
    assert dns([0, 60.04, 60.05], ttl)[2] == (21, 0)


def test_a_connection_that_was_taken_for_a_letter_without_an_answer_is_closed() -> None:
    """A host with one place, one letter after another. The third takes the second's connection out of the cache.

    The resolver falls silent before that, so the letter fails after 10 s; then the place is free again.
    """
    changes = {
        **ASKING,
        **silent(0.2, 20),
        "senders.school.postconf.initial_destination_concurrency": 1,
        "senders.school.postconf.default_destination_concurrency_limit": 1,
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(0, 0.1, 0.2),
        "senders.library": {"domain": "library.example", "tls": "none"},
        "letters.second": {"from": "library", "to": "office", "size": "1 B", "times": times(9, 11)},
    }
    result = run(changes)
    assert result.first(3).reply == DNS_TRY_AGAIN
    assert [result.first(n, "second").reply for n in (1, 2)] == [SERVER_BUSY, ACCEPTED]


def test_hosts_behind_short_times_to_live_are_asked_for_again_while_the_list_of_hosts_is_kept() -> None:
    """Two hosts are two questions for addresses, one after the other; with the list there are three."""
    changes = {
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx2", "preference": 20}],
        "providers.office.address_ttl": "5 min",
    }
    assert dns([0, 290, 301, 302], changes) == [(91, 3), (1, 0), (61, 2), (1, 0)]


def test_who_asks_while_the_answer_is_under_way_waits_for_the_same_answer() -> None:
    """At 10 ms the first answer is due in 50 ms."""
    assert dns([0, 0.01], {}) == [(61, 2), (51, 0)]


def test_without_a_cache_every_letter_asks() -> None:
    off = {"resolvers.campus": {"cache": False, "lookup_time": "30 ms", "hit_time": "1 ms"}}
    assert dns([0, 1, 2], off) == [(61, 2)] * 3


def test_a_silent_resolver_is_given_up_after_two_times_five_seconds() -> None:
    """resolv.conf(5): timeout 5 s, attempts 2."""
    result = run({**ASKING, **silent(0, 60)})
    attempt = result.first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (DNS_TRY_AGAIN, DNS, NO_CONNECTION)
    assert (attempt.ended_us, attempt.dns_us, attempt.dns_queries) == (10 * S, 10 * S, 2)
    # The letter waits for the next scan at which its 300 s are over: deferred in second 10, due in 310.
    assert result.letter().attempts[1].activated_us == 600 * S
    assert result.letter().outcome == INBOX


def test_three_attempts_of_two_seconds_take_six() -> None:
    more = {"resolvers.campus": {"timeout": "2 s", "attempts": 3}}
    assert run({**ASKING, **more, **silent(0, 60)}).first().ended_us == 6 * S


def test_a_resolver_that_speaks_again_within_five_seconds_answers_the_second_question() -> None:
    attempt = run({**ASKING, **silent(0, 4.9)}).first()
    assert (attempt.dns_us, attempt.dns_queries) == (5 * S + 61 * MS, 2)
    assert attempt.ended_us == 5 * S + 61 * MS + 5 * ROUND_TRIP


def test_a_resolver_that_is_down_says_so_at_once() -> None:
    attempt = run({**ASKING, **silent(0, 60, "down")}).first()
    assert (attempt.reply, attempt.ended_us, attempt.dns_queries) == (DNS_TRY_AGAIN, 1 * MS, 1)


def test_a_cached_answer_is_of_no_use_while_the_resolver_is_silent() -> None:
    """The cache is the resolver's own."""
    result = run({**ASKING, **silent(10, 100), "letters.notice.times": times(0, 20)})
    assert (result.first(1).dns_queries, result.first(2).reply) == (2, DNS_TRY_AGAIN)


def test_a_slow_resolver_takes_that_much_longer_for_each_answer() -> None:
    slow = {"faults": [{"at": "0 s", "for": "1 h", "where": "resolvers.campus", "what": "slow", "by": "2 s"}]}
    assert dns([0, 100], slow) == [(2_061, 2), (2_001, 0)]


def test_a_sender_without_a_resolver_knows_the_way() -> None:
    attempt = run().first()
    assert (attempt.dns_us, attempt.dns_queries, attempt.ended_us) == (0, 0, 5 * ROUND_TRIP)


def test_a_silent_resolver_counts_as_a_failure_of_the_destination() -> None:
    """Five letters fail after 10 s; with 5, 3, 2 the third makes the destination dead for 300 s.

    The letter at 20 s is held back at once; the one at 311 s is tried, with the resolver well again.
    """
    changes = {**ASKING, **silent(0, 60), "letters.notice.times": times(0, 0, 0, 0, 0, 20, 311)}
    result = run(changes)
    assert [result.first(number).ended_us for number in range(1, 6)] == [10 * S] * 5
    held = result.first(6)
    assert (held.activated_us, held.ended_us, held.reply) == (20 * S, 20 * S, DNS_TRY_AGAIN)
    assert result.letter(7).outcome == INBOX
    assert len(result.letter(7).attempts) == 1


@pytest.mark.parametrize("shared", [True, False])
def test_two_senders_share_the_cache_of_one_resolver_and_not_of_two(shared: bool) -> None:
    changes = {
        **ASKING,
        "resolvers.other": {"lookup_time": "30 ms", "hit_time": "1 ms"},
        "senders.library": {
            "domain": "library.example",
            "tls": "none",
            "resolver": "campus" if shared else "other",
        },
        "letters.second": {"from": "library", "to": "office", "size": "1 B", "times": ["1 s"]},
    }
    assert run(changes).first(entry="second").dns_queries == (0 if shared else 2)
