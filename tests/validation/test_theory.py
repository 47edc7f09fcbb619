import dataclasses

import numpy as np
import pytest

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
    case = dataclasses.replace(theory.CASES[1], letters=2_000)
    scenario = theory.scenario_of(case)
    record = run_once(scenario, seed=case.seed)
    visits = record.visits
    services = theory._services(scenario, record, whole(visits, "letter"))
    waits = whole(visits, "to_us") - whole(visits, "from_us") - services
    assert waits.min() == 0
    assert 0.4 < np.mean(waits > 0) < 0.6  # half of the letters wait at load 0.5


def test_letters_of_both_roads_wait_alike_though_some_set_out_long_before() -> None:
    case = theory.CASES[-1]
    assert case.round_trips_s == (0.02, 4.0)
    near, far = theory.measure(dataclasses.replace(case, letters=22_000), 0.999)
    assert near.mean == pytest.approx(far.mean, rel=0.15)


@pytest.mark.long
def test_every_mean_wait_is_inside_an_interval_of_two_percent() -> None:
    assert [(row.check, row.error, row.bound) for row in theory.rows() if not row.ok] == []
