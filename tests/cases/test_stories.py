"""Cases that teach are shipped as scenarios; what their comments promise must be seen when they are run."""

from itertools import pairwise
from pathlib import Path

import pytest

from sim.kernel.recorder import RunRecord
from sim.results.tables import frames
from sim.run_scenario import run_once
from sim.scenario.load import load
from sim.validation.cases.retry_herd import bursts
from sim.validation.cases.world import SECOND_US, delivered_s, suspended
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, QUEUED

SCENARIOS = Path(__file__).parents[2] / "scenarios"
H, MIN = 3600, 60


def told(name: str, *overrides: str) -> RunRecord:
    return run_once(load(SCENARIOS / f"{name}.yaml", overrides))


def outcomes(record: RunRecord, entry: str | None = None) -> list[int]:
    wanted = None if entry is None else record.names.entries.index(entry)
    columns = zip(record.letters["outcome"], record.letters["entry"], record.letters["kind"], strict=True)
    return [outcome for outcome, index, kind in columns if kind == 0 and wanted in (None, index)]


def test_the_herd_takes_eight_hours_in_ten_bursts_and_none_when_it_is_paced() -> None:
    moments_s = [moment for moment, _ in bursts(told("retry_herd"))]
    at_first, *herd = moments_s
    assert at_first < 1
    assert len(herd) == 10
    assert [later - earlier for earlier, later in pairwise(herd)] == pytest.approx(
        [600, 1200, 2400, *[4200] * 6], abs=5
    )
    assert 8 * H < moments_s[-1] < 8.5 * H
    assert delivered_s(told("retry_herd", "letters.newsletter.pace=30/min"))[-1] < 15 * MIN


def test_letters_held_by_a_blocked_port_come_up_to_seventy_minutes_after_it_is_opened() -> None:
    record = told("port_25_blocked")
    morning = delivered_s(record, "morning")
    five_past_twelve = 4 * H + 5 * MIN
    assert sum(moment < five_past_twelve for moment in morning) < len(morning) / 2
    assert 5 * H < morning[-1] < 4 * H + 75 * MIN
    webmail = record.names.providers.index("webmail")
    held_s = {
        (ended - handed) // SECOND_US
        for letter, handed, ended, host in zip(
            record.attempts["letter"],
            record.attempts["handed_us"],
            record.attempts["ended_us"],
            record.attempts["host"],
            strict=True,
        )
        if record.letters["provider"][letter] == webmail and host != 65535 and ended < 4 * H * SECOND_US
    }
    assert held_s == {150}


def test_a_paced_queue_is_put_off_by_one_refusal_unless_failures_are_borne() -> None:
    record = told("paced_and_refused")
    moments_s = delivered_s(record)
    assert (sum(moment < 2 * MIN for moment in moments_s), suspended(record)) == (3, 66)
    assert 5 * MIN < moments_s[3] < 10 * MIN
    assert min(later - earlier for earlier, later in pairwise(moments_s[3:])) > 3
    borne = told(
        "paced_and_refused",
        "senders.club.postconf.default_destination_concurrency_failed_cohort_limit=100",
    )
    assert suspended(borne) == 0
    refused_in_a_minute = 20  # one every three seconds
    assert sum(moment > 5 * MIN for moment in delivered_s(borne)) == refused_in_a_minute


def test_a_failing_resolver_loses_nothing_and_makes_letters_late_for_longer_than_it_fails() -> None:
    record = told("dns_outage")
    assert set(outcomes(record)) == {INBOX}
    late_written_s = [
        accepted / SECOND_US
        for accepted, delivered in zip(
            record.letters["accepted_us"], record.letters["delivered_us"], strict=True
        )
        if delivered - accepted > MIN * SECOND_US
    ]
    assert min(late_written_s) == pytest.approx(10 * MIN, abs=10)
    assert max(late_written_s) == pytest.approx(21 * MIN, abs=30)


def test_a_wrong_no_such_domain_for_seven_minutes_is_final_and_is_kept_for_an_hour() -> None:
    found = outcomes(told("dns_outage", "faults.0.where=name_servers.registry", "faults.0.what=nxdomain"))
    assert set(found) == {INBOX, BOUNCED}
    assert found.count(BOUNCED) / len(found) == pytest.approx(40 / 50, abs=0.03)


def test_misspelt_addresses_make_most_of_the_attempts_and_the_writer_learns_it_at_once_or_after_five_days() -> (
    None
):
    record = told("misspelt_domains")
    found = outcomes(record)
    assert 0.96 < found.count(INBOX) / len(found) < 0.99
    letters = record.letters
    ends = zip(letters["outcome"], letters["attempts"], letters["kind"], strict=True)
    lives = {(outcome, attempts) for outcome, attempts, kind in ends if kind == 0 and outcome != INBOX}
    assert {(BOUNCED, 1), (EXPIRED, 107)} <= lives
    assert {attempts for outcome, attempts in lives if outcome == EXPIRED} <= {107, 108}
    in_vain = len(record.attempts) - found.count(INBOX)
    assert in_vain > found.count(INBOX)


def test_an_outage_of_two_days_loses_the_first_day_s_letters_and_five_days_of_patience_lose_none() -> None:
    record = told("long_outage")
    first = outcomes(record, "first_day")
    assert first.count(EXPIRED) / len(first) > 0.95
    assert {*outcomes(record, "second_day"), *outcomes(record, "afterwards")} == {INBOX}
    assert 48 * H + 60 * MIN < delivered_s(record, "second_day")[-1] < 48 * H + 75 * MIN
    patient = told("long_outage", "senders.town.postconf.maximal_queue_lifetime=5d")
    assert set(outcomes(patient)) == {INBOX}


def test_a_single_letter_passes_a_circular_unless_it_is_first_come_first_served() -> None:
    """A delivery takes 5 s, five go side by side: 300 of ten recipients each take five minutes."""

    def waits_s(*overrides: str) -> list[float]:
        record = told("circular_and_letters", *overrides)
        letters = record.letters
        wanted = record.names.entries.index("counter")
        return sorted(
            (delivered - accepted) / SECOND_US
            for entry, kind, accepted, delivered in zip(
                letters["entry"],
                letters["kind"],
                letters["accepted_us"],
                letters["delivered_us"],
                strict=True,
            )
            if entry == wanted and kind == 0
        )

    passing = waits_s()
    # Its own 5 s, and at most until one of the five deliveries under way is over; few wait for a slot to be earned.
    assert passing[len(passing) // 2] < 10
    assert passing[-1] < 30
    in_line = waits_s("senders.town.postconf.default_delivery_slot_cost=0")
    assert in_line[-1] > 4 * MIN
    alone = waits_s("letters.circular.recipients=1", "letters.circular.count=3000")
    assert alone[len(alone) // 2] > 30 * MIN


def last_acceptance_s(record: RunRecord) -> float:
    return max(record.letters["accepted_us"]) / SECOND_US


@pytest.mark.parametrize("count", [100, 1_000, 10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_one_server_takes_as_long_as_its_disk_writes(count: int) -> None:
    """4 ms a letter on average. Right value: the later of the last letter's coming and count × 4 ms; none is lost."""
    record = told("one_server", f"letters.circular.count={count}", "watch=[]")
    handed_in_s = 300 * (count - 1) / count
    written_s = count * 0.004

    assert last_acceptance_s(record) == pytest.approx(max(handed_in_s, written_s), rel=0.02)
    assert set(outcomes(record)) == {INBOX}
    last_s = delivered_s(record)[-1] - handed_in_s
    assert (last_s < 0.5) if count < 75_000 else (last_s > written_s - 300)


def out_of_memory(record: RunRecord) -> list[tuple[int, str]]:
    columns = zip(*(record.incidents[name] for name in ("kind", "from_us", "why")), strict=True)
    return [(from_us, why) for kind, from_us, why in columns if kind == "out_of_memory"]


def test_the_same_server_dies_of_a_filter_and_lives_with_as_many_processes_as_fit() -> None:
    """Right value: 3.5 GB are free, and 23 processes of 150 MB fit; with 20 of 0.5 s, 40 a second go through."""
    dead = told("one_server_with_filter")
    crashes = out_of_memory(dead)
    assert {why for _, why in crashes} == {"content_filter"}
    assert [later - earlier for (earlier, _), (later, _) in pairwise(crashes)] == [5 * MIN * SECOND_US] * 11
    before = crashes[0][0] / SECOND_US * 10_000 / 300
    assert 0 < outcomes(dead).count(INBOX) < before
    assert set(outcomes(dead)) == {INBOX, QUEUED}

    alive = told("one_server_with_filter", "senders.shop.host.content_filter.processes=20")
    assert out_of_memory(alive) == []
    assert set(outcomes(alive)) == {INBOX}
    assert delivered_s(alive)[-1] < 310


def test_port_587_is_open_where_port_25_is_blocked() -> None:
    """RFC 6409 and OP25B. Right value: all go over the relay and come from its address; at port 25 none ever goes."""
    record = told("port_587_instead")
    letters, attempts = frames(record)["letters"], frames(record)["attempts"]
    relayed = letters[letters["kind"] == "relayed"]

    assert set(outcomes(record)) == {INBOX}
    assert len(relayed) == len(outcomes(record))
    assert set(relayed["outcome"]) == {"inbox"}
    assert dict(zip(attempts["provider"], attempts["address"], strict=True)) == {
        "submission": "192.0.2.10",
        "webmail": "192.0.2.25",
    }
    assert set(outcomes(told("port_587_instead", "providers.submission.port=25"))) == {QUEUED}
