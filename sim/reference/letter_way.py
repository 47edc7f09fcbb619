"""The way of one letter, from the mail bag to its end: the process that every letter has.

Of the letters of one message the first has it committed; of those that go in one delivery the first is in charge.
"""

from collections.abc import Generator
from typing import Any

from simpy import Event, Interrupt

from sim.reference.clock import Clock
from sim.reference.letter import Letter
from sim.reference.machine import Machine
from sim.reference.message import Message


def letter_way(env: Clock, letter: Letter, message: Message, machine: Machine) -> Generator[Event, Any, None]:
    """Commit a message, unless it is accepted; then travel until no van is needed any more.

    A crash interrupts it: who was being written begins anew when the machine is up, who was under way is called again.
    """
    if letter is message.first and letter.record.accepted_us < 0:
        try:
            yield from machine.bag.commit(message)
        except Interrupt:
            return
        machine.room.take_in(message)
    while True:
        try:
            trip = yield letter.called
            if trip is None:
                return
            letter.called = env.event()
            if trip.crashed_us is not None:
                continue
            yield from machine.vans.drive(trip)
        except Interrupt:
            continue
        machine.room.returned(trip)
