import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.run_replications import run_replications

MAPPING = {
    "format": 1,
    "title": "Five & more <letters>",
    "duration": "20 min",
    "deadline": "1 min",
    "senders": {"school": {"domain": "school.example"}},
    "providers": {"office": {"domain": "office.example", "greylisting": "1 min", "user_filter": "20 %"}},
    "letters": {"notice": {"from": "school", "rate": "1/min", "size": "20 kB", "to": "office"}},
}


@pytest.fixture(scope="module")
def result() -> sim.Result:
    return sim.run(MAPPING, seed=3)


def test_a_scenario_may_be_a_mapping_a_model_or_a_file(tmp_path: Path, result: sim.Result) -> None:
    saved = result.save(tmp_path / "out", plots=False)
    by_model, by_file = sim.run(result.scenario, seed=3), sim.run(saved / "scenario.yaml", seed=3)

    assert by_model.record.letters.columns == result.record.letters.columns
    assert by_file.record.letters.columns == result.record.letters.columns
    assert sim.load(saved / "scenario.yaml", ["seed=8"]).seed == 8


def test_what_is_no_scenario_is_refused() -> None:
    with pytest.raises(sim.ArgumentError, match="int cannot be run"):
        sim.run(3)  # type: ignore[arg-type]
    with pytest.raises(sim.ScenarioError):
        sim.run({"format": 1})
    with pytest.raises(sim.ArgumentError, match="0 replications make no run"):
        sim.run(MAPPING, replications=0)


def test_a_result_has_summary_tables_audit_journey_and_words(result: sim.Result) -> None:
    assert result.summary["letters"]["submitted"]["value"] == len(
        result.tables["letters"].query("kind == 'letter'")
    )
    assert isinstance(result.tables["attempts"], pd.DataFrame)
    assert result.audit.ok
    assert result.journey("slowest").letter.startswith("notice/")
    assert "A single run (seed 3)" in result.answer()
    assert repr(result) == "<Result of scenario: a single run, seed 3>"


def test_a_result_says_where_the_time_of_each_letter_went(result: sim.Result) -> None:
    blame = result.blame.set_index("letter")
    letters = result.tables["letters"].set_index("letter")

    assert list(blame.index) == list(letters.index)
    took = (letters["delivered_s"] - letters["submitted_s"]).dropna()
    assert np.allclose(blame.loc[took.index].drop(columns="delay_s").sum(axis=1), took)
    assert "where the time went" in str(result.blame_picture().get_suptitle())


def test_a_notebook_shows_the_answer_and_a_picture(result: sim.Result) -> None:
    html = result._repr_html_()

    assert "<h3>Five &amp; more &lt;letters&gt;</h3>" in html
    assert "data:image/png;base64," in html


def test_replications_do_not_depend_on_how_many_run_at_once(result: sim.Result) -> None:
    scenario = result.scenario
    alone = run_replications(scenario, 4, seed=3, processes=1)
    together = run_replications(scenario, 4, seed=3, processes=2)

    assert alone.measures == together.measures
    assert alone.first.letters.columns == result.record.letters.columns
    assert len({str(measures.figures) for measures in alone.measures}) == 4


def test_progress_counts_replications(result: sim.Result) -> None:
    for processes in (1, 2):
        told: list[int] = []
        run_replications(
            result.scenario,
            3,
            progress=lambda done, _now_us, _letters, told=told: told.append(done),
            processes=processes,
        )
        assert told == sorted(told)
        assert told[-1] == (2 if processes == 1 else 3)


def test_a_script_needs_no_guard_around_its_replications(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"import sim\nresult = sim.run({MAPPING!r}, replications=3, processes=2)\n"
        "print(result.summary['replications'])\n"
    )
    root = Path(__file__).parents[1]
    ended = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(root)},
        timeout=60,
    )

    assert (ended.stdout, ended.stderr) == ("3\n", "")


def test_names_are_handed_out_when_they_are_asked_for() -> None:
    assert {"load", "run", "Result", "Scenario", "SimError"} <= set(dir(sim))
    assert sim.__version__
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sim.nothing  # noqa: B018
