from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from sim.results.tables import frames
from sim.viz.delay_numbers import own_letters, percentiles
from sim.viz.delay_parts import SUSPENDED, delay_parts, mean_parts
from sim.viz.delays import delays, plot_distribution
from sim.viz.waiting import plot_waiting
from tests.results.hand_made import record


def test_a_curve_ends_at_the_share_that_arrived() -> None:
    axes = plot_distribution(frames(record()))
    ends = [(np.asarray(line.get_xdata())[1], np.asarray(line.get_ydata())[-1]) for line in axes.lines]

    # One of the carrier's two letters took 10 s; one of the office's seven took 319 s.
    assert ends == [(10.0, 0.5), (319.0, pytest.approx(1 / 7))]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "carrier: 2 letters, 50 % never arrived",
        "office: 7 letters, 85.7 % never arrived",
    ]


def test_percentiles_belong_to_the_time_of_submission() -> None:
    found = percentiles(own_letters(frames(record())), np.array([0.0, 500.0, 1000.0]))

    assert found["p50"].tolist()[0] == 10.0
    assert found["p90"].tolist()[0] == 319.0
    assert np.isnan(found["p50"].tolist()[1])
    assert found["missing"].tolist() == [pytest.approx(4 / 6), 1.0]


def test_the_picture_of_delays_says_what_never_arrived() -> None:
    made = record()
    figure = delays(made.scenario, frames(made))

    assert "office: 7 letters, 85.7 % never arrived" in {axes.get_title(loc="left") for axes in figure.axes}


def test_parts_add_up_exactly_to_the_delay_of_every_delivered_letter() -> None:
    tables = frames(record())
    letters = tables["letters"].set_index("letter")
    sums = delay_parts(tables).groupby("letter")["lasted_us"].sum()

    # closure/1: accepted at 1 s, there at 11 s; closure/2: at 2 s and at 321 s.
    assert sums.to_dict() == {"closure/1": 10_000_000, "closure/2": 319_000_000}
    assert set(sums.index) == set(
        letters.index[letters["delivered_s"].notna() & (letters["kind"] == "letter")]
    )


def test_each_second_is_told_where_it_went() -> None:
    parts = delay_parts(frames(record()))
    second = parts[parts["letter"] == "closure/2"].groupby("part")["lasted_us"].sum() / 1e6

    # Accepted 2, active 5, tried 20 to 21 and greylisted, active 310, tried 319, there 321.
    assert second.to_dict() == {
        "incoming": 3.0,
        "active": 15.0 + 9.0,
        "dns": 0.1 + 0.1,
        "connecting": 0.4 + 0.4,
        "conversation": 0.5 + 1.5,
        "put_off.greylisted": 289.0,
    }


def test_a_letter_put_off_without_an_attempt_waited_for_a_destination_taken_for_dead() -> None:
    tables = frames(record())
    letters = tables["letters"].copy()
    # Let closure/4, suspended at 500 s and tried again from 790 s on, arrive at last.
    letters.loc[letters["letter"] == "closure/4", "delivered_s"] = 799.5
    parts = delay_parts({**tables, "letters": letters})
    own = parts[parts["letter"] == "closure/4"]

    assert own["lasted_us"].sum() == 795_500_000
    assert own.set_index("part")["lasted_us"][SUSPENDED] == 290_000_000


def test_bars_show_the_parts_and_the_mean_beside_them() -> None:
    tables = frames(record())
    axes = plot_waiting(tables)
    by_row: dict[float, float] = {}
    for bar in axes.patches:
        middle = bar.get_y() + bar.get_height() / 2  # type: ignore[attr-defined]
        by_row[round(middle, 6)] = by_row.get(round(middle, 6), 0) + bar.get_width()  # type: ignore[attr-defined]

    assert by_row == {0.0: pytest.approx(1.0), 1.0: pytest.approx(1.0)}
    assert {"mean 10 s", "mean 5 min 19 s"} <= {text.get_text() for text in axes.texts}
    assert mean_parts(tables).sum(axis=1).to_dict() == {
        "carrier": pytest.approx(10),
        "office": pytest.approx(319),
    }


def test_no_part_is_negative_and_parts_follow_each_other() -> None:
    parts = delay_parts(frames(record()))

    assert (parts["lasted_us"] > 0).all()
    assert all(one <= other for one, other in pairwise(sorted(parts["letter"])))


def test_nothing_delivered_is_said() -> None:
    tables = {name: frame.iloc[:0] for name, frame in frames(record()).items()}

    assert "nothing was delivered" in {text.get_text() for text in plot_waiting(tables).texts}
    assert isinstance(delay_parts(tables), pd.DataFrame)


def test_no_destination_is_drawn_outside_its_panel() -> None:
    made = record()
    panels = delays(made.scenario, frames(made)).axes[1:]
    drawn = [np.asarray(line.get_ydata(), dtype=float) for axes in panels for line in axes.lines]

    assert len(panels) == 2
    assert all((panels[0].get_ylim()[0] < ys[~np.isnan(ys)]).all() for ys in drawn)
    assert all((panels[0].get_ylim()[1] > ys[~np.isnan(ys)]).all() for ys in drawn)
    assert panels[0].get_ylim() == panels[1].get_ylim()
