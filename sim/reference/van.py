"""The mail van (SMTP client): one trip with one letter, round trip by round trip.

From: sorting_room, which has equipped the trip.
To:   counter and post_office, which are asked at the moment at which the van is there.

Left out: a window of TCP, lost packets on a road that is neither silent nor cut.
"""

from collections.abc import Generator
from typing import Any

from simpy import Event, Resource

from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.counter import Counter
from sim.reference.directory import HOSTS_A_KEY, Directory
from sim.reference.letter import Letter
from sim.reference.post_office import PostOffice
from sim.reference.road import Road
from sim.reference.weather import DOWN, Weather
from sim.reference.yard import SECOND_US, Connection, Trip, Yard
from sim.scenario.sender import Sender
from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    DNS_TRY_AGAIN,
    LOST_CONNECTION,
    NO_ROUTE,
)
from sim.vocabulary.stages import CONNECT, DNS, END_OF_DATA, GREETING, RCPT

FIRST_RESEND_US, LONGEST_RESEND_US = SECOND_US, 64 * SECOND_US
"""TCP sends again what is lost, after 1 s and then after twice as long each time (RFC 6298), up to this."""

HANDSHAKE_ROUND_TRIPS = {"1.2": 2, "1.3": 1}


class NoConversation(Exception):  # noqa: N818 -- it is an ordinary answer of the world, not a mistake
    """A conversation could not be had, or broke off."""

    def __init__(self, stage: int, reply: int, counter: Counter | None = None) -> None:
        super().__init__(stage, reply)
        self.stage = stage
        self.reply = reply
        self.counter = counter


class Vans:
    """All trips of one sender; its machine starts them one after the other."""

    def __init__(
        self,
        env: Clock,
        name: str,
        sender: Sender,
        weather: Weather,
        chance: Chance,
        yard: Yard,
        directory: Directory | None,
        offices: dict[str, PostOffice],
        roads: dict[str, Road],
    ) -> None:
        self._env = env
        self._name = name
        self._sender = sender
        self._postconf = sender.postconf
        self._weather = weather
        self._chance = chance
        self._yard = yard
        self._directory = directory
        self._offices = offices
        self._roads = roads
        self._machine = Resource(env, capacity=1)

    def drive(self, trip: Trip) -> Generator[Event, Any, None]:
        """Take a letter to its provider once; the trip knows afterwards what came of it."""
        host = self._sender.host
        with self._machine.request() as turn:
            yield turn
            yield self._env.timeout(host.serial_time_us)
        yield self._env.timeout(trip.start_us)
        trip.handed_us = self._env.now
        yield self._env.timeout(host.letter_time_us + trip.slow_us)
        try:
            yield from self._converse(trip)
        except NoConversation as problem:
            trip.stage, trip.reply = problem.stage, problem.reply
            trip.site_failure = True
        if trip.reply != ACCEPTED:
            yield self._env.timeout(host.deferral_time_us)

    def _converse(self, trip: Trip) -> Generator[Event, Any, None]:
        office = self._offices[trip.letter.provider]
        road = self._roads[trip.letter.provider]
        yield from self._find_address(trip, office)

        hop = road.hop_us(self._chance.u("round_trip", trip.letter.key, trip.number))
        if trip.connection is None:
            trip.connection = yield from self._call(trip, office, road, hop)
            trip.kind = NEW
        else:
            trip.kind = REUSED
            yield self._env.timeout(2 * hop)
            yield self._env.timeout(office.settings.command_time_us)  # RSET
        counter = trip.connection.counter
        trip.host = counter.index
        trip.setup_us = self._env.now - trip.handed_us
        try:
            yield from self._transact(trip, office, counter, road, hop)
        except NoConversation:
            self._yard.close(trip.connection)
            trip.connection = None
            raise

    def _find_address(self, trip: Trip, office: PostOffice) -> Generator[Event, Any, None]:
        """Ask the directory, where the sender has one."""
        if self._directory is None:
            return
        asked = self._env.now
        letter = trip.letter
        answer = yield from self._directory.ask(letter, trip.number, letter.provider, office.settings)
        trip.dns_us = self._env.now - asked
        trip.dns_queries = answer.queries
        if not answer.found:
            trip.setup_us = self._env.now - trip.handed_us
            trip.want_store = False  # A parked connection that came along is of no use either.
            raise NoConversation(DNS, DNS_TRY_AGAIN)

    # -- getting through ---------------------------------------------------------------------------------

    def _call(
        self, trip: Trip, office: PostOffice, road: Road, hop: int
    ) -> Generator[Event, Any, Connection]:
        """Call host after host until one agrees to talk."""
        problem = NoConversation(CONNECT, CONNECT_TIMED_OUT)
        for counter in self._hosts_in_order(trip, office)[: self._postconf.smtp_mx_address_limit or None]:
            try:
                yield from self._connect(counter, road, hop)
                connected_us = yield from self._be_greeted(counter, office, road, hop)
            except NoConversation as refusal:
                problem = refusal
                trip.host = counter.index
                continue
            yield from self._introduce(office, hop)
            return Connection(trip.letter.provider, counter, connected_us, closing_us=road.round_trip_us // 2)
        trip.kind = NO_CONNECTION
        trip.setup_us = self._env.now - trip.handed_us
        raise problem

    def _hosts_in_order(self, trip: Trip, office: PostOffice) -> list[Counter]:
        """Sort a provider's hosts by preference, equal ones by lot."""
        key, number = trip.letter.key, trip.number

        def place(index: int) -> tuple[int, float]:
            lot = self._chance.u("mx_order", key, number * HOSTS_A_KEY + index)
            return office.settings.mx[index].preference, lot

        return [office.counters[index] for index in sorted(range(len(office.counters)), key=place)]

    def _connect(self, counter: Counter, road: Road, hop: int) -> Generator[Event, Any, None]:
        """Shake hands (TCP); at the end the client knows that the host is there."""
        called = self._env.now
        timeout_us = self._postconf.smtp_connect_timeout * SECOND_US
        deadline = self._env.timeout(timeout_us)
        if self._sender.outbound_port_25 == "open":
            after_us, again_us = 0, FIRST_RESEND_US
            while after_us < timeout_us:
                yield self._env.timeout(called + after_us + hop - self._env.now)
                after_us, again_us = after_us + again_us, min(2 * again_us, LONGEST_RESEND_US)
                if road.is_cut(self._env.now):
                    yield self._env.timeout(hop)
                    raise NoConversation(CONNECT, NO_ROUTE)
                if road.loses(self._env.now, counter.names):
                    continue
                is_down = self._weather.condition(self._env.now, *counter.names) == DOWN
                yield self._env.timeout(hop)
                if is_down:
                    raise NoConversation(CONNECT, CONNECTION_REFUSED)
                return
        yield deadline
        raise NoConversation(CONNECT, CONNECT_TIMED_OUT)

    def _be_greeted(
        self, counter: Counter, office: PostOffice, road: Road, hop: int
    ) -> Generator[Event, Any, int]:
        """Stand at the counter and hear the banner, or a refusal; say when the host let the caller in."""
        yield self._env.timeout(hop)
        yield from self._get_through(GREETING, self._postconf.smtp_helo_timeout, counter, road, hop)
        connected_us = self._env.now
        slow = road.slow_us(connected_us, counter.names)
        reply = counter.greet(self._name)
        yield self._env.timeout(office.settings.banner_delay_us + slow)
        yield self._env.timeout(hop)
        if reply != ACCEPTED:
            raise NoConversation(GREETING, reply)
        return connected_us

    def _introduce(self, office: PostOffice, hop: int) -> Generator[Event, Any, None]:
        """Say EHLO, and go over to an encrypted conversation where both sides want one."""
        yield from self._command(office, hop)  # EHLO
        if office.settings.tls and self._sender.tls != "none":
            yield from self._command(office, hop)  # STARTTLS
            for _ in range(HANDSHAKE_ROUND_TRIPS[self._sender.tls]):
                yield self._env.timeout(2 * hop)
            yield from self._command(office, hop)  # EHLO again: both sides must forget what was said before.

    def _command(self, office: PostOffice, hop: int) -> Generator[Event, Any, None]:
        """Say a command and hear its reply."""
        yield self._env.timeout(hop)
        yield self._env.timeout(office.settings.command_time_us)
        yield self._env.timeout(hop)

    # -- the letter --------------------------------------------------------------------------------------

    def _transact(
        self, trip: Trip, office: PostOffice, counter: Counter, road: Road, hop: int
    ) -> Generator[Event, Any, None]:
        """MAIL, RCPT, DATA and the letter, from the moment at which MAIL is sent."""
        letter, settings = trip.letter, office.settings
        if settings.pipelining:
            yield self._env.timeout(hop)
            yield self._env.timeout(settings.command_time_us)  # MAIL; RCPT came along with it.
        else:
            yield from self._command(office, hop)  # MAIL
            yield self._env.timeout(hop)
        yield from self._get_through(RCPT, self._postconf.smtp_rcpt_timeout, counter, road, hop)

        slow = road.slow_us(self._env.now, counter.names)
        trip.stage = RCPT
        trip.reply = office.judge(letter)
        yield self._env.timeout(settings.command_time_us + slow)
        if trip.reply != ACCEPTED:
            yield self._env.timeout(hop)
            return
        if not settings.pipelining:
            yield self._env.timeout(2 * hop)  # RCPT is answered before DATA is sent.
        yield self._env.timeout(settings.command_time_us)  # DATA
        yield self._env.timeout(2 * hop)  # Its reply goes back, the letter comes.
        yield self._env.timeout(road.transfer_us(letter.record.size_bytes))
        yield from self._get_through(END_OF_DATA, self._postconf.smtp_data_done_timeout, counter, road, hop)

        slow = road.slow_us(self._env.now, counter.names)
        trip.stage = END_OF_DATA
        yield from office.check(letter, trip.number, counter)
        accept_us = sample_us(settings.accept_time, self._chance.u("accept", letter.key, trip.number))
        yield self._env.timeout(slow + accept_us)
        self._accept(letter, office)
        yield self._env.timeout(hop)

    def _accept(self, letter: Letter, office: PostOffice) -> None:
        """From here on the provider is responsible for the letter."""
        letter.record.delivered_us = self._env.now
        self._env.process(office.deliver(letter))

    def _get_through(
        self, stage: int, limit_s: int, counter: Counter, road: Road, hop: int
    ) -> Generator[Event, Any, None]:
        """Have the host hear, now, what was said one hop ago; in bad weather later, or never."""
        limit_us = self._env.now - hop + limit_s * SECOND_US
        again_us = FIRST_RESEND_US
        while road.is_quiet(self._env.now, counter.names):  # TCP says it again, less and less often.
            if self._env.now + again_us >= limit_us:
                yield self._env.timeout(limit_us - self._env.now)
                raise NoConversation(stage, CONVERSATION_TIMED_OUT)
            yield self._env.timeout(again_us)
            again_us = min(2 * again_us, LONGEST_RESEND_US)
        if self._weather.condition(self._env.now, *counter.names) == DOWN:
            yield self._env.timeout(hop)
            raise NoConversation(stage, LOST_CONNECTION)
