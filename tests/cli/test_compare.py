import json
from pathlib import Path

import pytest

from sim.comparison.outcome_model import ComparisonModel
from tests.cli.conftest import Mailsim


@pytest.fixture
def sooner(scenario: Path) -> Path:
    """The same scenario with a shorter greylist."""
    file = scenario.with_name("sooner.yaml")
    file.write_text("extends: three.yaml\nproviders: {office: {greylisting: 30 s}}\n", "utf-8")
    return file


def test_a_comparison_prints_a_table_and_sentences(mailsim: Mailsim, scenario: Path, sooner: Path) -> None:
    ended = mailsim("compare", scenario, sooner, "--replications", "2")

    assert (ended.status, ended.err) == (0, "")
    assert "sooner minus three" in ended.out.splitlines()[0]
    assert "Means of 2 replications" in ended.out
    assert "What would turn it" in ended.out


def test_a_comparison_speaks_japanese(mailsim: Mailsim, scenario: Path, sooner: Path) -> None:
    ended = mailsim("compare", scenario, sooner, "--replications", "2", "--lang", "ja")

    assert "【速さ】" in ended.out
    assert "何が変われば結論が変わるか" in ended.out


def test_prices_stand_beside_the_money_with_grade_and_source(
    mailsim: Mailsim, scenario: Path, sooner: Path
) -> None:
    for file, costs in ((scenario, "own_server"), (sooner, "cloud_plan_100k")):
        file.write_text(file.read_text("utf-8") + f"costs: {costs}\n", "utf-8")
    ended = mailsim("compare", scenario, sooner, "--replications", "2")

    lines = [line.strip() for line in ended.out.splitlines()]
    assert "three (own_server)" in lines
    assert "sooner (cloud_plan_100k)" in lines
    assert any(line.startswith("costs.fee_per_month = 14,000 JPY (published): support") for line in lines)
    assert any(line.startswith("costs.setup_hours = 60 (an assumption): ") for line in lines)
    assert not any(line.startswith("costs.included_letters = 0") for line in lines)


def test_a_price_that_the_author_wrote_needs_no_source(
    mailsim: Mailsim, scenario: Path, sooner: Path
) -> None:
    priced = "costs: {preset: own_server, wage_yen_per_hour: 2500}\n"
    for file in (scenario, sooner):
        file.write_text(file.read_text("utf-8") + priced, "utf-8")
    ended = mailsim("compare", scenario, sooner, "--replications", "2", "--lang", "ja")

    assert "costs.wage_yen_per_hour = 2,500（シナリオに書かれた値）\n" in ended.out


def test_json_on_standard_output_is_json_alone(mailsim: Mailsim, scenario: Path, sooner: Path) -> None:
    ended = mailsim("compare", scenario, sooner, "--replications", "2", "--json", "-")

    found = ComparisonModel.model_validate(json.loads(ended.out))
    assert [setup.scenario for setup in found.setups] == ["three", "sooner"]
    assert {(one.a, one.b) for one in found.differences} == {("three", "sooner")}


def test_a_value_is_set_in_every_scenario(mailsim: Mailsim, scenario: Path, sooner: Path) -> None:
    ended = mailsim(
        "compare", scenario, sooner, "--replications", "1", "--json", "-", "--set", "letters.notice.count=7"
    )
    submitted = [setup["letters"]["submitted"]["value"] for setup in json.loads(ended.out)["setups"]]

    assert submitted == [7, 7]


def test_a_folder_is_written_and_named(
    mailsim: Mailsim, scenario: Path, sooner: Path, tmp_path: Path
) -> None:
    ended = mailsim("compare", scenario, sooner, "--replications", "2", "--out", tmp_path / "out")

    assert str(tmp_path / "out") in ended.out
    assert (tmp_path / "out" / "comparison.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "out" / "costs.png").exists()  # neither says what it costs


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Right would be two or more"),
        (["nowhere.yaml"], "nowhere.yaml"),
        (["three.yaml", "--replications", "0"], "replications"),
        (["three.yaml", "--seed", "-1"], "the seed -1 cannot be used"),
        (["three.yaml", "--out", "three.yaml"], "is a file. Name a folder"),
    ],
)
def test_what_the_user_can_put_right_ends_with_2(
    mailsim: Mailsim, scenario: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(scenario.parent)
    ended = mailsim("compare", "three.yaml", *arguments)

    assert ended.status == 2
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_assumptions_are_tried_and_the_runs_are_said_before(
    mailsim: Mailsim, scenario: Path, sooner: Path, tmp_path: Path
) -> None:
    scenario.write_text(scenario.read_text("utf-8").replace("greylisting: 1 min", "reputation: {}"), "utf-8")
    sooner.write_text("extends: three.yaml\nproviders: {office: {reputation: null}}\n", "utf-8")
    file = tmp_path / "comparison.json"
    ended = mailsim("compare", scenario, sooner, "--replications", "1", "--assumptions", "--json", file)

    assert ended.status == 0
    assert "12 assumptions have a known range: 24 more runs" in ended.err
    assert "Under other assumptions:" in ended.out
    summary = json.loads(file.read_text("utf-8"))
    ComparisonModel.model_validate(summary)
    assert summary["robustness"]["runs"] == 24
