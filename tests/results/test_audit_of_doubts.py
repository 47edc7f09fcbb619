"""The audit finds what is wrong with letters that were taken without their sender's hearing of it."""

from collections.abc import Callable

import pytest

from sim.kernel.recorder import RunRecord
from sim.results.audit import audit
from sim.vocabulary.kinds import DUPLICATE
from tests.mail.town import S, run

Corruption = Callable[[RunRecord], None]


def doubted() -> RunRecord:
    """Run a letter whose receiver takes longer than its sender waits, so that it comes three times."""
    return run(
        {
            "providers.office.accept_time": "70 s",
            "senders.school.postconf.smtp_data_done_timeout": 60,
        }
    ).record


def belongs_to_somebody_else(record: RunRecord) -> None:
    record.letters["mailbox"][_duplicate(record)] += 1


def was_never_tried(record: RunRecord) -> None:
    record.letters["delivered_us"][0] = 0
    record.attempts["handed_us"][0] = record.attempts["activated_us"][0] = 10 * S


def nobody_doubted_it(record: RunRecord) -> None:
    for column in record.doubts.columns.values():
        del column[:]


def doubted_but_not_taken(record: RunRecord) -> None:
    record.letters["delivered_us"][0] = -1


def points_nowhere(record: RunRecord) -> None:
    record.doubts["letter"][0] = 999


@pytest.mark.parametrize(
    ("corrupt", "found"),
    [
        (belongs_to_somebody_else, "a_duplicate_belongs_to_its_letter"),
        (nobody_doubted_it, "a_duplicate_belongs_to_its_letter"),
        (doubted_but_not_taken, "doubts_what_was_taken"),
        (was_never_tried, "taken_in_an_attempt"),
        (points_nowhere, "exists.doubts.letter"),
    ],
)
def test_a_corrupt_record_fails_the_check_that_watches_for_it(corrupt: Corruption, found: str) -> None:
    record = doubted()
    assert audit(record).ok
    corrupt(record)
    assert found in {check.name for check in audit(record).failures}


def _duplicate(record: RunRecord) -> int:
    return list(record.letters["kind"]).index(DUPLICATE)
