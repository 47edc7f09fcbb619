"""Calling a host: from the first packet to the moment at which MAIL can be said."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from simpy import Event

from sim.reference.chance import Chance
from sim.reference.client import Client
from sim.reference.clock import Clock
from sim.reference.conversation import (
    FIRST_RESEND_US,
    LONGEST_RESEND_US,
    NoConversation,
    TalkingOverARoad,
    get_through,
    lost_us,
)
from sim.reference.counter import Counter
from sim.reference.post_office import PostOffice
from sim.reference.road import Road
from sim.reference.session import Session
from sim.reference.weather import DOWN, GREETS_421, GREETS_554, HANGING, REFUSING, Weather
from sim.reference.yard import SECOND_US, Connection, Trip, Yard
from sim.scenario.sender import Sender
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    GREETED_554,
    GREETED_554_FINAL,
    NO_ROUTE,
    SERVER_BUSY,
)
from sim.vocabulary.stages import CONNECT, EHLO, GREETING

HANDSHAKE_ROUND_TRIPS = {"1.2": 2, "1.3": 1}


@dataclass
class Call(TalkingOverARoad):
    """A trip on its way to a provider, and the host that it is busy with."""

    trip: Trip
    office: PostOffice
    road: Road
    hop: int
    number: int = 0
    counter: Counter = field(init=False)
    client: Client = field(init=False)
    """The address from which the host is called."""
    has_place: bool = False
    """Whether the host has taken the connection among the few that it may have open."""


class Caller:
    """Opens the connections of one sender."""

    def __init__(self, env: Clock, sender: Sender, weather: Weather, chance: Chance, yard: Yard) -> None:
        self._env = env
        self._yard = yard
        self._sender = sender
        self._postconf = sender.postconf
        self._weather = weather
        self._chance = chance

    def open(self, call: Call) -> Generator[Event, Any, Connection]:
        """Have a host agree to talk, or raise NoConversation."""
        is_hanging = yield from self._connect(call)
        if is_hanging:
            yield self._env.timeout(self._postconf.smtp_helo_timeout * SECOND_US)
            if call.has_place:
                call.counter.give_place_back()
            raise NoConversation(GREETING, CONVERSATION_TIMED_OUT)
        connection = yield from self._be_greeted(call)
        yield from self._introduce(call, connection)
        return connection

    def _connect(self, call: Call) -> Generator[Event, Any, bool]:
        """Shake hands (TCP); at the end the client knows that the host is there. Say whether it hangs."""
        env, road, counter, hop = self._env, call.road, call.counter, call.hop
        called = env.now
        timeout_us = self._postconf.smtp_connect_timeout * SECOND_US
        deadline = env.timeout(timeout_us)
        chance_us = lost_us(self._chance, call, 4 * call.number, road.loss(called), 1)
        is_open = self._sender.outbound_port_25 == "open" or call.office.settings.port != 25
        if is_open and chance_us < timeout_us:
            after_us, again_us = 0, FIRST_RESEND_US
            while after_us < timeout_us:
                sent_us = after_us
                after_us, again_us = after_us + again_us, min(2 * again_us, LONGEST_RESEND_US)
                if sent_us < chance_us:
                    continue
                if sent_us + 2 * hop > timeout_us:
                    break  # Whatever the answer is, nobody waits for it any more.
                yield env.timeout(called + sent_us + hop - env.now)
                if road.is_cut(env.now):
                    yield env.timeout(hop)
                    raise NoConversation(CONNECT, NO_ROUTE)
                if road.loses(env.now, counter.names):
                    continue
                condition = self._weather.condition(env.now, *counter.names)
                if condition not in (DOWN, REFUSING) and counter.has_few_processes:
                    call.has_place = counter.take_place()
                    if not call.has_place and not counter.is_half_open_when_full:
                        continue
                    if not call.has_place:
                        condition = HANGING  # It is answered and then forgotten.
                yield env.timeout(hop)
                if condition in (DOWN, REFUSING):
                    raise NoConversation(CONNECT, CONNECTION_REFUSED)
                return condition == HANGING
        yield deadline
        raise NoConversation(CONNECT, CONNECT_TIMED_OUT)

    def _be_greeted(self, call: Call) -> Generator[Event, Any, Connection]:
        """Stand at the counter and hear the banner, or a refusal."""
        env, road, counter, hop = self._env, call.road, call.counter, call.hop
        connected = env.now
        limit_us = self._postconf.smtp_helo_timeout * SECOND_US
        late_us = lost_us(self._chance, call, 4 * call.number + 1, road.loss(connected), 1)
        heard = connected + hop + late_us
        try:
            yield from get_through(
                env, self._weather, self._chance, call, GREETING, heard, connected, limit_us
            )
        except NoConversation:
            counter.give_place_back()
            raise
        if counter.has_few_processes:
            is_served = yield from counter.find_process(connected + limit_us)
            if not is_served:
                raise NoConversation(GREETING, CONVERSATION_TIMED_OUT)
        let_in = env.now
        slow = road.slow_us(let_in, counter.names)
        reply = self._greeting(call)
        connection = self._let_in(call)
        if reply != ACCEPTED:
            counter.free_a_process()
        else:
            self._is_let_in(call, connection)
        banner = let_in + call.office.settings.banner_delay_us + slow + hop
        if banner > connected + limit_us:
            yield env.timeout(connected + limit_us - env.now)
            if reply == ACCEPTED:
                self._hang_up(call, connection)
            raise NoConversation(GREETING, CONVERSATION_TIMED_OUT)
        yield env.timeout(banner - env.now)
        if reply != ACCEPTED:
            raise NoConversation(GREETING, reply)
        return connection

    def _let_in(self, call: Call) -> Connection:
        session = Session(call.office.settings.session_limits)
        closing_us = call.road.round_trip_us // 2
        provider = call.trip.letter.provider
        return Connection(provider, call.counter, call.client, session, self._env.now, closing_us)

    def _is_let_in(self, call: Call, connection: Connection) -> None:
        """The host counts the caller from now on, also one whose machine has crashed on his way to it."""
        if call.trip.crashed_us is None:
            call.trip.opening = connection
        else:
            self._yard.let_wait(connection)

    def _greeting(self, call: Call) -> int:
        condition = self._weather.condition(self._env.now, *call.counter.names)
        if condition == GREETS_421:
            return SERVER_BUSY
        if condition == GREETS_554:
            return GREETED_554 if self._postconf.smtp_skip_5xx_greeting else GREETED_554_FINAL
        return call.office.greet(call.client, call.counter)

    def _hang_up(self, call: Call, connection: Connection) -> None:
        """Lose patience and close the connection, unless the machine has crashed."""
        if call.trip.crashed_us is None:
            call.trip.opening = None
            self._yard.close(connection)

    def _introduce(self, call: Call, connection: Connection) -> Generator[Event, Any, None]:
        """Say EHLO, and go over to an encrypted conversation where both sides want one."""
        env, hop = self._env, call.hop
        speaks_tls = call.office.settings.tls and self._sender.tls != "none"
        round_trips = 1 + (2 + HANDSHAKE_ROUND_TRIPS[self._sender.tls] if speaks_tls else 0)
        late_us = lost_us(self._chance, call, 4 * call.number + 2, call.road.loss(env.now), round_trips)
        limit_us = self._postconf.smtp_helo_timeout * SECOND_US
        if late_us >= limit_us:
            yield env.timeout(limit_us)
            self._hang_up(call, connection)
            raise NoConversation(EHLO, CONVERSATION_TIMED_OUT)
        yield from self._command(call)  # EHLO
        if speaks_tls:
            yield from self._command(call)  # STARTTLS
            for _ in range(HANDSHAKE_ROUND_TRIPS[self._sender.tls]):
                yield env.timeout(2 * hop)
            yield from self._command(call)  # EHLO again: both sides must forget what was said before.
        yield env.timeout(late_us)

    def _command(self, call: Call) -> Generator[Event, Any, None]:
        """Say a command and hear its reply."""
        yield self._env.timeout(call.hop)
        yield self._env.timeout(call.office.settings.command_time_us)
        yield self._env.timeout(call.hop)
