"""A provider's post office: its counters, the rules that all of them share, and its PO boxes."""

from collections.abc import Callable, Generator
from typing import Any

from simpy import Event, Resource

from sim.kernel.draws import KIND_OFFSET, MASK
from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.client import Client
from sim.reference.clock import Clock
from sim.reference.counter import Counter
from sim.reference.letter import Letter
from sim.reference.records import PlainCopy
from sim.reference.rules import Rules
from sim.reference.weather import Weather
from sim.scenario.provider import Provider
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, MAILBOX_UNAVAILABLE, UNKNOWN_USER


class PostOffice:
    """One provider."""

    def __init__(
        self,
        env: Clock,
        name: str,
        provider: Provider,
        hosts: list[str],
        chance: Chance,
        weather: Weather,
        rules: Rules,
        filed: Callable[[Letter], None],
    ) -> None:
        self.settings = provider
        self.counters = [
            Counter(env, name, mx, hosts.index(f"{name}.{mx.host}"), provider, weather) for mx in provider.mx
        ]
        self.rules = rules
        self._env = env
        self._chance = chance
        self._weather = weather
        self._filed = filed
        workers = provider.delivery.workers
        self._carriers = None if workers is None else Resource(env, workers)

    def greet(self, client: Client, counter: Counter) -> int:
        """Let a caller in at a counter, or say why not.

        The rules count him also where there is no room, but then that is the answer (smtpd.c, after anvil's).
        """
        now, reply = self._env.now, ACCEPTED
        for rule in self.rules.of_callers:
            reply = rule(client, now)
            if reply != ACCEPTED:
                break
        room = counter.room_for(client)
        if room != ACCEPTED:
            return room
        if reply == ACCEPTED:
            counter.let_in(client)
        return reply

    def count_message(self, client: Client) -> int:
        """Count a message that a client begins to bring, and answer it."""
        for rule in self.rules.of_messages:
            reply = rule(client, self._env.now)
            if reply != ACCEPTED:
                return reply
        return ACCEPTED

    def judge(self, letter: Letter, attempt: int, client: Client, counter: Counter) -> int:
        """Ask the rules in order, as a recipient is named."""
        now = self._env.now
        if counter.has_inner_trouble:
            reply = self._weather.disk_reply(now, *counter.names)
            if reply != ACCEPTED:
                return reply
        for rule in self.rules.of_recipients:
            reply = rule(client, letter, now)
            if reply != ACCEPTED:
                return reply
        if self._chance.u("temporary_failure", letter.key, attempt) < self.settings.temporary_failures_ratio:
            return MAILBOX_UNAVAILABLE
        if letter.unknown_user or letter.user_filter:
            if self.rules.standing is not None:
                self.rules.standing.miss(client, now)
            return UNKNOWN_USER
        if counter.has_inner_trouble:
            denied = self._weather.share(now, *counter.names)
            if denied and self._chance.u("denied_user", letter.key, attempt) < denied:
                return UNKNOWN_USER
        return ACCEPTED

    def judge_bodies(self, letters: list[Letter], client: Client) -> int:
        """Ask the rules about a message that is there, for each of its recipients; one refusal is for all."""
        if not self.rules.looks_at_letters:
            return ACCEPTED
        for letter in letters:
            for rule in self.rules.of_letters:
                reply = rule(client, letter, self._env.now)
                if reply != ACCEPTED:
                    return reply
        for letter in letters:
            place = self.rules.place(client, letter, self._env.now)
            if not letter.is_in_the_house:  # Else it is one more copy.
                letter.client, letter.place = client, place
        return ACCEPTED

    def check(self, letter: Letter, attempt: int, counter: Counter) -> Generator[Event, Any, None]:
        """Have the letter looked through at the host, before it is accepted."""
        checking = self.settings.checking
        if checking is None or counter.checkers is None:
            return
        with counter.checkers.request() as checker:
            yield checker
            yield self._env.timeout(sample_us(checking.time, self._chance.u("checking", letter.key, attempt)))

    def deliver(self, letter: Letter) -> Generator[Event, Any, None]:
        """Carry an accepted letter to its PO box."""
        yield from self._carry(letter.key)
        letter.record.outcome = letter.place
        letter.record.ended_us = self._env.now
        if letter.place == INBOX:
            self._filed(letter)

    def deliver_again(self, letter: Letter, copy: PlainCopy) -> Generator[Event, Any, None]:
        """Carry one more copy of a letter to its PO box."""
        yield from self._carry((letter.key + DUPLICATE * KIND_OFFSET) & MASK)
        copy.ended_us = self._env.now

    def _carry(self, key: int) -> Generator[Event, Any, None]:
        service = sample_us(self.settings.delivery.time, self._chance.u("delivery", key))
        if self._carriers is None:
            yield self._env.timeout(service)
        else:
            with self._carriers.request() as carrier:
                yield carrier
                yield self._env.timeout(service)
