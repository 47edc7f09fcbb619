import json
from pathlib import Path
from typing import Any

import pytest

from sim.errors import RecordingError
from sim.validation.recording_folder import PACKAGED, RecordedLetter, Recording, read_recording
from sim.validation.recording_scenario import has_chance, needs, scan_phase_s, scenario_of


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
        },
        main_cf={"queue_run_delay": "5s", "smtp_destination_concurrency_failed_cohort_limit": "10"},
    )
    scenario = scenario_of(recording)
    provider = scenario.providers["provider_1"]
    assert (provider.accept_time.mean_us, provider.command_time_us, provider.banner_delay_us) == (
        200_000,
        50_000,
        100_000,
    )
    assert provider.connection_limit is not None
    assert provider.connection_limit.total == 5
    assert provider.rate_limit is not None
    assert (provider.rate_limit.rate_per_s, provider.rate_limit.burst) == (10, 20)
    assert provider.greylisting is not None
    assert provider.greylisting.delay_us == 20_000_000
    assert not provider.pipelining
    postconf = scenario.senders["recorded"].postconf
    assert postconf.queue_run_delay == 5
    assert postconf.default_destination_concurrency_failed_cohort_limit == 10
    assert scenario.letters["to_provider_1"].times_us == (2_000_000, 3_000_000)
    assert scenario.start.timestamp() == 1795568701.25
    assert scenario.duration_us == 60_000_000


def test_every_recording_of_the_project_is_covered() -> None:
    for folder in PACKAGED.iterdir():
        if folder.is_dir():
            assert needs(read_recording(folder)) == []


@pytest.mark.parametrize(
    ("recording", "words"),
    [
        (recording_of({"hang": [[25, 45]]}), "`hang` at a.test"),
        (recording_of({"data_dist": "weibull"}), "`data_dist: weibull` at a.test"),
        (recording_of({"down": [[25, 45]]}), "a port that closes while open connections go on, at a.test"),
        (
            recording_of({}, main_cf={"smtp_destination_rate_delay": "1s"}),
            "`smtp_destination_rate_delay = 1s`",
        ),
        (recording_of({}, dns={"mx": {}}), "`dns` in run.json"),
    ],
)
def test_what_this_version_cannot_say_is_named(recording: Recording, words: str) -> None:
    assert [need for need in needs(recording) if words in need]


def test_a_port_that_is_closed_before_the_first_letter_is_a_fault() -> None:
    recording = recording_of({"down": [[0, 45]]})
    assert needs(recording) == []
    (fault,) = scenario_of(recording).faults
    assert (fault.at_us, fault.for_us, fault.what) == (0, 45_000_000, "down")


def test_only_drawn_durations_and_drawn_refusals_are_chance() -> None:
    assert has_chance(recording_of({"data_s": 0.2, "data_dist": "exp"}))
    assert has_chance(recording_of({"hard_p": 0.1}))
    assert not has_chance(recording_of({"data_s": 0.2}))


def test_the_phase_of_scans_is_read_off_retried_letters() -> None:
    letters = [RecordedLetter("a.test", 2.0, moment, 3) for moment in (20.306, 20.4, 20.9, 25.206, 30.106)]
    settings = {"providers": {"a.test": {"data_s": 0.0}}, "main_cf": {"queue_run_delay": "5s"}}
    assert scan_phase_s(Recording("tried", settings, tuple(letters))) == pytest.approx(0.2)
    early = [RecordedLetter("a.test", 2.0, 19.806, 2)]
    assert scan_phase_s(Recording("tried", settings, tuple(early))) == pytest.approx(-0.2)
    assert scan_phase_s(recording_of({})) == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"providers": []}, "providers is \\[\\]"),
        ({"providers": {"a.test": 3}}, "a mapping such as"),
        ({"providers": {"a.test": {"data_s": "fast"}}}, "data_s at a.test is 'fast'"),
        ({"providers": {"a.test": {"down": [25, 45]}}}, "a list of \\[from, to\\] in seconds"),
        ({"providers": {"b.test": {}}}, "letters go to a.test"),
        ({"t0_epoch": None}, "t0_epoch is None"),
        ({"t0_epoch": 25.0}, "t0_epoch is 25.0"),
        ({"main_cf": {"queue_run_delay": "often"}}, "queue_run_delay is 'often'"),
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
            assert set(settings) == {"about", "providers", "inject", "max_s", "main_cf", "t0_epoch"}
