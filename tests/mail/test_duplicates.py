"""A letter that was taken while its sender did not hear of it comes again (RFC 1047; RFC 5321 6.1).

In the small town the final dot is at the host 90 ms after the letter was accepted, and an answer takes 10 ms back.
"""

import pytest

from sim.results.audit import audit
from sim.results.tables import frames
from sim.vocabulary.kinds import DSN, DUPLICATE, LETTER
from sim.vocabulary.outcomes import EXPIRED, INBOX, QUEUED
from sim.vocabulary.replies import ACCEPTED, CONVERSATION_TIMED_OUT
from sim.vocabulary.stages import END_OF_DATA
from tests.mail.town import MS, TWO_HOSTS, Outcome, S, fault, run

SLOW_FILTER = {
    "providers.office.accept_time": "70 s",
    "senders.school.postconf": {"smtp_data_done_timeout": 60, "maximal_queue_lifetime": "2h"},
    "duration": "4 h",
}
ROAD = {"from": "school", "to": "office", "round_trip": "20 ms", "bandwidth": "1000 Gbit/s"}


def kinds(outcome: Outcome, kind: int) -> int:
    return list(outcome.record.letters["kind"]).count(kind)


def test_d38_a_filter_slower_than_the_senders_patience_makes_a_copy_of_every_try() -> None:
    """D38: the filter takes 70 s and the sender waits 60 s, so each try leaves a copy, and the sender fails.

    Right value: tries at 0 s, and then on the scan grid at 600, 1,500, 3,300, 6,900 and 11,100 s, since each fails
    60.09 s after its start; the last is the first that fails at an age of 2 h or more, so the sixth. 6 copies.
    """
    outcome = run(SLOW_FILTER)
    letter = outcome.letter()

    assert [attempt.handed_us // S for attempt in letter.attempts] == [0, 600, 1500, 3300, 6900, 11100]
    assert {(attempt.stage, attempt.reply) for attempt in letter.attempts} == {
        (END_OF_DATA, CONVERSATION_TIMED_OUT)
    }
    assert letter.attempts[0].ended_us == 80 * MS + 60 * S  # the dot is sent after 80 ms
    assert 1 + kinds(outcome, DUPLICATE) == 6
    assert (letter.outcome, letter.delivered_us) == (INBOX, 90 * MS + 70 * S)
    assert [copy.delivered_us for copy in letter.copies] == [
        at_s * S + 90 * MS + 70 * S for at_s in (600, 1500, 3300, 6900, 11100)
    ]
    assert kinds(outcome, DSN) == 1  # The writer is told that it failed.
    assert list(outcome.record.doubts["outcome"]) == [EXPIRED]
    assert audit(outcome.record).ok


def test_d38_with_the_ten_minutes_of_rfc_5321_there_is_one_copy_and_one_try() -> None:
    outcome = run({**SLOW_FILTER, "senders.school.postconf": {"smtp_data_done_timeout": 600}})

    assert (len(outcome.letter().attempts), kinds(outcome, DUPLICATE)) == (1, 0)
    assert outcome.letter().attempts[0].reply == ACCEPTED
    assert len(outcome.record.doubts) == 0


@pytest.mark.parametrize(("timeout_s", "heard"), [(71, True), (70, False)])
def test_the_sender_waits_from_the_final_dot_to_the_answer(timeout_s: int, heard: bool) -> None:
    """Right value: the dot is sent at 80 ms and the answer is there at 70.1 s: 70.02 s."""
    outcome = run({**SLOW_FILTER, "senders.school.postconf": {"smtp_data_done_timeout": timeout_s}})

    assert (outcome.first().reply == ACCEPTED) is heard


@pytest.mark.parametrize(("cut_s", "after_s"), [(0.5, 1), (2.5, 3), (6.5, 7)])
def test_an_answer_that_a_cut_road_swallows_is_sent_again(cut_s: float, after_s: int) -> None:
    """Right value: RFC 6298: again after 1 s, then after twice as long each time: at 1, 3 and 7 s."""
    changes = {"roads.overseas": ROAD, "faults": [fault("roads.overseas", "silent", 0.095, cut_s)]}
    outcome = run({**changes, "providers.office.accept_time": "10 ms"})

    # Taken 10 ms after the dot, whatever becomes of the answer.
    assert outcome.letter().delivered_us == 100 * MS
    assert outcome.first().ended_us == 110 * MS + after_s * S
    assert (outcome.first().reply, kinds(outcome, DUPLICATE)) == (ACCEPTED, 0)


def test_an_answer_that_never_comes_through_makes_a_duplicate_when_the_road_is_back() -> None:
    """The dot is there at 90 ms, the road is cut for 20 min just after it, and the 250 is ready at 100 ms.

    Right value: the sender gives up after 600 s, tries again at the scan of 1,200 s, when a cut road still swallows
    its SYNs until 1,201 s; and again at 1,800 s (age 630 s at the earliest). One copy more, and the sender hears of it.
    """
    changes = {"roads.overseas": ROAD, "faults": [fault("roads.overseas", "silent", 0.095, 1300)]}
    outcome = run({**changes, "providers.office.accept_time": "10 ms", "duration": "2 h"})
    letter = outcome.letter()

    assert letter.delivered_us == 100 * MS
    assert letter.attempts[0].ended_us == 80 * MS + 600 * S
    assert letter.attempts[-1].reply == ACCEPTED
    assert [copy.delivered_us for copy in letter.copies] == [letter.attempts[-1].ended_us - 10 * MS]
    assert list(outcome.record.doubts["outcome"]) == [INBOX]
    assert kinds(outcome, DSN) == 0
    assert audit(outcome.record).ok


def test_the_next_host_gets_a_copy_in_the_same_attempt() -> None:
    """As Postfix does: a session that timed out at the dot is a session, and another host may follow it."""
    outcome = run(
        {
            **SLOW_FILTER,
            "providers.office.mx": TWO_HOSTS,
            "senders.school.postconf": {"smtp_data_done_timeout": 60, "queue_run_delay": "100000s"},
        }
    )

    assert len(outcome.letter().attempts) == 1
    assert kinds(outcome, DUPLICATE) == 1
    assert outcome.letter().copies[0].delivered_us - outcome.letter().delivered_us == 60 * S + 80 * MS


def test_all_recipients_of_a_message_get_it_again() -> None:
    outcome = run({**SLOW_FILTER, "letters.notice.recipients": 3})

    assert [len(letter.copies) for name, letter in outcome.letters.items() if name[2] == LETTER] == [5, 5, 5]
    assert audit(outcome.record).ok


def test_what_the_sender_does_not_know_yet_at_the_end_is_still_in_its_queue() -> None:
    outcome = run({**SLOW_FILTER, "duration": "5 min"})
    table = frames(outcome.record)["letters"]

    assert outcome.letter().outcome == INBOX
    assert list(outcome.record.doubts["outcome"]) == [QUEUED]
    assert table["sender_believes"].tolist() == ["queued"]
    assert audit(outcome.record).ok


def test_copies_have_ids_of_their_own() -> None:
    ids = frames(run(SLOW_FILTER).record)["letters"]["letter"].tolist()

    assert ids[:1] == ["notice/1"]
    assert [name for name in ids if "duplicate" in name] == [
        "notice/1!duplicate",
        *(f"notice/1!duplicate{number}" for number in range(2, 6)),
    ]


def test_a_queue_behind_the_host_takes_copies_one_after_another() -> None:
    """Right value: the delivery agent takes 5 s a letter; a copy comes 540 s after the first, so it never waits."""
    outcome = run({**SLOW_FILTER, "providers.office.delivery": {"time": "5 s", "workers": 1}})
    letter = outcome.letter()

    assert letter.ended_us - letter.delivered_us == 5 * S
    assert {copy.ended_us - copy.delivered_us for copy in letter.copies} == {5 * S}
    assert outcome.queue("office.delivery").entered == 6
