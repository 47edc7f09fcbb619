"""Stations, servers and readers with a fault in one place, each of which the audit must find."""

from typing import Any

import pytest

from sim.kernel.first_come import FirstCome
from sim.kernel.recorder import Table
from sim.kernel.sampler import Sampler
from sim.mail.policy.rate_limit import RateLimit
from sim.mail.readers import Readers
from sim.mail.smtp_server import SmtpServer
from sim.vocabulary.replies import ACCEPTED
from tests.results.broken_town import Break, failed


def stations_without_line(patch: pytest.MonkeyPatch) -> None:
    def depart(station: FirstCome, arrival_us: int, service_us: int, broken_us: int = 0) -> int:
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
    patch.setattr(SmtpServer, "close", lambda server, client, opened_us, at_us: None)


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
