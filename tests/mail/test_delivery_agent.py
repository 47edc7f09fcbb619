"""Into the mailbox: a mere duration, or a line before a few workers."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.town import ALL_AT_ONCE, MS, S, rows_of, run


def burst(count: int, delivery: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "providers.office.delivery": delivery,
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": count},
        **more,
    }


def test_without_workers_no_letter_waits_for_another() -> None:
    result = run(burst(3, {"time": "10 s"}))
    assert [result.letter(n).ended_us - result.letter(n).delivered_us for n in (1, 2, 3)] == [10 * S] * 3


def test_one_worker_carries_one_letter_after_another() -> None:
    """All accepted at 90 ms, 10 s each."""
    result = run(burst(3, {"time": "10 s", "workers": 1}))
    assert [result.letter(n).ended_us - 90 * MS for n in (1, 2, 3)] == [10 * S, 20 * S, 30 * S]
    # The sender had its 250 long before.
    assert {result.letter(n).delivered_us for n in (1, 2, 3)} == {90 * MS}
    assert {result.first(n).ended_us for n in (1, 2, 3)} == {100 * MS}


def test_the_line_is_shared_by_the_provider_s_hosts() -> None:
    hosts = {"providers.office.mx": [{"host": "mx1"}, {"host": "mx2"}]}
    result = run(burst(4, {"time": "10 s", "workers": 1}, **hosts))
    assert {attempt.host for attempt in result.attempts()} == {0, 1}
    assert sorted(result.letter(n).ended_us - 90 * MS for n in range(1, 5)) == [
        10 * S,
        20 * S,
        30 * S,
        40 * S,
    ]


@given(st.integers(1, 3), st.integers(1, 60))
@settings(max_examples=15)
def test_letters_are_carried_in_order_of_acceptance(workers: int, count: int) -> None:
    """With acceptance times that overtake each other; G/G/c found by looking for the c-th last to leave."""
    changes = {
        **ALL_AT_ONCE,
        **burst(count, {"time": {"uniform": ["10 ms", "900 ms"]}, "workers": workers}),
        "providers.office.accept_time": {"exponential": "2 s"},
    }
    visits = rows_of(run(changes).record.visits)
    assert len(visits) == count
    leaving: list[int] = []
    begins: list[int] = []
    for visit in sorted(visits, key=lambda visit: visit["from_us"]):
        free_us = 0 if len(leaving) < workers else sorted(leaving)[-workers]
        begins.append(max(visit["from_us"], free_us))
        leaving.append(visit["to_us"])
    works = [after - before for before, after in zip(begins, leaving, strict=True)]
    assert begins == sorted(begins)
    assert all(10 * MS <= work <= 900 * MS for work in works)


@pytest.mark.parametrize("workers", [None, 1])
def test_a_letter_is_not_in_its_box_before_it_was_accepted(workers: int | None) -> None:
    delivery = {"time": {"lognormal": {"mean": "20 ms", "cv": 2}}} | ({"workers": workers} if workers else {})
    letters = run(burst(200, delivery)).letters.values()
    assert all(letter.submitted_us < letter.delivered_us < letter.ended_us for letter in letters)
