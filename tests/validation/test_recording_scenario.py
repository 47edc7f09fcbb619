import json
from pathlib import Path
from typing import Any

import pytest

from sim.errors import RecordingError
from sim.validation.recording_copy import KEPT, KEPT_OF_RECEIVERS
from sim.validation.recording_folder import PACKAGED, RecordedLetter, Recording, read_recording
from sim.validation.recording_scenario import has_chance, needs, returned_letters_stay, scenario_of

ZONES = {
    "mx": {"a.test": [[10, "mx1.a.test", 30], [20, "mx2.a.test", 60]], "b.test": [[5, "mx1.a.test", 300]]}
}


def recording_of(
    behaviour: dict[str, Any], *, main_cf: dict[str, str] | None = None, **more: Any
) -> Recording:
    settings = {
        "providers": {"a.test": behaviour},
        "main_cf": main_cf or {},
        "t0_epoch": 1795568701.25,
        "max_s": 60,
        **more,
    }
    return Recording(
        "tried", settings, (RecordedLetter("a.test", 2.0, 2.5, 1), RecordedLetter("a.test", 3.0, None, 0))
    )


def recording_with_dns(dns: dict[str, Any], **hosts: dict[str, Any]) -> Recording:
    """Letters go to a.test, to b.test, whose mail the same host takes, and to gone.test, which has no zone."""
    behaviours = {"mx1.a.test": {"data_s": 0.05}, "mx2.a.test": {"data_s": 0.2}}
    providers = {name: {**known, **hosts.get(name[:3], {})} for name, known in behaviours.items()}
    letters = tuple(
        RecordedLetter(domain, 2.0 + place, None, 1)
        for place, domain in enumerate(("b.test", "a.test", "gone.test", "a.test"))
    )
    settings = {"providers": providers, "main_cf": {}, "t0_epoch": 1795568701.25, "max_s": 60, "dns": dns}
    return Recording("tried", settings, letters)


def test_what_was_set_becomes_the_scenario() -> None:
    recording = recording_of(
        {
            "data_s": 0.2,
            "cmd_s": 0.05,
            "banner_s": 0.1,
            "max_conns": 5,
            "rate_per_s": 10,
            "burst": 20,
            "grey_s": 20,
            "pipelining": True,
        },
        main_cf={"queue_run_delay": "5s", "smtp_destination_concurrency_failed_cohort_limit": "10"},
    )
    scenario = scenario_of(recording)
    provider = scenario.providers["provider_1"]
    here = provider.at(provider.mx[0])
    assert (here.accept_time.mean_us, provider.command_time_us, provider.banner_delay_us) == (
        200_000,
        50_000,
        100_000,
    )
    assert here.connection_limit is not None
    assert here.connection_limit.total == 5
    assert provider.rate_limit is not None
    assert (provider.rate_limit.rate_per_s, provider.rate_limit.burst) == (10, 20)
    assert provider.greylisting is not None
    assert provider.greylisting.delay_us == 20_000_000
    assert provider.pipelining
    postconf = scenario.senders["recorded"].postconf
    assert postconf.queue_run_delay == 5
    assert postconf.default_destination_concurrency_failed_cohort_limit == 10
    assert scenario.letters["to_provider_1"].times_us == (2_000_000, 3_000_000)
    assert scenario.start.timestamp() == 1795568701.25
    # The last second is left out: a scan that is due in it may come or not.
    assert scenario.duration_us == 59_000_000
    assert scenario.resolvers == {}


def test_pipelining_is_off_unless_it_was_offered() -> None:
    assert not scenario_of(recording_of({})).providers["provider_1"].pipelining


def test_chances_at_rcpt_become_temporary_failures_and_unknown_users() -> None:
    scenario = scenario_of(recording_of({"soft_p": 0.2, "hard_p": 0.1}))
    assert scenario.providers["provider_1"].temporary_failures_ratio == 0.2
    # Of the letters that are tried until the answer is not 450, 0.1 of 0.8 meet a 550.
    assert scenario.letters["to_provider_1"].unknown_users_ratio == pytest.approx(0.125)


def test_a_closed_port_and_a_hanging_server_are_faults_of_the_host() -> None:
    scenario = scenario_of(recording_of({"down": [[0, 20], [30, 40]], "hang": [[45, 50.5]]}))
    assert [(f.where, f.what, f.at_us, f.for_us) for f in scenario.faults] == [
        ("providers.provider_1.mx", "refusing", 0, 20_000_000),
        ("providers.provider_1.mx", "refusing", 30_000_000, 10_000_000),
        ("providers.provider_1.mx", "hanging", 45_000_000, 5_500_000),
    ]


def test_zones_become_providers_and_a_domain_without_one_does_not_exist() -> None:
    scenario = scenario_of(recording_with_dns(ZONES))
    a, b, gone = (scenario.providers[f"provider_{place}"] for place in (1, 2, 3))
    assert [(mx.preference, mx.accept_time and mx.accept_time.mean_us) for mx in a.mx] == [
        (10, 50_000),
        (20, 200_000),
    ]
    assert [(mx.preference, mx.accept_time and mx.accept_time.mean_us) for mx in b.mx] == [(5, 50_000)]
    assert (a.records, b.records, gone.records) == ("mx", "mx", "nxdomain")
    assert a.mx_ttl_us == 30_000_000
    assert [len(entry.times_us or ()) for entry in scenario.letters.values()] == [2, 1, 1]


def test_the_resolver_keeps_nothing_and_is_asked_twice() -> None:
    scenario = scenario_of(recording_with_dns({**ZONES, "down": [[15, 45]], "servfail": [[50, 52]]}))
    assert scenario.senders["recorded"].resolver == "stub"
    stub = scenario.resolvers["stub"]
    assert (stub.cache, stub.timeout_us, stub.attempts) == (False, 5_000_000, 2)
    assert [(f.where, f.what) for f in scenario.faults] == [
        ("resolvers.stub", "silent"),
        ("resolvers.stub", "servfail"),
    ]


def test_a_null_mx_wants_no_mail() -> None:
    zones = {"mx": {**ZONES["mx"], "gone.test": [[0, ".", 300]]}}
    assert scenario_of(recording_with_dns(zones)).providers["provider_3"].records == "null_mx"


def test_trouble_at_a_host_that_two_domains_share_is_trouble_for_both() -> None:
    scenario = scenario_of(recording_with_dns(ZONES, mx1={"down": [[0, 40]]}))
    assert [fault.where for fault in scenario.faults] == [
        "providers.provider_1.mx1",
        "providers.provider_2.mx1",
    ]


def test_every_recording_of_the_project_is_covered() -> None:
    for folder in PACKAGED.iterdir():
        if folder.is_dir():
            assert needs(read_recording(folder)) == []


@pytest.mark.parametrize(
    ("recording", "words"),
    [
        (recording_of({"stall": [[25, 45]]}), "`stall` at a.test"),
        (recording_of({"data_dist": "weibull"}), "`data_dist: weibull` at a.test"),
        (
            recording_of({}, main_cf={"default_transport_rate_delay": "1s"}),
            "`default_transport_rate_delay = 1s`",
        ),
        (recording_with_dns({**ZONES, "cname": {}}), "`dns.cname`"),
        (recording_with_dns(ZONES, mx1={"cmd_s": 0.1}), "`cmd_s` that differs between the hosts of a.test"),
        (recording_with_dns(ZONES, mx1={"max_conns": 5}), "`max_conns` at mx1.a.test, which 2 domains share"),
        (
            recording_with_dns({"mx": {"a.test": [[10, "mx9.a.test", 30]]}}),
            "what mx9.a.test does, which is a host of a.test",
        ),
    ],
)
def test_what_this_version_cannot_say_is_named(recording: Recording, words: str) -> None:
    assert [need for need in needs(recording) if words in need]


def test_a_recording_without_receivers_says_so() -> None:
    settings = {"t0_epoch": 1795568701.25}
    assert (
        "`providers` or `clients`"
        in needs(Recording("tried", settings, (RecordedLetter("a.test", 2.0, 2.5, 1),)))[0]
    )


def test_only_drawn_durations_drawn_refusals_and_hosts_of_equal_rank_are_chance() -> None:
    assert has_chance(recording_of({"data_s": 0.2, "data_dist": "exp"}))
    assert has_chance(recording_of({"hard_p": 0.1}))
    assert has_chance(recording_of({"soft_p": 0.1}))
    assert not has_chance(recording_of({"data_s": 0.2}))
    assert not has_chance(recording_with_dns(ZONES))
    equal = {"mx": {"a.test": [[10, "mx1.a.test", 30], [10, "mx2.a.test", 60]]}}
    assert has_chance(recording_with_dns(equal))


def test_returned_letters_stay_where_the_own_domain_cannot_be_looked_up() -> None:
    assert returned_letters_stay(recording_of({"hard_p": 0.1}))
    assert not returned_letters_stay(recording_of({"hard_p": 0.1}, main_cf={"bounce_queue_lifetime": "0"}))
    assert not returned_letters_stay(recording_with_dns(ZONES))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"providers": []}, "providers is \\[\\]"),
        ({"providers": {"a.test": 3}}, "a mapping such as"),
        ({"providers": {"a.test": {"data_s": "fast"}}}, "data_s at a.test is 'fast'"),
        ({"providers": {"a.test": {"down": [25, 45]}}}, "a list of \\[from, to\\] in seconds"),
        ({"providers": {"a.test": {"hang": [[45, 25]]}}}, "each end after its beginning"),
        ({"providers": {"a.test": {"soft_p": 1}}}, "nothing would ever be accepted"),
        ({"providers": {"a.test": {"hard_p": 1.5}}}, "a share, 0 to 1"),
        ({"providers": {"b.test": {}}}, "letters go to a.test"),
        ({"t0_epoch": None}, "t0_epoch is None"),
        ({"t0_epoch": 25.0}, "t0_epoch is 25.0"),
        ({"main_cf": {"queue_run_delay": "often"}}, "queue_run_delay is 'often'"),
        ({"dns": {"mx": {"a.test": [["mx1", 10]]}}}, "a list of \\[preference, host, seconds to live\\]"),
    ],
)
def test_settings_that_cannot_be_meant_are_told_apart(settings: dict[str, Any], words: str) -> None:
    recording = recording_of({})
    broken = Recording("tried", {**recording.settings, **settings}, recording.letters)
    if settings == {"t0_epoch": None}:
        del broken.settings["t0_epoch"]
    with pytest.raises(RecordingError, match=words):
        _ = needs(broken) or scenario_of(broken)


def test_the_copies_keep_their_settings_and_drop_the_rest() -> None:
    for folder in PACKAGED.iterdir():
        if folder.is_dir():
            settings = json.loads(Path(folder / "run.json").read_text(encoding="utf-8"))
            if "clients" in settings:
                assert set(settings) <= {*KEPT_OF_RECEIVERS}
                continue
            assert set(settings) <= {*KEPT, "recorded"}
            assert set(settings["recorded"]) <= {"new_connections", "scan_phase_s"}
