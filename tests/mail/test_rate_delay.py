"""The rate delay: one delivery to a destination at a time, and a pause after each."""

from itertools import pairwise
from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED, SERVER_BUSY
from tests.mail.town import HOP, ROUND_TRIP, Outcome, S, fault, run, times

LETTER_US = 5 * ROUND_TRIP
"""What a letter takes over a new connection."""


def paced(delay_s: int, *at: float, **more: Any) -> Outcome:
    return run(
        {
            "senders.school.postconf.default_destination_rate_delay": delay_s,
            "letters.notice.times": times(*at),
            **more,
        }
    )


def replies(result: Outcome, number: int) -> list[tuple[int, int]]:
    """Give how the first attempts of so many letters ended: connection and reply."""
    first = [result.first(each) for each in range(1, number + 1)]
    return [(attempt.connection, attempt.reply) for attempt in first]


def test_fifty_letters_five_seconds_apart_take_245_seconds_and_their_own_time() -> None:
    """A concurrency limit of 2 changes nothing: the rate delay makes it 1."""
    result = paced(5, *[0] * 50, **{"senders.school.postconf.smtp_destination_concurrency_limit": 2})
    assert [result.first(n).handed_us for n in range(1, 51)] == [n * (5 * S + LETTER_US) for n in range(50)]
    assert result.first(50).ended_us == 49 * 5 * S + 50 * LETTER_US


def test_with_a_recipient_limit_of_1_each_recipient_is_paced_by_himself() -> None:
    """Fifty people get one letter each: all at once. The second letter for one of them has its pause."""
    result = paced(
        5,
        *[0] * 50,
        **{
            "senders.school.postconf.smtp_destination_recipient_limit": 1,
            "letters.second": {"from": "school", "to": "office", "size": "1 B", "times": times(1)},
        },
    )
    assert {result.first(n).ended_us for n in range(1, 51)} == {LETTER_US}
    assert result.first(entry="second").handed_us == LETTER_US + 5 * S


def test_of_seventy_letters_three_are_sent_one_is_refused_and_66_are_held_back() -> None:
    """A rate delay of 3 s; the server takes three connections, and then greets with 421.

    A failure at a window of 1 is a whole cohort: the destination is dead, and all who wait are deferred
    without a connection, at once.
    """
    result = paced(3, *[0] * 70, faults=[fault("providers.office", "greets_421", 9, 600)])
    assert replies(result, 70) == (
        [(NEW, ACCEPTED)] * 3 + [(NO_CONNECTION, SERVER_BUSY)] + [(SUSPENDED, SERVER_BUSY)] * 66
    )
    fourth = 3 * (3 * S + LETTER_US)
    assert {result.first(n).ended_us for n in range(4, 71)} == {fourth + 2 * ROUND_TRIP}


def test_with_a_failed_cohort_limit_of_10_only_those_really_refused_are_deferred() -> None:
    """Nine are refused, one every 3.04 s; the tenth refusal is the end, and the other 57 are held back."""
    changes = {
        "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 10,
        "faults": [fault("providers.office", "greets_421", 9, 600)],
    }
    result = paced(3, *[0] * 70, **changes)
    assert replies(result, 70) == (
        [(NEW, ACCEPTED)] * 3 + [(NO_CONNECTION, SERVER_BUSY)] * 10 + [(SUSPENDED, SERVER_BUSY)] * 57
    )
    refused = [result.first(n).handed_us for n in range(4, 14)]
    assert [later - earlier for earlier, later in pairwise(refused)] == [3 * S + 2 * ROUND_TRIP] * 9


def test_a_destination_is_not_dead_for_longer_than_its_pause() -> None:
    """qmgr_entry_done brings a dead queue with a rate delay back to life, and lets it pause as after any delivery.

    The host is down for 2 s. The first letter is refused after a round trip, and the second held back. The third,
    which comes at 4 s, is neither tried nor held back, but waits for the end of the pause (not for 300 s).
    """
    result = paced(10, 0, 0, 4, faults=[fault("providers.office", "down", 0, 2)])
    assert [attempt for attempt, _ in replies(result, 3)] == [NO_CONNECTION, SUSPENDED, NEW]
    assert result.first(2).ended_us == ROUND_TRIP
    assert (result.first(3).activated_us, result.first(3).handed_us) == (4 * S, 10 * S + ROUND_TRIP)
    assert {letter.outcome for letter in result.letters.values()} == {INBOX}


def test_each_failure_after_a_pause_holds_back_who_waits_by_then() -> None:
    result = paced(10, 0, 4, 5, 15, faults=[fault("providers.office", "down", 0, 12)])
    assert replies(result, 4) == [
        (NO_CONNECTION, CONNECTION_REFUSED),
        (NO_CONNECTION, CONNECTION_REFUSED),
        (SUSPENDED, CONNECTION_REFUSED),
        (NEW, ACCEPTED),
    ]
    assert result.first(3).ended_us == 10 * S + 2 * ROUND_TRIP
    assert result.first(4).handed_us == 20 * S + 2 * ROUND_TRIP


def test_failures_count_over_pauses() -> None:
    """A cohort limit of 2 at a window of 1: the second refusal is the end, though a pause lies between them."""
    changes = {
        "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 2,
        "faults": [fault("providers.office", "down", 0, 60)],
    }
    result = paced(5, 0, 0, 0, 0, **changes)
    assert [how for how, _ in replies(result, 4)] == [NO_CONNECTION] * 2 + [SUSPENDED] * 2


@pytest.mark.parametrize(
    ("at", "handed_us"), [(2, 5 * S + LETTER_US), (5.09, 5 * S + LETTER_US), (5.2, 5.2 * S)]
)
def test_a_pause_goes_on_though_nothing_waits(at: float, handed_us: int) -> None:
    """A letter that comes in it waits for its end; one that comes later starts at once."""
    assert paced(5, 0, at).first(2).handed_us == handed_us


def test_other_destinations_do_not_wait() -> None:
    changes = {
        "providers.webmail": {"domain": "webmail.example"},
        "letters.second": {"from": "school", "to": "webmail", "size": "1 B", "times": times(1)},
    }
    assert paced(60, 0, 0, **changes).first(entry="second").handed_us == S


def test_a_pause_of_a_second_lets_connections_be_used_again_and_one_of_three_does_not() -> None:
    """On-demand caching begins where a letter follows within the next second, and keeps them for 2 s.

    The second letter is the first that follows one, so its connection is the first that is kept.
    """
    assert [how for how, _ in replies(paced(1, *[0] * 5), 5)] == [NEW, NEW, REUSED, REUSED, REUSED]
    assert [how for how, _ in replies(paced(3, *[0] * 5), 5)] == [NEW] * 5


def test_a_pause_that_ends_while_the_machine_is_away_is_over_when_it_is_back() -> None:
    result = paced(5, 0, 0, faults=[fault("senders.school", "down", 1, 60)])
    assert result.first(2).handed_us == 61 * S


def test_the_end_of_a_delivery_and_not_its_beginning_sets_the_pause_going() -> None:
    """The host takes 20 s for a letter: 20 s of service and 5 s of pause between two hand-overs."""
    result = paced(5, 0, 0, **{"providers.office.accept_time": "20 s"})
    assert result.first(2).handed_us == 25 * S + LETTER_US
    assert result.letter(1).delivered_us == 20 * S + LETTER_US - HOP
