"""The receiver's rules with a memory, and what senders make of them, in the plain engine: reckoned by hand."""

from typing import Any

import pytest

from sim.reference.records import PlainResult
from sim.vocabulary.outcomes import BOUNCED, DISCARDED, INBOX, REFUSED, SPAM
from sim.vocabulary.replies import (
    ACCEPTED,
    BLOCKLISTED,
    CONNECTING_TOO_OFTEN,
    DISK_FULL,
    GREYLISTED,
    NO_REVERSE_DNS,
    RATE_LIMITED,
    SESSION_CUT,
    SPAM_REFUSED,
    UNKNOWN_USER,
    UNUSUAL_RATE,
)
from sim.vocabulary.stages import END_OF_DATA, GREETING, RCPT
from tests.reference.small import MIN, MS, S, letter, run_small

ROUND_TRIP = 20 * MS
APART = {"senders.school.postconf": {"smtp_connection_cache_on_demand": "no"}}
"""Every letter comes over a connection of its own."""


def at(*seconds: float) -> list[str]:
    return [f"{round(1000 * second)} ms" for second in seconds]


def first(result: PlainResult) -> list[int]:
    """Give the replies to the first attempts of the entry's letters."""
    numbers = range(1, 1 + sum(name[0] == "notice" and not name[2] for name in result.letters))
    return [letter(result, number).attempts[0].reply for number in numbers]


def rule(name: str, settings: Any, *seconds: float, **more: Any) -> PlainResult:
    """Run letters at so many seconds against one rule."""
    return run_small(
        {f"providers.office.{name}": settings, "letters.notice.times": at(*seconds), **APART, **more}
    )


def test_connections_are_counted_in_windows_that_begin_with_one() -> None:
    """anvil.c: a new window once start + 60 < now, in whole seconds; greeted 30 ms after they set out."""
    result = rule("connection_rate", {"limit": 2}, 0, 1, 2, 60.96, 60.98)
    assert first(result) == [ACCEPTED, ACCEPTED, CONNECTING_TOO_OFTEN, CONNECTING_TOO_OFTEN, ACCEPTED]
    assert letter(result, 3).attempts[0].stage == GREETING


@pytest.mark.parametrize(
    ("listing", "seconds", "replies"),
    [
        ({"address": "192.0.2.0/24", "at": "10 s", "for": "10 s"}, (9.9, 10, 19.9, 20), [0, 1, 1, 0]),
        ({"address": "198.51.100.0/24"}, (0,), [0]),
    ],
)
def test_a_client_is_on_a_blocklist_for_a_time(
    listing: Any, seconds: tuple[float, ...], replies: list[int]
) -> None:
    result = rule("blocklists", [{"listings": [listing], "lookup_time": "1 s"}], *seconds)
    assert first(result) == [BLOCKLISTED if reply else ACCEPTED for reply in replies]
    # A refusal at RCPT takes four round trips, an accepted letter five; the question takes a second.
    assert letter(result).attempts[0].ended_us == seconds[0] * S + (4 if replies[0] else 5) * ROUND_TRIP + S


@pytest.mark.parametrize(
    ("answers", "match", "reply", "waits_s"),
    [
        ("error_code", "any", BLOCKLISTED, 0),
        ("error_code", "listing_codes", ACCEPTED, 0),
        ("silent", "any", ACCEPTED, 10),
    ],
)
def test_a_blocklist_that_does_not_answer_well(answers: str, match: str, reply: int, waits_s: int) -> None:
    result = rule("blocklists", [{"answers": answers, "match": match}], 0)
    assert first(result) == [reply]
    assert letter(result).attempts[0].ended_us == (4 if reply else 5) * ROUND_TRIP + waits_s * S


def test_who_has_no_name_is_refused() -> None:
    result = rule("reverse_dns", {"missing": "refused"}, 0, **{"senders.school.reverse_dns": False})
    assert (first(result), letter(result).attempts[0].stage) == ([NO_REVERSE_DNS], RCPT)


def test_an_empty_bucket_is_sealed_anew_by_each_attempt_within_its_penalty() -> None:
    """A token a second, and 10 s of penalty: 0.5 s begins it, 9 s begins it anew, and 19.5 s is after its end."""
    limit = {"rate": "60/min", "burst": 1, "penalty": "10 s"}
    assert first(rule("rate_limit", limit, 0, 0.5, 9, 19.5)) == [
        ACCEPTED,
        RATE_LIMITED,
        RATE_LIMITED,
        ACCEPTED,
    ]


def test_a_limit_after_the_body_is_told_when_the_body_has_been_sent() -> None:
    result = rule("rate_limit", {"rate": "1/d", "burst": 1, "stage": "end_of_data"}, 0, 1)
    attempt = letter(result, 2).attempts[0]
    assert (attempt.reply, attempt.stage, attempt.ended_us) == (UNUSUAL_RATE, END_OF_DATA, S + 5 * ROUND_TRIP)


@pytest.mark.parametrize(("key", "taken"), [("ip", 3), ("netblock", 2), ("domain", 1), ("mailbox", 4)])
def test_a_bucket_belongs_to_whom_the_key_names(key: str, taken: int) -> None:
    """Three addresses in two networks, one domain; the letters go to mailboxes of their own."""
    pool = ["192.0.2.1", "192.0.2.2", "198.51.100.1"]
    more = {
        "senders.school.addresses": pool,
        "senders.school.address_choice": "per_letter",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "times": at(*range(40))},
    }
    limit = {"rate": "1/d", "burst": 1, "key": key}
    replies = first(run_small({"providers.office.rate_limit": limit, **APART, **more}))
    assert replies.count(ACCEPTED) == (40 if key == "mailbox" else taken)


def test_a_greylist_forgets_and_lets_those_in_who_have_waited_well() -> None:
    """Waits of 60 s that end at the scan of 300 s; the second letter comes an hour after that, and need not wait."""
    more = {"duration": "6 h", "letters.notice.times": at(0, 4000)}
    settings = {"delay": "60 s", "auto_allowlist": 1}
    assert first(run_small({"providers.office.greylisting": settings, **APART, **more})) == [
        GREYLISTED,
        ACCEPTED,
    ]
    settings["forget_after"] = "1 h"
    assert first(run_small({"providers.office.greylisting": settings, **APART, **more})) == [
        GREYLISTED,
        GREYLISTED,
    ]


@pytest.mark.parametrize(("recipients", "reply"), [(5, ACCEPTED), (6, SESSION_CUT)])
def test_a_session_is_cut_for_all_whom_it_names(recipients: int, reply: int) -> None:
    result = rule("session_limits", {"recipients": 5}, 0, **{"letters.notice.recipients": recipients})
    assert first(result) == [reply] * recipients


def test_a_connection_brings_so_many_letters_and_is_closed() -> None:
    """Letters follow upon each other, one at a time, so each would go over the connection of the one before."""
    more = {
        "providers.office.session_limits": {"letters": 2},
        "letters.notice.times": at(0, 0, 0, 0, 0),
    }
    one_by_one = {"default_destination_concurrency_limit": 1, "initial_destination_concurrency": 1}
    result = run_small({**more, "senders.school.postconf": one_by_one})
    kinds = [letter(result, number).attempts[0].connection for number in range(1, 6)]
    # The first is not kept yet (on demand); then of each connection the second letter is the last.
    assert kinds == [1, 1, 2, 1, 2]


@pytest.mark.parametrize(
    ("puts", "reply", "outcome"),
    [("spam", ACCEPTED, SPAM), ("discarded", ACCEPTED, DISCARDED), ("refused", SPAM_REFUSED, BOUNCED)],
)
def test_what_is_taken_for_spam_goes_where_it_is_told(puts: str, reply: int, outcome: int) -> None:
    result = rule("content_filter", {"missed": "0 %", "puts": puts}, 0, **{"letters.notice.spam": "100 %"})
    assert (first(result), letter(result).outcome) == ([reply], outcome)


def test_a_stranger_may_bring_so_many_letters_within_a_day() -> None:
    """Three fit into the allowance of three; at 12 h 3 e^-0.5 = 1.82 of them are left, so one more does.

    The fourth is not tried again; else it would be the one.
    """
    once = {"smtp_connection_cache_on_demand": "no", "maximal_queue_lifetime": "0s"}
    more = {"duration": "13 h", "senders.school.postconf": once}
    result = rule("reputation", {"stranger": "3/d"}, 0, 1, 2, 3, 43_200, 43_201, **more)
    assert first(result) == [ACCEPTED] * 3 + [UNUSUAL_RATE, ACCEPTED, UNUSUAL_RATE]


def test_who_brings_letters_to_nobody_loses_its_standing() -> None:
    """Two of ten are 20 %: half-way between 10 and 30 %, so half of the allowance of 8 is left, and 4 have been."""
    settings = {
        "stranger": "8/d",
        "fewest_letters": 10,
        "harmless_unknown_users": "10 %",
        "fatal_unknown_users": "30 %",
        "pushing_complaints": 0,
    }
    nobody = {"from": "school", "to": "office", "size": "1 B", "times": at(10, 11), "unknown_users": "100 %"}
    result = rule("reputation", settings, 0, 1, 2, 3, 20, **{"letters.lost": nobody})
    assert first(result) == [ACCEPTED] * 4 + [UNUSUAL_RATE]


def test_after_a_reply_the_destination_is_left_alone() -> None:
    """The second is told 450 at 1 s + 4 round trips; the third sets out ten minutes after that, not when it comes."""
    suspension = {"senders.school.suspensions": [{"reply": "450 4.7.1", "for": "10 min"}]}
    result = rule("rate_limit", {"rate": "1/min", "burst": 1}, 0, 1, 2, **suspension)
    assert letter(result, 3).attempts[0].handed_us == S + 4 * ROUND_TRIP + 10 * MIN


def test_an_address_that_bounced_is_written_to_no_more() -> None:
    """Each entry's n-th letter goes to the n-th mailbox: whom the host denied is left out the next time."""
    more = {
        "letters.second": {"from": "school", "to": "office", "size": "1 B", "times": at(60)},
        "faults": [
            {
                "at": "0 s",
                "for": "30 s",
                "where": "providers.office",
                "what": "denying_users",
                "share": "100 %",
            }
        ],
        "senders.school.bounce_handling": {},
    }
    result = run_small(more)
    assert first(result) == [UNKNOWN_USER]
    second = result.letters["second", 1, 0]
    assert (second.outcome, second.ended_us, second.attempts) == (REFUSED, MIN, [])


def test_a_full_disk_is_told_before_the_rules_are_asked() -> None:
    fault = {"at": "0 s", "for": "30 s", "where": "providers.office", "what": "disk_full"}
    result = rule("greylisting", {"delay": "60 s"}, 0, faults=[fault])
    assert [attempt.reply for attempt in letter(result).attempts] == [DISK_FULL, GREYLISTED, ACCEPTED]
    assert letter(result).outcome == INBOX


def test_a_warm_up_spreads_each_day_s_letters() -> None:
    entry = {
        "from": "school",
        "to": "office",
        "size": "1 B",
        "count": 9,
        "warm_up": {"letters_a_day": [2, 3]},
    }
    result = run_small({"duration": "3 d", "letters.notice": entry})
    hours = [letter(result, number).submitted_us / (3600 * S) for number in range(1, 9)]
    assert hours == [0, 12, 24, 32, 40, 48, 56, 64]
