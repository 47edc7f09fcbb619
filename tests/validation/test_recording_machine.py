import pytest

from sim.scenario.host import Host
from sim.scenario.load import scenario_from_mapping
from sim.validation.recording_folder import PACKAGED, read_recording
from sim.validation.recording_machine import letter_work_s, serial_time_s


@pytest.fixture(scope="module")
def preset() -> Host:
    scenario = scenario_from_mapping(
        {
            "format": 1,
            "duration": "1 min",
            "senders": {"school": {"domain": "school.example", "host": "recording_machine"}},
            "providers": {"office": {"domain": "office.example"}},
            "letters": {"notice": {"from": "school", "count": 1, "size": "2 kB", "to": "office"}},
        }
    )
    return scenario.senders["school"].host


def test_the_preset_s_serial_time_is_the_measured_one(preset: Host) -> None:
    measured = serial_time_s(read_recording(PACKAGED / "no_service_time"))
    assert preset.serial_time_us == pytest.approx(measured * 1e6, abs=5)


def test_the_preset_s_letter_time_is_the_measured_one(preset: Host) -> None:
    work = letter_work_s(read_recording(PACKAGED / "steady_one_destination"), 0.2)
    assert preset.serial_time_us + preset.letter_time_us == pytest.approx(work * 1e6, abs=50)
