"""Files start from each other, `--set` lays values over them, and mappings made in Python are read in the same way."""

import pickle
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load, scenario_from_mapping
from sim.scenario.service_time import ServiceTime
from sim.units import WRITTEN
from tests.scenario.small import SMALL, mapping, scenario


@pytest.fixture
def base(tmp_path: Path) -> Path:
    file = tmp_path / "base.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def extending(base: Path, text: str, name: str = "child.yaml") -> Path:
    file = base.parent / name
    file.write_text(f"extends: base.yaml\n{text}", encoding="utf-8")
    return file


def codes(path: Path, *overrides: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(path, overrides)
    return [problem.code for problem in caught.value.problems]


def test_a_scenario_is_called_like_its_file(base: Path) -> None:
    assert load(base).stem == "base"
    assert load(str(base)).stem == "base"


def test_a_file_lays_its_values_over_the_one_that_it_extends(base: Path) -> None:
    child = load(extending(base, "letters: {closure: {count: 5}}\nduration: 1 h\n"))
    assert (child.letters["closure"].count, child.duration_us, child.stem) == (5, 3_600_000_000, "child")
    assert child.letters["closure"].size.median_bytes == 20_000


def test_shares_and_words_are_replaced_as_a_whole(base: Path) -> None:
    child = load(extending(base, "letters: {closure: {to: {office: 100 %}}}\ntitle: {en: New}\n"))
    assert child.letters["closure"].to == {"office": 1.0}
    assert child.title is not None
    assert child.title.in_language("ja") == "New"


def test_a_mapping_laid_over_a_word_keeps_what_the_word_stands_for(base: Path) -> None:
    child = load(extending(base, "senders: {school: {host: {import_time: 9 ms}}}\n"))
    host = child.senders["school"].host
    assert (host.preset, host.import_time_us, host.letter_time_us) == ("small_vps", 9_000, 10_000)


def test_two_forms_of_a_service_time_never_mix(base: Path) -> None:
    middle = extending(base, "providers: {office: {accept_time: {exponential: 5 ms}}}\n", "middle.yaml")
    assert load(middle).providers["office"].accept_time.shape == "exponential"
    text = "extends: middle.yaml\nproviders: {office: {accept_time: {uniform: [1 ms, 3 ms]}}}\n"
    (base.parent / "top.yaml").write_text(text, encoding="utf-8")
    accept_time = load(base.parent / "top.yaml").providers["office"].accept_time
    assert accept_time == ServiceTime(shape="uniform", mean_us=2000, low_us=1000, high_us=3000)


def test_a_null_takes_a_value_away(base: Path) -> None:
    child = load(
        extending(
            base, "letters: {closure: {count: null, rate: 5/s}}\nproviders: {office: {greylisting: null}}\n"
        )
    )
    assert (child.letters["closure"].arrival, child.providers["office"].greylisting) == ("everyday", None)


def test_a_mistake_is_shown_in_the_file_where_it_stands(base: Path) -> None:
    base.write_text(SMALL.replace("count: 1000", "cuont: 1000"), encoding="utf-8")
    child = extending(base, "letters: {closure: {count: 0}}\n")
    with pytest.raises(ScenarioError) as caught:
        load(child)
    places = [
        (Path(problem.file or "").name, problem.line, problem.code) for problem in caught.value.problems
    ]
    assert places == [("base.yaml", 18, "unknown_key"), ("child.yaml", 2, "out_of_range")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("extends: bsae.yaml\n", "extends_missing"),
        ("extends: [base.yaml]\n", "extends_is_no_name"),
        ("extends: 5\n", "extends_is_no_name"),
        ("extends:\n", "extends_is_no_name"),
        ("extends: child.yaml\n", "extends_loop"),
        ("extends: ./child.yaml\n", "extends_loop"),
        ("extends: .\n", "file_is_a_folder"),
    ],
)
def test_a_wrong_extends_is_named(base: Path, text: str, code: str) -> None:
    child = base.parent / "child.yaml"
    child.write_text(text, encoding="utf-8")
    assert codes(child) == [code]


def test_a_missing_foundation_is_answered_by_the_one_that_is_there(base: Path) -> None:
    child = base.parent / "child.yaml"
    child.write_text("format: 1\nextends: bsae.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(child)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.path) == (2, 10, "extends")
    assert problem.fields["nearest"] == str(base)


def test_a_loop_of_files_is_shown(base: Path) -> None:
    base.write_text("extends: other.yaml\n", encoding="utf-8")
    extending(base, "", "other.yaml")
    with pytest.raises(ScenarioError, match=r"base\.yaml → .*other\.yaml → .*base\.yaml"):
        load(base)


def test_extends_needs_a_file() -> None:
    with pytest.raises(ScenarioError, match="works in files only"):
        scenario_from_mapping(mapping(extends="base.yaml"))


def test_set_changes_values_in_their_place(base: Path) -> None:
    changed = load(
        base,
        [
            "letters.closure.count=7",
            "letters.closure.size={median: 1 kB, p90: 2 kB}",
            "faults.0.at=30 min",
            "providers.office.mx.1.preference=30",
            "deadline=1 h",
            "senders.school.host.commit_time=9 ms",
            "senders.school.postconf.minimal_backoff_time=60s",
            "providers.office.greylisting.retry_window=1 d",
            "roads.far={from: school, to: office, round_trip: 150 ms}",
        ],
    )
    assert changed.letters["closure"].count == 7
    assert changed.letters["closure"].size.p90_bytes == 2_000
    assert changed.faults[0].at_us == 1_800_000_000
    assert changed.providers["office"].mx[1].preference == 30
    assert changed.deadline_us == 3_600_000_000
    assert changed.senders["school"].host.commit_time == ServiceTime.constant(9_000)
    assert changed.senders["school"].host.letter_time_us == 10_000
    assert changed.senders["school"].postconf.minimal_backoff_time == 60
    assert changed.providers["office"].greylisting is not None
    assert changed.providers["office"].greylisting.delay_us == 300_000_000
    assert changed.roads["far"].round_trip_us == 150_000


@pytest.mark.parametrize(
    ("override", "code", "nearest"),
    [
        ("letters.closure.cuont=5", "unknown_key", "count"),
        ("leters.closure.count=5", "unknown_key", "letters"),
        ("letters.closure.count", "set_is_no_assignment", None),
        ("=5", "set_is_no_assignment", None),
        ("letters..count=5", "set_is_no_assignment", None),
        ("letters.closure.count＝5", "set_full_width", "letters.closure.count=5"),
        ("letters.closure.count=[", "yaml_bracket", None),
        ("letters.closure.count=a: b: c", "yaml_colon", None),
        ("letters.closure.count=５", "full_width", "5"),
        ("letters.closure.count.more=5", "set_below_a_value", None),
        ("faults.7.at=5 min", "set_no_such_item", None),
        ("faults.first.at=5 min", "set_no_such_item", None),
        ("duration=0 s", "must_be_above_zero", None),
        ("seed={a: 1, a: 2}", "key_stands_twice", None),
        ("extends=foo.yaml", "extends_in_set", None),
        ("extends.0=foo.yaml", "extends_in_set", None),
        ("watch=[closure/1001]", "no_such_letter", None),
        ("watch.0=closure/1001", "no_such_letter", None),
        ("title=a\x1bb", "control_character", None),
    ],
)
def test_a_wrong_set_is_shown_as_it_was_given(
    base: Path, override: str, code: str, nearest: str | None
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(base, [override])
    problem = next(one for one in caught.value.problems if one.code == code)
    assert problem.file == f"--set {override}"
    assert problem.line is None or code.startswith("yaml")
    assert str(caught.value).startswith(f"--set {override}")
    if nearest is not None:
        assert problem.fields["nearest"] == nearest


def test_extends_cannot_be_set(base: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(base, ["extends=foo.yaml"])
    sentence = "`extends` cannot be set with --set; write it in the file."
    assert str(caught.value) == f"--set extends=foo.yaml: {sentence}"


def test_an_empty_list_has_no_item_to_set(base: Path) -> None:
    with pytest.raises(ScenarioError, match=r"Set the whole list, as `faults=\[…\]`\.") as caught:
        load(base, ["faults=[]", "faults.0.at=5 min"])
    assert [problem.code for problem in caught.value.problems] == ["set_list_is_empty"]


def _watching(base: Path, *letters: str) -> Path:
    text = SMALL.replace("watch: [closure/1]", f"watch: [{', '.join(letters)}]")
    base.write_text(text, encoding="utf-8")
    return base


@pytest.mark.parametrize(
    "override",
    [
        "letters.closure.count=500",
        "letters.closure={from: school, count: 500, size: 1 kB, to: office}",
        "letters.closure={from: school, times: [1 s, 2 s], size: 1 kB, to: office}",
    ],
)
def test_a_set_count_takes_away_the_watches_that_it_leaves_without_a_letter(
    base: Path, override: str
) -> None:
    _watching(base, "closure/1000", "closure/2", "closure/501", "closure/1")
    assert load(base, [override]).watch == ("closure/2", "closure/1")


def test_a_count_of_a_later_file_takes_away_watches_of_an_earlier_one(base: Path) -> None:
    _watching(base, "closure/1", "closure/1000")
    child = extending(base, "letters: {closure: {count: 500}}\n")
    assert load(child).watch == ("closure/1",)
    assert load(child, ["letters.closure.count=1000"]).watch == ("closure/1", "closure/1000")


def test_a_watch_beside_the_count_or_after_it_is_still_an_error(base: Path) -> None:
    assert codes(extending(base, "watch: [closure/1001]\n")) == ["no_such_letter"]
    text = "letters: {closure: {count: 500}}\nwatch: [closure/501]\n"
    assert codes(extending(base, text)) == ["no_such_letter"]
    _watching(base, "closure/1001")
    assert codes(base) == ["no_such_letter"]
    assert codes(base, "letters.closure.size=1 kB") == ["no_such_letter"]
    assert codes(extending(base, "letters: {closure: {size: 1 kB}}\n")) == ["no_such_letter"]


def test_both_set_at_once_must_fit_together(base: Path) -> None:
    assert codes(base, "watch=[closure/501]", "letters.closure.count=500") == ["no_such_letter"]


def test_other_mistakes_in_watch_keep_their_place_when_a_watch_is_taken_away(base: Path) -> None:
    _watching(base, "closure/1000", "closure")
    with pytest.raises(ScenarioError) as caught:
        load(base, ["letters.closure.count=500"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.path, problem.column) == ("not_a_letter", "watch.1", 23)


def test_a_mapping_and_the_file_of_the_same_form_make_equal_scenarios(base: Path) -> None:
    from sim.yaml_io import parse

    assert scenario_from_mapping(parse(SMALL).data, stem="base") == load(base)


def test_a_scenario_written_out_reads_back_equal(base: Path) -> None:
    original = load(base)
    written = original.model_dump(mode="json", by_alias=True)
    assert scenario_from_mapping(written, stem="base") == original


def test_a_scenario_survives_the_way_to_another_process(base: Path) -> None:
    original = load(base)
    copied = pickle.loads(pickle.dumps(original))
    assert copied == original
    assert copied.provenance.from_presets == original.provenance.from_presets


def test_a_model_made_in_python_takes_kept_values_by_name() -> None:
    from sim.scenario.road import Road

    road = Road.model_validate({"sender": "a", "provider": "b", "round_trip_us": 5})
    assert (road.sender, road.round_trip_us) == ("a", 5)
    with pytest.raises(ValueError, match="round_trip_us"):
        Road.model_validate(
            {"from": "a", "to": "b", "round_trip_us": 5}, context={WRITTEN: True}, by_name=False
        )


def test_a_scenario_made_in_python_is_checked_across_its_parts() -> None:
    from sim.scenario.schema import Scenario

    whole = scenario()
    fields = {name: getattr(whole, name) for name in type(whole).model_fields}
    assert Scenario(**fields) == whole
    with pytest.raises(ValueError, match="unknown_provider"):
        Scenario(**{**fields, "readers": {"nobody": {}}})


def test_errors_of_a_mapping_have_paths_and_no_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(seed=-1)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.path) == (None, None, "seed")
    assert str(caught.value) == "seed: found `-1`. Allowed is: >= 0."
