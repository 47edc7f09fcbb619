"""Which kept connection an attempt goes on with (smtp_reuse_session, smtp_cleanup_session in smtp_connect.c).

A hop takes 10 ms: a new connection has its answer to RCPT after 8 hops, a kept one after 4.
"""

from typing import Any

from sim.vocabulary.connections import NEW, REUSED
from sim.vocabulary.replies import ACCEPTED, LOST_CONNECTION, MAILBOX_UNAVAILABLE
from tests.reference.small import MS, S, letter, run_small

ONE_AT_A_TIME: dict[str, Any] = {
    "senders.school.postconf": {
        "initial_destination_concurrency": 1,
        "default_destination_concurrency_limit": 1,
    },
    "providers.office.mx": [{"host": "mx1"}, {"host": "mx2", "preference": 20}],
}


def test_an_attempt_goes_from_one_kept_connection_to_the_other() -> None:
    """Only the first host of an attempt is kept under the name; the alternate is found by who comes to its turn."""
    result = run_small(
        {
            **ONE_AT_A_TIME,
            "providers.office.temporary_failures": "100 %",
            "letters.notice.times": ["0 s"] * 4,
        }
    )
    first = [letter(result, number).attempts[0] for number in (1, 2, 3, 4)]
    assert {MAILBOX_UNAVAILABLE} == {attempt.reply for attempt in first}
    assert [attempt.connection for attempt in first] == [NEW, NEW, REUSED, REUSED]
    # Two new sessions, and with the third letter two kept ones.
    assert [attempt.ended_us for attempt in first] == [160 * MS, 320 * MS, 400 * MS, 480 * MS]
    assert {"office.mx2"} == {result.hosts[attempt.host] for attempt in first}
    # MAIL of the last session is said 4 + 2 hops after the beginning.
    assert first[2].setup_us == 60 * MS


def test_where_the_first_host_broke_off_the_alternate_is_kept_under_the_name() -> None:
    """The second letter loses mx1 at RCPT and is taken by mx2, to which the third one goes at once."""
    result = run_small(
        {
            **ONE_AT_A_TIME,
            "letters.notice.times": ["0 s"] * 3,
            "faults": [{"at": "165 ms", "for": "10 min", "where": "providers.office.mx1", "what": "down"}],
        }
    )
    second, third = (letter(result, number).attempts[0] for number in (2, 3))
    assert (second.reply, second.connection, second.ended_us) == (ACCEPTED, NEW, 280 * MS)
    assert (third.reply, third.connection, third.ended_us) == (ACCEPTED, REUSED, 340 * MS)
    assert result.hosts[third.host] == "office.mx2"


def test_a_kept_connection_that_breaks_off_is_followed_by_the_other_host() -> None:
    """The third letter's RCPT arrives at 230 ms over the kept connection to mx1, which is down by then."""
    result = run_small(
        {
            **ONE_AT_A_TIME,
            "letters.notice.times": ["0 s"] * 3,
            "faults": [{"at": "225 ms", "for": "10 min", "where": "providers.office.mx1", "what": "down"}],
        }
    )
    third = letter(result, 3).attempts[0]
    assert (third.reply, third.connection, third.ended_us) == (ACCEPTED, NEW, 240 * MS + 100 * MS)
    alone = run_small(
        {
            **ONE_AT_A_TIME,
            "providers.office.mx": [{"host": "mx1"}],
            "letters.notice.times": ["0 s"] * 3,
            "faults": [{"at": "225 ms", "for": "10 min", "where": "providers.office.mx1", "what": "down"}],
        }
    )
    third = letter(alone, 3).attempts[0]
    assert (third.reply, third.connection, third.ended_us) == (LOST_CONNECTION, REUSED, 240 * MS)


def test_nothing_is_kept_where_tls_sessions_are_not_reused() -> None:
    """Postfix keeps no connection with TLS unless smtp_tls_connection_reuse says so."""
    town = {
        **ONE_AT_A_TIME,
        "providers.office.tls": True,
        "senders.school.tls": "1.3",
        "letters.notice.times": ["0 s"] * 3,
    }
    kinds = [each.attempts[0].connection for each in run_small(town).letters.values()]
    assert kinds == [NEW] * 3
    town["senders.school.postconf.smtp_tls_connection_reuse"] = "yes"
    result = run_small(town)
    assert [each.attempts[0].connection for each in result.letters.values()] == [NEW, NEW, REUSED]
    assert letter(result, 3).ended_us < 1 * S
