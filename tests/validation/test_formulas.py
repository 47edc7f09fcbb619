import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.validation.formulas import erlang_c, wait_mg1, wait_mm1, wait_mmc


def test_erlang_c_gives_the_values_of_the_textbooks() -> None:
    assert erlang_c(1, 0.5) == pytest.approx(0.5)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(3, 2.0) == pytest.approx(4 / 9)


def test_the_wait_in_m_m_1_is_load_over_what_is_left_of_the_rate() -> None:
    assert wait_mm1(0.5, 1.0) == pytest.approx(1.0)
    assert wait_mm1(80, 0.01) == pytest.approx(0.04)


def test_constant_service_halves_the_wait() -> None:
    assert wait_mg1(0.6, 1.0, 0) == pytest.approx(wait_mm1(0.6, 1.0) / 2)


@given(st.floats(0.01, 0.99), st.floats(0.001, 100))
def test_pollaczek_khinchine_with_exponential_service_is_m_m_1(load: float, service_s: float) -> None:
    assert wait_mg1(load / service_s, service_s, 1) == pytest.approx(wait_mm1(load / service_s, service_s))


@given(st.integers(1, 200), st.floats(0.01, 0.99))
def test_a_second_worker_never_makes_the_wait_longer(workers: int, utilisation: float) -> None:
    load = utilisation * workers
    assert 0 <= erlang_c(workers, load) <= 1
    assert wait_mmc(load, 1.0, workers + 1) <= wait_mmc(load, 1.0, workers)
