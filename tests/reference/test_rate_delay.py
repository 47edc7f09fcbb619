"""A pause after each delivery, and recipients that are destinations of their own (qmgr_entry.c, qmgr_queue.c)."""

from typing import Any

from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import CONNECTION_REFUSED
from tests.reference.small import MS, S, letter, run_small

DELIVERY = 100 * MS
"""Five round trips of 20 ms."""
DOWN: dict[str, Any] = {"at": "0 s", "for": "10 min", "where": "providers.office", "what": "down"}


def _paced(delay_s: int, **more: Any) -> dict[str, Any]:
    return {"senders.school.postconf": {"default_destination_rate_delay": delay_s, **more}}


def test_letters_go_one_by_one_with_a_pause_after_each() -> None:
    result = run_small({**_paced(7), "letters.notice.times": ["0 s"] * 4})
    handed = [letter(result, number).attempts[0].handed_us for number in (1, 2, 3, 4)]
    assert handed == [position * (DELIVERY + 7 * S) for position in range(4)]


def test_the_pause_for_smtp_goes_before_the_general_one() -> None:
    for own, pause in ((0, 0), (3, 3 * S)):
        result = run_small(
            {**_paced(7, smtp_destination_rate_delay=own), "letters.notice.times": ["0 s"] * 2}
        )
        assert letter(result, 2).attempts[0].handed_us == (DELIVERY + pause if own else 0)


def test_a_destination_that_is_not_known_any_more_is_called_at_once() -> None:
    # The pause ends at 7.1 s; a letter within it waits for its end, one after it for nothing.
    result = run_small({**_paced(7), "letters.notice.times": ["0 s", "7099 ms", "20 s"]})
    handed = [letter(result, number).attempts[0].handed_us for number in (1, 2, 3)]
    assert handed == [0, DELIVERY + 7 * S, 20 * S]
    result = run_small({**_paced(7), "letters.notice.times": ["0 s", "7101 ms"]})
    assert letter(result, 2).attempts[0].handed_us == 7_101 * MS


def test_a_pause_is_for_one_destination() -> None:
    """Letters to another provider do not wait."""
    result = run_small(
        {
            **_paced(7),
            "providers.shop": {"domain": "shop.example"},
            "letters.order": {"from": "school", "to": "shop", "size": "1 B", "times": ["0 s"]},
        }
    )
    assert [each.attempts[0].handed_us for each in result.letters.values()] == [0, 0]


def test_a_refused_call_holds_back_who_waits_but_the_pause_is_all_the_rest() -> None:
    """One failure of a window of 1 makes dead, and qmgr_entry_done() wakes a throttled queue that has a rate delay."""
    result = run_small({**_paced(7), "letters.notice.times": ["0 s"] * 3 + ["1 s", "8 s"], "faults": [DOWN]})
    first = [letter(result, number).attempts[0] for number in (1, 2, 3, 4, 5)]
    refused = 20 * MS
    assert [each.connection for each in first] == [NO_CONNECTION, SUSPENDED, SUSPENDED] + [NO_CONNECTION] * 2
    assert [each.ended_us for each in first[:3]] == [refused] * 3
    # Letter 4 waits for the end of the pause and is tried; 300 s of minimal_backoff_time play no part.
    assert first[3].handed_us == refused + 7 * S
    assert first[4].handed_us == 2 * (refused + 7 * S)
    assert all(each.reply == CONNECTION_REFUSED for each in first)


def test_a_limit_of_one_connection_holds_from_the_first_letter_on() -> None:
    """The first window is no larger than the limit (qmgr_transport_create)."""
    result = run_small(
        {
            "senders.school.postconf": {"smtp_destination_concurrency_limit": 1, "max_idle": 1},
            "senders.school.postconf.smtp_connection_cache_on_demand": "no",
            "letters.notice.times": ["0 s"] * 3,
        }
    )
    handed = [letter(result, number).attempts[0].handed_us for number in (1, 2, 3)]
    assert handed == [0, DELIVERY, 2 * DELIVERY]


def _two_lists(**postconf: Any) -> dict[str, Any]:
    """Write two letters to each of two people: number n of either list goes to mailbox n - 1."""
    times = {"from": "school", "to": "office", "size": "1 B", "times": ["0 s", "0 s"]}
    return {"senders.school.postconf": postconf, "letters.notice": times, "letters.reminder": times}


def test_with_one_recipient_a_delivery_each_person_is_a_destination() -> None:
    paced = {"default_destination_rate_delay": 7}
    one_queue = run_small(_two_lists(**paced))
    cycle = DELIVERY + 7 * S
    assert sorted(each.attempts[0].handed_us for each in one_queue.letters.values()) == [
        position * cycle for position in range(4)
    ]
    a_queue_each = run_small(_two_lists(**paced, default_destination_recipient_limit=1))
    handed = {name: each.attempts[0].handed_us for name, each in a_queue_each.letters.items()}
    assert handed == {
        ("notice", 1, 0): 0,
        ("notice", 2, 0): 0,
        ("reminder", 1, 0): cycle,
        ("reminder", 2, 0): cycle,
    }


def test_a_limit_of_recipients_above_one_changes_nothing_here() -> None:
    """A letter has one recipient, so that 2 or 0 (no limit) are as good as 50."""
    usual = run_small(_two_lists(default_destination_rate_delay=7))
    for limit in (0, 2):
        other = run_small(
            _two_lists(default_destination_rate_delay=7, smtp_destination_recipient_limit=limit)
        )
        assert other.letters == usual.letters


def test_one_persons_destination_dies_alone() -> None:
    postconf = {"initial_destination_concurrency": 1, "default_destination_recipient_limit": 1}
    result = run_small({**_two_lists(**postconf), "faults": [{**DOWN, "for": "1 min"}]})
    first = {name: each.attempts[0].connection for name, each in result.letters.items()}
    # Each person's first letter is refused by itself, and takes that person's second with it.
    assert first == {
        ("notice", 1, 0): NO_CONNECTION,
        ("notice", 2, 0): NO_CONNECTION,
        ("reminder", 1, 0): SUSPENDED,
        ("reminder", 2, 0): SUSPENDED,
    }
    assert all(each.outcome == INBOX for each in result.letters.values())


def test_a_parked_connection_serves_all_recipients_of_a_provider() -> None:
    """Persons take turns: the second letter to the first parks its connection, the second person's second takes it."""
    postconf = {"default_destination_recipient_limit": 1, "default_process_limit": 1}
    result = run_small(_two_lists(**postconf))
    taken = sorted(
        (each.attempts[0].handed_us, each.attempts[0].connection) for each in result.letters.values()
    )
    assert [connection for _, connection in taken] == [NEW, NEW, NEW, REUSED]
