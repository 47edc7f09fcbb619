"""A small record written by hand: one letter for each fate, so that a test can read off what is right.

One school sends to a carrier and to an office; the run lasts 1,000 seconds. Times below are in seconds.
"""

import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sim.kernel.recorder import Names, QueueRecord, Recorder, RunRecord, StationRecord
from sim.scenario.provider import Checking
from sim.scenario.schema import Scenario
from sim.scenario.service_time import ServiceTime
from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from sim.vocabulary.kinds import APP, DSN, IMAP, LETTER, LOCAL, NO_HOST, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, QUEUED, REFUSED
from sim.vocabulary.places import AT_WORK, DUE, INCOMING
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED, GREYLISTED, UNKNOWN_USER
from sim.vocabulary.stages import CONNECT, END_OF_DATA, NONE, RCPT

S = 1_000_000
CARRIER, OFFICE = 0, 1
CARRIER_MX, OFFICE_MX1, OFFICE_MX2 = 0, 1, 2


def scenario(**changes: object) -> Scenario:
    """Give the scenario that the record belongs to."""
    plain: dict[str, Any] = {
        "stem": "by_hand",
        "title": {"en": "Ten letters by hand", "ja": "手で書いた10通"},
        "question": "Where did they stay?",
        "start": datetime(2026, 9, 1, 6, tzinfo=UTC),
        "duration_us": 1000 * S,
        "deadline_us": 100 * S,
        "senders": {
            "school": {
                "domain": "school.example",
                "resolver": "campus",
                "host": {"commit_time": "1 s", "serial_time_us": S, "process_start_us": S},
                "postconf": {
                    "minimal_backoff_time": 200,
                    "maximal_backoff_time": 250,
                    "maximal_queue_lifetime": 700,
                    "delay_warning_time": 497,
                    "initial_destination_concurrency": 2,
                    "default_destination_concurrency_limit": 2,
                },
            }
        },
        "providers": {
            "carrier": {"domain": "carrier.example"},
            "office": {
                "domain": "office.example",
                "greylisting": {"delay_us": 60 * S},
                "address_ttl_us": 100 * S,
                "mx": [{"host": "mx1"}, {"host": "mx2", "preference": 20}],
            },
        },
        "resolvers": {"campus": {}},
        "faults": [{"at_us": 400 * S, "for": 300 * S, "where": "providers.office", "what": "down"}],
        "letters": {
            "closure": {
                "sender": "school",
                "count": 6,
                "size": {"median_bytes": 20000},
                "to": {"carrier": 0.4, "office": 0.6},
            },
            "everyday": {
                "sender": "school",
                "rate_per_s": 0.01,
                "size": {"median_bytes": 20000},
                "to": {"office": 1.0},
            },
        },
        "readers": {"carrier": {}, "office": {"by_kind": {"imap": 1.0}}},
    }
    return Scenario.model_validate(plain | changes)


def record(replication: int = 0) -> RunRecord:
    """Give a fresh copy of the record, which a test may then corrupt."""
    made = Recorder()
    _letters(made)
    _attempts(made)
    made.open.add(6, 995 * S)
    for letter, place in ((6, AT_WORK), (7, INCOMING), (8, INCOMING), (4, DUE)):
        made.census.add(letter, place)
    made.visits.add(0, 1, 320 * S, 321 * S)
    made.visits.add(0, 6, 999 * S, 1001 * S)
    made.readings.add(0, 12 * S, 60 * S, APP, 0)
    made.readings.add(1, 321 * S, -1, IMAP, 0)
    made.steps.add(1, 20 * S, "smtp_client", "connect", "office.mx1")
    made.steps.add(1, 21 * S, "smtp_server", "reply", "450 4.2.0")
    made.incidents.add("down", "providers.office", 400 * S, 700 * S, "timetable")
    made.incidents.add("slow", "providers.carrier", 900 * S, -1, "timetable")
    for bucket in range(1, 11):
        for name, queue in enumerate(_queues()):
            # A tenth of the run each, and ever more letters: 1 + 2 + ... + 10 = 55 parts.
            mean = bucket / 55 * queue.integral_us / (100 * S)
            made.series.add(bucket * 100 * S, name, mean, float(min(bucket, queue.peak)))
    made.flush()
    return RunRecord(
        scenario=scenario(),
        seed=1,
        replication=replication,
        simulated_us=1000 * S,
        names=Names(
            entries=["closure", "everyday"],
            senders=["school"],
            providers=["carrier", "office"],
            hosts=["carrier.mx", "office.mx1", "office.mx2"],
            addresses=["192.0.2.1"],
            series=["school.incoming", "school.active", "school.deferred", "office.mx1.checking"],
        ),
        letters=made.letters,
        attempts=made.attempts,
        steps=made.steps,
        readings=made.readings,
        series=made.series,
        incidents=made.incidents,
        open=made.open,
        visits=made.visits,
        census=made.census,
        queues=_queues(),
        stations=(
            StationRecord("school.spool", 1, 90 * S, 0, 4),
            StationRecord("office.mx1", 2, 2 * S, 300 * S, 1),
        ),
    )


def checked_record() -> RunRecord:
    """Give the record with a scenario that says of the office's first host what its queue and station say."""
    made = record()
    checking = Checking(workers=2, time=ServiceTime(shape="exponential", mean_us=S))
    office = made.scenario.providers["office"].model_copy(update={"checking": checking})
    providers = {**made.scenario.providers, "office": office}
    return replace(made, scenario=made.scenario.model_copy(update={"providers": providers}))


def _letters(made: Recorder) -> None:
    def letter(
        entry: int, number: int, provider: int, times: tuple[float, ...], outcome: int, tries: int
    ) -> None:
        at_us = [int(time * S) if time >= 0 else -1 for time in times]
        unknown = outcome == BOUNCED
        row = len(made.letters)
        made.letters.add(
            -1, row, LETTER, entry, number, 0, provider, number - 1, 20000, unknown, *at_us, outcome, 0, tries
        )

    def notice(parent: int, kind: int, number: int, sent: float, accepted: float, back: float) -> None:
        at_us = [int(time * S) for time in (sent, accepted, back, back)]
        size_bytes = 22000 if kind == DSN else 4000
        made.letters.add(
            parent, len(made.letters), kind, 0, number, 0, LOCAL, 0, size_bytes, 0, *at_us, INBOX, 0, 1
        )

    # submitted, accepted, delivered, ended
    letter(0, 1, CARRIER, (0, 1, 11, 12), INBOX, 1)
    letter(0, 2, OFFICE, (0, 2, 321, 321), INBOX, 2)
    letter(0, 3, CARRIER, (0, 3, -1, 30), BOUNCED, 1)
    letter(0, 4, OFFICE, (0, 4, -1, 800), EXPIRED, 2)
    letter(0, 5, OFFICE, (0, 5, -1, -1), QUEUED, 2)
    letter(0, 6, OFFICE, (0, -1, -1, 0), REFUSED, 0)
    letter(1, 1, OFFICE, (990, 991, -1, -1), QUEUED, 0)
    letter(1, 2, OFFICE, (996, 997, -1, -1), QUEUED, 0)
    letter(1, 3, OFFICE, (999, -1, -1, -1), QUEUED, 0)
    notice(2, DSN, 3, 30, 31, 32)
    notice(3, WARNING, 4, 500, 501, 502)
    notice(3, DSN, 4, 800, 801, 802)


def _attempts(made: Recorder) -> None:
    def attempt(
        letter: int, times: tuple[float, float, float], host: int, kind: int, stage: int, reply: int
    ) -> None:
        activated_us, handed_us, ended_us = (int(time * S) for time in times)
        dns_us, setup_us = (100_000, 500_000) if kind == NEW else (0, 20_000 if kind == REUSED else 0)
        queries = 2 if kind == NEW else 0
        made.attempts.add(
            letter, activated_us, handed_us, ended_us, host, 0, kind, dns_us, queries, setup_us, stage, reply
        )

    # activated, handed, ended; in the order in which they ended
    attempt(0, (2, 10, 11.5), CARRIER_MX, NEW, END_OF_DATA, ACCEPTED)
    attempt(1, (5, 20, 21), OFFICE_MX1, NEW, RCPT, GREYLISTED)
    attempt(4, (6, 20, 22), OFFICE_MX2, NEW, RCPT, GREYLISTED)
    attempt(2, (6, 29, 30), CARRIER_MX, REUSED, RCPT, UNKNOWN_USER)
    attempt(9, (32, 32, 32), NO_HOST, NO_CONNECTION, NONE, ACCEPTED)
    attempt(1, (310, 319, 322), OFFICE_MX1, NEW, END_OF_DATA, ACCEPTED)
    attempt(4, (240, 321, 330), OFFICE_MX2, NO_CONNECTION, CONNECT, CONNECTION_REFUSED)
    attempt(3, (500, 500, 500), NO_HOST, SUSPENDED, CONNECT, CONNECTION_REFUSED)
    attempt(10, (502, 502, 502), NO_HOST, NO_CONNECTION, NONE, ACCEPTED)
    attempt(3, (790, 799, 800), OFFICE_MX1, NO_CONNECTION, CONNECT, CONNECTION_REFUSED)
    attempt(11, (802, 802, 802), NO_HOST, NO_CONNECTION, NONE, ACCEPTED)


def _queues() -> tuple[QueueRecord, ...]:
    """Give what the queues kept of themselves: summed here stay by stay, as one reads them above."""
    incoming = [2 - 1, 5 - 2, 6 - 3, 500 - 4, 6 - 5, 995 - 991, 1000 - 997, 32 - 31, 502 - 501, 802 - 801]
    active = [11.5 - 2, 21 - 5, 22 - 6, 30 - 6, 0, 322 - 310, 330 - 240, 0, 0, 800 - 790, 0, 1000 - 995]
    deferred = [310 - 21, 240 - 22, 1000 - 330, 790 - 500]
    checking = [321 - 320, 1000 - 999]

    def integral_us(stays: list[float]) -> int:
        return int(sum(stays) * S)

    return (
        QueueRecord("school.incoming", "incoming", "school", integral_us(incoming), 10, 9, 5),
        QueueRecord("school.active", "active", "school", integral_us(active), 12, 11, 4),
        QueueRecord("school.deferred", "deferred", "school", integral_us(deferred), 4, 3, 2),
        QueueRecord("office.mx1.checking", "checking", "office.mx1", integral_us(checking), 2, 1, 1),
    )


def with_queue(broken: RunRecord, index: int, **changes: int) -> RunRecord:
    """Give a record in which one queue says something else of itself."""
    queues = list(broken.queues)
    queues[index] = replace(queues[index], **changes)
    return replace(broken, queues=tuple(queues))


def copied(broken: RunRecord) -> RunRecord:
    """Give a record that shares nothing with another."""
    return copy.deepcopy(broken)
