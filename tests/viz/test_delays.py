import numpy as np
import pytest

from sim.results.tables import frames
from sim.viz.delay_numbers import own_letters, percentiles
from sim.viz.delays import delays, plot_distribution
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


def test_no_destination_is_drawn_outside_its_panel() -> None:
    made = record()
    panels = delays(made.scenario, frames(made)).axes[1:]
    drawn = [np.asarray(line.get_ydata(), dtype=float) for axes in panels for line in axes.lines]

    assert len(panels) == 2
    assert all((panels[0].get_ylim()[0] < ys[~np.isnan(ys)]).all() for ys in drawn)
    assert all((panels[0].get_ylim()[1] > ys[~np.isnan(ys)]).all() for ys in drawn)
    assert panels[0].get_ylim() == panels[1].get_ylim()
