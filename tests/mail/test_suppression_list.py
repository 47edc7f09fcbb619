"""Addresses that bounced, complained or left get no more letters; living ones among them are lost readers."""

from typing import Any

import pytest

from sim.vocabulary.outcomes import BOUNCED, INBOX, REFUSED
from tests.mail.town import DAY, HOUR, Outcome, fault, run

TWICE: dict[str, Any] = {
    "duration": "60 d",
    "letters": {
        "notice": {"from": "school", "to": "office", "size": "1 B", "count": 200},
        "second": {"from": "school", "to": "office", "size": "1 B", "count": 200, "at": "1 h"},
        "third": {"from": "school", "to": "office", "size": "1 B", "count": 200, "at": "10 d"},
    },
}
DENIED: dict[str, Any] = {"faults": [fault("providers.office", "denying_users", 0, 600, share="50 %")]}


def ends(result: Outcome, entry: str) -> list[int]:
    return [result.letter(number, entry).outcome for number in range(1, 201)]


def handling(**settings: Any) -> dict[str, Any]:
    return {"senders.school.bounce_handling": settings}


def test_without_a_list_every_letter_is_sent_again() -> None:
    result = run({**TWICE, **DENIED})
    assert 60 < ends(result, "notice").count(BOUNCED) < 140
    assert set(ends(result, "second")) == {INBOX}


def test_whoever_bounced_once_gets_no_more_letters() -> None:
    """The mailbox of the n-th letter of each entry is the same: whose first letter came back has no second one."""
    result = run({**TWICE, **DENIED, **handling(suppress_after=1)})
    for first, second, third in zip(
        ends(result, "notice"), ends(result, "second"), ends(result, "third"), strict=True
    ):
        assert (second, third) == ((REFUSED, REFUSED) if first == BOUNCED else (INBOX, INBOX))
    refused = result.letter(ends(result, "second").index(REFUSED) + 1, "second")
    assert (refused.ended_us, refused.accepted_us, refused.attempts) == (1 * HOUR, -1, [])
    listed = result.record.suppressions
    assert len(listed) == ends(result, "notice").count(BOUNCED)
    assert set(listed["why"]) == {"bounced"}


def test_letters_of_a_list_are_left_out_as_others_are() -> None:
    """Of a hundred who were denied, none is written to by a list of moments either."""
    listed = {"from": "school", "to": "office", "size": "1 B", "times": ["1 h"] * 200}
    result = run({**TWICE, **DENIED, "letters.second": listed, **handling(suppress_after=1)})
    for first, second in zip(ends(result, "notice"), ends(result, "second"), strict=True):
        assert second == (REFUSED if first == BOUNCED else INBOX)


def test_two_bounces_are_two_only_if_they_lie_apart() -> None:
    """The second letter, an hour later, is within the week and does not count; the third, ten days later, does."""
    whole = {"faults": [fault("providers.office", "denying_users", 0, 20 * 86400, share="100 %")]}
    result = run({**TWICE, **whole, **handling(suppress_after=2, apart="7 d")})
    assert len(result.record.suppressions) == 200
    assert all(10 * DAY < at_us < 10 * DAY + HOUR for at_us in result.record.suppressions["at_us"])


def test_expired_and_deferred_letters_do_not_count() -> None:
    changes = {
        **TWICE,
        "faults": [fault("providers.office", "down", 0, 30 * 86400)],
        **handling(suppress_after=1),
    }
    assert len(run(changes).record.suppressions) == 0


@pytest.mark.parametrize(("feedback", "lost"), [("per_letter", True), ("aggregate", False), ("none", False)])
def test_who_complains_is_taken_off_where_the_receiver_tells(feedback: str, lost: bool) -> None:
    changes = {
        **TWICE,
        "letters.notice.complaints": "100 %",
        "providers.office.feedback": feedback,
        "readers.office": {"opens_after": {"median": "1 min", "p90": "2 min"}},
        **handling(suppress_after=1),
    }
    result = run(changes)
    assert set(ends(result, "notice")) == {INBOX}
    assert (set(ends(result, "third")) == {REFUSED}) is lost


def test_who_unsubscribes_is_taken_off_in_any_case() -> None:
    changes = {
        **TWICE,
        "letters.notice.unsubscribes": "100 %",
        "readers.office": {"opens_after": {"median": "1 min", "p90": "2 min"}},
        **handling(suppress_after=1, obeys_complaints=False),
    }
    assert set(ends(run(changes), "third")) == {REFUSED}


def test_a_message_leaves_out_those_who_want_nothing() -> None:
    """Ten recipients a message; the denied half of the first one gets nothing of the second, the others do."""
    entry = {"from": "school", "to": "office", "size": "1 B", "recipients": 10}
    changes = {
        "duration": "2 h",
        "letters": {
            "notice": {**entry, "count": 20},
            "second": {**entry, "count": 20, "at": "1 h"},
        },
        **DENIED,
        **handling(suppress_after=1),
    }
    result = run(changes)
    for first, second in zip(ends(result, "notice"), ends(result, "second"), strict=True):
        assert second == (REFUSED if first == BOUNCED else INBOX)
