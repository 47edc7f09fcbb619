"""Whose turn it is among large and small messages, counted by hand from Postfix's SCHEDULER_README.

There is always one process, so that the order in which entries are chosen is the order in which they go.
"""

from typing import Any

from sim.reference.choice import JobList
from sim.reference.letter import Letter
from sim.reference.message import Entry, Message
from sim.reference.window import Destination, WindowLaw
from sim.scenario.postconf import Postconf


class Desk:
    """A job list with destinations of unlimited room, and a clock that is set by hand."""

    def __init__(self, **postconf: Any) -> None:
        self.now_s = 0
        self.postconf = Postconf(**{f"default_{key}": value for key, value in postconf.items()})
        self.jobs = JobList(self.postconf, lambda: self.now_s)
        self.destinations: dict[str, Destination] = {}
        self.names: dict[int, str] = {}
        self.messages: dict[str, Message] = {}

    def destination(self, name: str) -> Destination:
        """Give a destination that has room, until a test says otherwise."""
        if name not in self.destinations:
            law = WindowLaw(self.postconf)
            self.destinations[name] = Destination((name, -1), name, law, window=10**9)
        return self.destinations[name]

    def add(self, name: str, **entries: int) -> None:
        """Make a message active that has so many entries for each destination."""
        message = Message(letters=[])
        self.messages[name] = message
        self.names[id(message)] = name
        added = []
        for where, number in entries.items():
            destination = self.destination(where)
            for _ in range(number):
                entry = Entry(message, letters=list[Letter](), activation=0)
                destination.waiting.append(entry)
                added.append((destination, entry))
        self.jobs.add(message, added)

    def next(self) -> str | None:
        """Send the next entry, and give its message and destination."""
        ready = [each for each in self.destinations.values() if each.may_send()]
        found = self.jobs.choose(ready)
        if found is None:
            return None
        destination, entry = found
        destination.waiting.remove(entry)
        destination.busy += 1
        return f"{self.names[id(entry.message)]} {destination.provider}"

    def turns(self, number: int) -> str:
        """Give the messages whose entries go next, one letter each."""
        return "".join((self.next() or "-")[0] for _ in range(number))

    def die(self, name: str) -> None:
        """Let a destination die: who waits there is held back."""
        destination = self.destination(name)
        destination.dead = True
        while destination.waiting:
            self.jobs.held_back(destination.waiting.popleft())

    def finish(self, name: str) -> None:
        """Let a delivery to a destination end."""
        self.destination(name).busy -= 1
        self.jobs.freed(self.destination(name))


NOTHING_ON_CREDIT = {"delivery_slot_loan": 0, "delivery_slot_discount": 0}


def test_a_small_message_passes_a_large_one_after_its_first_entry() -> None:
    """With the defaults (cost 5, loan 3, discount 50 %): 1 // 5 + 3 slots are more than half of one."""
    desk = Desk()
    desk.add("large", office=100)
    desk.add("small", office=1)
    assert desk.turns(4) == "lsll"


def test_without_credit_a_slot_must_be_earned_by_five_entries() -> None:
    desk = Desk(**NOTHING_ON_CREDIT)
    desk.add("large", office=100)
    for _ in range(3):
        desk.add("small", office=1)
    assert desk.turns(20) == "lllllslllllslllllsll"


def test_small_messages_delay_a_large_one_by_a_fifth_at_most() -> None:
    """SCHEDULER_README: one slot for every k entries, so a job takes at most 1 + 1/k of its time."""
    for credit in (NOTHING_ON_CREDIT, {}):
        desk = Desk(**credit)
        desk.add("large", office=100)
        for _ in range(100):
            desk.add("small", office=1)
        until_it_is_done = desk.turns(200).rindex("l") + 1
        assert until_it_is_done in (119, 120)


def test_credit_is_paid_back_before_the_next_one_passes() -> None:
    """Three entries on credit cost 15: after one entry the account is at 1 - 15, and 15 more bring it above 0."""
    desk = Desk()
    desk.add("large", office=100)
    desk.add("three", office=3)
    desk.add("one", office=1)
    # "one" has waited as long as "three" and is smaller, so it goes first: 1 - 5 = -4, and 5 more entries.
    assert desk.turns(10) == "lolllllttt"
    desk.add("x", office=1)
    # 1 - 15 = -14, and 15 entries later it is 1.
    assert desk.turns(17) == "l" * 15 + "xl"


def test_all_of_the_credit_may_be_needed() -> None:
    """A message of 8 entries needs 4 slots there: the loan of 3, and one earned by five entries."""
    desk = Desk()
    desk.add("large", office=100)
    desk.add("eight", office=8)
    assert desk.turns(14) == "l" * 5 + "e" * 8 + "l"


def test_a_message_that_cannot_earn_three_slots_is_never_passed() -> None:
    """default_minimum_delivery_slots x default_delivery_slot_cost = 15 entries."""
    for entries, expected in ((14, "l" * 14 + "s"), (15, "ls" + "l" * 13)):
        desk = Desk()
        desk.add("large", office=entries)
        desk.add("small", office=1)
        assert desk.turns(15) == expected


def test_a_message_that_needs_more_than_can_be_earned_waits() -> None:
    """Twenty entries earn four slots in all, at a cost of five."""
    for entries, expected in ((4, "l" + "m" * 4), (5, "l" * 5)):
        desk = Desk()
        desk.add("large", office=20)
        desk.add("medium", office=entries)
        assert desk.turns(5) == expected


def test_a_cost_of_none_or_one_lets_nobody_pass() -> None:
    for cost in (0, 1):
        desk = Desk(delivery_slot_cost=cost)
        desk.add("large", office=100)
        desk.add("small", office=1)
        assert desk.turns(101) == "l" * 100 + "s"


def test_who_has_waited_longest_for_its_size_passes_first() -> None:
    desk = Desk()
    desk.add("large", office=100)
    desk.add("double", office=2)
    desk.now_s = 9
    desk.add("small", office=1)
    # (9 + 1) / 2 = 5 is more than (0 + 1) / 1, and of equals the first one goes.
    assert desk.turns(3) == "ldd"
    desk = Desk()
    desk.add("large", office=100)
    desk.add("double", office=2)
    desk.now_s = 1
    desk.add("small", office=1)
    # (1 + 1) / 2 = 1 = (0 + 1) / 1.
    assert desk.turns(3) == "ldd"


def test_of_two_that_wait_the_smaller_one_may_pass_though_it_came_later() -> None:
    desk = Desk()
    desk.add("large", office=100)
    desk.add("double", office=2)
    desk.now_s = 1
    desk.add("small", office=1)
    desk.now_s = 2
    # (1 + 1) / 1 is more than (2 + 1) / 2.
    assert desk.turns(2) == "ls"


def test_a_job_is_not_passed_by_the_one_that_it_has_passed() -> None:
    desk = Desk(**NOTHING_ON_CREDIT, delivery_slot_cost=2)
    desk.add("large", office=20)
    assert desk.turns(19) == "l" * 19
    desk.add("medium", office=9)
    # The large one needs a single slot now, which the medium one has earned with its second entry.
    assert desk.turns(10) == "m" * 9 + "l"


def test_a_job_that_passes_can_be_passed_itself() -> None:
    desk = Desk(**NOTHING_ON_CREDIT)
    desk.add("large", office=200)
    assert desk.turns(100) == "l" * 100
    desk.add("medium", office=16)
    assert desk.turns(2) == "mm"
    desk.add("small", office=1)
    # Five entries of the medium one earn a slot. The large one has paid 16 x 5 of its 100.
    assert desk.turns(16) == "mmm" + "s" + "m" * 11 + "l"


def test_what_was_reckoned_with_and_not_used_is_given_back() -> None:
    """A job that passed needs three slots; its destination dies after one entry, so two are given back."""
    desk = Desk(**NOTHING_ON_CREDIT)
    desk.add("large", office=100)
    assert desk.turns(15) == "l" * 15
    desk.add("three", webmail=3)
    assert desk.turns(1) == "t"
    desk.die("webmail")
    # 15 - 3 x 5 + 2 x 5 = 10: the next one passes at once.
    assert desk.next() == "large office"
    desk.add("next", office=2)
    assert desk.turns(3) == "nnl"


def test_only_the_one_that_was_passed_is_given_back() -> None:
    """qmgr_job_pop(): the slots of the job that it had passed are gone with that job."""
    desk = Desk(**NOTHING_ON_CREDIT, delivery_slot_cost=2)
    desk.add("parent", office=100)
    assert desk.turns(32) == "p" * 32
    desk.add("medium", office=16)
    assert desk.turns(8) == "m" * 8
    desk.destination("carrier").window = 1
    desk.add("four", carrier=4)
    # After one of its four there is no more room, and the medium one comes to its end.
    assert desk.turns(9) == "f" + "m" * 8
    desk.die("carrier")
    desk.jobs.gone(desk.messages["four"])
    desk.add("three", office=3)
    # Three of the four were not used, but they were the medium one's; the parent must earn three slots anew.
    assert desk.turns(10) == "p" * 6 + "ttt" + "p"


def test_a_message_without_room_is_passed_over_until_there_is_room_again() -> None:
    desk = Desk(delivery_slot_cost=0)
    desk.add("first", office=3)
    desk.add("second", office=1, webmail=2)
    desk.destination("office").window = 1
    assert [desk.next() for _ in range(4)] == ["first office", "second webmail", "second webmail", None]
    assert desk.next() is None
    desk.finish("office")
    assert [desk.next(), desk.next()] == ["first office", None]
    desk.finish("office")
    desk.finish("office")
    assert desk.next() == "first office"


def test_who_comes_while_the_others_have_no_room_goes_at_once() -> None:
    desk = Desk(delivery_slot_cost=0)
    desk.destination("office").window = 1
    desk.add("first", office=2)
    assert [desk.next(), desk.next()] == ["first office", None]
    desk.add("second", office=1, webmail=1)
    assert [desk.next(), desk.next()] == ["second webmail", None]


def test_the_destinations_of_a_message_take_turns() -> None:
    desk = Desk(delivery_slot_cost=0)
    desk.add("large", office=3, webmail=1, carrier=2)
    found = [(desk.next() or "").split()[1] for _ in range(6)]
    assert found == ["office", "webmail", "carrier", "office", "carrier", "office"]


def test_a_destination_without_room_keeps_its_turn() -> None:
    desk = Desk(delivery_slot_cost=0)
    desk.add("large", office=2, webmail=2, carrier=1)
    desk.destination("office").window = 0
    assert desk.next() == "large webmail"
    desk.destination("office").window = 2
    # After webmail come carrier, then office, which was looked at before.
    assert [desk.next() for _ in range(3)] == ["large carrier", "large office", "large webmail"]


def test_while_there_is_a_pause_the_turn_does_not_go_back() -> None:
    """qmgr_entry_done() puts off the decision until qmgr_queue_resume() where a destination is suspended.

    The first message has earned a slot, the second one has not; so "small" passes only if it is the first one's turn.
    """
    desk = Desk(**NOTHING_ON_CREDIT, delivery_slot_cost=2)
    office = desk.destination("office")
    office.window = 2
    desk.add("first", office=10)
    desk.add("second", webmail=10)
    assert [desk.next() for _ in range(3)] == ["first office", "first office", "second webmail"]
    office.pausing = True
    desk.finish("office")
    desk.add("small", webmail=1)
    assert desk.next() == "second webmail"
    office.pausing = False
    desk.jobs.freed(office)
    assert [desk.next(), desk.next()] == ["small webmail", "first office"]


def test_a_job_that_has_passed_does_not_hide_older_ones_behind_it() -> None:
    """Only jobs that have their place by age tell that those behind them have waited no longer."""
    desk = Desk(
        delivery_slot_cost=2, delivery_slot_loan=0, delivery_slot_discount=90, minimum_delivery_slots=0
    )
    desk.add("parent", office=40)
    assert desk.turns(32) == "p" * 32
    desk.destination("webmail").window = 2
    desk.add("first", webmail=16)
    # It may pass, and is held up after two; the parent has paid 16 slots of 16, and goes on.
    assert desk.turns(4) == "ffpp"
    desk.add("old", office=8)  # It needs more than the (6 + 2) / 2 slots that the parent can still earn.
    desk.now_s = 10
    desk.destination("carrier").window = 0
    desk.add("second", carrier=1)  # It passes as well, but there is no room for it.
    assert desk.turns(1) == "p"
    desk.finish("webmail")
    # The list is first, second, parent, old; and (0 + 1) / 1 of the second is less than (10 + 1) / 8 of the old one.
    assert desk.next() == "old office"


def test_a_message_that_is_over_leaves_the_list() -> None:
    desk = Desk()
    desk.add("first", office=5)
    desk.add("second", webmail=1)
    assert desk.next() == "first office"
    desk.die("office")
    desk.jobs.gone(desk.messages["first"])
    assert [desk.next(), desk.next()] == ["second webmail", None]
