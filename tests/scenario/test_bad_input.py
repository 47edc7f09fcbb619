"""Whatever is wrong with a scenario file is said with its place, its code and what would be right."""

import contextlib
import copy
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.load import load, scenario_from_mapping
from sim.yaml_io import parse
from tests.scenario.small import SMALL, mapping, problems_of

MORE = {
    "costs": {"fee_per_month": 5},
    "letters": {
        "daily": {"from": "school", "rate": "1/s", "hours": "office_hours", "size": "1 kB", "to": "office"}
    },
    "resolvers": {"campus": {"lookup_time": {"lognormal": {"mean": "5 ms", "cv": 1.5}}}},
}
SMALL_IN_FULL = scenario_from_mapping({**parse(SMALL).data, **MORE, "watch": ["daily/1"]}).model_dump(
    mode="json", by_alias=True
)


def _leaves(inside: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value of a scenario."""
    if isinstance(inside, dict | list) and inside:
        for key, value in inside.items() if isinstance(inside, dict) else enumerate(inside):
            yield from _leaves(value, (*path, key))
    else:
        yield path


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "place", "nearest"),
    [
        ("duration:", "durration:", "unknown_key", "durration", (3, 1), "duration"),
        ("greylisting:", "greylistin:", "unknown_key", "providers.office.greylistin", (11, 5), "greylisting"),
        ("count: 1000", "cuont: 1000", "unknown_key", "letters.closure.cuont", (18, 5), "count"),
        ("format: 1", "format: 2", "wrong_format", "format", (1, 9), None),
        ("+09:00", "", "no_time_zone", "start", (2, 8), None),
        ("2026-09-01T06:00+09:00", "tomorrow", "not_a_moment", "start", (2, 8), None),
        ("duration: 6 h", "duration: 6", "bare_number", "duration", (3, 11), None),
        ("duration: 6 h", "duration: 0 s", "must_be_above_zero", "duration", (3, 11), None),
        ("duration: 6 h", "duration: 6 hours", "unknown_unit", "duration", (3, 11), "6 h"),
        ("duration: 6 h", "duration: -6 h", "negative", "duration", (3, 11), None),
        ("duration: 6 h", "duration: 99999999 d", "too_large", "duration", (3, 11), None),
        ("duration: 6 h", "duration: [6 h]", "no_quantity", "duration", (3, 11), None),
        ("duration: 6 h", "duration: .nan", "bare_number", "duration", (3, 11), None),
        ("duration: 6 h", "duration:", "no_quantity", "duration", (3, 1), None),
        ("at: 5 min", "at: 5\u3000min", "full_width", "letters.closure.at", (17, 9), "5 min"),
        ("at: 5 min", "at: ５ min", "full_width", "letters.closure.at", (17, 9), "5 min"),
        ("55 %", "５５％", "full_width", "letters.closure.to.carrier", (20, 19), "55%"),
        ("count: 1000", "count: １０００", "full_width", "letters.closure.count", (18, 12), "1000"),
        (
            "{preset: unbound}", "{preset：unbound}",
            "full_width_key", "resolvers.campus.preset：unbound", (13, 12), None,
        ),
        ("count: 1000", "count: 0", "out_of_range", "letters.closure.count", (18, 12), None),
        ("count: 1000", "count: -5", "out_of_range", "letters.closure.count", (18, 12), None),
        ("count: 1000", "count: 1" + "0" * 30, "out_of_range", "letters.closure.count", (18, 12), None),
        ("count: 1000", "count: 1" + "0" * 5000, "out_of_range", "letters.closure.count", (18, 12), None),
        ("count: 1000", "count: -" + "9" * 5000, "out_of_range", "letters.closure.count", (18, 12), None),
        ("duration: 6 h", "duration: 6 h\nseed: " + "9" * 5000, "out_of_range", "seed", (4, 7), None),
        ("count: 1000", "count: 1,000", "comma_in_number", "letters.closure.count", (18, 12), "1000"),
        ("count: 1000", 'count: "1000"', "quoted", "letters.closure.count", (18, 12), "1000"),
        ("count: 1000", "count: !!str 1", "quoted", "letters.closure.count", (18, 12), "1"),
        ("format: 1", 'format: "1"', "quoted", "format", (1, 9), "1"),
        ("format: 1", 'format: "2"', "quoted", "format", (1, 9), "2"),
        ("format: 1", "format: one", "wrong_format", "format", (1, 9), None),
        ("duration: 6 h", 'duration: 6 h\nseed: "5"', "quoted", "seed", (4, 7), "5"),
        ("preference: 20", "preference: '20'", "quoted", "providers.office.mx.1.preference", (10, 47), "20"),
        ("preset: unbound", 'cache: "true"', "quoted", "resolvers.campus.cache", (13, 19), "true"),
        ("at: 5 min", "at: 06:30", "clock_time", "letters.closure.at", (17, 9), None),
        ("at: 5 min", "at: 1,5 min", "comma_in_number", "letters.closure.at", (17, 9), "1.5 min"),
        ("at: 5 min", "at: 1 h 30 min", "one_unit_only", "letters.closure.at", (17, 9), "90 min"),
        ("count: 1000", "count: 10.5", "wrong_kind", "letters.closure.count", (18, 12), None),
        ("count: 1000", "count: many", "wrong_kind", "letters.closure.count", (18, 12), None),
        ("count: 1000", "count: true", "wrong_kind", "letters.closure.count", (18, 12), None),
        ("count: 1000", "count: .inf", "wrong_kind", "letters.closure.count", (18, 12), None),
        ("size: 20 kB", "size: 20 KB", "unknown_unit", "letters.closure.size", (19, 11), "20 kB"),
        ("size: 20 kB", "size: 0 B", "must_be_above_zero", "letters.closure.size", (19, 11), None),
        ("office: rest", "office: 44 %", "shares_do_not_add_up", "letters.closure.to", (20, 9), None),
        ("office: rest", "office: 0.45", "bare_number", "letters.closure.to.office", (20, 33), None),
        ("carrier: 55 %", "carrier: rest", "two_rests", "letters.closure.to.office", (20, 33), None),
        ("office: rest}", "ofice: rest}", "unknown_provider", "letters.closure.to.ofice", (20, 25), "office"),
        ("from: school", "from: shool", "unknown_sender", "letters.closure.from", (16, 11), "school"),
        (
            "size: 20 kB", "size: 20 kB\n    forwarded: {written_by: alumni}",
            "unknown_sender", "letters.closure.forwarded.written_by", (20, 29), None,
        ),
        (
            "size: 20 kB", "size: 20 kB\n    forwarded: {written_by: school}",
            "forwards_its_own", "letters.closure.forwarded.written_by", (20, 29), None,
        ),
        (
            "size: 20 kB", "size: 20 kB\n    forwarded: {}",
            "missing_key", "letters.closure.forwarded.written_by", (20, 5), None,
        ),
        ("resolver: campus", "resolver: campsu", "unknown_resolver", "senders.school.resolver", (5, 88), "campus"),
        ("preset: unbound", "preset: unbund", "unknown_preset", "resolvers.campus.preset", (13, 20), "unbound"),
        ("host: small_vps", "host: smal_vps", "unknown_preset", "senders.school.host", (5, 67), "small_vps"),
        ("domain: office.example", "domain: Office", "not_a_domain", "providers.office.domain", (9, 13), None),
        ("domain: office.example", "users: 5", "missing_key", "providers.office.domain", (8, 3), None),
        ("{host: mx2,", "{host: mx1,", "same_name_twice", "providers.office.mx.1.host", (10, 30), None),
        ("preference: 20", "preference: 70000", "out_of_range", "providers.office.mx.1.preference", (10, 47), None),
        ("imap: rest", "imap: 10 %", "shares_do_not_add_up", "readers.carrier.with", (22, 19), None),
        ("imap: rest", "imop: rest", "unknown_key", "readers.carrier.with.imop", (22, 31), "imap"),
        ("carrier: {with:", "carier: {with:", "unknown_provider", "readers.carier", (22, 3), "carrier"),
        ("for: 10 min", "for: 0 s", "must_be_above_zero", "faults.0.for", (24, 23), None),
        ("resolvers.campus,", "resolvers.campsu,", "unknown_place", "faults.0.where", (24, 38), "resolvers.campus"),
        ("resolvers.campus,", "the moon,", "unknown_place", "faults.0.where", (24, 38), None),
        ("what: silent", "what: slow", "missing_key", "faults.0.by", (24, 5), None),
        ("what: silent", "what: silnt", "not_one_of", "faults.0.what", (24, 62), "silent"),
        ("[closure/1]", "[closure/1001]", "no_such_letter", "watch.0", (25, 9), None),
        ("[closure/1]", "[closur/1]", "unknown_letter", "watch.0", (25, 9), "closure"),
        ("[closure/1]", "[closure/0]", "not_a_letter", "watch.0", (25, 9), None),
        ("[closure/1]", "closure/1", "wrong_kind", "watch", (25, 8), None),
        ("duration: 6 h", "duration: 6 h\ndeadline: 7 h", "deadline_after_end", "deadline", (4, 11), None),
        ("duration: 6 h", "duration: 6 h\nstem: x", "unknown_key", "stem", (4, 1), None),
        ("count: 1000", "rate: 1000000/s", "too_many_letters", "letters.closure", (15, 3), None),
        ("count: 1000", "count: 1000\n    rate: 5/s", "one_way_of_arriving", "letters.closure.rate", (19, 11), None),
        (
            "count: 1000", "count: 1000\n    hours: office_hours",
            "does_not_go_with", "letters.closure.hours", (19, 5), None,
        ),
        (
            "count: 1000", "rate: 1/h\n    hours: ofice_hours",
            "unknown_preset", "letters.closure.hours", (19, 12), None,
        ),
        (
            "at: 5 min\n    count: 1000", "times: [2 s, 1 s]",
            "times_not_in_order", "letters.closure.times.1", (17, 18), None,
        ),
        ("greylisting: 5 min", "greylisting: 5", "bare_number", "providers.office.greylisting", (11, 18), None),
        (
            "greylisting: 5 min", "greylisting: 36500 d", "delay_beyond_window", "providers.office.greylisting",
            (11, 18), "greylisting: {delay: 36500 d, retry_window: 36500 d}",
        ),
        (
            "greylisting: 5 min", "greylisting: {delay: 3 d}", "delay_beyond_window",
            "providers.office.greylisting.delay", (11, 26), "greylisting: {delay: 3 d, retry_window: 6 d}",
        ),
        (
            "greylisting: 5 min", "greylisting: {delay: 3 d, retry_window: 1 h}", "delay_beyond_window",
            "providers.office.greylisting.retry_window", (11, 45), "greylisting: {delay: 3 d, retry_window: 6 d}",
        ),
        (
            "greylisting: 5 min", "accept_time: {lognormal: {mean: 5 ms, cv: '1.5'}}",
            "quoted", "providers.office.accept_time.lognormal.cv", (11, 47), "1.5",
        ),
        (
            "count: 1000\n    size", "times: [1 min]\n    size",
            "goes_with_nothing", "letters.closure.at", (17, 5), None,
        ),
        (
            "greylisting: 5 min", "accept_time: {exponental: 5 ms}",
            "no_service_time", "providers.office.accept_time.exponental", (11, 19), "exponential",
        ),
        (
            "greylisting: 5 min", "accept_time: {uniform: [9 ms, 1 ms]}",
            "wrong_order", "providers.office.accept_time.uniform", (11, 28), None,
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_named_in_its_place(
    tmp_path: Path,
    old: str,
    new: str,
    code: str,
    path: str,
    place: tuple[int, int],
    nearest: str | None,
) -> None:
    assert old in SMALL
    (problem,) = problems_of(tmp_path / "a.yaml", SMALL.replace(old, new, 1))
    assert (problem.code, problem.path, (problem.line, problem.column)) == (code, path, place)
    assert problem.file == str(tmp_path / "a.yaml")
    if nearest is not None:
        assert problem.fields["nearest"] == nearest


def test_a_letter_is_forged_or_forwarded_and_not_both(tmp_path: Path) -> None:
    text = SMALL.replace("senders:", "senders:\n  alumni: {domain: alumni.example}").replace(
        "size: 20 kB", "size: 20 kB\n    forwarded: {written_by: alumni}"
    )
    assert problems_of(tmp_path / "a.yaml", text) == ()
    (problem,) = problems_of(
        tmp_path / "a.yaml", text.replace("size: 20 kB", "size: 20 kB\n    forges: bank.example")
    )
    assert (problem.code, problem.path) == ("not_both", "letters.closure.forwarded")


@pytest.mark.parametrize(
    ("postconf", "code"),
    [
        ("{minimal_backof_time: 5m}", "unknown_key"),
        ("{minimal_backoff_time: 5 min}", "no_postfix_time"),
        ("{minimal_backoff_time: 0}", "out_of_range"),
        ("{minimal_backoff_time: 5000s}", "wrong_order"),
        ("{maximal_queue_lifetime: 99999999w}", "out_of_range"),
        ("{smtp_destination_concurrency_limit: -1}", "out_of_range"),
        ("{smtp_destination_concurrency_limit: 5m}", "wrong_kind"),
        ("{smtp_connection_cache_on_demand: maybe}", "wrong_kind"),
        ("{default_destination_concurrency_positive_feedback: 2}", "no_feedback"),
        ("{default_destination_concurrency_positive_feedback: 1/destinations}", "no_feedback"),
        ("5", "wrong_kind"),
        ("[a]", "wrong_kind"),
    ],
)
def test_postfix_s_parameters_are_checked_as_postfix_would(tmp_path: Path, postconf: str, code: str) -> None:
    text = SMALL.replace("host: small_vps", f"postconf: {postconf}")
    assert [problem.code for problem in problems_of(tmp_path / "a.yaml", text)] == [code]


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SMALL
    for old, new in (
        ("format: 1", "format: 3"),
        ("greylisting: 5 min", "greylistin: 5 min"),
        ("count: 1000", "count: 0"),
        ("from: school", "from: shool"),
        ("watch: [closure/1]", "watch: [closure/1]\nseed: x\nseed: 2"),
    ):
        text = text.replace(old, new)
    problems = problems_of(tmp_path / "a.yaml", text)
    assert [problem.code for problem in problems] == [
        "wrong_format",
        "unknown_key",
        "unknown_sender",
        "out_of_range",
        "wrong_kind",
        "key_stands_twice",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line or 0 for problem in problems)


def test_the_words_of_an_error_say_where_what_and_what_would_be_right(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SMALL.replace("greylisting", "greylistin"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    words = str(caught.value)
    assert words.startswith(
        f"{file}, line 11, column 5, providers.office.greylistin: the key `greylistin` is not known"
    )
    assert words.endswith("Did you mean `greylisting`?")


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, object(), b"x", {1: 2}, "\ud800", (), set(), print]
)
@pytest.mark.parametrize(
    "key", ["duration", "senders", "letters", "faults", "start", "seed", "default_road", "title"]
)
def test_any_python_value_in_the_wrong_place_is_a_scenario_error(key: str, value: Any) -> None:
    if key == "faults" and value in ((), set()):
        return  # no faults
    with pytest.raises(ScenarioError):
        scenario_from_mapping(mapping(**{key: value}))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (r"\e[31mred", "U+001B"),
        (r"a\0b", "U+0000"),
        (r"a\rb", "U+000D"),
        (r"a\x7fb", "U+007F"),
        (r"a\x9bb", "U+009B"),
        (r"a\u202egnp.exe", "U+202E"),
        ("a\u202ab", "U+202A"),
        ("a\u2066b", "U+2066"),
        (r"a\u2069b", "U+2069"),
        (r"a\ud800b", "U+D800"),
    ],
)
@pytest.mark.parametrize("key", ["title", "question"])
def test_invisible_characters_in_words_for_people_are_refused(
    tmp_path: Path, key: str, written: str, number: str
) -> None:
    text = SMALL.replace("format: 1", f'format: 1\n{key}: {{en: x, ja: "{written}"}}')
    (problem,) = problems_of(tmp_path / "a.yaml", text)
    assert (problem.code, problem.path) == ("control_character", f"{key}.ja")
    assert problem.fields["found"] == number


def test_new_lines_tabs_and_the_words_of_all_languages_are_welcome(tmp_path: Path) -> None:
    words = r'title: "a\nb\tc, 台風, Grüße, שלום, 👩\u200d👧"'
    assert problems_of(tmp_path / "a.yaml", SMALL.replace("format: 1", f"format: 1\n{words}")) == ()


def test_an_error_shows_invisible_characters_by_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SMALL.replace("from: school", r'"fr\e[31mom\u202e": school'), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert r"`fr\x1b[31mom\u202e`" in str(caught.value)
    assert not set("\x1b\u202e") & set(str(caught.value) + str(caught.value.problems))


def test_a_number_of_thousands_of_digits_is_told_what_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SMALL.replace("count: 1000", "count: " + "9" * 5000), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"found `9{80}…`\. Allowed is: <= 100000000\.$"):
        load(file)


def test_a_greylisting_that_takes_no_retry_is_told_how_to_set_its_window(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SMALL.replace("greylisting: 5 min", "greylisting: 3 d"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert str(caught.value).endswith(
        "the delay `3 d` is longer than retry_window (2 d; it is 2 d unless set), so every retry would come too late. "
        "Write `greylisting: {delay: 3 d, retry_window: 6 d}`."
    )


@pytest.mark.parametrize(
    ("section", "changes"),
    [
        ("senders", {"senders": {}}),
        ("providers", {"providers": {}}),
        ("resolvers", {"senders": {"school": {"domain": "school.example", "resolver": "campus"}}}),
        ("letters", {"letters": {}, "watch": ["closure/1"]}),
    ],
)
def test_a_name_from_a_section_without_entries_is_told_to_write_one(
    section: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario_from_mapping(mapping(**changes))
    assert "nothing_to_name" in [problem.code for problem in caught.value.problems]
    assert f"nothing stands under `{section}:`. Write at least one entry there." in str(caught.value)
    assert ": -." not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [10**2999, -(10**2999), 10**400, -(10**400), 1e308, "9" * 5000],
    ids=["2999", "-2999", "400", "-400", "float", "text"],
)
def test_a_number_beyond_measure_is_a_scenario_error_wherever_it_stands(value: Any) -> None:
    for key in _leaves(SMALL_IN_FULL):
        changed = copy.deepcopy(SMALL_IN_FULL)
        at: Any = changed
        for part in key[:-1]:
            at = at[part]
        at[key[-1]] = value
        with contextlib.suppress(ScenarioError):
            scenario_from_mapping(changed)


@pytest.mark.parametrize("value", [None, 5, "x", [1]])
def test_a_scenario_is_made_from_a_mapping_only(value: Any) -> None:
    with pytest.raises(ScenarioError, match="made from a mapping"):
        scenario_from_mapping(value)


def test_a_mapping_that_holds_itself_is_a_scenario_error() -> None:
    loop: dict[str, Any] = {}
    loop["title"] = loop
    with pytest.raises(ScenarioError):
        scenario_from_mapping({**mapping(), "senders": {"school": loop}, "title": loop})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(SMALL)), st.integers(0, 20), st.text(max_size=8))
def test_no_slip_of_the_keyboard_ends_in_anything_but_a_scenario_error(
    tmp_path: Path, at: int, cut: int, added: str
) -> None:
    text = SMALL[:at] + added + SMALL[at + cut :]
    file = tmp_path / "a.yaml"
    assert all(problem.code for problem in problems_of(file, text.encode("utf-8", "surrogatepass")))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_no_bytes_end_in_anything_but_a_scenario_error(tmp_path: Path, content: bytes) -> None:
    assert problems_of(tmp_path / "a.yaml", content)
