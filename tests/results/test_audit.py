from collections.abc import Callable
from dataclasses import replace

import pytest

from sim.errors import AuditError
from sim.kernel.recorder import RunRecord
from sim.results.audit import audit
from sim.vocabulary.connections import NO_CONNECTION
from sim.vocabulary.kinds import DSN, IMAP, NO_HOST
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, QUEUED, UNDER_WAY
from sim.vocabulary.places import AT_WORK, DEFERRED, DUE, INCOMING, TRIED, WAITING
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECTION_REFUSED,
    GREETED_554,
    GREYLISTED,
    LOST_CONNECTION,
    NULL_MX,
)
from sim.vocabulary.stages import CONNECT, RCPT
from tests.results.hand_made import OFFICE, S, checked_record, with_queue

Corruption = Callable[[RunRecord], RunRecord | None]


def set_letter(name: str, row: int, value: int) -> Corruption:
    def corrupt(broken: RunRecord) -> None:
        broken.letters[name][row] = value

    return corrupt


def set_attempt(name: str, row: int, value: int) -> Corruption:
    def corrupt(broken: RunRecord) -> None:
        broken.attempts[name][row] = value

    return corrupt


def set_in(table: str, name: str, row: int, value: int) -> Corruption:
    def corrupt(broken: RunRecord) -> None:
        getattr(broken, table)[name][row] = value

    return corrupt


def set_queue(index: int, **changes: int) -> Corruption:
    return lambda broken: with_queue(broken, index, **changes)


def drop_last_letter(broken: RunRecord) -> None:
    for column in broken.letters.columns.values():
        del column[-1]


def drop_attempt(row: int) -> Corruption:
    def corrupt(broken: RunRecord) -> None:
        for column in broken.attempts.columns.values():
            del column[row]

    return corrupt


def drop_reading(row: int) -> Corruption:
    def corrupt(broken: RunRecord) -> None:
        for column in broken.readings.columns.values():
            del column[row]

    return corrupt


def read_twice(broken: RunRecord) -> None:
    for column in broken.readings.columns.values():
        column.insert(1, column[0])


def a_crowd_at_work(broken: RunRecord) -> None:
    """There are a hundred processes, and two for one destination."""
    for _ in range(100):
        broken.census.add(6, AT_WORK)


def lengthen_one_column(broken: RunRecord) -> None:
    broken.attempts["stage"].append(0)


def swap_first_two_tries(broken: RunRecord) -> None:
    for column in broken.attempts.columns.values():
        column[1], column[5] = column[5], column[1]


CORRUPTIONS: list[tuple[str, Corruption]] = [
    ("columns_of_a_table_are_equally_long", lengthen_one_column),
    ("exists.letters.kind", set_letter("kind", 0, 9)),
    ("exists.letters.entry", set_letter("entry", 0, 2)),
    ("exists.letters.sender", set_letter("sender", 0, 1)),
    ("exists.letters.provider", set_letter("provider", 0, 2)),
    ("exists.letters.provider", set_letter("provider", 0, 65535)),
    ("exists.letters.parent", set_letter("parent", 9, -1)),
    ("exists.letters.message", set_letter("message", 3, 99)),
    ("message_is_where_its_first_letter_is", set_letter("message", 3, 2)),
    ("exists.attempts.letter", set_attempt("letter", 0, 12)),
    ("exists.attempts.host", set_attempt("host", 0, 3)),
    ("exists.attempts.client", set_attempt("client", 0, 1)),
    ("exists.attempts.connection", set_attempt("connection", 0, 5)),
    ("exists.attempts.stage", set_attempt("stage", 0, 9)),
    ("exists.attempts.reply", set_attempt("reply", 0, 200)),
    ("exists.readings.letter", set_in("readings", "letter", 0, 12)),
    ("exists.readings.reader", set_in("readings", "reader", 0, 3)),
    ("exists.series.name", set_in("series", "name", 0, 4)),
    ("exists.open.letter", set_in("open", "letter", 0, 12)),
    ("exists.census.letter", set_in("census", "letter", 0, 12)),
    ("exists.census.place", set_in("census", "place", 0, 8)),
    ("stands_where_it_should", set_in("census", "place", 0, DEFERRED)),
    ("stands_where_it_should", set_in("census", "place", 1, WAITING)),
    ("stands_where_it_should", set_in("census", "place", 1, DUE)),
    ("stands_where_it_should", set_in("census", "place", 3, INCOMING)),
    ("stands_where_it_should", set_in("census", "place", 3, TRIED)),
    ("still_somewhere_if_not_gone", set_in("census", "letter", 1, 8)),
    ("still_somewhere_if_not_gone", set_in("census", "letter", 1, 0)),
    ("unknown_users_get_nothing", set_letter("unknown_user", 0, 1)),
    ("exists.visits.letter", set_in("visits", "letter", 0, 12)),
    ("exists.visits.queue", set_in("visits", "queue", 0, 1)),
    ("one_outcome", set_letter("outcome", 4, UNDER_WAY)),
    ("nothing_lost", set_letter("outcome", 4, UNDER_WAY)),
    ("numbered_without_gap.everyday", set_letter("number", 8, 4)),
    ("numbered_without_gap.closure", set_letter("number", 1, 1)),
    ("times_in_order", set_letter("accepted_us", 0, 20 * S)),
    ("times_in_order", set_letter("submitted_us", 0, 2 * S)),
    ("times_in_order", set_letter("ended_us", 0, 10 * S)),
    ("times_within_run", set_letter("ended_us", 0, 1001 * S)),
    ("outcome_fits_times", set_letter("ended_us", 0, -1)),
    ("outcome_fits_times", set_letter("ended_us", 4, 900 * S)),
    ("outcome_fits_times", set_letter("accepted_us", 5, 1)),
    ("outcome_fits_times", set_letter("outcome", 4, INBOX)),
    ("a_dsn_for_each_return", set_letter("outcome", 2, QUEUED)),
    ("a_dsn_for_each_return", set_letter("parent", 11, 2)),
    ("a_dsn_belongs_to_its_letter", set_letter("number", 9, 4)),
    ("a_dsn_belongs_to_its_letter", set_letter("submitted_us", 9, 31 * S)),
    ("a_warning_for_each_late_letter", set_letter("kind", 10, DSN)),
    ("a_warning_for_each_late_letter", set_letter("accepted_us", 3, 5 * S)),
    ("a_warning_for_each_late_letter", set_letter("parent", 10, 2)),
    ("a_warning_belongs_to_its_letter", set_letter("submitted_us", 10, 501 * S)),
    ("a_warning_belongs_to_its_letter", set_letter("number", 10, 3)),
    ("read_after_arrival", set_in("readings", "letter", 0, 2)),
    ("read_after_arrival", set_in("readings", "fetched_us", 0, 11 * S)),
    ("read_after_arrival", set_in("readings", "opened_us", 0, 11 * S)),
    ("attempts_counted", set_letter("attempts", 1, 1)),
    ("attempts_counted", drop_attempt(1)),
    ("attempt_times_in_order", set_attempt("handed_us", 0, 1 * S)),
    ("attempt_times_in_order", set_attempt("activated_us", 0, S // 2)),
    ("attempt_times_in_order", set_attempt("setup_us", 0, 2 * S)),
    ("attempt_times_in_order", set_attempt("dns_us", 0, 600_000)),
    ("attempts_do_not_overlap", set_attempt("activated_us", 5, 20 * S)),
    ("attempts_do_not_overlap", swap_first_two_tries),
    ("no_attempt_after_a_final_answer", set_attempt("reply", 1, ACCEPTED)),
    ("outcome_fits_last_answer", set_attempt("reply", 0, CONNECTION_REFUSED)),
    ("outcome_fits_last_answer", set_letter("delivered_us", 0, -1)),
    ("outcome_fits_last_answer", set_letter("outcome", 2, EXPIRED)),
    ("outcome_fits_last_answer", set_letter("outcome", 3, BOUNCED)),
    ("outcome_fits_last_answer", set_in("open", "letter", 0, 2)),
    ("delivered_within_its_attempt", set_letter("delivered_us", 0, 9 * S)),
    ("delivered_within_its_attempt", set_letter("delivered_us", 1, 323 * S)),
    ("returned_when_its_attempt_was_over", set_letter("ended_us", 2, 31 * S)),
    ("returned_when_its_attempt_was_over", set_letter("ended_us", 3, 799 * S)),
    ("suspended_without_trying", set_attempt("ended_us", 7, 501 * S)),
    ("suspended_without_trying", set_attempt("host", 7, 1)),
    ("conversation_makes_sense", set_attempt("connection", 0, NO_CONNECTION)),
    ("conversation_makes_sense", set_attempt("stage", 0, RCPT)),
    ("conversation_makes_sense", set_attempt("stage", 4, CONNECT)),
    ("conversation_makes_sense", set_attempt("host", 6, NO_HOST)),
    ("conversation_makes_sense", set_attempt("reply", 6, NULL_MX)),
    ("reply_can_be_given", set_attempt("reply", 6, GREETED_554)),
    ("reply_can_be_given", set_attempt("reply", 3, GREYLISTED)),
    ("reply_can_be_given", set_letter("unknown_user", 2, 0)),
    ("reply_can_be_given", set_letter("unknown_user", 0, 1)),
    ("no_faster_than_the_road", set_attempt("setup_us", 0, 159_999)),
    ("no_faster_than_the_road", set_attempt("setup_us", 3, 19_999)),
    ("no_faster_than_the_road", set_attempt("ended_us", 3, 29_039_999)),
    ("no_faster_than_the_road", set_attempt("ended_us", 0, 10_541_599)),
    ("asks_no_more_than_it_may", set_attempt("dns_queries", 0, 7)),
    ("asks_once_in_a_time_to_live.campus", set_attempt("dns_queries", 0, 40)),
    ("connected_to_its_own_provider", set_letter("provider", 0, OFFICE)),
    ("connected_to_its_own_provider", set_attempt("host", 0, NO_HOST)),
    ("not_tried_again_too_early", set_attempt("activated_us", 5, 219 * S - 1)),
    ("not_tried_again_too_early", set_attempt("activated_us", 9, 749 * S - 1)),
    ("scans_leave_nobody_behind", set_in("census", "place", 3, DEFERRED)),
    ("put_off_only_while_young", set_attempt("ended_us", 7, 704 * S)),
    ("given_up_only_when_old", set_attempt("ended_us", 9, 704 * S - 1)),
    ("processes_within_limit.school", a_crowd_at_work),
    ("handed_over_one_by_one.school", set_attempt("handed_us", 3, 21 * S - 1)),
    ("windows_within_limit.school", set_attempt("handed_us", 5, 20 * S + 1)),
    ("windows_within_limit.school", a_crowd_at_work),
    ("held_back_only_after_a_failure.school", set_attempt("reply", 6, GREYLISTED)),
    ("held_back_only_after_a_failure.school", set_attempt("reply", 7, GREYLISTED)),
    ("held_back_only_after_a_failure.school", set_attempt("reply", 7, LOST_CONNECTION)),
    ("held_back_only_after_a_failure.school", set_attempt("ended_us", 6, 500 * S + 1)),
    ("held_back_only_after_a_failure.school", set_attempt("ended_us", 6, 300 * S)),
    ("exists.aborted.letter", lambda broken: broken.aborted.add(99, 0, -1, 0)),
    ("exists.doubts.letter", lambda broken: broken.doubts.add(99, QUEUED, -1, -1)),
    ("first_come.office.mx1.checking", set_in("visits", "from_us", 0, 999 * S + 1)),
    ("first_come.office.mx1.checking", set_in("visits", "to_us", 0, 320 * S - 1)),
    ("work_done.office.mx1.checking", set_in("visits", "to_us", 0, 321 * S + 1)),
    ("commits_first_come.school", set_letter("accepted_us", 0, 1 * S - 1)),
    ("commits_first_come.school", set_letter("accepted_us", 7, 997 * S + 1)),
    ("commits_first_come.school", set_letter("submitted_us", 8, 998 * S)),
    ("series_hold_the_queue.school.incoming", set_in("series", "mean", 0, 1)),
    ("series_hold_the_queue.school.active", set_in("series", "peak", 37, 5)),
    ("series_hold_the_queue.school.deferred", set_queue(2, peak=3)),
    ("series_hold_the_queue.office.mx1.checking", set_in("series", "at_us", 39, 999 * S)),
    ("everything_is_fetched", drop_reading(0)),
    ("everything_is_fetched", drop_reading(1)),
    ("fetched_as_people_read", set_in("readings", "reader", 0, IMAP)),
    ("fetched_as_people_read", set_in("readings", "device", 1, 1)),
    ("fetched_as_people_read", set_in("readings", "fetched_us", 1, 321 * S + 1)),
    ("opened_once", read_twice),
    ("little_law.school.incoming", set_queue(0, integral_us=0)),
    ("little_law.school.incoming", set_letter("accepted_us", 7, 996_999_000)),
    ("little_law.school.active", set_attempt("ended_us", 3, 29_999_000)),
    ("little_law.school.active", set_in("open", "activated_us", 0, 994 * S)),
    ("little_law.school.deferred", set_queue(2, integral_us=1467 * S + 10)),
    ("little_law.office.mx1.checking", set_in("visits", "to_us", 0, 322 * S)),
    ("queue_counts.school.incoming", set_queue(0, entered=9)),
    ("queue_counts.school.active", set_queue(1, left=12)),
    ("queue_counts.office.mx1.checking", set_in("visits", "to_us", 1, 999 * S + 1)),
]


def test_a_record_that_agrees_with_itself_passes_every_check() -> None:
    found = audit(checked_record())

    assert found.failures == ()
    assert found.ok
    found.require()


@pytest.mark.parametrize(("name", "corrupt"), CORRUPTIONS)
def test_a_corrupt_record_fails_the_check_that_watches_for_it(name: str, corrupt: Corruption) -> None:
    broken = checked_record()
    found = audit(corrupt(broken) or broken)

    assert name in {check.name for check in found.failures}
    assert not found.ok


def test_every_check_is_seen_to_fail_in_some_test() -> None:
    never_seen_to_fail = {check.name for check in audit(checked_record()).checks} - {
        name for name, _ in CORRUPTIONS
    }

    assert never_seen_to_fail == {"all_submitted.closure", "queue_counts.school.deferred"}


def test_a_campaign_that_submitted_too_few_letters_is_noticed() -> None:
    whole = checked_record()
    more = whole.scenario.letters["closure"].model_copy(update={"count": 7})
    letters = {**whole.scenario.letters, "closure": more}
    found = audit(replace(whole, scenario=whole.scenario.model_copy(update={"letters": letters})))

    assert [check.sentence() for check in found.failures] == ["all_submitted.closure: expected 7, found 6"]


def test_a_dsn_that_is_missing_is_noticed_and_its_letter_named() -> None:
    broken = checked_record()
    drop_last_letter(broken)
    for column in broken.attempts.columns.values():
        del column[-1]
    failed = {check.name: check for check in audit(broken).failures}

    assert failed["a_dsn_for_each_return"].example == "closure/4"
    assert "queue_counts.school.incoming" in failed


def test_the_difference_allowed_in_littles_law_is_one_in_a_thousand_million() -> None:
    whole = checked_record()
    exact = whole.queues[2].integral_us

    assert exact == 1467 * S
    assert audit(with_queue(whole, 2, integral_us=exact + 1)).ok
    assert not audit(with_queue(whole, 2, integral_us=exact + 2)).ok


def test_a_broken_audit_raises_an_error_that_says_what_was_found() -> None:
    broken = checked_record()
    broken.letters["outcome"][4] = UNDER_WAY

    with pytest.raises(AuditError, match="one_outcome: expected 0, found 1, first at closure/5"):
        audit(broken).require()


def test_a_run_without_letters_passes() -> None:
    whole = checked_record()
    for name in ("letters", "attempts", "readings", "open", "census", "visits", "steps", "series"):
        for column in getattr(whole, name).columns.values():
            del column[:]
    idle = tuple(replace(queue, integral_us=0, entered=0, left=0, peak=0) for queue in whole.queues)
    stations = tuple(replace(station, busy_us=0) for station in whole.stations)
    empty = replace(whole, queues=idle, stations=stations)

    assert [check.name for check in audit(empty).failures] == ["all_submitted.closure"]
