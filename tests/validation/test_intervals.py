import numpy as np
import pytest

from sim.validation.intervals import batch_means, controlled_interval


def test_batches_are_equally_long_and_drop_what_is_left_over() -> None:
    assert batch_means(np.array([1, 3, 5, 7, 100]), 2).tolist() == [2, 6]


def test_without_controls_the_interval_is_student_s() -> None:
    means = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    interval = controlled_interval(means, np.empty((5, 0)), 0.95)
    assert interval.mean == pytest.approx(3.0)
    assert interval.half_width == pytest.approx(2.7764451 * (2.5 / 5) ** 0.5)


def test_a_control_that_explains_everything_leaves_no_width() -> None:
    control = np.linspace(-1, 2, 12)
    interval = controlled_interval(7 + 3 * control, control[:, None], 0.99)
    assert interval.mean == pytest.approx(7)
    assert interval.half_width == pytest.approx(0, abs=1e-9)


def test_intervals_hold_as_often_as_they_say() -> None:
    chance = np.random.default_rng(5)
    held = 0
    for _ in range(1000):
        control = chance.normal(size=(20, 1))
        interval = controlled_interval(1 + 2 * control[:, 0] + chance.normal(size=20), control, 0.9)
        held += abs(interval.mean - 1) <= interval.half_width
    assert 870 <= held <= 930
