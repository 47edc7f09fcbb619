import numpy as np
import pytest

from sim.errors import ArgumentError
from sim.kernel.recorder import RunRecord
from sim.learn.counter import PARTS, WARM_UP, line_length, mean_wait, staff, waits_s
from sim.learn.plans import plan_of
from sim.run_scenario import run_once
from sim.scenario.load import load, scenario_from_mapping


def record_of(workers: int) -> RunRecord:
    """Five letters, a second apart from 10 s on, at a counter that takes 1.5 s for each."""
    return run_once(
        scenario_from_mapping(
            {
                "format": 1,
                "duration": "1 min",
                "senders": {"town": {"domain": "town.example", "host": "instant"}},
                "providers": {
                    "office": {
                        "domain": "office.example",
                        "checking": {"workers": workers, "time": "1500 ms"},
                    }
                },
                "letters": {
                    "mail": {
                        "from": "town",
                        "times": ["10 s", "11 s", "12 s", "13 s", "14 s"],
                        "size": "2 kB",
                        "to": "office",
                    }
                },
            }
        )
    )


def test_who_works_is_busy_for_the_time_that_the_letters_ask_for() -> None:
    plan = plan_of("11_how_do_we_know")

    assert staff(load(plan.file(), plan.settings(80))) == (1, pytest.approx(0.8))
    assert staff(load(plan.file(), [*plan.settings(90), "providers.office.checking.workers=2"])) == (2, 0.45)
    uniform = "providers.office.checking.time={uniform: [0 s, 1 s]}"
    assert staff(load(plan.file(), [*plan.settings(80), uniform])) == (1, pytest.approx(0.4))
    with pytest.raises(ArgumentError, match="no counter"):
        staff(load(plan.file(), ["providers.office.checking=null"]))


def test_waits_at_one_counter_add_up_as_they_do_by_hand() -> None:
    # Each comes a second after the one before it and stays half a second longer than that.
    assert waits_s(record_of(1), 1) == pytest.approx([0, 0.5, 1, 1.5, 2])


def test_at_two_counters_nobody_waits_there() -> None:
    assert waits_s(record_of(2), 2) == pytest.approx([0, 0, 0, 0, 0])


def test_the_line_counts_who_is_served_and_who_waits() -> None:
    moments, there = line_length(record_of(1), 11.9, 13.1)

    # 12.0: three have come and one has left; 13.0: four have come, two have left (11.5 and 13.0).
    assert moments == pytest.approx([12, 13, 13], abs=0.1)  # the road takes a little
    assert there.tolist() == [2, 3, 2]


def test_the_interval_of_independent_waits_is_the_one_of_statistics() -> None:
    means = np.arange(PARTS, dtype=np.float64)
    waits = np.concatenate([np.full(WARM_UP, 1000.0), np.repeat(means, 50)])
    found = mean_wait(waits)

    # Student's t with 19 degrees of freedom: 2.093 (table), times the standard error of 0 ... 19, 5.916 / sqrt(20).
    assert found.mean == pytest.approx(9.5)
    assert found.half_width == pytest.approx(2.093 * 5.916 / 20**0.5, rel=1e-3)
