"""The yard: a sender's delivery processes, and the connections that are parked for reuse."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from simpy import Event

from sim.reference.client import Client
from sim.reference.clock import Clock
from sim.reference.counter import Counter
from sim.reference.letter import Letter
from sim.reference.message import Entry
from sim.reference.records import PlainAttempt
from sim.reference.session import Session
from sim.reference.weather import Weather
from sim.reference.window import Destination
from sim.scenario.sender import Sender
from sim.vocabulary.connections import NO_CONNECTION, SHARED
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.replies import ACCEPTED
from sim.vocabulary.stages import NONE

SECOND_US = 1_000_000
DEAF_US = 300 * SECOND_US
"""For so long a host waits for a client that says nothing any more (smtpd_timeout, RFC 5321 4.5.3.2.7)."""


@dataclass(slots=True)
class Connection:
    """A conversation that a host has agreed to."""

    provider: str
    counter: Counter
    client: Client
    session: Session
    connected_us: int
    closing_us: int
    """How long after its end the host still counts it."""
    expires_us: int = -1
    """Until when it may be taken, while it is parked."""
    taking: Event | None = None
    """Happens when the host has taken the letter that it works on, where the caller may not wait for that."""
    is_gone: bool = False
    """Whether the host has hung up, and counts it no longer."""
    by_name: bool = True
    """Parked under the provider's name; else only who looks for its very host finds it."""


@dataclass(slots=True)
class Answer:
    """What one letter of a trip got, and in which conversation."""

    letter: Letter
    host: int
    kind: int
    setup_us: int
    stage: int
    reply: int


@dataclass(slots=True)
class Trip:
    """One attempt: what goes along, and what came of it."""

    entry: Entry
    left: list[Letter]
    """The letters that have no answer of their own yet."""
    number: int
    """Which attempt of its letters this is, from 1."""
    destination: Destination
    connection: Connection | None
    """A parked connection that is reused; later the one in use; None when it is lost."""
    load: bool
    """Whether parked connections may be used."""
    want_store: bool
    uses: int
    """How many trips the process has made before."""
    slow_us: int
    """How much slower the sender's machine is just now."""
    handed_us: int = -1
    dns_us: int = 0
    dns_queries: int = 0
    setup_us: int = 0
    host: int = NO_HOST
    kind: int = NO_CONNECTION
    stage: int = NONE
    reply: int = ACCEPTED
    site_failure: bool = False
    had_a_full_session: bool = False
    """Whether a conversation with one host has run to its end."""
    is_with_an_alternate: bool = False
    """Whether the present conversation comes after such a one."""
    loss_when_reset: float = 0.0
    """Share of packets lost on the road when RSET went out."""
    answers: list[Answer] = field(default_factory=list)
    """In the order in which letters got them."""
    opening: Connection | None = None
    """A connection that a host counts, though it is not ready for letters yet."""
    crashed_us: int | None = None
    """When the sender's machine crashed under it. Nothing is said from then on, but what was said is heard."""

    @property
    def letter(self) -> Letter:
        """Give the letter in charge, whose key all draws of the road have."""
        return self.entry.letters[0]

    def break_off(self, now: int) -> None:
        """End with the machine; what a host is told just now, or is doing, it goes on with."""
        self.crashed_us = now
        assert self.letter.way is not None
        self.letter.way.interrupt()

    def write_down(self, answer: Answer, now: int) -> None:
        """Note what became of a letter."""
        leads = answer.letter is self.letter
        answer.letter.record.attempts.append(
            PlainAttempt(
                activated_us=self.entry.message.activated_us,
                handed_us=self.handed_us,
                ended_us=now,
                host=answer.host,
                connection=answer.kind if leads else SHARED,
                dns_us=self.dns_us,
                dns_queries=self.dns_queries if leads else 0,
                setup_us=answer.setup_us,
                stage=answer.stage,
                reply=answer.reply,
            )
        )

    def answer(self, letter: Letter) -> None:
        """Let a letter have the reply that was heard just now as its own."""
        self.left.remove(letter)
        self.answers.append(Answer(letter, self.host, self.kind, self.setup_us, self.stage, self.reply))


@dataclass(slots=True)
class _IdleProcess:
    uses: int
    since_us: int


class Yard:
    """Hands out processes and parked connections, most recent first, and takes them back."""

    def __init__(self, env: Clock, name: str, sender: Sender, weather: Weather) -> None:
        self._env = env
        self._place = f"senders.{name}"
        self._host = sender.host
        self._postconf = sender.postconf
        self._weather = weather
        self._idle: list[_IdleProcess] = []
        self._parked: dict[str, list[Connection]] = {}

    def set_out(self, entry: Entry, destination: Destination) -> Trip:
        """Equip a trip that starts now."""
        letter = entry.letters[0]
        return Trip(
            entry=entry,
            left=list(entry.letters),
            number=len(letter.record.attempts) + 1,
            destination=destination,
            connection=self._take_connection(letter.provider) if destination.load else None,
            load=destination.load,
            want_store=destination.store,
            uses=self._take_process(),
            slow_us=self._weather.slow_us(self._env.now, self._place),
        )

    def take_back(self, trip: Trip) -> None:
        """Park what can be used again, and let the rest go."""
        uses = trip.uses + 1
        if uses < self._postconf.max_use:
            self._idle.append(_IdleProcess(uses, self._env.now))
        if trip.connection is not None:
            self.put_away(trip)

    def put_away(self, trip: Trip) -> None:
        """Park a trip's connection, or close it."""
        assert trip.connection is not None
        if trip.connection.is_gone:
            trip.connection = None
            return
        age = self._env.now - trip.connection.connected_us
        if trip.want_store and age < self._postconf.smtp_connection_reuse_time_limit * SECOND_US:
            self._park(trip.connection, by_name=not trip.is_with_an_alternate)
        else:
            self.close(trip.connection)
        trip.connection = None

    def close(self, connection: Connection) -> None:
        """End a connection; the host notices a moment later."""
        self._env.process(self._closing(connection))

    def crash(self) -> None:
        """End with the machine: the hosts of parked connections wait for somebody who does not come back."""
        for connections in self._parked.values():
            for connection in connections:
                self.let_wait(connection)
            connections.clear()

    def leave_behind(self, trip: Trip) -> None:
        """Let the hosts wait that a trip was connected to, or about to be, when the machine crashed."""
        for connection in (trip.connection, trip.opening):
            if connection is not None:
                self.let_wait(connection)

    def let_wait(self, connection: Connection) -> None:
        """Never speak to a host again; it hangs up when it has waited long enough."""
        self._env.process(self._closing(connection, DEAF_US))

    def has_a_process(self) -> bool:
        """Say whether a process is there and idle; where starting one takes no time, it is."""
        if self._idle and self._env.now - self._idle[-1].since_us >= self._postconf.max_idle * SECOND_US:
            self._idle.clear()
        return bool(self._idle) or not self._host.process_start_us

    def welcome(self) -> None:
        """Take in a process that has just been started."""
        self._idle.append(_IdleProcess(0, self._env.now))

    def _take_process(self) -> int:
        """Take the process that was idle last; say how many trips it has made."""
        return self._idle.pop().uses if self.has_a_process() and self._idle else 0

    def take_connection_to(self, trip: Trip, counter: Counter) -> Connection | None:
        """Find a parked connection to one host, for a trip that goes on with it."""
        if not trip.load:
            return None
        return self._take(trip.letter.provider, lambda parked: parked.counter is counter)

    def _take_connection(self, provider: str) -> Connection | None:
        """Find one under the provider's name, else one to a host that comes first."""
        return self._take(provider, lambda parked: parked.by_name) or self._take(
            provider, lambda parked: parked.counter.preference == parked.counter.best_preference
        )

    def _take(self, provider: str, fits: Callable[[Connection], bool]) -> Connection | None:
        for parked in reversed(self._parked.get(provider, [])):
            if parked.expires_us > self._env.now and fits(parked):
                self._parked[provider].remove(parked)
                return parked
        return None

    def _park(self, connection: Connection, *, by_name: bool) -> None:
        connection.by_name = by_name
        limit = self._postconf.smtp_connection_cache_time_limit * SECOND_US
        connection.expires_us = self._env.now + limit
        self._parked.setdefault(connection.provider, []).append(connection)
        self._env.process(self._expiry(connection, limit))

    def _expiry(self, connection: Connection, limit: int) -> Generator[Event, Any, None]:
        expires_us = connection.expires_us
        yield self._env.timeout(limit)
        parked = self._parked[connection.provider]
        # It may have been taken, and even parked again, in the meantime.
        if connection.expires_us == expires_us and connection in parked:
            parked.remove(connection)
            yield from self._closing(connection)

    def _closing(self, connection: Connection, later_us: int = 0) -> Generator[Event, Any, None]:
        yield self._env.timeout(later_us + connection.closing_us)
        if connection.taking is not None and not connection.taking.processed:
            yield connection.taking
        if not connection.is_gone:
            connection.counter.goodbye(connection.client)
