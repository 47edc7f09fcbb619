"""The sorting room (queue manager): incoming, active and deferred messages of one sender.

From: mail_bag, with each accepted message.
To:   van, which takes the letters of an entry out and brings their answers back.

All that is decided at one moment is decided here in plain calls, in the order in which Postfix's queue
manager decides it; letters only wait for their `called` event.
"""

from collections.abc import Callable, Generator
from itertools import count
from typing import Any

from simpy import Event

from sim.reference.choice import Choice
from sim.reference.clock import Clock
from sim.reference.letter import LOCALHOST, Letter
from sim.reference.message import Entry, Message
from sim.reference.patience import Patience
from sim.reference.queues import Queues
from sim.reference.records import PlainAttempt, PlainBreak
from sim.reference.weather import UP, Weather
from sim.reference.window import Destination, WindowLaw
from sim.reference.yard import SECOND_US, Trip, Yard
from sim.scenario.sender import Sender
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import DSN, LETTER, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX
from sim.vocabulary.replies import ACCEPTED, PERMANENT
from sim.vocabulary.stages import CONNECT

MOST_STARTING = 2
"""The queue manager waits for at most so many processes at a time (QMGR_TRANSPORT_MAX_PEND)."""


class SortingRoom:
    """One sender's queue manager."""

    def __init__(
        self,
        env: Clock,
        name: str,
        sender: Sender,
        weather: Weather,
        yard: Yard,
        patience: Patience,
        notify: Callable[[Letter, int], None],
        bounced: Callable[[Letter], None],
        parkable: frozenset[str],
        choice: Choice,
        queues: Queues,
    ) -> None:
        self._env = env
        self._place = f"senders.{name}"
        self._import_time_us = sender.host.import_time_us
        self._postconf = sender.postconf
        self._rest_us = sender.postconf.minimal_backoff_time * SECOND_US
        self._law = WindowLaw(sender.postconf, sender.suspensions)
        self._weather = weather
        self._yard = yard
        self._patience = patience
        self._seconds = patience.seconds
        self._notify = notify
        self._bounced = bounced
        self._permanent = frozenset[int]() if sender.postconf.soft_bounce else PERMANENT
        self._choice = choice
        self._parkable = parkable
        """The providers to which a connection may be used again."""

        self._queues = queues
        self._under_way: list[Trip] = []
        self._destinations: dict[tuple[str, int], Destination] = {}
        self._active = 0
        self._activations = count(1)
        self._processes = 0
        self._starting = 0
        self._process_start_us = sender.host.process_start_us
        self._in_hand: Message | None = None
        """The message that is being imported."""
        self._has_crashed = False
        self._is_occupied = False
        """In the middle of a decision: a letter that is returned just now is looked at when it is made."""

    # -- what happens to the room ------------------------------------------------------------------------

    def take_in(self, message: Message) -> None:
        """Receive a message that has just been accepted."""
        self._queues.take_in(message)
        self._import_next()

    def reopen(self, let_in: Callable[[], None]) -> None:
        """Go on after trouble of the sender's machine, once all who waited outside are in."""
        self._let_in(let_in)
        self._dispatch()
        self._import_next()
        if self._patience.period_us is None:
            self.look_through_the_deferred()

    def begin_again(self, let_in: Callable[[], None]) -> None:
        """Begin after a crash, once all who waited outside are in: look through the deferred queue at once."""
        self._let_in(let_in)
        self._scan()
        if self._patience.period_us is None:
            for again_us in self._queues.waits_us():
                self._env.process(self._wake_up_at(again_us))
        self._import_next()

    def processes_and_messages(self) -> tuple[int, int]:
        """Count the delivery processes that work or are being started, and the active messages."""
        return self._processes + self._starting, self._active

    def _let_in(self, let_in: Callable[[], None]) -> None:
        self._is_occupied = True
        let_in()
        self._is_occupied = False

    def crash(self) -> None:
        """End with the machine: trips are broken off, and active messages stand in the incoming queue again."""
        now, active = self._env.now, dict[Message, None]()
        self._has_crashed = True
        for trip in self._under_way:
            trip.break_off(now)
            self._yard.leave_behind(trip)
            # Who is known to have the letter is marked as done at once (deliver_completed).
            done = [answer for answer in trip.answers if answer.reply == ACCEPTED]
            for answer in done:
                trip.write_down(answer, now)
                answer.letter.settle()
            self._broken_off(trip.entry, now if trip.handed_us < 0 else trip.handed_us)
            active[trip.entry.message] = None
        for destination in self._destinations.values():
            for entry in destination.waiting:
                self._broken_off(entry, -1)
                active[entry.message] = None
        self._destinations.clear()
        self._queues.crash(list(active), self._in_hand)

    def _broken_off(self, entry: Entry, handed_us: int) -> None:
        for letter in filter(lambda letter: not letter.is_settled, entry.letters):
            stay = PlainBreak(entry.message.activated_us, handed_us, self._env.now)
            letter.record.broken_off.append(stay)

    def look_through_the_deferred(self) -> None:
        """Bring back what may be tried again."""
        if self._is_up():
            self._scan()
            self._import_next()

    def returned(self, trip: Trip) -> None:
        """Receive a van with its answers: feedback, the letters' fates, then new work."""
        now = self._env.now
        entry, destination = trip.entry, trip.destination
        for answer in trip.answers:
            trip.write_down(answer, now)
        self._under_way.remove(trip)
        self._yard.take_back(trip)
        destination.last_done_s = self._seconds(now)
        self._is_occupied = True
        self._revive_if_rested(destination)
        if not trip.site_failure:
            destination.succeed()
        elif destination.fail(now + self._rest_us):
            self._suspend_all(destination, trip.reply)
        destination.busy -= 1
        pause_us = self._law.pause_after_us(answer.reply for answer in trip.answers)
        if pause_us:
            if destination.dead:  # Its pause is all the rest that it gets (qmgr_entry_done).
                destination.revive()
            destination.pause_until(now + pause_us)
            self._env.process(self._pause(destination, pause_us))
        self._processes -= 1
        for answer in trip.answers:
            self._file(entry.message, answer.letter, answer.reply)
        self._entry_is_done(entry.message)
        self._is_occupied = False
        self._forget_if_empty(destination)
        self._choice.freed(destination)
        # As in qmgr_loop(): what may go goes before more is taken in.
        self._dispatch()
        self._import_next()

    # -- the importer ------------------------------------------------------------------------------------

    def _import_next(self) -> None:
        """Take the next message into the active queue, if the importer is free and there is room for it."""
        while self._in_hand is None and not self._is_occupied and self._is_up():
            if self._active >= self._postconf.qmgr_message_active_limit:
                self._queues.let_new_mail_go_first()
                return
            if not self._queues.hold_anything():
                return
            message = self._queues.take_out()
            if self._import_time_us:
                self._in_hand = message
                self._env.process(self._import(message))
            else:
                self._is_occupied = True
                self._activate(message)
                self._is_occupied = False

    def _import(self, message: Message) -> Generator[Event, Any, None]:
        yield self._env.timeout(self._import_time_us)
        if self._has_crashed:
            return
        self._activate(message)
        self._in_hand = None
        self._import_next()

    def _activate(self, message: Message) -> None:
        """Make a message active: its entries wait for vans; letters to dead destinations are held back at once."""
        message.activated_us = self._env.now
        message.put_off = []  # Who was refused for good before a crash is still to be told of.
        if message.first.provider == LOCALHOST:
            self._hand_over(message.first)
            return
        self._active += 1
        entries: list[tuple[Destination, Entry]] = []
        for key, letters in message.groups(self._postconf.recipient_limit == 1):
            destination = self._destination(key)
            if destination.dead:
                for letter in letters:
                    self._suspend(message, letter, destination.reason)
            else:
                cut = message.entries(letters, self._postconf.recipient_limit, self._activations)
                entries += [(destination, entry) for entry in cut]
        for destination, entry in entries:
            destination.waiting.append(entry)
        message.entries_out = len(entries)
        if entries:
            self._choice.add(message, entries)
            self._dispatch()
        else:
            self._end_round(message)

    def _hand_over(self, letter: Letter) -> None:
        """Deliver a returned letter to its sender, on this very machine."""
        now = self._env.now
        letter.record.attempts.append(PlainAttempt(now, now, now))
        letter.record.delivered_us = letter.record.ended_us = now
        letter.record.outcome = INBOX
        letter.called.succeed(None)

    # -- vans --------------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """Send out what may go, in the order of choice."""
        while self._is_up() and self._processes + self._starting < self._postconf.default_process_limit:
            ready = [destination for destination in self._destinations.values() if destination.may_send()]
            if not ready:
                return
            if not self._yard.has_a_process():
                could_go = sum(min(each.window - each.busy, len(each.waiting)) for each in ready)
                if self._starting >= min(MOST_STARTING, could_go):
                    return
                self._starting += 1
                self._env.process(self._start_a_process())
                continue
            chosen = self._choice.choose(ready)
            if chosen is None:
                return
            destination, entry = chosen
            destination.waiting.remove(entry)
            destination.busy += 1
            self._processes += 1
            if self._postconf.smtp_connection_cache_on_demand and destination.provider in self._parkable:
                destination.decide_about_parking(self._seconds(self._env.now))
            trip = self._yard.set_out(entry, destination)
            self._under_way.append(trip)
            entry.letters[0].called.succeed(trip)

    def _start_a_process(self) -> Generator[Event, Any, None]:
        """Start a process; which letter it gets is decided when it is there."""
        yield self._env.timeout(self._process_start_us)
        self._starting -= 1  # After a crash this room sends nobody any more.
        self._yard.welcome()
        self._dispatch()

    # -- dead destinations -------------------------------------------------------------------------------

    def _suspend_all(self, destination: Destination, reason: int) -> None:
        """Hold back who waits for a destination that has just died, and leave it alone for a while."""
        destination.reason = reason
        self._env.process(self._revival(destination))
        held_back = list(destination.waiting)
        destination.waiting.clear()
        for entry in held_back:
            self._choice.held_back(entry)
        for entry in held_back:
            for letter in entry.letters:
                self._suspend(entry.message, letter, reason)
            self._entry_is_done(entry.message)

    def _suspend(self, message: Message, letter: Letter, reason: int) -> None:
        now = self._env.now
        letter.record.attempts.append(
            PlainAttempt(message.activated_us, now, now, connection=SUSPENDED, stage=CONNECT, reply=reason)
        )
        self._file(message, letter, reason)

    def _revival(self, destination: Destination) -> Generator[Event, Any, None]:
        yield self._env.timeout(self._rest_us)
        self._revive_if_rested(destination)
        self._dispatch()

    def _revive_if_rested(self, destination: Destination) -> None:
        """A rest that ends at this moment is over, whatever else happens at this moment."""
        if destination.has_rested(self._env.now):
            destination.revive()
            self._forget_if_empty(destination)

    def _pause(self, destination: Destination, pause_us: int) -> Generator[Event, Any, None]:
        yield self._env.timeout(pause_us)
        if destination.has_paused(self._env.now):
            self._forget_if_empty(destination)
            self._choice.freed(destination)
            self._dispatch()

    def _destination(self, key: tuple[str, int]) -> Destination:
        """Give the state of a destination; a new one, if nothing is remembered."""
        known = self._destinations.get(key)
        if known is not None:
            self._revive_if_rested(known)
        if key not in self._destinations:
            self._destinations[key] = Destination(key, key[0], self._law, self._law.initial)
        return self._destinations[key]

    def _forget_if_empty(self, destination: Destination) -> None:
        if destination.is_forgettable():
            self._destinations.pop(destination.key, None)

    # -- fates -------------------------------------------------------------------------------------------

    def _file(self, message: Message, letter: Letter, reply: int) -> None:
        """Note what became of one letter of an active message."""
        if reply == ACCEPTED:
            letter.settle()
        elif reply in self._permanent:
            message.bounced.append(letter)
            letter.give_up(BOUNCED, self._env.now)
            self._bounced(letter)
        else:
            message.put_off.append(letter)

    def _entry_is_done(self, message: Message) -> None:
        message.entries_out -= 1
        if not message.entries_out:
            self._choice.gone(message)
            self._end_round(message)

    def _end_round(self, message: Message) -> None:
        """Let a message leave the active queue: done, returned, or deferred."""
        self._active -= 1
        now = self._env.now
        if message.bounced:
            self._notify(min(message.bounced, key=lambda letter: letter.number), DSN)
            message.bounced = []
        left = sorted(message.put_off, key=lambda letter: letter.number)
        if not left:
            return
        if self._patience.is_over(left[0], now):
            for letter in left:
                letter.give_up(EXPIRED, now)
            self._notify(left[0], DSN)
        else:
            self._put_aside(message, left[0], now)

    def _put_aside(self, message: Message, first: Letter, now: int) -> None:
        """Keep a message for later, and tell its writer, once, if it is late."""
        again_us = self._patience.again_us(first, now)
        self._queues.put_aside(message, again_us)
        if self._patience.period_us is None:
            self._env.process(self._wake_up_at(again_us))
        late_s = self._postconf.delay_warning_time
        age_s = self._seconds(now) - self._seconds(first.record.accepted_us)
        # As a cool-off, the time before the notice ends a second early; a notice itself is never spoken of.
        if 0 < late_s <= age_s + 1 and first.kind == LETTER and not message.is_warned:
            message.is_warned = True
            self._notify(first, WARNING)

    def _wake_up_at(self, moment: int) -> Generator[Event, Any, None]:
        """Look through the deferred queue when a letter's own alarm clock rings."""
        yield self._env.timeout(moment - self._env.now)
        self.look_through_the_deferred()

    def _scan(self) -> None:
        """Put the messages whose wait is over on the pile of those that are due."""
        self._queues.scan(self._patience.reads(self._env.now))

    def _is_up(self) -> bool:
        return not self._has_crashed and self._weather.condition(self._env.now, self._place) == UP
