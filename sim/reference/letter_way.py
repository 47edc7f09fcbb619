"""The way of one letter, from the mail bag to its end: the process that every letter has.

Of the letters of one message the first has it committed; of those that go in one delivery the first is in charge.
"""

from collections.abc import Generator
from typing import Any

from simpy import Event

from sim.reference.clock import Clock
from sim.reference.letter import Letter
from sim.reference.mail_bag import MailBag
from sim.reference.message import Message
from sim.reference.sorting_room import SortingRoom
from sim.reference.van import Vans


def letter_way(
    env: Clock, letter: Letter, message: Message, bag: MailBag, room: SortingRoom, vans: Vans
) -> Generator[Event, Any, None]:
    """Commit a message, unless it is accepted; then travel until no van is needed any more."""
    if letter is message.first and letter.record.accepted_us < 0:
        yield from bag.commit(message)
        room.take_in(message)
    while True:
        trip = yield letter.called
        if trip is None:
            return
        letter.called = env.event()
        yield from vans.drive(trip)
        room.returned(trip)
