"""A small record written by hand: five messages with three recipients each, so that a test can read off what is right.

One school sends to a carrier and to an office, two recipients in a delivery, one delivery at a time to each. The run
lasts 1,000 seconds. Times below are in seconds.

A (letters 1 to 3) is refused in part, waits for its last recipient, and is delivered in its second round.
B (4 to 6) is refused in part and given up, at the end of its only round.
C (7 to 9) is put off as a whole, late, and in its second round when the run ends.
D (10 to 12) is in its first round, E (13 to 15) in the incoming queue.
"""

from dataclasses import replace
from typing import Any

from sim.kernel.recorder import Names, QueueRecord, Recorder, RunRecord
from sim.scenario.schema import Scenario
from sim.vocabulary.connections import NEW, NO_CONNECTION, SHARED
from sim.vocabulary.kinds import DSN, LETTER, LOCAL, NO_HOST, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, QUEUED
from sim.vocabulary.places import AT_WORK, INCOMING, TRIED, WAITING
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED, GREYLISTED, UNKNOWN_USER
from sim.vocabulary.stages import CONNECT, END_OF_DATA, NONE, RCPT
from tests.results.hand_made import S
from tests.results.hand_made import scenario as letters_scenario

CARRIER, OFFICE = 0, 1
CARRIER_MX, OFFICE_MX = 0, 1
FIRST_NOTICE = 15
"""Letter n of the entry is row n - 1; after them come the notices."""


def scenario(**changes: Any) -> Scenario:
    """Give the scenario that the record belongs to."""
    plain: dict[str, Any] = {
        "senders": {
            "school": {
                "domain": "school.example",
                "resolver": "campus",
                "host": {
                    "commit_time": "1 s",
                    "serial_time_us": S,
                    "import_time_us": S,
                    "process_start_us": 0,
                },
                "postconf": {
                    "minimal_backoff_time": 200,
                    "maximal_backoff_time": 250,
                    "maximal_queue_lifetime": 700,
                    "delay_warning_time": 100,
                    "default_process_limit": 2,
                    "initial_destination_concurrency": 1,
                    "default_destination_concurrency_limit": 1,
                    "default_destination_recipient_limit": 2,
                },
            }
        },
        "providers": {
            "carrier": {"domain": "carrier.example"},
            "office": {
                "domain": "office.example",
                "greylisting": {"delay_us": 60 * S},
                "address_ttl_us": 100 * S,
            },
        },
        "letters": {
            "notice": {
                "sender": "school",
                "rate_per_s": 0.005,
                "recipients": 3,
                "size": {"median_bytes": 20000},
                "to": {"carrier": 0.5, "office": 0.5},
            },
        },
        "readers": {},
    }
    return letters_scenario(**(plain | changes))


def messages() -> RunRecord:
    """Give a fresh copy of the record, which a test may then corrupt."""
    made = Recorder()
    _letters(made)
    _attempts(made)
    for letter, since in ((8, 620), (9, 983), (10, 983), (11, 983)):
        made.open.add(letter, since * S)
    places = {
        6: TRIED,
        8: AT_WORK,
        9: AT_WORK,
        10: AT_WORK,
        11: WAITING,
        12: INCOMING,
        13: INCOMING,
        14: INCOMING,
    }
    for letter, place in places.items():
        made.census.add(letter, place)
    for name, queue in enumerate(_queues()):
        made.series.add(1000 * S, name, queue.integral_us / (1000 * S), float(queue.peak))
    made.series.add(1000 * S, 3, 0.4, 1.0)
    made.flush()
    return RunRecord(
        scenario=scenario(),
        seed=1,
        replication=0,
        simulated_us=1000 * S,
        names=Names(
            entries=["notice"],
            senders=["school"],
            providers=["carrier", "office"],
            hosts=["carrier.mx", "office.mx"],
            addresses=["192.0.2.1"],
            series=["school.incoming", "school.active", "school.deferred", "office.mx.connections"],
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
        stations=(),
    )


def in_scenario(broken: RunRecord, **changes: Any) -> RunRecord:
    """Give a record with another scenario."""
    return replace(broken, scenario=scenario(**changes))


def _letters(made: Recorder) -> None:
    def letter(message: int, provider: int, times: tuple[float, ...], outcome: int, tries: int) -> None:
        at_us = [int(time * S) if time >= 0 else -1 for time in times]
        row = len(made.letters)
        unknown = outcome == BOUNCED
        made.letters.add(
            -1, message, LETTER, 0, row + 1, 0, provider, row, 20000, unknown, *at_us, outcome, 0, tries
        )

    def notice(parent: int, kind: int, sent: float, accepted: float, back: float) -> None:
        at_us = [int(time * S) for time in (sent, accepted, back, back)]
        row = len(made.letters)
        made.letters.add(parent, row, kind, 0, parent + 1, 0, LOCAL, 0, 4000, 0, *at_us, INBOX, 0, 1)

    # submitted, accepted, delivered, ended
    letter(0, OFFICE, (0, 1, 254, 254), INBOX, 2)
    letter(0, OFFICE, (0, 1, -1, 13), BOUNCED, 1)
    letter(0, CARRIER, (0, 1, 19, 19), INBOX, 1)
    letter(3, OFFICE, (0, 2, -1, 703), EXPIRED, 1)
    letter(3, OFFICE, (0, 2, -1, 703), EXPIRED, 1)
    letter(3, CARRIER, (0, 2, -1, 703), BOUNCED, 1)
    letter(6, OFFICE, (300, 301, -1, -1), QUEUED, 2)
    letter(6, OFFICE, (300, 301, -1, 965), BOUNCED, 2)
    letter(6, OFFICE, (300, 301, -1, -1), QUEUED, 1)
    for _ in range(3):
        letter(9, CARRIER, (980, 981, -1, -1), QUEUED, 0)
    for _ in range(3):
        letter(12, OFFICE, (998, 999, -1, -1), QUEUED, 0)
    # A's round is over at 20, B's at 703, C's first at 415; its second goes on.
    notice(1, DSN, 20, 21, 22)
    notice(6, WARNING, 415, 416, 417)
    notice(5, DSN, 703, 704, 706)
    notice(3, DSN, 703, 705, 707)


def _attempts(made: Recorder) -> None:
    def attempt(
        letter: int,
        times: tuple[float, float, float],
        host: int,
        kind: int,
        stage: int,
        reply: int,
        asked: int = 0,
    ) -> None:
        activated_us, handed_us, ended_us = (int(time * S) for time in times)
        dns_us, setup_us = (100_000, 500_000) if stage in (RCPT, END_OF_DATA) else (0, 0)
        made.attempts.add(
            letter, activated_us, handed_us, ended_us, host, 0, kind, dns_us, asked, setup_us, stage, reply
        )

    # activated, handed, ended; in the order in which they ended
    attempt(0, (2, 10, 13), OFFICE_MX, NEW, RCPT, GREYLISTED, 2)
    attempt(1, (2, 10, 13), OFFICE_MX, SHARED, RCPT, UNKNOWN_USER)
    attempt(2, (2, 11, 20), CARRIER_MX, NEW, END_OF_DATA, ACCEPTED, 2)
    attempt(15, (22, 22, 22), NO_HOST, NO_CONNECTION, NONE, ACCEPTED)
    attempt(0, (240, 250, 255), OFFICE_MX, NEW, END_OF_DATA, ACCEPTED)
    attempt(6, (303, 410, 412), OFFICE_MX, NO_CONNECTION, CONNECT, CONNECTION_REFUSED)
    attempt(7, (303, 410, 412), OFFICE_MX, SHARED, CONNECT, CONNECTION_REFUSED)
    attempt(8, (303, 412, 415), OFFICE_MX, NO_CONNECTION, CONNECT, CONNECTION_REFUSED)
    attempt(16, (417, 417, 417), NO_HOST, NO_CONNECTION, NONE, ACCEPTED)
    attempt(3, (4, 690, 695), OFFICE_MX, NO_CONNECTION, CONNECT, CONNECTION_REFUSED)
    attempt(4, (4, 690, 695), OFFICE_MX, SHARED, CONNECT, CONNECTION_REFUSED)
    attempt(5, (4, 700, 703), CARRIER_MX, NEW, RCPT, UNKNOWN_USER)
    attempt(17, (706, 706, 706), NO_HOST, NO_CONNECTION, NONE, ACCEPTED)
    attempt(18, (707, 707, 707), NO_HOST, NO_CONNECTION, NONE, ACCEPTED)
    attempt(6, (620, 960, 965), OFFICE_MX, NEW, RCPT, GREYLISTED)
    attempt(7, (620, 960, 965), OFFICE_MX, SHARED, RCPT, UNKNOWN_USER)


def _queues() -> tuple[QueueRecord, ...]:
    """Give what the queues kept of themselves: summed here stay by stay, a message being one."""
    incoming = [2 - 1, 4 - 2, 303 - 301, 983 - 981, 1000 - 999, 22 - 21, 417 - 416, 706 - 704, 707 - 705]
    active = [20 - 2, 255 - 240, 703 - 4, 415 - 303, 1000 - 620, 1000 - 983, 0, 0, 0, 0]
    deferred = [240 - 20, 620 - 415]
    return (
        QueueRecord("school.incoming", "incoming", "school", sum(incoming) * S, 9, 8, 2),
        QueueRecord("school.active", "active", "school", sum(active) * S, 10, 8, 2),
        QueueRecord("school.deferred", "deferred", "school", sum(deferred) * S, 2, 2, 1),
    )
