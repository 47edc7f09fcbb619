"""Asking for the way: answers are kept for their TTL, a silent resolver is asked twice, a dead one not at all."""

from typing import Any

import pytest

from sim.vocabulary.connections import NO_CONNECTION, SUSPENDED
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import (
    ACCEPTED,
    DNS_TRY_AGAIN,
    DOMAIN_NOT_FOUND,
    NULL_MX,
    SERVER_BUSY,
)
from sim.vocabulary.stages import DNS
from tests.mail.town import MS, ONE_AT_A_TIME, ROUND_TRIP, S, run, times

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


def test_servfail_is_asked_again_at_once_and_defers_the_letter() -> None:
    """Two answers of 1 ms; a recording of Postfix with the stub of glibc asks again at once, too."""
    attempt = run({**ASKING, **silent(0, 60, "servfail")}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (DNS_TRY_AGAIN, DNS, NO_CONNECTION)
    assert (attempt.ended_us, attempt.dns_queries) == (2 * MS, 2)


def test_seven_minutes_of_servfail_bounce_nothing() -> None:
    """Two letters a second for seven minutes. A site that takes SERVFAIL for final bounced all 840.

    Scans come at 150, 450 and 750 s. A letter rests for 300 s, less at most the next whole second, and then waits
    for a scan: that of 450 s takes those of the first 152 s, that of 750 s the others.
    """
    changes = {
        **ASKING,
        **silent(0, 420, "servfail"),
        "senders.school.scan_phase": "150 s",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 840, "over": "420 s"},
    }
    letters = list(run(changes).letters.values())
    assert {(letter.outcome, len(letter.attempts)) for letter in letters} == {(INBOX, 2)}
    assert all(298 * S <= letter.ended_us - letter.submitted_us < 600 * S for letter in letters)
    assert sum(letter.ended_us < 500 * S for letter in letters) == 304


def test_a_second_question_finds_what_another_letter_asked_meanwhile() -> None:
    """Silent until 4 s. The letter of 0 s asks again at 5 s; that of 4.5 s has had the answer since 4.56 s."""
    assert dns([0, 4.5], silent(0, 4)) == [(5_001, 0), (61, 2)]


def test_an_answer_that_is_too_late_is_there_for_the_next_letter() -> None:
    """Two questions of 6 s: the stub has waited two times 5 s when the second one is answered."""
    late = {"resolvers.campus": {"lookup_time": "6 s", "hit_time": "1 ms"}}
    changes = {**ASKING, **late, "letters.notice.times": times(0, 13)}
    result = run(changes)
    first = result.first(1)
    assert (first.reply, first.dns_us, first.dns_queries) == (DNS_TRY_AGAIN, 10 * S, 2)
    assert (result.first(2).reply, result.first(2).dns_us) == (ACCEPTED, 1 * MS)


@pytest.mark.parametrize(
    ("records", "reply"), [("nxdomain", DOMAIN_NOT_FOUND), ("null_mx", NULL_MX)], ids=str
)
def test_a_domain_that_is_not_there_or_wants_no_mail_bounces_at_once_and_slows_nobody_down(
    records: str, reply: int
) -> None:
    """One question of 30 ms, then the cache. With a window of 1 a failed site would hold the second letter back."""
    changes = {
        **ASKING,
        **ONE_AT_A_TIME,
        "providers.office.records": records,
        "letters.notice.times": times(0, 0, 0),
    }
    result = run(changes)
    for number, ended_ms in ((1, 31), (2, 32), (3, 33)):
        letter = result.letter(number)
        assert (letter.outcome, letter.ended_us) == (BOUNCED, ended_ms * MS)
        (attempt,) = letter.attempts
        assert (attempt.reply, attempt.stage, attempt.connection) == (reply, DNS, NO_CONNECTION)
        assert attempt.dns_queries == (1 if number == 1 else 0)


@pytest.mark.parametrize(("records", "ttl"), [("nxdomain", "negative_ttl"), ("null_mx", "mx_ttl")])
def test_what_is_not_there_is_kept_for_its_own_time_to_live(records: str, ttl: str) -> None:
    """Known at 30 ms, kept for 5 min (RFC 2308 for the negative one)."""
    changes = {f"providers.office.{ttl}": "5 min", "providers.office.records": records}
    assert dns([0, 300.02, 300.04], changes) == [(31, 1), (1, 0), (31, 1)]


def test_without_a_cache_postfix_asks_for_the_address_of_a_domain_that_is_not_there() -> None:
    """smtp_domain_addr(): no MX record is an occasion for smtp_host_addr()."""
    changes = {
        "resolvers.campus": {"cache": False, "lookup_time": "30 ms", "hit_time": "1 ms"},
        "providers.office.records": "nxdomain",
    }
    assert dns([0, 1], changes) == [(61, 2), (61, 2)]


def test_a_domain_without_mx_records_is_its_own_host() -> None:
    """RFC 5321 5.1. That there is none is kept for the negative time to live, the address for its own."""
    changes = {"providers.office.records": "address", "providers.office.negative_ttl": "5 min"}
    assert dns([0, 300.02, 300.04], changes) == [(61, 2), (1, 0), (31, 1)]
    assert run({**ASKING, **changes}).letter().outcome == INBOX


def test_with_soft_bounce_a_domain_that_is_not_there_is_a_site_that_fails() -> None:
    """Postfix: bounce_append() gives -1 then, so smtp_bulk_fail() sets hop_status: the destination is dead."""
    changes = {
        **ASKING,
        **ONE_AT_A_TIME,
        "providers.office.records": "nxdomain",
        "senders.school.postconf.soft_bounce": "yes",
        "letters.notice.times": times(0, 0),
    }
    result = run(changes)
    assert (result.first(1).connection, result.first(2).connection) == (NO_CONNECTION, SUSPENDED)
