from pathlib import Path

import numpy as np
import pytest

from sim.api import run
from sim.comparison.sweep import sweep
from sim.comparison.sweep_curves import shares
from sim.comparison.sweep_grid import read_grid
from sim.errors import ScenarioError
from sim.scenario.load import load

SCENARIO = """\
format: 1
start: 2026-09-01T06:00+09:00
duration: 20 min
deadline: 1 min
senders:
  school: {domain: school.example}
providers:
  office: {domain: office.example, greylisting: 1 min}
  carrier: {domain: carrier.example, user_filter: 50 %}
letters:
  notice: {from: school, count: 4, size: 20 kB, to: {office: 50 %, carrier: rest}}
  everyday: {from: school, rate: 1/min, size: 20 kB, to: carrier}
watch: [notice/4]
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "four.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


def test_each_point_is_the_run_that_set_would_give(scenario: Path) -> None:
    found = sweep(scenario, read_grid(["letters.notice.count=2,40"]), seed=3)
    alone = run(load(scenario, ["letters.notice.count=40", "watch=[]"]), seed=3).summary
    del alone["machine"]

    assert [row["values"] for row in found.rows()] == [
        {"letters.notice.count": 2},
        {"letters.notice.count": 40},
    ]
    assert found.rows()[1] == {"values": {"letters.notice.count": 40}, **alone}


def test_replications_give_intervals_at_every_point(scenario: Path) -> None:
    found = sweep(scenario, read_grid(["letters.notice.count=2,4"]), replications=3)

    assert [row["letters"]["submitted"]["n"] for row in found.rows()] == [3, 3]
    assert all(row["reached"]["share_by_deadline"]["low"] is not None for row in found.rows())


def test_a_point_that_is_wrong_is_named_before_anything_runs(scenario: Path) -> None:
    told: list[int] = []
    with pytest.raises(ScenarioError, match=r"letters\.notice\.count"):
        sweep(
            scenario, read_grid(["letters.notice.count=2,many"]), progress=lambda done, _: told.append(done)
        )

    assert told == []


def test_curves_are_about_the_mailing_and_end_where_its_letters_are(scenario: Path) -> None:
    (point,) = sweep(scenario, read_grid(["letters.notice.count=40"])).points
    found = point.deliveries
    curve = shares(found.everywhere, sum(found.submitted.values()), np.array([0.0, 60.0, 1200.0]))
    notice = point.summary["by_letters"]["notice"]

    assert sum(found.submitted.values()) == 40
    assert curve[0] == 0
    assert curve[1] == notice["reached"]["share_by_deadline"]["value"]
    assert curve[2] == notice["letters"]["inbox"]["value"] / 40
