"""The mail van (SMTP client): one trip with the letters of one entry, host by host, round trip by round trip.

From: sorting_room, which has equipped the trip.
To:   counter and post_office, which are asked at the moment at which the van is there.
"""

from collections.abc import Generator
from typing import Any, TypeVar

from simpy import Event, Resource

from sim.reference.call import Call, Caller
from sim.reference.chance import Chance
from sim.reference.client import Addresses
from sim.reference.clock import Clock
from sim.reference.conversation import Conversation, NoConversation
from sim.reference.counter import Counter
from sim.reference.directory import HOSTS_A_KEY, Directory
from sim.reference.post_office import PostOffice
from sim.reference.road import Road
from sim.reference.weather import Weather
from sim.reference.yard import Trip, Yard
from sim.scenario.sender import Sender
from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED
from sim.vocabulary.replies import ACCEPTED, DNS_TRY_AGAIN, GREETED_554_FINAL
from sim.vocabulary.stages import DNS

T = TypeVar("T")


class Vans:
    """All trips of one sender; its machine starts them one after the other."""

    def __init__(
        self,
        env: Clock,
        addresses: Addresses,
        sender: Sender,
        weather: Weather,
        chance: Chance,
        yard: Yard,
        directory: Directory | None,
        offices: dict[str, PostOffice],
        roads: dict[str, Road],
        *,
        may_crash: bool,
    ) -> None:
        self._env = env
        self._addresses = addresses
        self._sender = sender
        self._postconf = sender.postconf
        self._chance = chance
        self._yard = yard
        self._directory = directory
        self._offices = offices
        self._roads = roads
        self._machine = Resource(env, capacity=1)
        self._may_crash = may_crash
        self._caller = Caller(env, sender, weather, chance, yard)
        self._conversation = Conversation(env, sender, weather, chance, may_crash=may_crash)

    def drive(self, trip: Trip) -> Generator[Event, Any, None]:
        """Take an entry's letters to their provider once; the trip knows afterwards what came of each."""
        host = self._sender.host
        with self._machine.request() as turn:
            yield turn
            yield self._env.timeout(host.serial_time_us)
        trip.handed_us = self._env.now
        yield self._env.timeout(host.letter_time_us + trip.slow_us)
        try:
            yield from self._travel(trip)
        except NoConversation as problem:
            trip.stage, trip.reply = problem.stage, problem.reply
        for letter in list(trip.left):
            trip.answer(letter)
        refused = sum(answer.reply != ACCEPTED for answer in trip.answers)
        if refused:
            yield self._env.timeout(refused * host.deferral_time_us)

    def _travel(self, trip: Trip) -> Generator[Event, Any, None]:
        office = self._offices[trip.letter.provider]
        road = self._roads[trip.letter.provider]
        yield from self._find_address(trip, office)

        hop = road.hop_us(self._chance.u("round_trip", trip.letter.key, trip.number))
        call = Call(trip, office, road, hop)
        if trip.connection is not None:
            call.number, call.counter = 0, trip.connection.counter
            yield from self._try_the_parked_connection(call)
        hosts = self._hosts(call)
        sessions = tried = 0
        while True:
            if trip.connection is None:
                # Only the last host's refusal counts; those before it are passed over.
                call.number, call.counter = tried, hosts.pop(0)
                tried += 1
                is_open = yield from self._open(call, hosts)
                if not is_open:
                    continue
            else:
                tried += 1
            sessions += 1
            is_final = not hosts or sessions == self._postconf.smtp_mx_session_limit
            assert trip.connection is not None
            trip.host = trip.connection.counter.index
            trip.setup_us = self._env.now - trip.handed_us
            try:
                yield from self._talk(self._conversation.hold(call, is_final))
            except NoConversation:
                self._yard.close(trip.connection)
                trip.connection = None
                if is_final:
                    trip.site_failure = not trip.had_a_full_session
                    raise
            else:
                trip.had_a_full_session = True
                if not trip.left:
                    return
                self._yard.put_away(trip)
            trip.is_with_an_alternate = trip.had_a_full_session
            yield from self._look_for_a_parked_connection(call, hosts, tried)

    def _look_for_a_parked_connection(
        self, call: Call, hosts: list[Counter], tried: int
    ) -> Generator[Event, Any, None]:
        """Go on with a parked connection: to one of the hosts that come first, else to the next host."""
        trip = call.trip
        primary = [counter for counter in hosts[1:] if counter.preference == counter.best_preference]
        for counter in (hosts[0], *primary):
            trip.connection = self._yard.take_connection_to(trip, counter)
            if trip.connection is not None:
                hosts.remove(counter)
                call.number, call.counter = tried, counter
                yield from self._try_the_parked_connection(call)
                if trip.connection is None:
                    hosts.insert(0, counter)
                return

    def _find_address(self, trip: Trip, office: PostOffice) -> Generator[Event, Any, None]:
        """Ask the directory, where the sender has one."""
        if self._directory is None:
            return
        asked = self._env.now
        letter = trip.letter
        answer = yield from self._directory.ask(letter, trip.number, letter.provider, office.settings)
        trip.dns_us = self._env.now - asked
        trip.dns_queries = answer.queries
        if answer.reply != ACCEPTED:
            trip.setup_us = self._env.now - trip.handed_us
            trip.want_store = False  # A parked connection that came along is of no use either.
            trip.site_failure = answer.reply == DNS_TRY_AGAIN or self._postconf.soft_bounce
            raise NoConversation(DNS, answer.reply)

    def _try_the_parked_connection(self, call: Call) -> Generator[Event, Any, None]:
        """Find out with RSET whether the connection that came along still lives."""
        trip = call.trip
        assert trip.connection is not None
        trip.kind = REUSED
        try:
            yield from self._talk(self._conversation.reset(call))
        except NoConversation:
            self._yard.close(trip.connection)
            trip.connection = None

    def _hosts(self, call: Call) -> list[Counter]:
        """List the hosts that are left to try, by preference, equal ones by lot."""
        trip, office = call.trip, call.office
        key, number = trip.letter.key, trip.number

        def place(index: int) -> tuple[int, float]:
            lot = float(index)
            if self._postconf.smtp_randomize_addresses:
                lot = self._chance.u("mx_order", key, number * HOSTS_A_KEY + index)
            return office.settings.mx[index].preference, lot

        counters = [office.counters[index] for index in sorted(range(len(office.counters)), key=place)]
        if trip.connection is not None:
            counters = [trip.connection.counter, *(c for c in counters if c is not trip.connection.counter)]
        candidates = counters[: self._postconf.smtp_mx_address_limit or None]
        return candidates[1:] if trip.connection is not None else candidates

    def _open(self, call: Call, others: list[Counter]) -> Generator[Event, Any, bool]:
        """Call a host; with no other left to call the trip is over."""
        trip = call.trip
        trip.host = call.counter.index
        call.client = self._addresses.choose(trip.letter.key, trip.number, self._env.now)
        try:
            trip.connection = yield from self._talk(self._caller.open(call))
        except NoConversation as refusal:
            is_the_end = refusal.reply == GREETED_554_FINAL and not self._postconf.soft_bounce
            if others and not is_the_end:
                return False
            trip.kind = NO_CONNECTION
            trip.setup_us = self._env.now - trip.handed_us
            trip.site_failure = not trip.had_a_full_session and not is_the_end
            raise
        trip.opening = None
        trip.kind = NEW
        return True

    def _talk(self, talking: Generator[Event, Any, T]) -> Generator[Event, Any, T]:
        """Talk to a host; where the machine may crash meanwhile, so that the host is not interrupted with the van."""
        if not self._may_crash:
            return (yield from talking)
        outcome: T | NoConversation = yield self._env.process(_to_the_end(talking))
        if isinstance(outcome, NoConversation):
            raise outcome
        return outcome


def _to_the_end(talking: Generator[Event, Any, T]) -> Generator[Event, Any, T | NoConversation]:
    """Talk, and give what came of it, whether or not anybody waits for that."""
    try:
        return (yield from talking)
    except NoConversation as problem:
        return problem
