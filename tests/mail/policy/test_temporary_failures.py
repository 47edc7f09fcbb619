"""Turned away by chance: a part of all attempts, each by its own draw."""

from math import sqrt
from typing import Any

import pytest

from sim.kernel.draws import Draws, letter_key
from sim.mail.policy.temporary_failures import TemporaryFailures
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, GREYLISTED, MAILBOX_UNAVAILABLE, RATE_LIMITED
from sim.vocabulary.stages import RCPT
from tests.mail.town import NEVER_DEAD, ROUND_TRIP, TWO_HOSTS, run

NUMBER = 2_000


def campaign(ratio: str, **more: Any) -> dict[str, Any]:
    letters = {"from": "school", "to": "office", "size": "1 B", "count": NUMBER, "pace": "1/s"}
    return {
        **NEVER_DEAD,
        "duration": "6 h",
        "providers.office.temporary_failures": ratio,
        "letters.notice": letters,
        **more,
    }


@pytest.mark.parametrize("ratio", [0.02, 0.3, 0.9])
def test_so_many_attempts_are_turned_away_as_the_share_says(ratio: float) -> None:
    """20,000 attempts, within four standard deviations."""
    ask = TemporaryFailures(ratio, Draws(1).purpose("temporary_failure")).ask
    key = letter_key("notice", 1)
    away = sum(ask(key, attempt) == MAILBOX_UNAVAILABLE for attempt in range(1, 20_001)) / 20_000
    assert away == pytest.approx(ratio, abs=4 * sqrt(ratio * (1 - ratio) / 20_000))


def test_letters_that_were_turned_away_come_again_until_they_are_let_in() -> None:
    """With a third turned away each time, letters need 1 / (1 - 0.3) = 1.43 attempts on the average.

    The number of attempts is geometric: its standard deviation is sqrt(0.3) / 0.7 = 0.78.
    """
    letters = list(run(campaign("30 %")).letters.values())
    assert {letter.outcome for letter in letters} == {INBOX}
    mean = sum(len(letter.attempts) for letter in letters) / NUMBER
    assert mean == pytest.approx(1 / 0.7, abs=4 * 0.78 / sqrt(NUMBER))


def test_a_second_host_says_in_the_same_attempt_what_the_first_one_said() -> None:
    """Twice four round trips, two less for each host to which a connection was kept; and the same letters are
    turned away as by one host.
    """
    one, two = run(campaign("30 %")), run(campaign("30 %", **{"providers.office.mx": TWO_HOSTS}))
    replies = [[result.first(number).reply for number in range(1, NUMBER + 1)] for result in (one, two)]
    assert replies[0] == replies[1]
    refused = [a for a in two.attempts() if a.reply == MAILBOX_UNAVAILABLE]
    assert {a.ended_us - a.handed_us for a in refused} <= {8 * ROUND_TRIP, 6 * ROUND_TRIP, 4 * ROUND_TRIP}
    assert {
        two.record.names.hosts[a.host] for a in refused if a.ended_us - a.handed_us == 8 * ROUND_TRIP
    } == {"office.mx2"}


@pytest.mark.parametrize(
    ("rule", "reply"),
    [
        ({"greylisting": "4 min"}, GREYLISTED),
        ({"rate_limit": {"rate": "1/h", "burst": 1}}, MAILBOX_UNAVAILABLE),
        ({}, MAILBOX_UNAVAILABLE),
    ],
)
def test_it_is_asked_after_the_other_rules_and_before_the_user_is_looked_up(
    rule: dict[str, Any], reply: int
) -> None:
    changes = {
        "providers.office": {"domain": "office.example", "temporary_failures": "100 %", **rule},
        "letters.notice.unknown_users": "100 %",
    }
    attempt = run(changes).first()
    assert (attempt.reply, attempt.stage, attempt.ended_us) == (reply, RCPT, 4 * ROUND_TRIP)


def test_a_letter_that_is_turned_away_has_taken_its_token() -> None:
    """One token: the second letter finds none, whatever became of the first."""
    changes = {
        "providers.office.temporary_failures": "100 %",
        "providers.office.rate_limit": {"rate": "1/h", "burst": 1},
        "letters.notice.times": ["0 s", "1 s"],
    }
    result = run(changes)
    assert [result.first(number).reply for number in (1, 2)] == [MAILBOX_UNAVAILABLE, RATE_LIMITED]
    assert ACCEPTED not in {attempt.reply for attempt in result.attempts()}
