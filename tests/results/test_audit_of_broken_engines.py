"""Engines with a fault in one place, each of which the audit of what it left behind must find.

A fault is put into the engine, not into the record: so the record agrees with itself as far as it can.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sim.kernel.first_come import FirstCome
from sim.kernel.recorder import Table
from sim.kernel.sampler import Sampler
from sim.mail.agents import Agents
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.importer import Importer
from sim.mail.policy.rate_limit import RateLimit
from sim.mail.queue_manager import QueueManager
from sim.mail.readers import Readers
from sim.mail.smtp_server import SmtpServer
from sim.mail.window import WindowRules
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.replies import ACCEPTED

Break = Callable[[pytest.MonkeyPatch], None]


def town() -> dict[str, Any]:
    """Give a town in which every limit is felt and everything happens that can be told from rows."""
    return {
        "format": 1,
        "duration": "2 h",
        "senders": {
            "school": {
                "domain": "school.example",
                "tls": "none",
                "scan_phase": "40 s",
                "host": {
                    "commit_time": "20 ms",
                    "import_time": "10 ms",
                    "serial_time": "10 ms",
                    "deferral_time": "2 ms",
                },
                "postconf": {
                    "default_process_limit": 12,
                    "default_destination_concurrency_limit": 6,
                    "maximal_queue_lifetime": "40m",
                    "queue_run_delay": "150s",
                },
            },
        },
        "providers": {
            "office": {
                "domain": "office.example",
                "greylisting": "4 min",
                "checking": {"workers": 1, "time": {"exponential": "80 ms"}},
                "delivery": {"workers": 2, "time": "50 ms"},
            },
            "webmail": {
                "domain": "webmail.example",
                "rate_limit": {"rate": "30/min", "burst": 10},
                "connection_limit": {"total": 4},
                "delivery": {"workers": 1, "time": {"uniform": ["10 ms", "60 ms"]}},
            },
            "carrier": {"domain": "carrier.example"},
        },
        "default_road": {"round_trip": "200 ms", "jitter": "20 ms"},
        "letters": {
            "closure": {
                "from": "school",
                "count": 300,
                "size": "20 kB",
                "to": {"office": "40 %", "webmail": "30 %", "carrier": "rest"},
                "unknown_users": "10 %",
            },
            "late": {
                "from": "school",
                "at": "110 min",
                "count": 60,
                "over": "9 min",
                "size": "20 kB",
                "to": "office",
            },
        },
        "readers": {
            "office": {"with": {"imap": "50 %", "pop3": "rest"}, "devices": 2},
            "webmail": {"with": {"app": "100 %"}},
        },
        "faults": [
            {"at": "5 s", "for": "80 min", "where": "providers.carrier", "what": "down"},
        ],
    }


def failed() -> set[str]:
    """Give the names of the checks that fail, without the places that they speak of."""
    found = audit(run_once(scenario_from_mapping(town())))
    return {check.name.partition(".")[0] for check in found.failures}


def after_init(patch: pytest.MonkeyPatch, station: type, **values: Any) -> None:
    """Let every station of a kind begin with other settings than the scenario's."""
    begin = station.__init__  # type: ignore[misc]

    def init(self: Any, *args: Any, **named: Any) -> None:
        begin(self, *args, **named)
        for name, value in values.items():
            setattr(self, name, value)

    patch.setattr(station, "__init__", init)


def no_cool_off(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, DeferredQueue, _minimal_s=0, _maximal_s=0)


def no_longer_cool_off_for_the_old(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, DeferredQueue, _maximal_s=300)


def scans_at_another_time(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, DeferredQueue, _phase_us=39_000_000)


def scans_forget_somebody(patch: pytest.MonkeyPatch) -> None:
    whole = DeferredQueue.due
    patch.setattr(DeferredQueue, "due", lambda queue, scan: whole(queue, scan)[1:])


def scans_are_not_made(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Importer, "expect", lambda importer, scan: None)


def letters_never_grow_old(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, QueueManager, _lifetime_s=10**9)


def letters_are_given_up_at_once(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, QueueManager, _lifetime_s=10)


def any_number_of_processes(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Agents, free=1000)


def windows_without_limit(patch: pytest.MonkeyPatch) -> None:
    rules = WindowRules.of
    patch.setattr(WindowRules, "of", lambda postconf: replace(rules(postconf), limit=10**6))


def several_hand_overs_at_once(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Agents, _serial_us=0)


def imports_without_time(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Importer, _import_us=1)


def stations_without_line(patch: pytest.MonkeyPatch) -> None:
    def depart(station: FirstCome, arrival_us: int, service_us: int) -> int:
        station.busy_us += service_us
        return arrival_us + service_us

    patch.setattr(FirstCome, "depart", depart)


def a_worker_too_many(patch: pytest.MonkeyPatch) -> None:
    begin = FirstCome.__init__

    def init(station: FirstCome, workers: int = 1) -> None:
        begin(station, workers + 1)
        station.workers = workers

    patch.setattr(FirstCome, "__init__", init)


def a_worker_too_few(patch: pytest.MonkeyPatch) -> None:
    begin = FirstCome.__init__

    def init(station: FirstCome, workers: int = 1) -> None:
        begin(station, max(1, workers - 1))
        station.workers = workers

    patch.setattr(FirstCome, "__init__", init)


def no_rate_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RateLimit, "ask", lambda limit, client, envelope, mailbox, now_us: ACCEPTED)


def connections_stay_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SmtpServer, "close", lambda server, client, at_us: None)


def everybody_exists(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("sim.mail.smtp_server.UNKNOWN_USER", ACCEPTED)


def every_second_letter_unread(patch: pytest.MonkeyPatch) -> None:
    read = Readers.read

    def sometimes(readers: Readers, row: int, *rest: Any) -> None:
        if row % 2:
            read(readers, row, *rest)

    patch.setattr(Readers, "read", sometimes)


def one_device_too_few(patch: pytest.MonkeyPatch) -> None:
    begin = Readers.__init__

    def init(readers: Readers, name: str, settings: Any, *rest: Any) -> None:
        begin(readers, name, settings.model_copy(update={"devices": 1}), *rest)

    patch.setattr(Readers, "__init__", init)


def mail_is_fetched_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("sim.mail.readers.shown_us", lambda stored_us: stored_us + 1)


def means_of_half_a_bucket(patch: pytest.MonkeyPatch) -> None:
    take = Sampler.take

    def halved(sampler: Sampler, now_us: int) -> None:
        series: Table = sampler._world.recorder.series
        before = len(series)
        take(sampler, now_us)
        for row in range(before, len(series)):
            series["mean"][row] /= 2

    patch.setattr(Sampler, "take", halved)


@pytest.mark.parametrize(
    ("break_it", "found"),
    [
        (no_cool_off, "not_tried_again_too_early"),
        (no_longer_cool_off_for_the_old, "not_tried_again_too_early"),
        (scans_at_another_time, "not_tried_again_too_early"),
        (scans_forget_somebody, "still_somewhere_if_not_gone"),
        (scans_are_not_made, "scans_leave_nobody_behind"),
        (letters_never_grow_old, "put_off_only_while_young"),
        (letters_are_given_up_at_once, "given_up_only_when_old"),
        (any_number_of_processes, "processes_within_limit"),
        (windows_without_limit, "windows_within_limit"),
        (several_hand_overs_at_once, "handed_over_one_by_one"),
        (imports_without_time, "imported_one_by_one"),
        (stations_without_line, "first_come"),
        (stations_without_line, "work_done"),
        (stations_without_line, "commits_first_come"),
        (a_worker_too_many, "first_come"),
        (a_worker_too_many, "work_done"),
        (a_worker_too_many, "commits_first_come"),
        (a_worker_too_few, "first_come"),
        (no_rate_limit, "rate_within_limit"),
        (connections_stay_open, "connections_are_closed"),
        (everybody_exists, "unknown_users_get_nothing"),
        (every_second_letter_unread, "everything_is_fetched"),
        (one_device_too_few, "everything_is_fetched"),
        (mail_is_fetched_late, "fetched_as_people_read"),
        (means_of_half_a_bucket, "series_hold_the_queue"),
    ],
)
def test_a_fault_in_the_engine_is_found(monkeypatch: pytest.MonkeyPatch, break_it: Break, found: str) -> None:
    break_it(monkeypatch)

    assert found in failed()


def test_the_engine_as_it_is_passes_in_the_same_town() -> None:
    assert failed() == set()
