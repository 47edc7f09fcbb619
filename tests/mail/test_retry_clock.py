"""Retry rules of other MTAs than Postfix: by a letter's age, at a queue run or at a moment of its own."""

from itertools import islice, pairwise
from typing import Any

import pytest

from sim.mail.retry_clock import nominal_waits_us
from sim.scenario.retry import Retry
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import EXPIRED
from tests.mail.town import DAY, HOUR, MIN, MS, Outcome, S, fault, run, times

EXIM: dict[str, Any] = {
    "steps": [
        {"until": "2 h", "every": "15 min"},
        {"until": "16 h", "every": "1 h", "factor": 1.5},
        {"until": "4 d", "every": "6 h"},
    ],
}
DOUBLING: dict[str, Any] = {"steps": [{"until": "85 h", "every": "20 min", "factor": 2}]}


def turned_away(retry: dict[str, Any] | None, *at: float, **changes: Any) -> Outcome:
    """Run letters under a rule to a provider that is down for six days; attempts take no time."""
    if retry is not None:
        changes["senders.school.retry"] = retry
    return run(
        {
            "duration": "6 d",
            "default_road.round_trip": "0 s",
            "letters.notice.times": times(*at or (0,)),
            "faults": [fault("providers.office", "down", 0, 6 * 86_400)],
            **changes,
        }
    )


def tried_us(result: Outcome, number: int = 1) -> list[int]:
    return [attempt.activated_us for attempt in result.letter(number).attempts]


def hours(result: Outcome) -> list[float]:
    return [at_us / HOUR for at_us in tried_us(result)]


def test_exim_s_default_rule_makes_28_attempts() -> None:
    """Every 15 min for 2 h; from 1 h on half as long again each, until 16 h; every 6 h until 4 d.

    The first wait of the second step is an hour, though the last one before it was 15 min: as the times that
    are published for it, 3 h, 4.5 h, 6.75 h ... With 22.78 h the step is over, and 13 times 6 h go past 4 d.
    """
    result = turned_away(EXIM)
    quarters = [quarter / 4 for quarter in range(9)]
    growing = [3, 4.5, 6.75, 10.125, 15.1875, 22.78125]
    assert hours(result) == pytest.approx([*quarters, *growing, *(22.78125 + 6 * n for n in range(1, 14))])
    assert len(hours(result)) == 28
    letter = result.letter()
    assert (letter.outcome, letter.ended_us) == (EXPIRED, letter.attempts[-1].ended_us)
    assert result.letter(kind=DSN).submitted_us == letter.ended_us


def test_a_queue_run_every_half_hour_makes_the_quarters_halves() -> None:
    """Exim looks at a letter's real age: with -q30m it is 2 h old after four attempts, and the second step begins.

    Waits of 1, 1.5, 2.25, 3.375 and 5.06 h then end at the next run; at 16 h the third step begins.
    """
    result = turned_away({**EXIM, "queue_run": "30 min"})
    assert hours(result) == [0, 0.5, 1, 1.5, 2, 3, 4.5, 7, 10.5, 16, *(16 + 6 * n for n in range(1, 15))]
    assert result.letter().outcome == EXPIRED


@pytest.mark.parametrize(("phase_min", "first_min"), [(0, 30), (10, 40), (20, 20), (15, 15)])
def test_a_letter_waits_for_the_first_run_that_is_not_too_early(phase_min: int, first_min: int) -> None:
    """Due after 15 min: runs come every 30 min, from the phase on."""
    result = turned_away({**EXIM, "queue_run": "30 min"}, **{"senders.school.scan_phase": f"{phase_min} min"})
    assert tried_us(result)[1] == first_min * MIN


def test_a_rule_that_doubles_each_wait() -> None:
    """20 min, doubled: the ninth attempt is 85 h after the first, and its wait would end after 7 days."""
    result = turned_away(DOUBLING)
    assert [at_us // MIN for at_us in tried_us(result)] == [0, 20, 60, 140, 300, 620, 1260, 2540, 5100]
    assert (result.letter().outcome, result.letter().ended_us) == (EXPIRED, 85 * HOUR)


def test_each_letter_comes_back_at_a_moment_of_its_own() -> None:
    """Whole seconds play no part, nor does the grid of scans: two letters are tried as far apart as they came."""
    result = turned_away(DOUBLING, 0.123, 7.5)
    assert tried_us(result)[:3] == [123 * MS, 20 * MIN + 123 * MS, HOUR + 123 * MS]
    assert tried_us(result, 2)[:2] == [7_500 * MS, 20 * MIN + 7_500 * MS]


def test_jitter_spreads_letters_that_failed_together() -> None:
    """Each wait is up to 5 % longer, by a draw of the letter's own: 300 letters fail at 0 and come back apart."""
    changes = {"senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 0}
    result = turned_away({**DOUBLING, "jitter": "5 %"}, *[0] * 300, **changes, duration="90 min")
    second = sorted(tried_us(result, number)[1] for number in range(1, 301))
    assert 20 * MIN <= second[0] < second[-1] < 21 * MIN
    assert len(set(second)) == 300
    # Evenly spread, so that the mean lies at 20.5 min: its standard error is 1 min / sqrt(12 * 300) = 1 s.
    assert abs(sum(second) / 300 - 20.5 * MIN) < 4 * S
    waits_us = [later - earlier for earlier, later in pairwise(tried_us(result))]
    assert 40 * MIN <= waits_us[1] < 42 * MIN
    assert waits_us[1] / waits_us[0] != 2


def test_without_jitter_letters_that_failed_together_come_back_together_in_order_of_arrival() -> None:
    result = turned_away(DOUBLING, 0, 0, 0, duration="90 min")
    assert {tried_us(result, number)[1] for number in (1, 2, 3)} == {20 * MIN}
    attempts = result.record.attempts
    assert list(attempts["letter"][3:6]) == [0, 1, 2]


def test_postfix_s_parameters_of_time_play_no_part() -> None:
    changes = {
        "senders.school.postconf": {
            "minimal_backoff_time": "1h",
            "maximal_backoff_time": "2h",
            "queue_run_delay": "1h",
            "maximal_queue_lifetime": "1h",
        }
    }
    assert hours(turned_away(DOUBLING, **changes)) == hours(turned_away(DOUBLING))


def test_a_letter_that_is_held_back_has_had_an_attempt() -> None:
    """Six letters at once: three refusals are the end of a window of 5, and the sixth waits 20 min like the others."""
    result = turned_away(DOUBLING, *[0] * 6, duration="90 min")
    assert result.first(6).connection == SUSPENDED
    assert tried_us(result, 6)[1] == 20 * MIN


def test_a_letter_whose_attempts_take_long_is_given_up_by_its_real_age() -> None:
    """Every 10 min until 60 min; each attempt takes 30 s, since no packet comes back.

    Attempts end at 0.5, 11, 21.5, 32, 42.5, 53 and 63.5 min; the last is past the hour.
    """
    rule = {"steps": [{"until": "60 min", "every": "10 min"}]}
    result = turned_away(rule, **{"faults": [fault("providers.office", "silent", 0, 86_400)]})
    assert [attempt.ended_us / MIN for attempt in result.letter().attempts] == [
        0.5,
        11,
        21.5,
        32,
        42.5,
        53,
        63.5,
    ]
    assert result.letter().outcome == EXPIRED


@pytest.mark.parametrize(("queue_run", "second_min"), [(None, 25), ("10 min", 30)])
def test_a_machine_that_is_away_when_a_letter_is_due_tries_it_later(
    queue_run: str | None, second_min: int
) -> None:
    """Due at 20 min, away from 15 to 25 min: tried when it is back, or at the next run."""
    rule = DOUBLING if queue_run is None else {**DOUBLING, "queue_run": queue_run}
    changes = {
        "faults": [
            fault("providers.office", "down", 0, 6 * 86_400),
            fault("senders.school", "down", 15 * 60, 10 * 60),
        ]
    }
    assert tried_us(turned_away(rule, **changes))[1] == second_min * MIN


@pytest.mark.parametrize(
    ("preset", "number", "last_h"), [("exim_default", 24, 100), ("kumomta_default", 9, 85)]
)
def test_presets_give_these_rules(preset: str, number: int, last_h: int) -> None:
    """KumoMTA's jitter of up to 5 % makes it later: 85 h and up to 4.25 h more."""
    tried = hours(turned_away(None, **{"senders.school.preset": preset}))
    assert len(tried) == number
    assert last_h <= tried[-1] <= last_h * 1.05


def rule(**fields: Any) -> Retry:
    return Retry.model_validate(fields)


def test_a_wait_of_a_second_for_a_long_time_has_no_bound_but_its_step() -> None:
    waits_us = nominal_waits_us(rule(steps=[{"until": "4 h", "every": "1 s"}]))
    assert sum(1 for _ in waits_us) == 4 * 3600


def test_a_wait_that_goes_past_its_step_is_waited_in_full() -> None:
    """After 40 min the second step holds: the first wait went past the first step's 30 min. It ends at 130 min."""
    steps = [{"until": "30 min", "every": "40 min"}, {"until": "2 h", "every": "30 min"}]
    assert [wait_us // MIN for wait_us in nominal_waits_us(rule(steps=steps))] == [40, 30, 30, 30]


def test_a_rule_may_be_longer_than_anybody_waits() -> None:
    steps = [{"until": "10000 d", "every": "1 s", "factor": 100}]
    assert list(islice(nominal_waits_us(rule(steps=steps)), 4)) == [S, 100 * S, 10_000 * S, 1_000_000 * S]
    assert 1_000_000 * S > 11 * DAY
