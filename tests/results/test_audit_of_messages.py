"""The audit of messages with several recipients: a record written by hand passes, with one thing wrong it does not."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.kernel.recorder import RunRecord, Table
from sim.results.audit import audit
from sim.scenario.receiving_rules import RateLimit
from sim.vocabulary.connections import NEW, NO_CONNECTION, SHARED, SUSPENDED
from sim.vocabulary.kinds import DSN, LOCAL, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, QUEUED
from sim.vocabulary.places import AT_WORK, DEFERRED, DUE, TRIED, WAITING
from sim.vocabulary.replies import ACCEPTED, LOST_CONNECTION
from sim.vocabulary.stages import CONNECT, END_OF_DATA
from tests.results.hand_made import S, with_queue
from tests.results.hand_made_messages import in_scenario, messages, scenario

Corruption = Callable[[RunRecord], RunRecord | None]

# Rows of the attempts table: letter and round.
A1, A2, A3, A1_AGAIN, C1, C2, C3, B1, B2, B3, C1_AGAIN, C2_AGAIN = 0, 1, 2, 4, 5, 6, 7, 9, 10, 11, 14, 15
# Rows of the letters table.
DSN_OF_A, WARNING_OF_C, DSN_OF_B, SECOND_DSN_OF_B = 15, 16, 17, 18


def failed(record: RunRecord) -> set[str]:
    return {check.name for check in audit(record).failures}


def letter(row: int, **values: int) -> Corruption:
    return lambda broken: put(broken.letters, row, values)


def attempt(row: int, **values: int) -> Corruption:
    return lambda broken: put(broken.attempts, row, values)


def census(row: int, **values: int) -> Corruption:
    return lambda broken: put(broken.census, row, values)


def put(table: Table, row: int, values: dict[str, int]) -> None:
    for name, value in values.items():
        table[name][row] = value


def drop(table: Table, row: int) -> None:
    for column in table.columns.values():
        del column[row]


def all_of(*parts: Corruption) -> Corruption:
    def corrupt(broken: RunRecord) -> None:
        for part in parts:
            part(broken)

    return corrupt


def postconf(**changes: Any) -> Corruption:
    """Let the record be of a sender with another setting."""
    school = scenario().senders["school"]
    changed = school.model_copy(update={"postconf": school.postconf.model_copy(update=changes)})
    return lambda broken: in_scenario(broken, senders={"school": changed})


def a_message_of_two(broken: RunRecord) -> None:
    """The last message of all has lost its last recipient; its numbers have no gap."""
    drop(broken.census, len(broken.census) - 1)
    put(broken.letters, 14, {"kind": DSN, "parent": 14, "message": 14, "outcome": INBOX})


def another_dsn(parent: int, at: int) -> Corruption:
    """Write one DSN more, which is accepted and delivered as it should be."""

    def corrupt(broken: RunRecord) -> None:
        row, number = len(broken.letters), broken.letters["number"][parent]
        times = (at * S, (at + 1) * S, (at + 2) * S, (at + 2) * S)
        broken.letters.add(parent, row, DSN, 0, number, 0, LOCAL, 0, 4000, 0, *times, INBOX, 0, 1)

    return corrupt


def nobody_of_c_is_active(broken: RunRecord) -> None:
    drop(broken.open, 0)


def no_round_is_missed_by_three(broken: RunRecord) -> None:
    """The third letter of C was tried in the second round, and the first in the first, but none in both."""
    drop(broken.attempts, C1)
    put(broken.letters, 6, {"attempts": 1})


def connections_for(seconds: int) -> Corruption:
    def corrupt(broken: RunRecord) -> None:
        broken.series["mean"][3] = seconds / 1000

    return corrupt


CORRUPTIONS: list[tuple[str, Corruption]] = [
    ("message_is_where_its_first_letter_is", letter(2, message=2)),
    ("message_is_where_its_first_letter_is", letter(3, message=0)),
    ("message_is_where_its_first_letter_is", letter(DSN_OF_A, message=0)),
    ("message_has_all_its_copies", a_message_of_two),
    ("copies_of_a_message_are_alike", letter(1, size_bytes=20001)),
    ("copies_of_a_message_are_alike", letter(1, submitted_us=1)),
    ("copies_of_a_message_are_alike", letter(1, accepted_us=1 * S + 1)),
    # A's second round, while its third letter is under way in the first one until 20.
    ("rounds_of_a_message_follow_each_other", attempt(A1_AGAIN, activated_us=19 * S)),
    ("rounds_of_a_message_follow_each_other", attempt(C1_AGAIN, activated_us=621 * S)),
    ("each_round_takes_all_along", no_round_is_missed_by_three),
    ("each_round_takes_all_along", letter(5, outcome=EXPIRED, attempts=2)),
    ("each_round_takes_all_along", all_of(letter(8, attempts=2), attempt(C1, letter=8))),
    # Whoever goes along goes with somebody who tells the same times.
    ("goes_along_with_somebody", attempt(A1, connection=SHARED)),
    ("goes_along_with_somebody", attempt(A1, connection=SUSPENDED)),
    ("goes_along_with_somebody", attempt(A2, activated_us=3 * S)),
    ("goes_along_with_somebody", attempt(A2, handed_us=10 * S + 1)),
    ("goes_along_with_somebody", attempt(A2, ended_us=13 * S + 1)),
    ("goes_along_with_somebody", attempt(A2, dns_us=99_999)),
    ("goes_along_with_somebody", attempt(A2, letter=3)),
    ("goes_along_with_somebody", letter(1, provider=0)),
    # C's third letter goes along with the other two.
    (
        "deliveries_within_recipient_limit",
        attempt(C3, handed_us=410 * S, ended_us=412 * S, connection=SHARED),
    ),
    ("deliveries_within_recipient_limit", postconf(default_destination_recipient_limit=1)),
    ("one_of_a_delivery_asks", attempt(A2, dns_queries=1)),
    # One DSN a round, when it is over; none before.
    ("a_dsn_for_each_return", letter(DSN_OF_A, parent=0)),
    ("a_dsn_for_each_return", letter(SECOND_DSN_OF_B, parent=4)),
    ("a_dsn_for_each_return", another_dsn(4, 703)),
    ("a_dsn_for_each_return", another_dsn(7, 965)),
    ("a_dsn_belongs_to_its_letter", letter(DSN_OF_A, submitted_us=13 * S)),
    ("a_dsn_belongs_to_its_letter", letter(SECOND_DSN_OF_B, submitted_us=695 * S)),
    ("a_dsn_belongs_to_its_letter", letter(SECOND_DSN_OF_B, number=5)),
    # One warning a message, for the first that is put off, when the round is over.
    ("a_warning_for_each_late_letter", letter(WARNING_OF_C, parent=7)),
    ("a_warning_for_each_late_letter", letter(WARNING_OF_C, kind=DSN)),
    ("a_warning_for_each_late_letter", letter(DSN_OF_A, kind=WARNING)),
    ("a_warning_belongs_to_its_letter", letter(WARNING_OF_C, submitted_us=412 * S)),
    ("returned_when_its_attempt_was_over", letter(1, ended_us=20 * S)),
    ("returned_when_its_attempt_was_over", letter(3, ended_us=695 * S)),
    ("returned_when_its_attempt_was_over", letter(5, ended_us=702 * S)),
    # C's first letter was put off and waits for its third, which is at work.
    ("stands_where_it_should", census(0, place=DEFERRED)),
    ("stands_where_it_should", census(0, place=WAITING)),
    ("stands_where_it_should", census(1, place=TRIED)),
    ("stands_where_it_should", nobody_of_c_is_active),
    ("stands_where_it_should", census(7, place=DUE)),
    ("stands_where_it_should", census(7, place=TRIED)),
    ("still_somewhere_if_not_gone", census(0, letter=7)),
    ("still_somewhere_if_not_gone", census(7, letter=13)),
    ("conversation_makes_sense", attempt(A2, stage=CONNECT)),
    ("conversation_makes_sense", attempt(A2, reply=LOST_CONNECTION, stage=END_OF_DATA, host=65535)),
    # The way to MAIL over a kept connection takes 20 ms, and so does RCPT after it.
    ("no_faster_than_the_road", attempt(A2, setup_us=119_999)),
    ("no_faster_than_the_road", attempt(A2, setup_us=2_980_001)),
    ("connected_to_its_own_provider", attempt(A2, host=0)),
    # The cool-off counts from the end of the round at 20 and at 415, not from each letter's own at 13 and at 412.
    ("not_tried_again_too_early", attempt(A1_AGAIN, activated_us=219 * S - 1)),
    ("not_tried_again_too_early", all_of(*(attempt(one, activated_us=614 * S - 1) for one in (14, 15)))),
    # B was 701 s old when its round was over, and 693 s when its first letters were refused.
    ("given_up_only_when_old", postconf(maximal_queue_lifetime=702)),
    ("put_off_only_while_young", postconf(maximal_queue_lifetime=114)),
    ("processes_within_limit.school", postconf(default_process_limit=1)),
    ("processes_within_limit.school", attempt(A2, connection=NEW)),
    ("windows_within_limit.school", attempt(A2, connection=NEW)),
    ("windows_within_limit.school", attempt(C3, handed_us=412 * S - 1)),
    ("windows_within_limit.school", census(4, place=AT_WORK)),
    ("handed_over_one_by_one.school", attempt(A2, connection=NEW)),
    ("handed_over_one_by_one.school", attempt(A3, handed_us=11 * S - 1)),
    ("imported_one_by_one.school", all_of(*(attempt(one, activated_us=3 * S - 1) for one in (B1, B2, B3)))),
    ("commits_first_come.school", all_of(*(letter(row, accepted_us=2 * S - 1) for row in (3, 4, 5)))),
    ("commits_first_come.school", all_of(*(letter(row, accepted_us=982 * S) for row in (9, 10, 11)))),
    ("connections_are_closed.office.mx", connections_for(428)),
    # A message is in its queue once, until its round is over.
    ("little_law.school.active", attempt(A3, ended_us=21 * S)),
    ("little_law.school.active", attempt(B3, ended_us=704 * S)),
    ("queue_counts.school.active", lambda broken: with_queue(broken, 1, entered=13)),
    ("queue_counts.school.active", lambda broken: with_queue(broken, 1, left=9)),
    ("little_law.school.incoming", attempt(A1, activated_us=3 * S)),
    ("queue_counts.school.incoming", lambda broken: with_queue(broken, 0, entered=19)),
    ("little_law.school.deferred", attempt(C3, ended_us=416 * S)),
    ("little_law.school.deferred", attempt(A1_AGAIN, activated_us=241 * S)),
    ("queue_counts.school.deferred", lambda broken: with_queue(broken, 2, entered=4, left=4)),
]


def test_a_record_in_which_messages_are_right_passes() -> None:
    assert audit(messages()).failures == ()


@pytest.mark.parametrize(("name", "corrupt"), CORRUPTIONS)
def test_a_record_with_one_thing_wrong_does_not(name: str, corrupt: Corruption) -> None:
    broken = messages()
    assert name in failed(corrupt(broken) or broken)


def test_every_check_of_messages_is_seen_to_fail() -> None:
    lone = in_scenario(messages(), letters=one_recipient_each())
    of_messages = {check.name for check in audit(messages()).checks} - {
        check.name for check in audit(lone).checks
    }

    assert of_messages
    assert of_messages <= {name for name, _ in CORRUPTIONS}


def one_recipient_each() -> dict[str, Any]:
    return {"notice": scenario().letters["notice"].model_copy(update={"recipients": 1})}


def test_a_destination_of_its_own_for_each_recipient_holds_one_delivery_each() -> None:
    """With a recipient limit of 1 the office has two destinations for A's letters, and nobody goes along."""
    record = messages()
    for row in (A2, B2, C2, C2_AGAIN):
        connects = record.attempts["stage"][row] == CONNECT
        record.attempts["connection"][row] = NO_CONNECTION if connects else NEW
    school = scenario().senders["school"]
    host = school.host.model_copy(update={"serial_time_us": 0})
    limits = {"default_destination_recipient_limit": 1, "default_process_limit": 3}
    changed = school.model_copy(update={"host": host, "postconf": school.postconf.model_copy(update=limits)})
    record = in_scenario(record, senders={"school": changed})

    assert failed(record) == set()
    record.letters["mailbox"][1] = record.letters["mailbox"][0]
    assert failed(record) == {"windows_within_limit.school"}


def test_recipients_without_limit_are_one_delivery() -> None:
    """All of C goes to the office at once, and all of D to the carrier."""
    record = messages()
    put(record.attempts, C3, {"handed_us": 410 * S, "connection": SHARED})
    for row in (C1, C2):
        record.attempts["ended_us"][row] = 415 * S
    put(record.census, 4, {"place": AT_WORK})
    record = postconf(default_destination_recipient_limit=0)(record) or record

    assert failed(record) == set()


def test_a_letter_that_is_taken_back_bounces_at_its_own_moment_and_is_reported_later() -> None:
    """C's second letter has been refused for good, and its message is still active: no DSN yet."""
    record = messages()

    assert record.letters["outcome"][7] == BOUNCED
    assert record.letters["outcome"][8] == QUEUED
    assert 7 not in record.letters["parent"]


def test_the_bucket_of_a_provider_is_not_held_against_messages_with_several_recipients() -> None:
    """When a recipient was named does not follow from his row; a letter alone is counted as ever."""
    limit = RateLimit(rate_per_s=0.0001, burst=1)
    towns = scenario().providers
    towns = {**towns, "carrier": towns["carrier"].model_copy(update={"rate_limit": limit})}
    changes: dict[str, Any] = {"providers": towns, "faults": []}
    record = messages()
    put(record.attempts, B3, {"reply": ACCEPTED, "stage": END_OF_DATA})
    put(
        record.letters, 5, {"delivered_us": 702 * S, "ended_us": 702 * S, "outcome": INBOX, "unknown_user": 0}
    )

    assert "rate_within_limit.carrier" not in failed(in_scenario(record, **changes))
    alone = in_scenario(record, letters=one_recipient_each(), **changes)
    assert "rate_within_limit.carrier" in failed(alone)
