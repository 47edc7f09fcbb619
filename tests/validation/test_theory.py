import dataclasses

import numpy as np
import pytest

from sim.kernel.first_come import FirstCome
from sim.results.columns import whole
from sim.run_scenario import run_once
from sim.validation import theory


@pytest.mark.parametrize("case", theory.CASES, ids=lambda case: case.name)
def test_a_short_run_agrees_with_theory_within_its_wide_interval(case: theory.Case) -> None:
    short = dataclasses.replace(case, letters=22_000)
    for interval in theory.measure(short, 0.999):
        assert abs(interval.mean - case.exact_wait_s) <= interval.half_width
        assert interval.half_width < 0.3 * case.exact_wait_s


def test_service_times_are_drawn_once_more_exactly() -> None:
    case = dataclasses.replace(theory.CASES[0], letters=4_000)
    scenario = theory.scenario_of(case)
    record = run_once(scenario, seed=case.seed)
    visits = record.visits
    services = theory._services(scenario, record, whole(visits, "letter"))
    waits = whole(visits, "to_us") - whole(visits, "from_us") - services
    assert waits.min() == 0
    assert 0.5 < np.mean(waits > 0) < 0.7  # at load 0.6 six letters of ten wait


def test_letters_of_both_roads_wait_alike_though_some_set_out_long_before() -> None:
    case = theory.CASES[-1]
    assert case.round_trips_s == (0.02, 4.0)
    near, far = theory.measure(dataclasses.replace(case, letters=22_000), 0.999)
    assert near.mean == pytest.approx(far.mean, rel=0.15)


def test_asking_in_the_order_of_setting_out_would_be_far_off() -> None:
    case = dataclasses.replace(theory.CASES[-1], letters=22_000)
    record = run_once(theory.scenario_of(case), seed=case.seed)
    arrived = dict(zip(record.visits["letter"], record.visits["from_us"], strict=True))
    station = FirstCome(1)
    # Rows stand in the order in which letters were written.
    waits = [station.depart(arrived[row], 1_000_000) - arrived[row] - 1_000_000 for row in sorted(arrived)]
    assert np.mean(waits) / 1e6 > 3 * case.exact_wait_s


def test_lindley_s_recursion_gives_the_waits_of_a_worked_example() -> None:
    # Letters at 1, 2, 3 and 10 with services 3, 1, 2, 1: service begins at 1, 4, 5 and 10.
    waits = theory._waits_in_line(np.array([1.0, 1.0, 1.0, 7.0]), np.array([3.0, 1.0, 2.0, 1.0]))
    assert waits.tolist() == [0.0, 2.0, 2.0, 0.0]


def test_every_mean_wait_is_inside_an_interval_of_two_percent() -> None:
    assert [(row.check, row.error, row.bound) for row in theory.rows() if not row.ok] == []
