import json
from pathlib import Path

import pytest

from sim.results.audit import Audit
from sim.results.audit_checks import Check
from sim.results.summary_model import SummaryModel
from tests.cli.conftest import Mailsim


def test_a_run_answers_the_question_of_its_scenario(mailsim: Mailsim, scenario: Path) -> None:
    ended = mailsim("run", scenario)

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Three letters\nQuestion: Are all three there within a minute?\n")
    assert "had arrived by 06:01, the deadline." in ended.out
    assert "A single run (seed 1)" in ended.out
    assert "Audit: all" in ended.out
    assert "to office" in ended.out


def test_everyday_mail_is_not_held_against_the_deadline(mailsim: Mailsim, scenario: Path) -> None:
    file = scenario.with_name("daily.yaml")
    daily = "{from: school, rate: 60/h, size: 20 kB, to: {office: 100 %}}"
    file.write_text(f"extends: three.yaml\nletters: {{daily: {daily}}}\n", "utf-8")

    lines = mailsim("run", file).out.splitlines()
    cells = {
        line.split("  ")[0]: line.split() for line in lines if line.startswith(("to ", "notice ", "daily "))
    }
    with_dash = {name for name, found in cells.items() if found[-2] == "–"}
    assert {"to office", "to carrier", "notice", "daily"} == set(cells)
    assert with_dash == {"to office", "daily"}


def test_a_title_is_said_in_the_language_that_is_asked_for(mailsim: Mailsim, scenario: Path) -> None:
    assert mailsim("run", scenario, "--lang", "ja").out.startswith("手紙3通\n")


def test_json_on_standard_output_is_json_alone_and_has_the_published_form(
    mailsim: Mailsim, scenario: Path
) -> None:
    ended = mailsim("run", scenario, "--json", "-")

    summary = json.loads(ended.out)
    SummaryModel.model_validate(summary)
    assert summary["scenario"] == "three"
    assert summary["letters"]["submitted"] == {"value": 3, "low": None, "high": None, "n": 1}


def test_json_in_a_file_leaves_the_words_on_the_terminal(
    mailsim: Mailsim, scenario: Path, tmp_path: Path
) -> None:
    ended = mailsim("run", scenario, "--json", tmp_path / "s.json")

    assert ended.out.startswith("Three letters")
    assert json.loads((tmp_path / "s.json").read_text("utf-8"))["format"] == 1


def test_two_runs_of_one_seed_differ_in_nothing_but_the_machine(mailsim: Mailsim, scenario: Path) -> None:
    def summary(*arguments: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(mailsim("run", scenario, "--json", "-", *arguments).out)
        found.pop("machine")
        return found

    assert summary() == summary()
    assert summary("--seed", "2")["seed"] == 2


def test_values_of_the_scenario_can_be_replaced(mailsim: Mailsim, scenario: Path) -> None:
    ended = mailsim("run", scenario, "--json", "-", "--set", "letters.notice.count=5", "--set", "seed=9")
    summary = json.loads(ended.out)

    assert (summary["letters"]["submitted"]["value"], summary["seed"]) == (5, 9)


def test_replications_have_intervals(mailsim: Mailsim, scenario: Path) -> None:
    summary = json.loads(mailsim("run", scenario, "--json", "-", "--replications", "4").out)

    assert summary["replications"] == 4
    assert summary["letters"]["submitted"] == {"value": 3.0, "low": 3.0, "high": 3.0, "n": 4}
    assert "Means of 4 replications" in mailsim("run", scenario, "--replications", "4").out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "Where the time of delivered letters went",
                "put off: greylisted (450 4.2.0)",
                "to office (slowest)",
            ),
        ),
        ("ja", ("届いた手紙の時間の内訳", "再送待ち：初回は出直し（450 4.2.0）", "office宛て（最も遅い）")),
    ],
)
def test_a_run_says_where_the_time_went(
    mailsim: Mailsim, scenario: Path, lang: str, words: tuple[str, ...]
) -> None:
    out = mailsim("run", scenario, "--lang", lang).out

    assert [one for one in words if one not in out] == []
    # The last row is the whole, of all letters and of the slowest destination.
    assert out.count("100 %") >= 2


def test_a_run_says_whom_trouble_delayed(mailsim: Mailsim, scenario: Path) -> None:
    """All letters go out at 06:00, and the office takes no connection then."""
    quiet = mailsim("run", scenario)
    file = scenario.with_name("down.yaml")
    fault = "faults: [{at: 0 s, for: 3 min, where: providers.office, what: down}]\n"
    file.write_text(scenario.read_text(encoding="utf-8") + fault, encoding="utf-8")
    ended = mailsim("run", file)

    assert "Whom trouble delayed" not in quiet.out
    assert "providers.office down, from 06:00: " in ended.out
    assert "、最も遅れたのはnotice/" in mailsim("run", file, "--lang", "ja").out


def test_a_folder_holds_all_of_a_run(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> None:
    ended = mailsim("run", scenario, "--out", tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    tables = {
        "letters",
        "attempts",
        "steps",
        "readings",
        "series",
        "incidents",
        "blame",
        "queues",
        "stations",
    }

    assert ended.status == 0
    assert {f"{name}.csv" for name in tables} <= names
    assert {"summary.json", "scenario.yaml", "overview.png", "manifest.json"} <= names
    assert (tmp_path / "out" / "overview.png").read_bytes().startswith(b"\x89PNG")


def test_no_plots_means_no_picture(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> None:
    mailsim("run", scenario, "--out", tmp_path / "out", "--no-plots")

    assert not list((tmp_path / "out").glob("*.png"))
    assert not (tmp_path / "out" / "captions.md").exists()
    assert not (tmp_path / "out" / "report.html").exists()


def test_every_picture_has_a_caption_in_the_chosen_language(
    mailsim: Mailsim, scenario: Path, tmp_path: Path
) -> None:
    mailsim("run", scenario, "--out", tmp_path / "out", "--lang", "ja")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    page = (tmp_path / "out" / "captions.md").read_text(encoding="utf-8")

    assert {path.name for path in (tmp_path / "out").glob("*.png")} == set(manifest["captions"])
    assert manifest["language"] == "ja"
    assert all(words in page for words in manifest["captions"].values())
    assert "届いた手紙" in page
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count("data:image/png;base64,") == 3
    assert "手紙3通：実行の報告" in report
    assert "report.html" in manifest["files"]


def test_the_same_seed_writes_the_same_bytes(mailsim: Mailsim, scenario: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        mailsim("run", scenario, "--out", tmp_path / name)
    files = {path.name for path in (tmp_path / "one").iterdir()} - {"summary.json"}

    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_a_saved_scenario_runs_again_to_the_same_end(
    mailsim: Mailsim, scenario: Path, tmp_path: Path
) -> None:
    mailsim("run", scenario, "--out", tmp_path / "one", "--set", "letters.notice.count=5")
    mailsim("run", tmp_path / "one" / "scenario.yaml", "--out", tmp_path / "two")

    for file in ("letters.csv", "attempts.csv", "scenario.yaml"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "foreign"], "not written by mailsim, so it is left as it is"),
        (["--out", "three.yaml"], "is a file. Name a folder"),
        (["--json", "nowhere/s.json"], "there is no folder"),
        (["--json", "foreign"], "it is a folder"),
        (["--seed", "-1"], "the seed -1 cannot be used"),
        (["--replications", "0"], "replications"),
        (["--set", "letters.notice.count=many"], "letters.notice.count"),
        (["--set", "letters.notice"], "path=value"),
        (["--lang", "fr"], "en, ja"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_what_the_user_can_put_right_ends_with_2_and_says_so(
    mailsim: Mailsim,
    scenario: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "notes.txt").write_text("precious")
    ended = mailsim("run", scenario.name, *arguments)

    assert ended.status == 2
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert {path.name for path in tmp_path.iterdir()} == {"three.yaml", "foreign"}
    assert (tmp_path / "foreign" / "notes.txt").read_text() == "precious"


def test_a_scenario_that_is_wrong_ends_with_2_and_names_the_line(mailsim: Mailsim, scenario: Path) -> None:
    scenario.write_text(scenario.read_text("utf-8").replace("duration: 20 min", "duration: 20"), "utf-8")
    ended = mailsim("run", scenario)

    assert ended.status == 2
    assert "line 5" in ended.err


def test_a_run_that_breaks_its_audit_ends_with_3_and_still_writes_what_it_has(
    mailsim: Mailsim, scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Audit((Check("one_outcome", ok=False, expected=0, found=1, example="notice/1"),))
    monkeypatch.setattr("sim.results.measures.audit", lambda _: broken)
    ended = mailsim("run", scenario, "--out", tmp_path / "out")

    assert ended.status == 3
    assert "This is a fault in mailsim" in ended.out
    assert json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["audit"]["ok"] is False


def test_ctrl_c_ends_with_130_and_leaves_nothing(
    mailsim: Mailsim, scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.viz.gallery.pictures", interrupted)
    ended = mailsim("run", scenario, "--out", tmp_path / "out")

    assert (ended.status, ended.err) == (130, "Interrupted; nothing was written.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["three.yaml"]
