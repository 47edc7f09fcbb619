"""The sender's own house: the spool, the importer, the order of letters, its machine's troubles."""

from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import INBOX
from tests.reference.small import MIN, MS, S, letter, run_small


def test_the_spool_commits_in_order_with_so_many_clerks() -> None:
    result = run_small(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 5},
            "senders.school.host": {"commit_time": "10 s", "commit_workers": 2},
        }
    )
    accepted = [letter(result, number).accepted_us for number in range(1, 6)]
    assert accepted == [10 * S, 10 * S, 20 * S, 20 * S, 30 * S]


def test_a_burst_that_takes_no_time_keeps_its_order() -> None:
    # One process: the letters go out one after the other, first come, first served.
    result = run_small(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 30},
            "senders.school.postconf": {"default_process_limit": 1},
        }
    )
    handed = [letter(result, number).attempts[0].handed_us for number in range(1, 31)]
    assert sorted(set(handed)) == handed
    assert [letter(result, number).attempts[0].activated_us for number in range(1, 31)] == [0] * 30


def test_the_importer_takes_one_letter_after_the_other() -> None:
    result = run_small(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 3},
            "senders.school.host": {"import_time": "2 s"},
        }
    )
    assert [letter(result, n).attempts[0].activated_us for n in (1, 2, 3)] == [2 * S, 4 * S, 6 * S]


def test_new_and_deferred_letters_are_imported_in_turn() -> None:
    # Letters 1 to 3 are told to come again, and fall due at the scan at 310 s, just after four new ones have come.
    result = run_small(
        {
            "letters.notice.times": ["1 s"] * 3 + ["309900 ms"] * 4,
            "providers.office.greylisting": "1 s",
            "senders.school.host": {"import_time": "1 s"},
            "senders.school.scan_phase": "310 s",
        }
    )
    taken = sorted(
        (attempt.activated_us, number)
        for number in range(1, 8)
        for attempt in letter(result, number).attempts
        if 309 * S < attempt.activated_us < 320 * S
    )
    # The importer is busy with letter 4 at the scan, so a deferred one is next.
    assert [number for _, number in taken] == [4, 1, 5, 2, 6, 3, 7]
    assert [310_900 * MS + second * S for second in range(7)] == [at for at, _ in taken]


def test_once_the_active_queue_was_full_a_new_letter_goes_first() -> None:
    # Letter 2 fills the active queue from 310 s to 340 s; letter 1 falls due at 330 s, letter 3 comes at 335 s.
    result = run_small(
        {
            "letters.notice.times": ["1 s", "310 s", "335 s"],
            "providers.office.greylisting": "1 s",
            "providers.office.command_time": "10 s",
            "senders.school.postconf": {"qmgr_message_active_limit": 1},
            "senders.school.scan_phase": "330 s",
        }
    )
    second, third = letter(result, 2).attempts[0], letter(result, 3).attempts[0]
    assert 340 * S + 80 * MS == second.ended_us == third.activated_us
    assert third.ended_us == letter(result, 1).attempts[1].activated_us


def test_letters_wait_outside_while_the_machine_is_down() -> None:
    result = run_small(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 2, "pace": "1/s"},
            "faults": [{"at": "0 s", "for": "1 min", "where": "senders.school", "what": "down"}],
            "senders.school.host": {"commit_time": "1 s"},
        }
    )
    assert [letter(result, number).submitted_us for number in (1, 2)] == [0, 1 * S]
    assert [letter(result, number).accepted_us for number in (1, 2)] == [61 * S, 62 * S]


def test_a_conversation_goes_on_while_the_machine_sends_nothing_new() -> None:
    result = run_small(
        {
            "letters.notice.times": ["0 s", "20 ms"],
            "faults": [{"at": "10 ms", "for": "1 min", "where": "senders.school", "what": "silent"}],
        }
    )
    assert letter(result, 1).attempts[0].ended_us == 100 * MS
    # The second was accepted by then (so the list says), and is imported when the machine is back.
    assert letter(result, 2).attempts[0].activated_us == MIN + 10 * MS


def test_a_letter_is_never_submitted_at_the_end_or_later() -> None:
    result = run_small({"duration": "10 s", "letters.notice.times": ["9999999 us", "10 s", "11 s"]})
    assert [number for _, number, _ in result.letters] == [1]


def test_a_process_is_used_again_while_it_is_fresh() -> None:
    result = run_small(
        {
            "letters.notice.times": ["0 s", "10 s", "20 s", "200 s"],
            "senders.school.host": {"process_start": "1 s"},
            "senders.school.postconf": {"max_use": 2},
        }
    )
    waits = [each.attempts[0].handed_us - each.attempts[0].activated_us for each in result.letters.values()]
    # Started, used again, worn out and started anew, too long idle and started anew.
    assert waits == [1 * S, 0, 1 * S, 1 * S]


def test_a_returned_letter_is_a_letter_of_its_own() -> None:
    result = run_small(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "3 kB", "count": 1},
            "letters.notice.unknown_users": "100 %",
            "senders.school.host": {"commit_time": "1 s", "import_time": "2 s", "deferral_time": "4 s"},
        }
    )
    ended = letter(result).ended_us
    assert ended == 3 * S + 4 * S + 80 * MS
    returned = letter(result, kind=DSN)
    assert (ended, ended + 1 * S, ended + 3 * S) == (
        returned.submitted_us,
        returned.accepted_us,
        returned.delivered_us,
    )
    assert (returned.outcome, returned.size_bytes) == (INBOX, 5000)


def test_a_letter_is_chosen_when_its_process_is_there_and_two_are_started_at_a_time() -> None:
    """QMGR_TRANSPORT_MAX_PEND is 2 in qmgr_transport.c."""
    town = {
        "letters.notice.times": ["0 s"] * 5,
        "senders.school.host": {"process_start": "1 s"},
        "senders.school.postconf": {"smtp_connection_cache_on_demand": "no"},
    }
    busy = run_small({**town, "providers.office.accept_time": "1 min"})
    assert [each.attempts[0].handed_us for each in busy.letters.values()] == [
        1 * S,
        1 * S,
        2 * S,
        2 * S,
        3 * S,
    ]
    # Where a delivery takes 100 ms, the first two processes have done all the work before another is there.
    quick = run_small(town)
    handed = [each.attempts[0].handed_us for each in quick.letters.values()]
    assert handed == [1 * S, 1 * S, 1_100 * MS, 1_100 * MS, 1_200 * MS]


def test_a_process_that_starts_brings_the_letter_that_is_first_by_then() -> None:
    """The destination dies while two more processes start: they find nothing to do, and wait for later letters."""
    result = run_small(
        {
            "letters.notice.times": ["0 s"] * 5 + ["400 s"],
            "senders.school.host": {"process_start": "30 ms"},
            "senders.school.postconf": {"initial_destination_concurrency": 2, "max_idle": 1000},
            "faults": [{"at": "0 s", "for": "200 s", "where": "providers.office", "what": "down"}],
        }
    )
    first = [letter(result, number).attempts[0] for number in range(1, 6)]
    # Two calls from 30 ms on, refused at 50 ms: a window of 2 is dead after two failures, before 60 ms.
    assert [attempt.ended_us for attempt in first] == [50 * MS] * 5
    # A process is there at 400 s, and need not be started.
    assert letter(result, 6).attempts[0].handed_us == 400 * S
