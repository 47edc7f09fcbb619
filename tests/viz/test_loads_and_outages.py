from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from sim.analogy.labels import has_label
from sim.results.tables import frames
from sim.scenario.faults import FaultKind
from sim.viz.dashboard import dashboard
from sim.viz.loads import connections, loads, processes_in_use, utilisation
from sim.viz.outages import outages, plot_outages, rows
from tests.results.hand_made import S, record


def test_connections_of_a_providers_hosts_are_added_up() -> None:
    series = pd.DataFrame(
        {
            "at_s": [1.0, 1.0, 1.0, 1.0],
            "name": [
                "office.mx1.connections",
                "office.mx2.connections",
                "carrier.mx.connections",
                "a.active",
            ],
            "mean": [1.0, 2.0, 4.0, 8.0],
        }
    )

    assert {name: line.to_dict() for name, line in connections(series).items()} == {
        "office": {1.0: 3.0},
        "carrier": {1.0: 4.0},
    }


def test_deliveries_in_progress_are_counted_while_they_last() -> None:
    used = processes_in_use(frames(record()), "school", np.array([10.0, 20.0, 30.0, 40.0]))

    # 10 to 11.5 s; from 20 s on one for 1 s, one for 2 s; 29 to 30 s.
    assert used.tolist() == [0.0, pytest.approx(0.15), pytest.approx(0.4), 0.0]


def test_utilisation_is_a_share_of_the_limit() -> None:
    made = record()
    lines = utilisation(made.scenario, frames(made))

    assert list(lines) == ["school: delivery processes"]
    # Attempts lasted 1.5, 1, 2 and 1 s in the first 100 s; there are 100 processes.
    assert lines["school: delivery processes"].iloc[0] == pytest.approx(5.5 / 100 / 100)


def test_the_dashboard_has_one_time_axis() -> None:
    made = record()
    for figure in (dashboard(made.scenario, frames(made)), loads(made.scenario, frames(made))):
        assert {axes.get_xlim() for axes in figure.axes} == {(0.0, 1000.0)}


def test_trouble_has_a_row_for_each_place() -> None:
    found = rows(frames(record())["incidents"], 1000.0, 1000.0)

    assert [(row.where, row.bands) for row in found] == [
        ("office", (("down", 400.0, 700.0),)),
        ("carrier", (("slow", 900.0, 1000.0),)),
    ]


def test_bands_stand_where_the_trouble_was() -> None:
    made = record()
    axes = plot_outages(made.scenario, frames(made), 1000.0)
    bands = [np.asarray(path.vertices)[:, 0] for band in axes.collections for path in band.get_paths()]

    assert [(float(xs.min()), float(xs.max())) for xs in bands] == [(400.0, 700.0), (900.0, 1000.0)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["office", "carrier"]


def test_trouble_that_touches_is_one_band_and_many_places_are_counted() -> None:
    incidents = pd.DataFrame(
        {
            "kind": ["suspended"] * 14,
            "where": ["a > b", "a > b", *(f"a > p{number}" for number in range(12))],
            "from_s": [10.0, 20.0, *([5.0] * 12)],
            "to_s": [20.0, 30.0, *([6.0] * 12)],
            "why": [""] * 14,
        }
    )
    made = record()
    axes = plot_outages(made.scenario, {**frames(made), "incidents": incidents}, 1000.0)
    names = [label.get_text() for label in axes.get_yticklabels()]

    assert rows(incidents, 1000.0, 1000.0)[0].bands == (("suspended", 10.0, 30.0),)
    assert (len(names), names[0], names[-1]) == (9, "a → b", "and 5 more")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_kind_of_trouble_has_its_name(lang: str) -> None:
    assert [
        kind for kind in (*get_args(FaultKind), "suspended") if not has_label(f"outages.{kind}", lang)
    ] == []


def test_no_trouble_is_said() -> None:
    made = record()
    quiet = replace(made, incidents=type(made.incidents)(lists=("kind", "where", "from_us", "to_us", "why")))
    axes = outages(made.scenario, frames(quiet)).axes[0]

    assert "nothing was broken" in {text.get_text() for text in axes.texts}
    assert made.simulated_us == 1000 * S
