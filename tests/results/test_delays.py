from dataclasses import replace

import numpy as np
import pytest

from sim.results.columns import submitted_letters
from sim.results.delays import Delays, Reach, Throughput, delays, reach, throughput
from tests.results.hand_made import OFFICE, S, record


def test_delays_run_from_acceptance_to_the_receivers_250_over_delivered_letters() -> None:
    made = record()

    # closure/1 took 10 s, closure/2 took 319 s; nothing else was delivered.
    assert delays(made, submitted_letters(made)) == Delays(10.0, 319.0, 319.0, 319.0)


def test_reach_counts_all_submitted_letters_and_times_from_the_first_submission() -> None:
    made = record()
    letters = submitted_letters(made)

    # One of nine was delivered within 100 s; two of nine are less than half.
    assert reach(made, letters) == Reach(pytest.approx(1 / 9), None, None, None)
    first_three = letters & (np.arange(len(letters)) < 3)
    assert reach(made, first_three) == Reach(pytest.approx(1 / 3), 321.0, None, None)
    first_two = letters & (np.arange(len(letters)) < 2)
    assert reach(made, first_two) == Reach(0.5, 11.0, 321.0, 321.0)


def test_times_count_from_the_first_submission_but_the_deadline_from_the_start() -> None:
    made = record()
    for row in range(2):
        made.letters["submitted_us"][row] = 1 * S
    first_two = np.arange(len(made.letters)) < 2

    assert reach(made, first_two) == Reach(0.5, 10.0, 320.0, 320.0)


def test_a_letter_that_arrives_at_the_deadline_is_in_time() -> None:
    made = record()
    late = replace(made, scenario=made.scenario.model_copy(update={"deadline_us": 11 * S}))
    early = replace(made, scenario=made.scenario.model_copy(update={"deadline_us": 11 * S - 1}))
    first = np.arange(len(made.letters)) < 1

    assert reach(late, first).share_by_deadline == 1.0
    assert reach(early, first).share_by_deadline == 0.0


def test_without_a_deadline_there_is_no_share() -> None:
    made = record()
    free = replace(made, scenario=made.scenario.model_copy(update={"deadline_us": None}))

    assert reach(free, submitted_letters(made)).share_by_deadline is None


def test_no_letters_have_no_figures() -> None:
    made = record()
    nobody = np.zeros(len(made.letters), dtype=np.bool_)

    assert delays(made, nobody) == Delays(None, None, None, None)
    assert reach(made, nobody) == Reach(None, None, None, None)
    assert throughput(made, nobody) == Throughput(None, None)


def test_throughput_is_deliveries_between_the_first_and_the_last() -> None:
    made = record()

    assert throughput(made, submitted_letters(made)) == Throughput(
        pytest.approx(1 / 310), pytest.approx(1 / 60)
    )


def test_a_single_delivery_has_no_mean_throughput() -> None:
    made = record()
    of_office = submitted_letters(made) & (np.asarray(made.letters["provider"]) == OFFICE)

    assert throughput(made, of_office).mean_per_s is None
