"""With a recipient limit of 1 each recipient is a destination of his own; connections are kept by provider."""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from tests.mail.town import ONE_AT_A_TIME, ROUND_TRIP, S, fault, run, times

LETTER_US = 5 * ROUND_TRIP
BY_RECIPIENT: dict[str, Any] = {"senders.school.postconf.smtp_destination_recipient_limit": 1}


@pytest.mark.parametrize(
    ("processes", "recipient_limit", "seconds"), [(1, 1, 500), (100, 1, 5), (100, 50, 500), (1, 50, 500)]
)
def test_a_concurrency_limit_of_1_slows_a_carrier_s_recipients_only_if_they_are_one_destination(
    processes: int, recipient_limit: int, seconds: int
) -> None:
    """A thousand recipients, 0.5 s each: one process does 2/s, a hundred do 200/s, one destination has one at a time.

    Sessions are not reused here, since only then is each letter's time 0.5 s.
    """
    changes = {
        "senders.school.postconf": {
            "smtp_destination_concurrency_limit": 1,
            "smtp_destination_recipient_limit": recipient_limit,
            "default_process_limit": processes,
            "smtp_connection_cache_on_demand": False,
        },
        "providers.office.accept_time": "400 ms",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 1000},
    }
    result = run(changes)
    assert max(attempt.ended_us for attempt in result.attempts()) == seconds * S


def test_two_letters_for_one_recipient_go_one_after_the_other() -> None:
    """The first letters of both entries are for mailbox 0, the second ones for mailbox 1."""
    entry = {"from": "school", "to": "office", "size": "1 B", "times": times(0, 0)}
    changes = {**BY_RECIPIENT, **ONE_AT_A_TIME, "letters": {"notice": entry, "second": entry}}
    result = run(changes)
    assert [result.first(n).handed_us for n in (1, 2)] == [0, 0]
    assert [result.first(n, "second").handed_us for n in (1, 2)] == [LETTER_US] * 2


def test_a_recipient_is_dead_alone() -> None:
    """A window of 1 each. The host is down for 10 s: the first letter of each recipient is tried.

    At 20 s the host is up, but mailbox 0's second letter is held back; the next recipient's first one goes through.
    """
    changes = {
        **BY_RECIPIENT,
        **ONE_AT_A_TIME,
        "letters.notice.times": times(*[0] * 9),
        "letters.second": {"from": "school", "to": "office", "size": "1 B", "times": times(20)},
        "letters.third": {"from": "school", "to": "office", "size": "1 B", "times": times(*range(21, 31))},
        "faults": [fault("providers.office", "down", 0, 10)],
    }
    result = run(changes)
    assert {result.first(n).connection for n in range(1, 10)} == {NO_CONNECTION}
    assert result.first(entry="second").connection == SUSPENDED
    assert [result.first(n, "third").connection == SUSPENDED for n in range(1, 11)] == [True] * 9 + [False]


def test_a_connection_that_one_recipient_s_letter_left_is_taken_by_another_s() -> None:
    """Back-to-back delivery is a matter of the recipient, and what is kept belongs to the provider.

    Mailbox 0 has two letters at 0 s: the second follows the first, so its connection is kept at 0.2 s. Mailbox 1
    has two at 0.15 s: the second, at 0.25 s, follows its first, and takes that connection.
    """
    entry = {"from": "school", "to": "office", "size": "1 B", "times": times(0, 0.15)}
    result = run({**BY_RECIPIENT, **ONE_AT_A_TIME, "letters": {"notice": entry, "second": entry}})
    how = {(name, n): result.first(n, name).connection for name in ("notice", "second") for n in (1, 2)}
    assert how == {("notice", 1): NEW, ("second", 1): NEW, ("notice", 2): NEW, ("second", 2): REUSED}
