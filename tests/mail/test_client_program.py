"""A plain program that sends: threads with their own letters, a pause after a refusal, no queue and no bounces."""

from typing import Any

from sim.results.audit import audit
from sim.vocabulary.connections import NEW, REUSED
from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import BOUNCED, INBOX, QUEUED
from sim.vocabulary.replies import TOO_MANY_CONNECTIONS
from tests.mail.town import HOP, MS, ROUND_TRIP, S, run, times

DELIVERED, KNOWN = 90 * MS, 100 * MS
"""What a letter over a new connection takes."""


def program(threads: int, letters: int, changes: dict[str, Any] | None = None, **settings: Any) -> Any:
    """Run the town with a program in the place of its mail server."""
    result = run(
        {
            "senders.school": {
                "domain": "school.example",
                "tls": "none",
                "program": {"threads": threads, **settings},
            },
            "letters.notice.times": times(*[0] * letters),
            **(changes or {}),
        }
    )
    assert audit(result.record).failures == ()
    return result


def test_each_thread_sends_its_letters_one_after_another() -> None:
    """Letters are dealt in turn: of five, the first thread has 1, 3 and 5, the second 2 and 4."""
    result = program(2, 5)
    delivered = [result.letter(number).delivered_us for number in range(1, 6)]
    assert delivered == [DELIVERED, DELIVERED, KNOWN + DELIVERED, KNOWN + DELIVERED, 2 * KNOWN + DELIVERED]
    assert {attempt.connection for attempt in result.attempts()} == {NEW}


def test_a_connection_is_used_again_where_that_is_wished() -> None:
    """RSET, the envelope, and body with dot: three round trips less the answer's way."""
    result = program(1, 2, reuse_connections=True)
    assert result.first(2).connection == REUSED
    assert result.letter(2).delivered_us == KNOWN + ROUND_TRIP + ROUND_TRIP + HOP


def test_who_is_refused_waits_and_tries_the_same_letter_again() -> None:
    """The host takes one connection: the second thread hears 421 at 40 ms, and is back 3 s later."""
    limit = {"providers.office.connection_limit": {"per_client": 1}}
    result = program(2, 4, limit, retry_after="3 s")
    refused, taken = result.letter(2).attempts
    assert refused.reply == TOO_MANY_CONNECTIONS
    assert (refused.ended_us, taken.activated_us) == (2 * ROUND_TRIP, 2 * ROUND_TRIP + 3 * S)
    assert result.letter(2).delivered_us == 2 * ROUND_TRIP + 3 * S + DELIVERED
    # Its other letter has waited with it; the first thread has gone on.
    assert result.letter(3).delivered_us == KNOWN + DELIVERED
    assert result.letter(4).delivered_us == 2 * ROUND_TRIP + 3 * S + KNOWN + DELIVERED


def test_what_is_refused_for_good_is_given_up_and_nobody_is_told() -> None:
    result = program(1, 2, {"letters.notice.unknown_users": "100 %"})
    assert [result.letter(number).outcome for number in (1, 2)] == [BOUNCED, BOUNCED]
    assert not [name for name in result.letters if name[2] == DSN]


def test_letters_that_are_not_through_at_the_end_are_still_there() -> None:
    result = program(1, 3, {"duration": "150 ms"})
    assert [result.letter(number).outcome for number in (1, 2, 3)] == [INBOX, QUEUED, QUEUED]
