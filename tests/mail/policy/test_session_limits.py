"""What one connection may bring: docomo's hundred recipients (case D19), and so many letters, then a new one."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mail.policy.session_limits import SessionLimits
from sim.scenario.receiving_rules import SessionLimits as Settings
from sim.vocabulary.replies import ACCEPTED, PERMANENT, REPLIES, SESSION_CUT

CUT = 27
DOCOMO = Settings(recipients=100)


def bring(
    transactions: Sequence[int], settings: Settings, *, reuse: bool = True
) -> tuple[list[int], list[int]]:
    """Bring transactions of so many recipients; give all answers, and how many letters each connection had.

    A client that reuses its connection opens another one only when the host has closed it.
    """
    answers: list[int] = []
    letters: list[int] = []
    session: SessionLimits | None = None
    for recipients in transactions:
        if session is None or session.closes or not reuse:
            session = SessionLimits(settings, CUT)
            letters.append(0)
        answers.append(session.ask(recipients))
        letters[-1] += 1
    return answers, letters


def delivered(transactions: Sequence[int], answers: Sequence[int]) -> int:
    return sum(count for count, answer in zip(transactions, answers, strict=True) if answer == ACCEPTED)


@pytest.mark.parametrize(
    ("transactions", "reuse", "taken", "sessions"),
    [
        # (a) one message to 150: nobody gets it, not even the first hundred.
        ([150], True, 0, 1),
        # (b) three groups of 50, a session each.
        ([50, 50, 50], False, 150, 3),
        # (c) the same three over one connection: the third group is lost.
        ([50, 50, 50], True, 100, 1),
    ],
)
def test_a_hundred_recipients_a_session(
    transactions: list[int], reuse: bool, taken: int, sessions: int
) -> None:
    """D19, with 150 recipients."""
    answers, letters = bring(transactions, DOCOMO, reuse=reuse)
    assert (delivered(transactions, answers), len(letters)) == (taken, sessions)


@pytest.mark.parametrize(("transactions", "answers"), [([100], [ACCEPTED]), ([100, 1], [ACCEPTED, CUT])])
def test_a_hundred_are_allowed_and_the_next_one_is_not(transactions: list[int], answers: list[int]) -> None:
    assert bring(transactions, DOCOMO)[0] == answers


def test_the_connection_is_cut_and_the_next_one_begins_at_nought() -> None:
    answers, letters = bring([60, 60, 60, 40, 1], DOCOMO)
    assert answers == [ACCEPTED, CUT, ACCEPTED, ACCEPTED, CUT]
    assert letters == [2, 3]


def test_a_closed_connection_answers_nothing() -> None:
    session = SessionLimits(DOCOMO)
    assert session.ask(101) == SESSION_CUT
    with pytest.raises(ValueError, match="closed"):
        session.ask(1)


def test_the_answer_is_a_554_that_loses_the_letter() -> None:
    assert REPLIES[SESSION_CUT].key == "554 5.5.0"
    assert SESSION_CUT in PERMANENT


def test_twenty_letters_a_connection() -> None:
    """KumoMTA's table, yahoo.co.jp: 20 a connection. 50 letters need three of them, and none is refused."""
    answers, letters = bring([1] * 50, Settings(letters=20))
    assert (set(answers), letters) == ({ACCEPTED}, [20, 20, 10])


def test_without_limits_a_connection_stays_open() -> None:
    answers, letters = bring([1000] * 100, Settings())
    assert (set(answers), letters) == ({ACCEPTED}, [100])


@given(
    st.lists(st.integers(1, 60), max_size=60),
    st.none() | st.integers(1, 10),
    st.none() | st.integers(1, 100),
)
def test_no_connection_brings_more_than_it_may(
    transactions: list[int], most_letters: int | None, most_recipients: int | None
) -> None:
    answers, letters = bring(transactions, Settings(letters=most_letters, recipients=most_recipients))
    if most_letters is not None:
        assert all(count <= most_letters for count in letters)
    begin = 0
    for count in letters:
        part = slice(begin, begin + count)
        taken = delivered(transactions[part], answers[part])
        if most_recipients is not None:
            assert taken <= most_recipients
        # Only the last transaction of a connection can be refused.
        assert set(answers[part][:-1]) <= {ACCEPTED}
        begin += count
    if most_recipients is None:
        assert set(answers) <= {ACCEPTED}
