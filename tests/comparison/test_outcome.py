"""A comparison as a whole: its published form, its words, its pictures, its folder, and the shipped pair."""

import json
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.analogy.labels import LANGUAGES
from sim.comparison.outcome_model import SCHEMA_FILE, ComparisonModel, schema, schema_text
from sim.results.summary_model import SummaryModel
from sim.viz.fonts import japanese_font
from sim.yaml_io import read_own
from tests.comparison.made import paced, small

jsonschema = pytest.importorskip("jsonschema")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pair() -> sim.Comparison:
    """The shipped pair with a tenth of its letters."""
    tenth = [f"letters.part_{n}.count=250" for n in (1, 2, 3, 4)]
    scenarios = [
        sim.load(ROOT / "scenarios" / f"{name}.yaml", tenth) for name in ("on_premises", "cloud_service")
    ]
    return sim.compare(*scenarios, replications=3, processes=1)


def test_the_committed_schema_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_a_comparison_has_the_published_form(pair: sim.Comparison) -> None:
    summary = json.loads(json.dumps(pair.summary, allow_nan=False))
    jsonschema.Draft202012Validator(schema()).validate(summary)
    ComparisonModel.model_validate(summary)
    for setup in summary["setups"]:
        SummaryModel.model_validate(setup)
    assert [setup["scenario"] for setup in summary["setups"]] == ["on_premises", "cloud_service"]
    assert {setup["replications"] for setup in summary["setups"]} == {3}
    assert set(summary["differences"][0]) == {"figure", "a", "b", "value", "low", "high", "n"}


def test_a_difference_of_means_is_the_mean_of_differences(pair: sim.Comparison) -> None:
    a, b = (setup["reached"]["share_by_deadline"]["value"] for setup in pair.summary["setups"])
    found = pair.outcome.difference("reached.share_by_deadline", "on_premises", "cloud_service")
    assert found.value == pytest.approx(b - a)


def test_two_comparisons_of_one_seed_differ_in_nothing_but_the_machine() -> None:
    def summary() -> dict[str, Any]:
        found = sim.compare(paced("1/s", "a"), paced("2/s", "b"), replications=3).summary
        return {**found, "machine": None, "setups": [{**one, "machine": None} for one in found["setups"]]}

    assert summary() == summary()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_names_every_side_and_what_would_turn_it(pair: sim.Comparison, lang: str) -> None:
    answer = pair.answer(lang)
    words = read_own(ROOT / "sim" / "analogy" / "comparison.yaml")[lang]
    for side in ("speed", "reach", "stability", "money", "turn"):
        assert words["compare"][side] in answer
    assert "providers.carrier.rate_limit.rate" in answer
    assert "{" not in answer
    assert "¥" in answer


def test_a_single_run_says_that_nothing_is_sure() -> None:
    answer = sim.compare(paced("1/s", "a"), paced("2/s", "b"), replications=1).answer()
    assert "nothing is sure" in answer
    assert "±" not in answer


def test_every_word_is_there_in_both_languages() -> None:
    words = read_own(ROOT / "sim" / "analogy" / "comparison.yaml")
    assert {(group, name) for group, names in words["en"].items() for name in names} == {
        (group, name) for group, names in words["ja"].items() for name in names
    }
    fields = {
        lang: {
            (group, name): {part.split("}")[0] for part in text.split("{")[1:]}
            for group, names in words[lang].items()
            for name, text in names.items()
        }
        for lang in LANGUAGES
    }
    assert {key: found for key, found in fields["ja"].items() if found - fields["en"][key]} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_are_drawn_without_a_missing_glyph(pair: sim.Comparison, lang: str) -> None:
    assert japanese_font() is not None
    for figure in (
        pair.picture(lang),
        pair.costs(lang),
    ):  # a glyph that is missing is a warning, and that an error
        figure.canvas.draw()
        assert tuple(figure.get_size_inches() * figure.dpi) == (1280, 720)


def test_three_setups_are_drawn_and_tabled_beside_each_other(tmp_path: Path) -> None:
    trio = sim.compare(paced("1/s", "a"), paced("2/s", "b"), small(), replications=2)
    trio.picture().savefig(tmp_path / "trio.png")
    assert len(trio.differences.query("figure == 'peak_queue'")) == 3


def test_a_folder_holds_all_of_a_comparison(pair: sim.Comparison, tmp_path: Path) -> None:
    pair.save(tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "answer.txt",
        "cloud_service.yaml",
        "comparison.json",
        "comparison.png",
        "costs.png",
        "differences.csv",
        "manifest.json",
        "on_premises.yaml",
    }
    assert sim.load(tmp_path / "out" / "on_premises.yaml").costs == pair.results["on_premises"].scenario.costs
    with pytest.raises(sim.OutputError):
        pair.save(ROOT / "tests")


def test_a_notebook_shows_table_sentences_and_picture(pair: sim.Comparison) -> None:
    html = pair._repr_html_()
    assert "<table>" in html
    assert "data:image/png;base64," in html
    assert repr(pair) == "<Comparison of on_premises, cloud_service: 3 replications each, seed 1>"


def test_a_comparison_of_single_runs_can_be_saved_although_nothing_has_an_interval(tmp_path: Path) -> None:
    sim.compare(small(), small(), replications=1).save(tmp_path / "out", plots=False)
    assert (tmp_path / "out" / "differences.csv").read_text("utf-8").splitlines()[1].startswith("reached")
