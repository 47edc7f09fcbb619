import pytest

from sim.scenario.postconf import Postconf
from sim.validation.recording_postconf import NO_MATTER, field, needs, postconf, reason


@pytest.mark.parametrize("parameter", sorted(Postconf.model_fields))
def test_every_parameter_of_the_model_can_stand_in_a_recording(parameter: str) -> None:
    assert needs({parameter: "1"}) == []


def test_a_transport_s_own_parameter_is_the_general_one() -> None:
    assert field("smtp_destination_concurrency_failed_cohort_limit") == (
        "default_destination_concurrency_failed_cohort_limit"
    )
    assert field("smtp_initial_destination_concurrency") == "initial_destination_concurrency"
    assert field("smtp_destination_rate_delay") == "smtp_destination_rate_delay"


def test_values_are_read_as_postfix_reads_them() -> None:
    written = {"queue_run_delay": "5s", "max_use": "7", "smtp_connection_cache_on_demand": "no"}
    assert postconf(written) == {
        "queue_run_delay": "5s",
        "max_use": 7,
        "smtp_connection_cache_on_demand": "no",
    }
    assert postconf({"default_destination_concurrency_negative_feedback": "0.5"}) == {
        "default_destination_concurrency_negative_feedback": 0.5
    }


def test_what_decides_nothing_has_a_reason_and_no_place_in_the_scenario() -> None:
    for parameter in (
        *NO_MATTER,
        "smtpd_client_connection_count_limit",
        "smtp_tls_security_level",
        "mydestination",
    ):
        assert reason(parameter)
        assert needs({parameter: "1"}) == []
        assert postconf({parameter: "1"}) == {}


def test_what_may_matter_and_cannot_be_said_is_named() -> None:
    assert needs({"default_transport_rate_delay": "1s"}) == ["`default_transport_rate_delay = 1s` in main_cf"]
