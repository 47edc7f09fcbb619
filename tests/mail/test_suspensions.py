"""A sender that stops sending where it was told to slow down, as purpose-built senders do and Postfix does not."""

from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.vocabulary.replies import ACCEPTED, RATE_LIMITED
from tests.mail.town import MIN, ONE_AT_A_TIME, ROUND_TRIP, S, run, scenario, times

LIMIT: dict[str, Any] = {"providers.office.rate_limit": {"rate": "1/min", "burst": 1}}


def test_after_the_reply_nothing_goes_there_for_the_time() -> None:
    """One letter is let in, the second is told 450 at 80 ms; the third waits 10 minutes from then, not tried."""
    changes = {
        **LIMIT,
        **ONE_AT_A_TIME,
        "senders.school.suspensions": [{"reply": "450 4.7.1", "for": "10 min"}],
        "senders.school.postconf.smtp_connection_cache_on_demand": False,
        "letters.notice.times": times(0, 0, 0),
    }
    result = run(changes)
    told = 5 * ROUND_TRIP + 4 * ROUND_TRIP
    assert (result.first(2).ended_us, result.first(2).reply) == (told, RATE_LIMITED)
    assert result.first(3).handed_us == told + 10 * MIN
    assert result.first(3).reply == ACCEPTED


def test_postfix_itself_goes_on() -> None:
    changes = {
        **LIMIT,
        **ONE_AT_A_TIME,
        "senders.school.postconf.smtp_connection_cache_on_demand": False,
        "letters.notice.times": times(0, 0, 0),
    }
    result = run(changes)
    assert result.first(3).handed_us == 9 * ROUND_TRIP
    assert result.first(3).reply == RATE_LIMITED


def test_other_destinations_are_not_suspended() -> None:
    changes = {
        **LIMIT,
        "senders.school.suspensions": [{"reply": "450 4.7.1", "for": "10 min"}],
        "providers.other": {"domain": "other.example"},
        "letters.notice.times": times(0, 0),
        "letters.second": {"from": "school", "to": "other", "size": "1 B", "times": times(60)},
    }
    assert run(changes).first(1, "second").handed_us == 60 * S


def test_a_second_telling_makes_the_pause_longer() -> None:
    """Two deliveries side by side are told 450 at 80 ms and, on the slow one, later: the pause ends after the later.

    The second letter's refusal comes with the first one's acceptance under way; both letters 2 and 3 are refused.
    """
    changes = {
        **LIMIT,
        "senders.school.suspensions": [{"reply": "450 4.7.1", "for": "10 min"}],
        "letters.notice.times": times(0, 0, 0.5, 1),
    }
    result = run(changes)
    second, third = result.first(2), result.first(3)
    assert second.reply == RATE_LIMITED
    # The third came 0.5 s later: by then the destination had paused since the second was told.
    assert third.handed_us == second.ended_us + 10 * MIN


def test_a_batch_pauses_by_what_any_of_its_recipients_was_told() -> None:
    changes = {
        **LIMIT,
        "senders.school.suspensions": [{"reply": "450 4.7.1", "for": "10 min"}],
        "letters.notice": {
            "from": "school",
            "to": "office",
            "size": "1 B",
            "times": times(0, 1),
            "recipients": 2,
        },
    }
    result = run(changes)
    assert (result.first(1).reply, result.first(2).reply) == (ACCEPTED, RATE_LIMITED)
    assert result.first(3).handed_us == result.first(2).ended_us + 10 * MIN


def test_a_reply_that_nobody_gives_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({"senders.school.suspensions": [{"reply": "450 4.7.2", "for": "10 min"}]})
    assert "450 4.7.2" in str(caught.value)
