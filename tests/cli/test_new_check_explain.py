from pathlib import Path

import pytest

from tests.cli.conftest import Mailsim


def test_a_new_scenario_is_right_and_runs(
    mailsim: Mailsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert mailsim("new", "my_town").status == 0
    assert {path.name for path in tmp_path.iterdir()} == {"my_town.yaml", "scenario.schema.json"}
    assert mailsim("check", "my_town.yaml").status == 0
    assert mailsim("run", "my_town.yaml", "--set", "duration=2 h").status == 0


def test_a_new_scenario_may_be_named_with_its_ending_and_folder(mailsim: Mailsim, tmp_path: Path) -> None:
    assert mailsim("new", tmp_path / "my_town.yaml").status == 0
    assert (tmp_path / "my_town.yaml").exists()


def test_a_file_that_is_there_is_not_written_over(mailsim: Mailsim, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious")
    ended = mailsim("new", tmp_path / "mine")

    assert ended.status == 2
    assert "is there already and is left as it is" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_schema_of_somebody_else_is_left_alone(mailsim: Mailsim, tmp_path: Path) -> None:
    (tmp_path / "scenario.schema.json").write_text("{}")

    assert mailsim("new", tmp_path / "mine").status == 0
    assert (tmp_path / "scenario.schema.json").read_text() == "{}"


@pytest.mark.parametrize("name", ["x y", "", "a/b", ".", "..", ".yaml"])
def test_a_name_that_makes_no_file_ends_with_2(
    mailsim: Mailsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert mailsim("new", name).status == 2
    assert list(tmp_path.iterdir()) == []


def test_check_says_what_a_scenario_is_about_and_that_all_can_arrive(
    mailsim: Mailsim, scenario: Path
) -> None:
    ended = mailsim("check", scenario)

    assert ended.status == 0
    assert "is right: 3 letters from school, to office, carrier; 20 min." in ended.out
    assert "Every letter can arrive." in ended.out


def test_check_says_which_letters_cannot_arrive_and_why(mailsim: Mailsim, scenario: Path) -> None:
    ended = mailsim("check", scenario, "--set", "senders.school.outbound_port_25=blocked")

    assert ended.status == 0
    assert "These letters cannot arrive:\n  letters.notice:" in ended.out
    assert "port 25" in ended.out


def test_check_counts_no_letters_that_come_after_the_end(mailsim: Mailsim, scenario: Path) -> None:
    late = mailsim("check", scenario, "--set", "letters.notice.at=2 h")

    assert late.status == 0
    assert "is right" not in late.out
    assert "no letter is handed in before its end (after 20 min)." in late.out
    assert "None will be written." in late.out

    paced = mailsim("check", scenario, "--set", "letters.notice.pace=1/h")
    assert "is right: 1 letter from school" in paced.out
    assert "2 letters would be handed in after the end" in paced.out


def test_check_of_a_wrong_scenario_ends_with_2(mailsim: Mailsim, scenario: Path) -> None:
    scenario.write_text(scenario.read_text("utf-8").replace("greylisting", "greylsting"), "utf-8")
    ended = mailsim("check", scenario)

    assert ended.status == 2
    assert "greylisting" in ended.err


@pytest.mark.parametrize("term", ["greylisting", "minimal_backoff_time", "company", "letters.closure.count"])
def test_a_word_is_explained(mailsim: Mailsim, term: str) -> None:
    ended = mailsim("explain", term)

    assert ended.status == 0
    assert term.rpartition(".")[2] in ended.out


def test_a_parameter_of_postfix_is_explained_with_default_and_source(mailsim: Mailsim) -> None:
    out = mailsim("explain", "queue_run_delay").out

    assert "default: 300" in out
    assert "published:" in out


def test_without_a_word_everything_is_listed(mailsim: Mailsim) -> None:
    out = mailsim("explain").out

    assert "providers.<name>.greylisting" in out
    assert "mobile_carrier_like" in out


def test_a_word_that_is_not_known_ends_with_2_and_the_nearest_one(mailsim: Mailsim) -> None:
    ended = mailsim("explain", "greylistin")

    assert ended.status == 2
    assert "Did you mean `greylisting`?" in ended.err
