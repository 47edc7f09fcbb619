"""Large messages let small ones pass: the order of deliveries, by the rules of Postfix's SCHEDULER_README.

One process makes one delivery at a time, 0.1 s each, and each recipient is a destination of his own, so that the
order in which entries are selected can be read off the moments of hand-over.
"""

from collections import deque
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.condition import Condition
from sim.mail.batch import Entry
from sim.mail.job_scheduler import Job, JobScheduler
from sim.mail.network import Network
from sim.mail.routes import Route
from sim.mail.window import Destination, WindowRules
from sim.scenario.postconf import Postconf
from sim.scenario.road import DefaultRoad
from tests.mail.town import MS, S, run, times

ONE_PROCESS: dict[str, Any] = {
    "default_process_limit": 1,
    "default_destination_recipient_limit": 1,
    "smtp_connection_cache_on_demand": False,
}
DELIVERY = 100 * MS


def handed(large: int, small_at_s: tuple[float, ...], **postconf: Any) -> list[int]:
    """Send one message to many at 0 s, and small ones later; give when each small one was handed over."""
    changes = {
        "senders.school.postconf": {**ONE_PROCESS, **postconf},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 1, "recipients": large},
        "letters.small": {"from": "school", "to": "office", "size": "1 B", "times": times(*small_at_s)},
    }
    result = run(changes)
    assert all(result.letter(number).delivered_us > 0 for number in range(1, large + 1))
    return [result.first(number, "small").handed_us for number in range(1, len(small_at_s) + 1)]


def test_a_small_message_passes_a_large_one_at_once() -> None:
    """Of 100 entries one has gone: it has earned a fifth of a slot, and the loan of 3 covers the rest."""
    assert handed(100, (0.05,)) == [DELIVERY]


def test_what_was_lent_must_be_earned_before_the_next_one_passes() -> None:
    """The first one took a slot of 5 when 1 was there: -4. After 5 more entries there is 1, and the next may pass.

    Entries: 1 large, the first small one, 5 large ones, the second small one; then the same again.
    """
    assert handed(100, (0.05, 0.06, 0.07)) == [1 * DELIVERY, 7 * DELIVERY, 13 * DELIVERY]


def test_a_message_that_cannot_earn_three_slots_lets_nobody_pass() -> None:
    """3 slots of 5 entries are 15: with 14 entries the small one waits for all of them."""
    assert handed(14, (0.05,)) == [14 * DELIVERY]
    assert handed(15, (0.05,)) == [DELIVERY]


def test_without_a_slot_cost_messages_are_served_as_they_came() -> None:
    for cost in (0, 1):
        assert handed(40, (0.05,), default_delivery_slot_cost=cost) == [40 * DELIVERY]


def test_without_loan_and_discount_all_slots_must_be_earned() -> None:
    """One slot is 5 entries."""
    postconf = {"default_delivery_slot_loan": 0, "default_delivery_slot_discount": 0}
    assert handed(40, (0.05,), **postconf) == [5 * DELIVERY]


def test_half_of_what_a_message_needs_may_be_missing_and_three_more() -> None:
    """A message of 10 entries needs 10 slots; with 50 % off and 3 lent, 2 must be there: 10 entries have gone."""
    changes = {
        "senders.school.postconf": ONE_PROCESS,
        "letters": {
            "notice": {"from": "school", "to": "office", "size": "1 B", "count": 1, "recipients": 100},
            "ten": {
                "from": "school",
                "to": "office",
                "size": "1 B",
                "count": 1,
                "at": "50 ms",
                "recipients": 10,
            },
        },
    }
    result = run(changes)
    assert [result.first(number, "ten").handed_us for number in range(1, 11)] == [
        place * DELIVERY for place in range(10, 20)
    ]


def test_of_two_that_may_pass_the_one_that_waited_longer_for_its_size_is_first() -> None:
    """At 5.0 s: 4 recipients who wait since second 0 have (5 - 0 + 1) / 4 = 1.5; one who came in second 4 has 2.

    The large message's destination has no room before 5.0 s, since its first delivery takes so long.
    """
    entry = {"from": "school", "to": "office", "size": "1 B", "count": 1}
    changes = {
        "start": "2026-09-01T06:00+09:00",
        "senders.school.postconf": ONE_PROCESS,
        "providers.office.accept_time": "4900 ms",
        "letters": {
            "notice": {**entry, "recipients": 100},
            "four": {**entry, "recipients": 4, "at": "500 ms"},
            "one": {**entry, "at": "4500 ms"},
        },
    }
    result = run(changes)
    assert result.first(1, "one").handed_us == 5 * S
    assert result.first(1, "four").handed_us > 5 * S


def jobs(postconf: Postconf) -> tuple[JobScheduler, list[Destination]]:
    """Make a scheduler and twenty destinations with room for everything."""
    network = Network(DefaultRoad(), Condition(), 0)
    rules = WindowRules.of(postconf.model_copy(update={"default_destination_concurrency_limit": 0}))
    destinations = []
    for place in range(20):
        route = Route(
            provider=place,
            network=network,
            servers=[],
            pipelining=True,
            tls=None,
            banner_us=0,
            command_us=0,
            patience_us=10**9,
            blocked=False,
            reusable=True,
        )
        destinations.append(Destination(place, route, rules))
        destinations[-1].window = 10**6
    return JobScheduler(postconf, lambda at_us: at_us // S), destinations


def put(
    scheduler: JobScheduler, destinations: list[Destination], name: int, entries: int, now_us: int
) -> Job:
    """Put a message in line whose entries go to the destinations in turn."""
    lines: list[deque[Entry]] = [deque() for _ in destinations]
    for number in range(entries):
        lines[number % len(lines)].append((name * 10_000 + number, name, now_us, None))
    for destination, line in zip(destinations, lines, strict=True):
        destination.todo.extend(line)
    return scheduler.add(
        [(where, line) for where, line in zip(destinations, lines, strict=True) if line], now_us
    )


@given(
    sizes=st.lists(st.integers(1, 120), min_size=1, max_size=40),
    cost=st.integers(0, 7),
    loan=st.integers(0, 5),
    discount=st.integers(0, 100),
    together=st.integers(1, 40),
)
def test_every_entry_is_selected_once_and_nobody_is_late_beyond_his_inflation(
    sizes: list[int], cost: int, loan: int, discount: int, together: int
) -> None:
    """SCHEDULER_README: smaller messages delay a message by no more than 1 / (k - 1) of its own, plus what is lent.

    The message that became active first has nobody before it: its last entry is selected no later than its own
    size, times k / (k - 1), and what the last one that went before it was lent.
    """
    postconf = Postconf(
        default_delivery_slot_cost=cost,
        default_delivery_slot_loan=loan,
        default_delivery_slot_discount=discount,
    )
    scheduler, destinations = jobs(postconf)
    selected: list[Entry] = []
    ahead = list(enumerate(sizes))
    while ahead or scheduler.ready:
        for name, entries in ahead[:together]:
            put(scheduler, destinations, name, entries, len(selected) * S)
        del ahead[:together]
        while scheduler.ready:
            chosen = scheduler.choose(len(selected) * S)
            assert chosen is not None
            selected.append(chosen[1])
    assert len(selected) == len(set(selected)) == sum(sizes)
    last = max(place for place, entry in enumerate(selected) if entry[1] == 0) + 1
    if cost < 2:
        assert last == sizes[0]
    else:
        assert last <= sizes[0] * cost / (cost - 1) + 1
