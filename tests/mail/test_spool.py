"""Taking letters over: one commit after another, in order; nothing while the machine is down, nothing too big."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.vocabulary.outcomes import INBOX, REFUSED
from tests.mail.town import MS, Outcome, S, run, times


def accepted(result: Outcome, entry: str = "notice") -> list[int]:
    """Give the moments of acceptance of an entry's letters, in order of their numbers."""
    return [
        letter.accepted_us
        for (name, _, kind), letter in sorted(result.letters.items())
        if (name, kind) == (entry, 0)
    ]


def campaign(count: int, **more: Any) -> dict[str, Any]:
    return {"from": "school", "to": "office", "size": "1 B", "count": count, **more}


def down(at: str, length: str, what: str = "down") -> dict[str, Any]:
    return {"faults": [{"at": at, "for": length, "where": "senders.school", "what": what}]}


def test_letters_at_once_are_committed_one_after_another() -> None:
    """4 letters at 0 s, 10 ms each."""
    changes = {"senders.school.host": {"commit_time": "10 ms"}, "letters.notice": campaign(4)}
    assert accepted(run(changes)) == [10 * MS, 20 * MS, 30 * MS, 40 * MS]


def test_two_disks_commit_two_letters_side_by_side() -> None:
    host = {"commit_time": "10 ms", "commit_workers": 2}
    assert accepted(run({"senders.school.host": host, "letters.notice": campaign(5)})) == [
        10 * MS,
        10 * MS,
        20 * MS,
        20 * MS,
        30 * MS,
    ]


def test_local_injection_is_no_faster_than_one_commit_at_a_time() -> None:
    """QSHAPE_README: at most 1 / commit latency. 1000 letters at once and 4 ms each: the last after 4 s."""
    changes = {"senders.school.host": {"commit_time": "4 ms"}, "letters.notice": campaign(1000)}
    assert max(accepted(run(changes))) == 4 * S


def test_entries_of_the_same_moment_come_in_file_order() -> None:
    changes = {
        "senders.school.host": {"commit_time": "10 ms"},
        "letters.notice": campaign(2),
        "letters.another": campaign(2),
    }
    result = run(changes)
    assert (accepted(result), accepted(result, "another")) == ([10 * MS, 20 * MS], [30 * MS, 40 * MS])


def test_listed_letters_are_accepted_at_their_times_and_pass_the_disk() -> None:
    changes = {
        "senders.school.host": {"commit_time": "10 s"},
        "letters.notice.times": times(1, 1, 2),
        "letters.slow": campaign(1),
    }
    result = run(changes)
    assert (accepted(result), accepted(result, "slow")) == ([1 * S, 1 * S, 2 * S], [10 * S])


@pytest.mark.parametrize("what", ["down", "silent"])
def test_a_machine_that_is_down_takes_letters_when_it_is_back_in_order(what: str) -> None:
    """Letters each second from 0 s on, down from 1.5 s for 3 s: numbers 3, 4 and 5 (2, 3, 4 s) wait until 4.5 s."""
    changes = {
        "senders.school.host": {"commit_time": "10 ms"},
        "letters.notice": campaign(6, pace="1/s"),
        **down("1500 ms", "3 s", what),
    }
    result = run(changes)
    assert [at_us // MS for at_us in accepted(result)] == [10, 1010, 4510, 4520, 4530, 5010]
    assert {letter.outcome for letter in result.letters.values()} == {INBOX}
    # The letter was handed in when it was; it is the machine that was late.
    assert [result.letter(n).submitted_us // S for n in range(1, 7)] == list(range(6))


def test_a_machine_that_only_is_slow_takes_letters_at_once() -> None:
    slow = {"faults": [{"at": "0 s", "for": "9 s", "where": "senders.school", "what": "slow", "by": "3 s"}]}
    assert accepted(run({"letters.notice": campaign(1, at="1 s"), **slow})) == [1 * S]


@pytest.mark.parametrize(
    ("size", "limit", "taken"),
    [("1999 B", 2000, True), ("2000 B", 2000, True), ("2001 B", 2000, False), ("9 MB", 0, True)],
)
def test_a_letter_over_the_size_limit_is_refused_when_it_is_handed_in(
    size: str, limit: int, taken: bool
) -> None:
    """Postfix's message_size_limit; 0 is no limit. The refused letter exists and ended at once, and that is all."""
    changes = {
        "senders.school.postconf": {"message_size_limit": limit},
        "letters.notice": campaign(1, at="1 s", size=size),
    }
    letter = run(changes).letter()
    if taken:
        assert letter.outcome == INBOX
    else:
        assert (letter.outcome, letter.ended_us, letter.accepted_us) == (REFUSED, 1 * S, -1)
        assert letter.attempts == []


def test_listed_letters_meet_the_size_limit_too() -> None:
    changes = {"senders.school.postconf": {"message_size_limit": 2000}, "letters.notice.size": "3 kB"}
    assert run(changes).letter().outcome == REFUSED


def test_a_refused_letter_takes_no_time_of_the_disk() -> None:
    changes = {
        "senders.school.host": {"commit_time": "10 ms"},
        "senders.school.postconf": {"message_size_limit": 2000},
        "letters.big": campaign(3, size="3 kB"),
        "letters.notice": campaign(1),
    }
    assert accepted(run(changes)) == [10 * MS]


@given(
    st.lists(st.integers(0, 3000), min_size=1, max_size=15),
    st.lists(st.integers(0, 3000), max_size=15),
    st.integers(1, 3),
    st.integers(0, 400),
)
@settings(max_examples=40)
def test_letters_are_imported_in_order_of_acceptance_whatever_their_entry_and_workers(
    listed_ms: list[int], also_ms: list[int], workers: int, commit_ms: int
) -> None:
    """With an importer that takes its time and a machine with several disks, over all entries."""
    changes = {
        "senders.school.host": {
            "commit_time": {"uniform": ["0 ms", f"{commit_ms} ms"]},
            "commit_workers": workers,
            "import_time": "7 ms",
        },
        "letters.notice.times": [f"{at} ms" for at in sorted(listed_ms)],
        "letters.bulk": campaign(10, over="2 s"),
    }
    if also_ms:
        changes["letters.also"] = {"from": "school", "to": "office", "size": "1 B"} | {
            "times": [f"{at} ms" for at in sorted(also_ms)]
        }
    letters = run(changes).letters.values()
    in_order = sorted(letters, key=lambda letter: letter.attempts[0].activated_us)
    moments = [letter.accepted_us for letter in in_order]
    assert moments == sorted(moments)
    # Each takes 7 ms of the importer, and it is never idle while one waits.
    free_us = 0
    for letter in in_order:
        free_us = max(free_us, letter.accepted_us) + 7 * MS
        assert letter.attempts[0].activated_us == free_us
