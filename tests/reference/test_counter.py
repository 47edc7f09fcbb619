"""The receiver's rules: who is let in, and which letters are taken."""

from sim.vocabulary.connections import NEW
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import (
    ACCEPTED,
    GREYLISTED,
    RATE_LIMITED,
    SERVER_BUSY,
    TOO_MANY_CONNECTIONS,
    UNKNOWN_USER,
)
from sim.vocabulary.stages import GREETING, RCPT
from tests.reference.small import MIN, MS, S, letter, run_small

HOP = 10 * MS


def test_a_token_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    times = [f"{second} s" for second in (0, 0, 0, 0, 1, 2, 3, 4)]
    result = run_small(
        {
            "letters.notice.times": times,
            "providers.office.rate_limit": {"rate": "30/min", "burst": 3},
            "senders.school.postconf": {"smtp_connection_cache_on_demand": "no"},
        }
    )
    replies = [letter(result, number).attempts[0].reply for number in range(1, 9)]
    # Three tokens at first, then half a token a second.
    assert replies == [ACCEPTED] * 3 + [RATE_LIMITED] * 2 + [ACCEPTED, RATE_LIMITED, ACCEPTED]
    assert letter(result, 4).attempts[0].stage == RCPT


def test_a_rate_limit_counts_senders_apart() -> None:
    other = {"domain": "library.example", "tls": "none"}
    result = run_small(
        {
            "senders.library": other,
            "letters.loan": {"from": "library", "to": "office", "size": "1 B", "times": ["0 s"]},
            "providers.office.rate_limit": {"rate": "1/h", "burst": 1},
        }
    )
    assert [each.outcome for each in result.letters.values()] == [INBOX, INBOX]


def test_a_greylist_wants_a_second_visit_within_its_window() -> None:
    settings = {"delay": "100 s", "retry_window": "310 s"}
    slow = {"queue_run_delay": 700, "minimal_backoff_time": 10, "maximal_backoff_time": 10}
    result = run_small(
        {
            "duration": "2 h",
            "providers.office.greylisting": settings,
            "senders.school.postconf": slow,
            "letters.notice.times": ["1 s"],
        }
    )
    # It comes back every 700 s: always too late, so each visit counts as the first.
    assert {GREYLISTED} == {attempt.reply for attempt in letter(result).attempts}
    in_time = run_small(
        {
            "providers.office.greylisting": settings,
            "senders.school.postconf": {**slow, "queue_run_delay": 60},
            "letters.notice.times": ["1 s"],
        }
    )
    assert [attempt.reply for attempt in letter(in_time).attempts] == [GREYLISTED, GREYLISTED, ACCEPTED]
    assert letter(in_time).attempts[2].activated_us == 120 * S


def test_who_has_passed_the_greylist_passes_for_good() -> None:
    # Everyday mail comes back to the same mailbox, since there is only one.
    result = run_small(
        {
            "duration": "3 h",
            "providers.office.users": 1,
            "providers.office.greylisting": "5 min",
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "rate": "1/min"},
        }
    )
    late = [each for each in result.letters.values() if 20 * MIN < each.submitted_us < 170 * MIN]
    assert len(late) > 50
    assert all(len(each.attempts) == 1 and each.outcome == INBOX for each in late)


def test_a_full_host_sends_callers_away_in_the_greeting() -> None:
    burst = {"letters.notice.times": ["0 s", "0 s"], "providers.office.banner_delay": "1 s"}
    for limit, reply in (("total", SERVER_BUSY), ("per_client", TOO_MANY_CONNECTIONS)):
        result = run_small({**burst, "providers.office.connection_limit": {limit: 1}})
        refused = letter(result, 2).attempts[0]
        assert (reply, GREETING, 4 * HOP + S) == (refused.reply, refused.stage, refused.ended_us)


def test_a_connection_counts_until_the_host_has_seen_it_close() -> None:
    # The first letter is done at 10 hops, and its connection is gone a hop later. A call that begins at 8 hops is
    # heard at 11, one that begins a millisecond earlier is not.
    limited = {"providers.office.connection_limit": {"total": 1}}
    for second, reply in (("79 ms", SERVER_BUSY), ("81 ms", ACCEPTED)):
        result = run_small({**limited, "letters.notice.times": ["0 s", second]})
        assert reply == letter(result, 2).attempts[0].reply


def test_a_parked_connection_goes_on_counting() -> None:
    result = run_small(
        {
            "providers.office.connection_limit": {"total": 2},
            "letters.notice.times": ["0 s", "150 ms", "1 s", "5 s"],
        }
    )
    kinds = [letter(result, number).attempts[0].connection for number in (1, 2, 3, 4)]
    # Each letter finds an empty queue, whose state is forgotten: none follows upon work, none is parked.
    assert kinds == [NEW] * 4


def test_a_mobile_carriers_filter_answers_as_if_the_user_were_unknown() -> None:
    result = run_small({"providers.office.user_filter": "100 %"})
    assert (letter(result).outcome, letter(result).attempts[0].reply) == (BOUNCED, UNKNOWN_USER)


def test_letters_are_checked_one_after_the_other() -> None:
    result = run_small(
        {
            "letters.notice.times": ["0 s"] * 3,
            "providers.office.checking": {"workers": 1, "time": "5 s"},
            "senders.school.postconf": {"initial_destination_concurrency": 3},
        }
    )
    delivered = [letter(result, number).delivered_us for number in (1, 2, 3)]
    assert delivered == [9 * HOP + 5 * S, 9 * HOP + 10 * S, 9 * HOP + 15 * S]


def test_letters_are_carried_to_their_boxes_by_a_few_workers() -> None:
    result = run_small(
        {
            "letters.notice.times": ["0 s"] * 3,
            "providers.office.delivery": {"workers": 2, "time": "5 s"},
        }
    )
    ended = [letter(result, number).ended_us - letter(result, number).delivered_us for number in (1, 2, 3)]
    assert ended == [5 * S, 5 * S, 10 * S]


def test_what_is_accepted_but_not_yet_in_its_box_at_the_end_is_still_queued() -> None:
    result = run_small({"duration": "10 s", "providers.office.delivery": {"time": "1 min"}})
    only = letter(result)
    assert (only.delivered_us, only.ended_us) == (9 * HOP, -1)
    assert only.outcome != INBOX
