import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from sim.kernel.first_come import FirstCome
from sim.validation import theory
from sim.validation.theory.finding import HALF_WIDTH, Case
from sim.validation.theory.line import LINES, Line
from sim.validation.theory.loss import LOSSES
from sim.validation.theory.world import run

LEAST = 22_000
"""Letters of a short run."""


def shortened(case: Case) -> Case:
    """Make a case that takes a second or two at most."""
    if not any(field.name == "letters" for field in dataclasses.fields(case)) or case.letters < LEAST:  # type: ignore[arg-type]
        return case
    return dataclasses.replace(case, letters=LEAST)  # type: ignore[type-var, misc]


@pytest.mark.parametrize("case", theory.CASES, ids=lambda case: case.name)
def test_a_short_run_agrees_with_theory_within_its_wide_interval(case: Case) -> None:
    findings = shortened(case).measure(0.9999)
    assert [finding.check for finding in findings] == list(case.checks)
    for finding in findings:
        error = abs(finding.simulated - finding.exact)
        if finding.half_width is None:
            assert error <= theory.EQUAL * finding.exact
        else:
            assert error <= finding.half_width < 0.3 * finding.exact


def test_all_intervals_together_hold_in_99_of_100_scorecards() -> None:
    assert sum(len(case.checks) for case in theory.CASES) * (1 - theory.LEVEL) == pytest.approx(0.01)


def test_every_case_has_a_seed_of_its_own_and_they_are_numbered_through() -> None:
    seeds = [case.seed for case in theory.CASES]
    assert seeds == list(range(1001, 1001 + len(seeds)))


def test_an_interval_that_is_too_wide_is_a_miss_however_near_the_figure_is() -> None:
    case = dataclasses.replace(LINES[0], letters=LEAST, longer_than_s=(), little=False)
    (row,) = theory.rows_of(case)
    assert row.bound is not None
    assert row.error is not None
    assert row.bound > HALF_WIDTH
    assert row.error <= row.bound
    assert row.ok is False


def test_service_times_are_drawn_once_more_exactly() -> None:
    case = dataclasses.replace(LINES[0], letters=4_000)
    waits_s = case.visits(run(case.scenario(), case.seed)).waits_s
    assert waits_s.min() > -1e-6
    assert 0.5 < np.mean(waits_s > 1e-6) < 0.7  # at load 0.6 six letters of ten wait


def two_paths() -> Line:
    return dataclasses.replace(
        next(line for line in LINES if line.round_trips_s == (0.02, 4.0)), letters=LEAST
    )


def test_letters_of_both_roads_wait_alike_though_some_set_out_long_before() -> None:
    near, far = two_paths().measure(0.999)
    assert near.simulated == pytest.approx(far.simulated, rel=0.15)


def test_asking_in_the_order_of_setting_out_would_be_far_off() -> None:
    case = two_paths()
    record = run(case.scenario(), case.seed)
    arrived = dict(zip(record.visits["letter"], record.visits["from_us"], strict=True))
    station = FirstCome(1)
    # Rows stand in the order in which letters were written.
    waits = [station.depart(arrived[row], 1_000_000) - arrived[row] - 1_000_000 for row in sorted(arrived)]
    assert np.mean(waits) / 1e6 > 3 * case.wait_s()


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.name)
def test_who_is_turned_away_does_not_come_back_within_the_run(case: Case) -> None:
    record = run(dataclasses.replace(case, letters=3_000).scenario(), case.seed)  # type: ignore[type-var, attr-defined]
    assert set(record.letters["attempts"]) == {1}
    moments = sorted(record.attempts["activated_us"])
    assert all(after > before for before, after in pairwise(moments))
