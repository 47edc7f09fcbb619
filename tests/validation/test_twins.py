import numpy as np
import pytest

from sim.validation.formulas import cleared_after, erlang_b, in_system_mm1k, wait_mm1k, waits_longer_mmc
from sim.validation.twins import met_inside, turned_away, waits_in_line


def test_a_line_s_waits_are_those_of_a_worked_example() -> None:
    # Letters at 1, 2, 3 and 10 with services 3, 1, 2, 1: with one server service begins at 1, 4, 5 and 10.
    arrived, services = np.array([1.0, 2.0, 3.0, 10.0]), np.array([3.0, 1.0, 2.0, 1.0])
    assert waits_in_line(arrived, services).tolist() == [0.0, 2.0, 2.0, 0.0]
    # With two servers the third finds the second one's place free at 3.
    assert waits_in_line(arrived, services, 2).tolist() == [0.0, 0.0, 0.0, 0.0]


def test_who_finds_all_places_taken_goes_away() -> None:
    arrived, services = np.array([0.0, 1.0, 2.0, 3.5]), np.array([3.0, 3.0, 3.0, 3.0])
    assert turned_away(arrived, services, 2, 2).tolist() == [0.0, 0.0, 1.0, 0.0]
    assert turned_away(arrived, services, 1, 2).tolist() == [0.0, 0.0, 1.0, 0.0]
    assert turned_away(arrived, services, 1, 1).tolist() == [0.0, 1.0, 1.0, 0.0]


def test_a_letter_meets_those_that_came_before_and_have_not_left() -> None:
    arrived, left = np.array([0.0, 1.0, 2.0, 9.0]), np.array([5.0, 1.5, 3.0, 10.0])
    assert met_inside(arrived, left).tolist() == [0.0, 1.0, 1.0, 0.0]


def test_erlang_b_gives_the_values_of_the_textbooks() -> None:
    assert erlang_b(1, 1.0) == pytest.approx(1 / 2)
    assert erlang_b(2, 1.0) == pytest.approx(1 / 5)
    assert erlang_b(5, 4.0) == pytest.approx(0.19907, abs=1e-5)


def test_m_m_1_k_with_load_1_is_even() -> None:
    assert in_system_mm1k(1.0, 4) == pytest.approx([0.2] * 5)
    # Of two places one is the line: who is let in waits one service if somebody is served, with chance 1/2.
    assert wait_mm1k(1.0, 1.0, 2) == pytest.approx(0.5)


def test_more_places_make_m_m_1_k_the_queue_without_a_limit() -> None:
    assert wait_mm1k(0.6, 1.0, 200) == pytest.approx(1.5)


def test_waits_in_m_m_1_are_exponential_for_those_who_wait() -> None:
    assert waits_longer_mmc(0.6, 1.0, 1, 0.0) == pytest.approx(0.6)
    assert waits_longer_mmc(0.6, 1.0, 1, 1.0) == pytest.approx(0.6 * np.exp(-0.4))


def test_a_burst_clears_at_its_letters_over_the_rate_that_is_left() -> None:
    # 1,000 letters at 10 a second less 4: 166.7 s, and a little for what the stream had left in line.
    assert cleared_after(1000, 4.0, 0.1) == pytest.approx(1000 / 6, rel=0.001)
    assert cleared_after(1000, 0.0, 0.1) == pytest.approx(100.0)
