"""Presets are graded, load, and give way to what a person writes; what nobody wrote is listed as assumed."""

import pickle
from typing import Any, get_args

import pytest

from sim.scenario import catalogue
from sim.scenario.assumptions import Assumption, assumptions
from sim.scenario.host import Host
from sim.scenario.postconf import Postconf
from sim.scenario.provenance import Plausible, leaves
from sim.scenario.provider import Provider
from sim.scenario.resolver import Resolver
from sim.scenario.road import DefaultRoad
from sim.scenario.sender import Sender
from sim.scenario.settings import Grade
from tests.scenario.small import scenario

MODELS: dict[str, Any] = {
    "sender": Sender,
    "host": Host,
    "provider": Provider,
    "resolver": Resolver,
    "road": DefaultRoad,
}
PRESETS = [(kind, name) for kind in catalogue.KINDS for name in catalogue.names(kind)]
NEEDED = {"sender": {"domain": "a.example"}, "provider": {"domain": "a.example"}}


def office(**changes: Any) -> tuple[Provider, dict[str, Assumption]]:
    whole = scenario(providers={"office": {"domain": "office.example", **changes}})
    return whole.providers["office"], {one["path"]: one for one in assumptions(whole)}


@pytest.mark.parametrize(("kind", "name"), PRESETS)
def test_every_value_of_a_preset_has_grade_and_source(kind: str, name: str) -> None:
    for graded in leaves(catalogue.preset(kind, name).tree).values():
        assert graded.grade in get_args(Grade)
        assert graded.source


@pytest.mark.parametrize(("kind", "name"), PRESETS)
def test_every_preset_is_described_in_both_languages(kind: str, name: str) -> None:
    preset = catalogue.preset(kind, name)
    assert preset.about_en.endswith(".")
    assert preset.about_ja.endswith("。")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in PRESETS if kind in MODELS])
def test_every_preset_makes_settings(kind: str, name: str) -> None:
    assert MODELS[kind].model_validate({"preset": name, **NEEDED.get(kind, {})}).preset == name


@pytest.mark.parametrize("name", catalogue.names("curve"))
def test_every_curve_has_the_mean_one(name: str) -> None:
    weights = catalogue.preset("curve", name).plain()["weights"]
    assert len(weights) in (7, 24)
    assert sum(weights) / len(weights) == pytest.approx(1)


def test_the_preset_of_postfix_and_the_defaults_are_the_same() -> None:
    preset = Sender.model_validate({"preset": "postfix_default", "domain": "a.example"})
    assert preset.postconf == Postconf()


def test_no_preset_bears_the_name_of_a_real_provider() -> None:
    for kind, name in PRESETS:
        assert not any(
            brand in name for brand in ("gmail", "google", "yahoo", "docomo", "outlook", "icloud")
        ), kind


def test_what_a_person_writes_replaces_the_preset_s_value_and_leaves_the_rest() -> None:
    provider, assumed = office(preset="mobile_carrier_like", rate_limit={"burst": 7})
    assert provider.rate_limit is not None
    assert (provider.rate_limit.burst, provider.rate_limit.rate_per_s) == (7, 45.0)
    assert "providers.office.rate_limit.rate" in assumed
    assert "providers.office.rate_limit.burst" not in assumed


def test_a_null_switches_a_rule_of_a_preset_off() -> None:
    provider, assumed = office(preset="mobile_carrier_like", rate_limit=None)
    assert provider.rate_limit is None
    assert not any(path.startswith("providers.office.rate_limit") for path in assumed)


def test_a_value_written_as_the_preset_has_it_is_no_assumption() -> None:
    _, assumed = office(preset="company", users=300)
    assert "providers.office.users" not in assumed


def test_an_assumption_has_path_value_grade_and_source() -> None:
    _, assumed = office(preset="company")
    assert assumed["providers.office.users"] == {
        "path": "providers.office.users",
        "value": 300,
        "grade": "assumption",
        "source": "a middle-sized company",
    }


def test_published_values_are_not_assumptions() -> None:
    _, assumed = office(preset="university")
    assert "providers.office.greylisting.delay" not in assumed
    assert all(one["grade"] in ("assumption", "community") for one in assumed.values())


def test_defaults_that_nobody_wrote_are_listed_as_they_would_be_written() -> None:
    _, assumed = office()
    assert assumed["default_road.round_trip"]["value"] == "20 ms"
    assert assumed["senders.school.host.commit_time"]["value"] == "0 s"


def test_a_preset_named_inside_a_preset_is_followed() -> None:
    whole = scenario(
        senders={"school": {"preset": "postfix_default", "domain": "a.example", "host": "small_vps"}}
    )
    assert whole.senders["school"].host.letter_time_us == 10_000
    assert "senders.school.host.letter_time" in {one["path"] for one in assumptions(whole)}


def test_assumptions_survive_the_way_to_another_process() -> None:
    whole = scenario(providers={"office": {"preset": "company", "domain": "office.example"}})
    assert assumptions(pickle.loads(pickle.dumps(whole))) == assumptions(whole)


def test_settings_made_in_python_start_from_their_preset_and_say_so() -> None:
    provider = Provider(preset="company", domain="office.example", users=5)
    assert (provider.users, provider.checking is not None) == (5, True)
    assert "checking.workers" in provider.provenance.from_presets
    assert "users" not in provider.provenance.from_presets


def test_an_unknown_preset_is_refused_in_python_too() -> None:
    with pytest.raises(ValueError, match="unknown_preset"):
        Host(preset="small_vsp")


def nominal_min(preset: str) -> list[float]:
    """Return the ages in minutes at which a letter is tried if an attempt takes no time and no run gathers letters."""
    retry = Sender.model_validate({"preset": preset, "domain": "a.example"}).retry
    assert retry is not None
    ages, wait = [0.0], 0.0
    for step in retry.steps:
        wait = step.every_us / 60e6
        while ages[-1] * 60e6 < step.until_us:
            ages.append(ages[-1] + wait)
            wait *= step.factor
    return ages


def test_exim_s_rule_is_that_of_its_default_configuration() -> None:
    """F,2h,15m; G,16h,1h,1.5; F,4d,6h: the numbers are those of configure.default, worked out by hand."""
    quarters = [15.0 * number for number in range(9)]
    growing = [180, 270, 405, 607.5, 911.25, 1366.875]
    six_hours = [1366.875 + 360 * number for number in range(1, 13)]
    assert nominal_min("exim_default")[:27] == [*quarters, *growing, *six_hours]
    assert len(nominal_min("exim_default")) == 28


def test_kumomta_doubles_from_twenty_minutes_and_never_waits_past_seven_days() -> None:
    """Its next wait, of 20 * 2**8 min, would end after 7 days, so the ninth attempt is the last (85 h)."""
    assert nominal_min("kumomta_default") == [20 * (2**number - 1) for number in range(9)]
    assert 5100 + 20 * 2**8 > 7 * 1440


def test_other_mtas_keep_postfix_s_parameters_but_for_their_time_outs() -> None:
    for name in ("exim_default", "kumomta_default"):
        postconf = Sender.model_validate({"preset": name, "domain": "a.example"}).postconf
        differs = {key for key, value in postconf if value != getattr(Postconf(), key)}
        assert differs
        assert all(key.endswith("_timeout") for key in differs)


def test_resolvers_differ_in_how_they_ask_name_servers() -> None:
    unbound, bind, stub = (
        Resolver.model_validate({"preset": name}) for name in ("unbound", "bind", "glibc_stub")
    )
    assert (unbound.upstream_timeout_us, bind.upstream_timeout_us) == (376_000, 800_000)
    assert (unbound.servfail_ttl_us, bind.servfail_ttl_us, stub.servfail_ttl_us) == (5_000_000, 1_000_000, 0)


def test_a_value_of_the_catalogue_may_say_between_what_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"value": "45/s", "grade": "assumption", "source": "nobody says"}
    known = {**value, "low": "9/s", "high": "90/s", "why": "a guess"}
    entry = {"about": {"en": "One.", "ja": "一。"}, "values": {"rate_limit": {"rate": known, "other": value}}}
    monkeypatch.setattr(catalogue, "read_own", lambda _: {"one": entry})
    made = leaves(catalogue.presets.__wrapped__("provider")["one"].tree)
    assert made["rate_limit.rate"].plausible == Plausible("9/s", "90/s", "a guess")
    assert made["rate_limit.other"].plausible is None
