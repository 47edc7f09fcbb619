"""Every key is described, every default says where it comes from, and the settings hold what the engine relies on."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.scenario.faults import KINDS_BY_PLACE, FaultKind
from sim.scenario.fields import all_settings, by_key, grade_of
from sim.scenario.letters import Letters
from sim.scenario.postconf import Postconf
from sim.scenario.provider import Provider
from sim.scenario.schema import Scenario
from sim.scenario.service_time import ServiceTime
from sim.scenario.settings import Grade, Settings, yaml_key
from tests.scenario.small import scenario

ALL = all_settings(Scenario)
KEYS = [(name, key) for name, model in ALL.items() for key in by_key(model)]


def one_provider(**changes: Any) -> Provider:
    return scenario(providers={"office": {"domain": "office.example", **changes}}).providers["office"]


def letters(**changes: Any) -> Letters:
    entry = {"from": "school", "size": "20 kB", "to": "office", **changes}
    return scenario(letters={"closure": entry}).letters["closure"]


@pytest.mark.parametrize(("model", "key"), KEYS)
def test_every_key_is_described(model: str, key: str) -> None:
    _, about = by_key(ALL[model])[key]
    assert about.description
    assert about.description.rstrip().endswith((".", ")"))


@pytest.mark.parametrize(("model", "key"), KEYS)
def test_every_default_has_a_grade_and_a_source(model: str, key: str) -> None:
    _, about = by_key(ALL[model])[key]
    if not about.is_required():
        grade = grade_of(about)
        assert grade is not None
        assert grade[0] in get_args(Grade)
        assert grade[1]


@pytest.mark.parametrize("model", ALL.values(), ids=ALL)
def test_settings_are_frozen_and_described(model: type[Settings]) -> None:
    assert model.model_config["frozen"]
    assert model.__doc__


def test_a_frozen_setting_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        scenario().seed = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("round_trip_us", "round_trip"),
        ("median_bytes", "median"),
        ("rate_per_s", "rate"),
        ("bandwidth_bits_per_s", "bandwidth"),
        ("user_filter_ratio", "user_filter"),
        ("users", "users"),
        ("status", "status"),
    ],
)
def test_the_key_of_a_field_is_its_name_without_the_unit(field: str, key: str) -> None:
    assert yaml_key(field) == key


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("5 ms", ServiceTime(shape="constant", mean_us=5000)),
        ({"exponential": "200 ms"}, ServiceTime(shape="exponential", mean_us=200_000)),
        (
            {"uniform": ["1 ms", "9 ms"]},
            ServiceTime(shape="uniform", mean_us=5000, low_us=1000, high_us=9000),
        ),
        ({"lognormal": {"mean": "5 ms", "cv": 1.5}}, ServiceTime(shape="lognormal", mean_us=5000, cv=1.5)),
    ],
)
def test_a_service_time_has_four_forms_and_writes_itself_in_them(written: Any, expected: ServiceTime) -> None:
    accept_time = one_provider(accept_time=written).accept_time
    assert accept_time == expected
    assert accept_time.written() == written


@pytest.mark.parametrize(
    "written",
    [
        5,
        "5",
        {},
        {"exponential": 5},
        {"exponential": "5 ms", "uniform": ["1 ms", "2 ms"]},
        {"uniform": ["1 ms"]},
        {"uniform": ["1 ms", "2 ms", "3 ms"]},
        {"lognormal": "5 ms"},
        {"lognormal": {"mean": "5 ms"}},
        {"lognormal": {"mean": "5 ms", "cv": 0}},
        {"lognormal": {"mean": "5 ms", "cv": True}},
        {"lognormal": {"mean": "5 ms", "cv": float("nan")}},
        {"shape": "constant", "mean": 5},
        {"mean_us": 5},
        None,
    ],
)
def test_what_is_no_service_time_is_refused(written: Any) -> None:
    with pytest.raises(ScenarioError):
        one_provider(accept_time=written)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("300s", 300), (300, 300), ("300", 300), ("5m", 300), ("2h", 7200), ("5d", 432_000), ("1w", 604_800)],
)
def test_postfix_times_are_read_as_postfix_reads_them(written: Any, seconds: int) -> None:
    postconf = {"minimal_backoff_time": 1, "maximal_backoff_time": written}
    sender = {"domain": "school.example", "postconf": postconf}
    assert scenario(senders={"school": sender}).senders["school"].postconf.maximal_backoff_time == seconds


@pytest.mark.parametrize(
    ("written", "seconds"), [(5, 432_000), ("5", 432_000), ("5d", 432_000), ("12h", 43_200), (0, 0)]
)
def test_a_bare_lifetime_counts_in_days_as_in_postfix(written: Any, seconds: int) -> None:
    sender = {"domain": "school.example", "postconf": {"maximal_queue_lifetime": written}}
    assert scenario(senders={"school": sender}).senders["school"].postconf.maximal_queue_lifetime == seconds


def test_in_python_postfix_times_are_seconds() -> None:
    assert Postconf(maximal_queue_lifetime=5).maximal_queue_lifetime == 5


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (1, "1"),
        ("1", "1"),
        (0.5, "0.5"),
        ("1/concurrency", "1/concurrency"),
        ("1 / sqrt_concurrency", "1/sqrt_concurrency"),
    ],
)
def test_feedback_has_three_forms(written: Any, kept: str) -> None:
    postconf = Postconf.model_validate({"default_destination_concurrency_positive_feedback": written})
    assert postconf.default_destination_concurrency_positive_feedback == kept


def test_the_limit_for_smtp_goes_before_the_default_limit() -> None:
    assert Postconf().destination_limit == 20
    assert Postconf(smtp_destination_concurrency_limit=3).destination_limit == 3


@pytest.mark.parametrize("word", [True, "yes"])
def test_yes_is_true(word: Any) -> None:
    assert one_provider(tls=word).tls is True


def test_tls_is_read_with_and_without_quotes() -> None:
    for written in ("1.2", 1.2):
        sender = {"domain": "school.example", "tls": written}
        assert scenario(senders={"school": sender}).senders["school"].tls == "1.2"


def test_shares_keep_the_order_of_the_file_and_add_up() -> None:
    providers = {name: {"domain": f"{name}.example"} for name in ("a", "b", "c")}
    to = {"c": "55 %", "a": "rest", "b": "40 %"}
    entry = {"from": "school", "count": 1, "size": "1 kB", "to": to}
    shares = scenario(providers=providers, letters={"n": entry}).letters["n"].to
    assert list(shares.items()) == [("c", 0.55), ("a", 0.05), ("b", 0.4)]


@pytest.mark.parametrize("third", ["33.3333333333 %", "33.3333333333333 %"])
def test_three_thirds_are_a_whole_within_the_tolerance(third: str) -> None:
    providers = {name: {"domain": f"{name}.example"} for name in ("a", "b", "c")}
    entry = {"from": "school", "count": 1, "size": "1 kB", "to": dict.fromkeys("abc", third)}
    assert len(scenario(providers=providers, letters={"n": entry}).letters["n"].to) == 3


def test_shares_that_miss_the_whole_by_a_little_are_refused() -> None:
    with pytest.raises(ScenarioError, match="add up to `99 %`"):
        letters(count=1, to={"office": "99 %"})


def test_letters_know_their_way_of_arriving() -> None:
    assert (letters(count=5).arrival, letters(count=5).number) == ("campaign", 5)
    assert (letters(rate="5/s").arrival, letters(rate="5/s").number) == ("everyday", None)
    listed = letters(times=["1 s", "1 s", "2 s"])
    assert (listed.arrival, listed.number, listed.times_us) == (
        "listed",
        3,
        (1_000_000, 1_000_000, 2_000_000),
    )


def test_a_curve_is_a_name_or_its_weights() -> None:
    named = letters(rate="5/s", hours="office_hours", weekdays="office_week")
    assert named.hours is not None
    assert len(named.hours) == 24
    assert letters(rate="5/s", hours=list(named.hours)).hours == named.hours
    for wrong in ("office_week", [1] * 23, [0] * 24, [-1] * 24, ["1"] * 24):
        with pytest.raises(ScenarioError):
            letters(rate="5/s", hours=wrong)


def test_greylisting_is_a_delay_or_a_mapping() -> None:
    assert one_provider(greylisting="5 min") == one_provider(
        greylisting={"delay": "5 min", "retry_window": "2 d"}
    )


def test_words_may_be_in_one_language_or_two() -> None:
    assert scenario(title="Hello").title.in_language("ja") == "Hello"
    assert scenario(title={"en": "Hello", "ja": "やあ"}).title.in_language("ja") == "やあ"


def test_a_resolver_called_none_means_no_resolver() -> None:
    assert (
        scenario(senders={"school": {"domain": "school.example", "resolver": "none"}})
        .senders["school"]
        .resolver
        is None
    )


def test_delay_warnings_are_counted_in_hours_and_pauses_in_seconds_as_in_postfix() -> None:
    written = {"delay_warning_time": 4, "default_destination_rate_delay": 2}
    sender = {"domain": "school.example", "postconf": written}
    postconf = scenario(senders={"school": sender}).senders["school"].postconf
    assert (postconf.delay_warning_time, postconf.rate_delay_s) == (14_400, 2)


def test_parameters_for_smtp_go_before_the_default_ones_even_where_they_are_none() -> None:
    postconf = Postconf(default_destination_rate_delay=5, default_destination_recipient_limit=1)
    assert (postconf.rate_delay_s, postconf.recipient_limit) == (5, 1)
    off = postconf.model_copy(
        update={"smtp_destination_rate_delay": 0, "smtp_destination_recipient_limit": 0}
    )
    assert (off.rate_delay_s, off.recipient_limit) == (0, 0)
    assert (Postconf().rate_delay_s, Postconf().recipient_limit) == (0, 50)


def test_a_retry_rule_has_no_jitter_and_no_queue_run_unless_they_are_written() -> None:
    retry = {"steps": [{"until": "2 h", "every": "15 min"}, {"until": "4 d", "every": "1 h", "factor": 1.5}]}
    sender = scenario(senders={"school": {"domain": "school.example", "retry": retry}}).senders["school"]
    assert sender.retry is not None
    assert (sender.retry.jitter_ratio, sender.retry.queue_run_us) == (0, None)
    assert [step.factor for step in sender.retry.steps] == [1, 1.5]
    assert sender.retry.lifetime_us == 345_600_000_000
    assert scenario().senders["school"].retry is None


def test_dns_is_sound_unless_it_is_said_to_be_otherwise() -> None:
    provider = one_provider()
    assert (provider.records, provider.name_servers, provider.negative_ttl_us) == ("mx", (), 3_600_000_000)


def test_every_place_can_be_down_silent_or_slow_and_each_kind_of_trouble_has_a_place() -> None:
    assert KINDS_BY_PLACE["readers"] == ("down",), "nobody waits for the answer of a mailbox server here"
    others = [kinds for place, kinds in KINDS_BY_PLACE.items() if place != "readers"]
    assert all(set(kinds) >= {"down", "silent", "slow"} for kinds in others)
    assert set().union(*KINDS_BY_PLACE.values()) == set(get_args(FaultKind))
